using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Matching;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Mail;

/// <summary>Who may receive what, read again at the moment a mail leaves: between the intent and the sending anything may have happened.</summary>
public static class Addressees
{
    /// <summary>Whether this mail may leave today.</summary>
    public static async Task<MayReceive> MayReceiveAsync(CrmDbContext db, OutgoingMail mail, DateOnly today, CancellationToken cancel = default)
    {
        if (mail.AccountId is { } account)
            return await db.Users.AnyAsync(a => a.Id == account && a.DisabledAt == null, cancel) ? MayReceive.Now : MayReceive.Never;
        var person = await db.Contacts.Where(c => c.Id == mail.ContactId).Select(c => new
        {
            c.Status,
            c.Restricted,
            c.FromArchive,
            Frozen = db.Holds.Any(h => h.ContactId == c.Id && h.Kind == HoldKind.Restriction && h.LiftedAt == null),
            Held = db.Holds.Any(h => h.ContactId == c.Id && h.LiftedAt == null),
            Requested = db.RightsRequests.Any(r => r.ContactId == c.Id && r.ClosedOn == null),
            Subscribed = db.Subscriptions.Any(s => s.ContactId == c.Id && s.Topic == Subscription.MatchingProperties && s.StoppedOn == null)
                && db.Consents.Any(a => a.ContactId == c.Id && a.Channel == Channel.Email && a.Granted && a.WithdrawnAt == null && (a.ExpiresOn == null || a.ExpiresOn >= today)),
            Objected = db.Objections.Any(o => o.ContactId == c.Id),
        }).SingleOrDefaultAsync(cancel);
        if (person is not null && MailTemplate.IsAboutRights(mail.Template)) return MayReceive.Now;
        if (person is null || person.Restricted || person.Status == ContactStatus.Archived || person.FromArchive) return MayReceive.Never;
        return mail.Template switch
        {
            MailTemplate.PendingNotice when person.Frozen => MayReceive.NotNow,
            not MailTemplate.PreferencesLink when person.Frozen => MayReceive.Never,
            MailTemplate.PendingNotice when person.Status != ContactStatus.PendingDeletion || person.Objected => MayReceive.NotWanted,
            MailTemplate.PendingNotice when person.Held || person.Requested => MayReceive.NotNow,
            MailTemplate.PropertyMatches when person.Status != ContactStatus.Active || person.Objected || !person.Subscribed => MayReceive.NotWanted,
            MailTemplate.PropertyMatches when (await Matcher.OfMailAsync(db, mail.Id, cancel)).Count == 0 => MayReceive.NotWanted,
            MailTemplate.Personal when person.Status != ContactStatus.Active => MayReceive.Never,
            _ => MayReceive.Now,
        };
    }

    /// <summary>The address and the language; nothing when there is no address.</summary>
    public static async Task<MailRecipient?> ReadAsync(CrmDbContext db, OutgoingMail mail, CancellationToken cancel = default)
    {
        if (mail.AccountId is { } account)
            return await db.Users.Where(a => a.Id == account && a.Email != null).Select(a => new MailRecipient(a.FullName, a.Email!, a.Language, null)).SingleOrDefaultAsync(cancel);
        if (mail.Template == MailTemplate.NewEmail)
            return await (from change in db.EmailChanges
                          where change.Id == mail.EmailId && change.ContactId == mail.ContactId
                          join contact in db.Contacts on change.ContactId equals contact.Id
                          select new MailRecipient("", change.Value, contact.Language, change.Id)).SingleOrDefaultAsync(cancel);
        var found = await (from email in db.Emails
                           where email.ContactId == mail.ContactId && (mail.EmailId == null || email.Id == mail.EmailId)
                           join contact in db.Contacts on email.ContactId equals contact.Id
                           orderby email.RefusedAt != null, email.Place, email.Value
                           select new { email.Id, email.Value, contact.FirstName, contact.LastName, contact.Organisation, contact.Language }).FirstOrDefaultAsync(cancel);
        return found is null ? null : new MailRecipient(ContactName.Display(found.FirstName, found.LastName, found.Organisation), found.Value, found.Language, found.Id);
    }
}

/// <summary>Whether a mail may leave.</summary>
public enum MayReceive
{
    Now,

    /// <summary>Something suspends it: it waits.</summary>
    NotNow,

    /// <summary>Its reason is gone: nothing is left to send.</summary>
    NotWanted,

    /// <summary>The person is out of mailings; who asked for it is told.</summary>
    Never,
}
