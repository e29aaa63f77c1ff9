using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Core.Contacts;

/// <summary>What people decide about their own record, from a link in a mail. Each act is one transaction on the locked record; someone who has just left answers like a wrong link.
/// Starting or changing counts for the clocks, reducing or stopping does not (retention.md, "Which activities count"); doing the same twice counts once.</summary>
public sealed class Choices(CrmDbContext db, AgencyClock clock, Review review, ObjectionList objections, OutsideLedger? outside = null)
{
    private Act ByThemselves => new(null, clock.Now);

    /// <summary>"Stay registered": an act of the person, so that someone pending leaves the queue at once.</summary>
    /// <returns>Whether the record is there.</returns>
    public Task<bool> StayAsync(Guid contactId, CancellationToken cancel = default) =>
        OnLockedAsync(contactId, _ => LogAsync(contactId, ActivityKind.StayRegistered, cancel), cancel);

    /// <summary>"Delete now": an erasure request received today, which the agency carries out. A second one changes nothing.</summary>
    public Task<bool> AskErasureAsync(Guid contactId, CancellationToken cancel = default) =>
        OnLockedAsync(contactId, async _ =>
        {
            if (await db.RightsRequests.AnyAsync(r => r.ContactId == contactId && r.Kind == RightKind.Erasure && r.ClosedOn == null, cancel)) return;
            // The link of a mail to a known address opened this page: it proves who asks.
            var request = new RightsRequest { ContactId = contactId, Kind = RightKind.Erasure, Channel = RequestChannel.PersonalPage, ReceivedOn = clock.Today, Identity = IdentityState.ByLink };
            db.RightsRequests.Add(request);
            db.RequestSteps.Add(new RequestStep { RequestId = request.Id, What = RequestAct.Received, At = clock.Now });
            db.Activities.Add(new Activity(contactId, clock.Today, ActivityKind.RightsRequest, Outcome.None, null, clock.Now));
            Audit("request.received", contactId);
        }, cancel);

    /// <summary>"Stop everything": no automatic mail any more, and every agreement withdrawn.</summary>
    public Task<bool> StopAsync(Guid contactId, CancellationToken cancel = default) =>
        TraceAsync(contactId, Withdrawal(contactId, Enum.GetValues<Channel>()), async _ =>
        {
            var stopped = await StopMailsAsync(contactId, cancel);
            stopped += await db.Searches.Where(s => s.ContactId == contactId && s.Frequency != MailFrequency.Never).ExecuteUpdateAsync(s => s.SetProperty(x => x.Frequency, MailFrequency.Never), cancel);
            if (stopped > 0) await LogAsync(contactId, ActivityKind.SubscriptionReduced, cancel);
            if (await WithdrawAsync(contactId, Enum.GetValues<Channel>(), cancel) > 0) await LogAsync(contactId, ActivityKind.ConsentWithdrawn, cancel);
        }, cancel);

    /// <summary>An objection that the person told a colleague. A second one on the same day changes nothing.</summary>
    public async Task<bool> NoteObjectionAsync(Guid contactId, Act act, CancellationToken cancel = default) =>
        await TraceAsync(contactId, await ObjectionIntentAsync(contactId, cancel), async _ =>
        {
            if (await db.Objections.AnyAsync(o => o.ContactId == contactId && o.LatestOn == clock.Today, cancel)) return;
            await ObjectAsync(contactId, act, cancel);
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, "objection.noted", "contact", contactId));
        }, cancel);

    /// <summary>An agreement that the person gave a colleague by word of mouth or on paper. By phone it is good for a year; for e-mail it starts the mails about their searches.</summary>
    /// <param name="contactId">Whose.</param>
    /// <param name="channel">The way they agreed to be reached.</param>
    /// <param name="source">Where it was given, in the agency's own words.</param>
    /// <param name="wording">Version of the words that were read to them.</param>
    /// <param name="act">Who notes it.</param>
    /// <param name="cancel">Stops.</param>
    public Task<bool> NoteConsentAsync(Guid contactId, Channel channel, string source, string wording, Act act, CancellationToken cancel = default) =>
        OnLockedAsync(contactId, async _ =>
        {
            await WithdrawAsync(contactId, [channel], cancel);
            db.Consents.Add(Consent.Given(contactId, channel, wording, source, act.At, clock.Today, act.By));
            if (channel == Channel.Email && !await db.Subscriptions.AnyAsync(s => s.ContactId == contactId && s.Topic == Subscription.MatchingProperties && s.StoppedOn == null, cancel))
                db.Subscriptions.Add(new Subscription { ContactId = contactId, Topic = Subscription.MatchingProperties, StartedOn = clock.Today });
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, "consent.noted", "contact", contactId, [channel.ToString()]));
        }, cancel);

    /// <summary>The withdrawal of an agreement, by the person through a colleague: one act, without a reason.</summary>
    public Task<bool> WithdrawConsentAsync(Guid contactId, Channel channel, Act act, CancellationToken cancel = default) =>
        TraceAsync(contactId, Withdrawal(contactId, channel), async _ =>
        {
            if (await WithdrawAsync(contactId, [channel], cancel) == 0) return;
            if (channel == Channel.Email) await StopMailsAsync(contactId, cancel);
            db.Activities.Add(new Activity(contactId, clock.Today, ActivityKind.ConsentWithdrawn, Outcome.None, act.By, act.At));
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, "consent.withdrawn", "contact", contactId, [channel.ToString()]));
        }, cancel);

    /// <summary>An objection to marketing (GDPR 21, 2), in the caller's transaction: no automatic mail any more, every agreement withdrawn, and the addresses and numbers remembered.</summary>
    internal async Task ObjectAsync(Guid contactId, Act act, CancellationToken cancel)
    {
        await StopMailsAsync(contactId, cancel);
        await db.Searches.Where(s => s.ContactId == contactId && s.Frequency != MailFrequency.Never).ExecuteUpdateAsync(s => s.SetProperty(x => x.Frequency, MailFrequency.Never), cancel);
        await WithdrawAsync(contactId, Enum.GetValues<Channel>(), cancel);
        await objections.AddAsync(contactId, cancel);
        db.Activities.Add(new Activity(contactId, clock.Today, ActivityKind.Objection, Outcome.None, act.By, act.At));
    }

    /// <summary>The channels by which properties may be proposed. A new agreement carries the version of the words the person saw.</summary>
    public Task<bool> ChooseChannelsAsync(Guid contactId, IReadOnlyCollection<Channel> wanted, string wording, CancellationToken cancel = default) =>
        TraceAsync(contactId, Withdrawal(contactId, [.. Enum.GetValues<Channel>().Except(wanted)]), async _ =>
        {
            var agreed = await AgreedAsync(db, contactId, clock.Today, cancel);
            var (added, gone) = (wanted.Except(agreed).ToList(), agreed.Except(wanted).ToArray());
            if (added.Count + gone.Length == 0) return;
            db.Consents.AddRange(added.Select(channel => Consent.Given(contactId, channel, wording, "preferences", clock.Now, clock.Today)));
            if (added.Contains(Channel.Email)) db.Subscriptions.Add(new Subscription { ContactId = contactId, Topic = Subscription.MatchingProperties, StartedOn = clock.Today });
            // The link of their own mailbox opened this page: what they objected to before, they now want.
            if (added.Count > 0) await objections.LiftAsync(contactId, cancel);
            if (added.Count > 0) await LogAsync(contactId, ActivityKind.SubscriptionStarted, cancel);
            if (gone.Contains(Channel.Email)) await StopMailsAsync(contactId, cancel);
            if (await WithdrawAsync(contactId, gone, cancel) > 0) await LogAsync(contactId, ActivityKind.ConsentWithdrawn, cancel);
            Audit("preferences.changed", contactId, nameof(Channel));
        }, cancel);

    /// <summary>Adds a search, or changes one of theirs.</summary>
    /// <param name="contactId">Whose.</param>
    /// <param name="searchId">Which one; none for a new one.</param>
    /// <param name="entry">What is looked for.</param>
    /// <param name="cancel">Stops.</param>
    public Task<bool> SaveSearchAsync(Guid contactId, Guid? searchId, SearchEntry entry, CancellationToken cancel = default) =>
        OnLockedAsync(contactId, async _ =>
        {
            if (await ApplyAsync(contactId, searchId, entry, cancel) is not { } kind) return;
            Audit("preferences.changed", contactId, nameof(Search));
            await LogAsync(contactId, kind, cancel);
        }, cancel);

    /// <summary>A search that the person told a colleague. It moves no clock: the exchange in which they told it does, once it is logged.</summary>
    /// <param name="contactId">Whose.</param>
    /// <param name="searchId">Which one; none for a new one.</param>
    /// <param name="entry">What is looked for.</param>
    /// <param name="act">Who notes it.</param>
    /// <param name="cancel">Stops.</param>
    public Task<bool> NoteSearchAsync(Guid contactId, Guid? searchId, SearchEntry entry, Act act, CancellationToken cancel = default) =>
        OnLockedAsync(contactId, async _ =>
        {
            if (await ApplyAsync(contactId, searchId, entry, cancel) is null) return;
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, "search.noted", "contact", contactId));
        }, cancel);

    /// <summary>Removes one of their searches.</summary>
    public Task<bool> RemoveSearchAsync(Guid contactId, Guid searchId, CancellationToken cancel = default) =>
        OnLockedAsync(contactId, async _ =>
        {
            if (await db.Searches.Where(s => s.ContactId == contactId && s.Id == searchId).ExecuteDeleteAsync(cancel) == 0) return;
            Audit("preferences.changed", contactId, nameof(Search));
            await LogAsync(contactId, ActivityKind.SubscriptionReduced, cancel);
        }, cancel);

    /// <summary>Removes one of their searches, as they told a colleague.</summary>
    public Task<bool> DropSearchAsync(Guid contactId, Guid searchId, Act act, CancellationToken cancel = default) =>
        OnLockedAsync(contactId, async _ =>
        {
            if (await db.Searches.Where(s => s.ContactId == contactId && s.Id == searchId).ExecuteDeleteAsync(cancel) == 0) return;
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, "search.removed", "contact", contactId));
        }, cancel);

    /// <returns>The act that it would be of the person; none when nothing changes, when the search is gone, or when there is no room for another one.</returns>
    private async Task<ActivityKind?> ApplyAsync(Guid contactId, Guid? searchId, SearchEntry entry, CancellationToken cancel)
    {
        var theirs = await db.Searches.Where(s => s.ContactId == contactId).ToListAsync(cancel);
        var search = theirs.SingleOrDefault(s => s.Id == searchId);
        if (search is null && (searchId is not null || theirs.Count >= Search.Most)) return null;
        var before = search is null ? null : SearchEntry.From(search);
        if (search is null) db.Searches.Add(search = new Search { ContactId = contactId });
        entry.ApplyTo(search);
        return entry.ActOf(before);
    }

    /// <summary>Corrects the identity, the phones, the postal addresses and the language at once. A new e-mail address changes nothing yet: a link goes there, and the former one is told.</summary>
    /// <param name="contactId">Whose.</param>
    /// <param name="firstName">First name.</param>
    /// <param name="lastName">Last name.</param>
    /// <param name="language"><c>fr</c> or <c>en</c>.</param>
    /// <param name="phones">All their numbers, in E.164.</param>
    /// <param name="addresses">All their postal addresses.</param>
    /// <param name="email">The new e-mail address, normalised, and the one whose place it takes; none when there is no new one.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>Why nothing at all was written; none when it was. Whether somebody else has the address is never told.</returns>
    public async Task<EmailRefusal?> CorrectAsync(Guid contactId, string firstName, string lastName, string language, IReadOnlyList<string> phones, IReadOnlyList<Address> addresses, (Guid Replaces, string Value)? email = null, CancellationToken cancel = default)
    {
        EmailRefusal? refusal = EmailRefusal.Gone;
        await OnLockedAsync(contactId, async contact =>
        {
            refusal = email is var (replaces, value) ? await AskEmailAsync(contact, replaces, value, cancel) : null;
            if (refusal is not null) return;
            if (contact.Speak(language).Count > 0) Audit("preferences.changed", contactId, nameof(Contact.Language));
            var asItStands = ContactEntry.Of(contact);
            var entry = asItStands with { Name = asItStands.Name with { LastName = lastName, FirstName = firstName }, Phones = phones, Addresses = addresses };
            await entry.EditAsync(db, contact, contact.Version, ByThemselves, clock.Today, cancel);
            await objections.CarryAsync(contactId, cancel);
        }, cancel);
        return refusal;
    }

    /// <summary>The link that was sent to a new address was opened there and confirmed: the address takes the place of the former one, whose links open nothing any more. A correction like another, it moves no clock.
    /// What the new address objected to before comes with it.</summary>
    /// <returns>Why nothing was written; none when it was. Sent again, the link opens nothing.</returns>
    public async Task<EmailRefusal?> ConfirmEmailAsync(string? key, CancellationToken cancel = default)
    {
        if (await ContactLink.FindAsync(db, key, clock.Now, [LinkPurpose.NewEmail], cancel) is not { } link) return EmailRefusal.Gone;
        EmailRefusal? refusal = EmailRefusal.Gone;
        await OnLockedAsync(link.ContactId, async contact =>
        {
            if (await db.EmailChanges.AsNoTracking().SingleOrDefaultAsync(n => n.Id == link.EmailId && n.ContactId == contact.Id, cancel) is not { } change || contact.Emails.All(e => e.Id != change.ReplacesId)) return;
            refusal = await FrozenRecord.IsAsync(db, contact.Id, cancel) ? EmailRefusal.Frozen : null;
            if (refusal is not null) return;
            var entry = ContactEntry.Of(contact) with { Emails = [.. contact.Emails.InOrder().Select(e => e.Id == change.ReplacesId ? change.Value : e.Value)] };
            await entry.EditAsync(db, contact, contact.Version, ByThemselves, clock.Today, cancel);
            await db.EmailChanges.Where(n => n.ContactId == contact.Id).ExecuteDeleteAsync(cancel);
            await db.OutgoingMails.Where(m => m.ContactId == contact.Id && m.Template == MailTemplate.NewEmail && m.State == MailState.Recorded).ExecuteDeleteAsync(cancel);
            await objections.CarryAsync(contact.Id, cancel);
        }, cancel);
        return refusal;
    }

    /// <summary>The channels a person agreed to, as they stand on a date. An objection outweighs every agreement, until they agree again on their own page.</summary>
    public static async Task<IReadOnlyList<Channel>> AgreedAsync(CrmDbContext db, Guid contactId, DateOnly today, CancellationToken cancel = default) =>
        await db.Consents.Where(c => c.ContactId == contactId && c.Granted && c.WithdrawnAt == null && (c.ExpiresOn == null || c.ExpiresOn >= today) && !db.Objections.Any(o => o.ContactId == contactId)).Select(c => c.Channel).Distinct().ToListAsync(cancel);

    private async Task<EmailRefusal?> AskEmailAsync(Contact contact, Guid replaces, string value, CancellationToken cancel)
    {
        if (contact.Emails.All(e => e.Id != replaces)) return EmailRefusal.Gone;
        if (contact.Emails.Any(e => e.Value == value)) return EmailRefusal.Theirs;
        if (await FrozenRecord.IsAsync(db, contact.Id, cancel)) return EmailRefusal.Frozen;
        var since = clock.Now.AddHours(-1);
        if (await db.OutgoingMails.CountAsync(m => m.ContactId == contact.Id && m.Template == MailTemplate.NewEmail && m.CreatedAt > since, cancel) >= EmailChange.MostAnHour) return EmailRefusal.TooMany;
        var change = new EmailChange { ContactId = contact.Id, ReplacesId = replaces, Value = value, ExpiresAt = clock.Now.AddDays(EmailChange.WaitDays) };
        db.EmailChanges.Add(change);
        db.OutgoingMails.Add(new OutgoingMail { ContactId = contact.Id, EmailId = replaces, Template = MailTemplate.NewEmailAsked, CreatedAt = clock.Now });
        db.OutgoingMails.Add(new OutgoingMail { ContactId = contact.Id, EmailId = change.Id, Template = MailTemplate.NewEmail, CreatedAt = clock.Now });
        return null;
    }

    private async Task<int> StopMailsAsync(Guid contactId, CancellationToken cancel)
    {
        // Waiting mails of a mailing go too; what they or an agent asked for, and the notice that the rules owe them, do not.
        string[] owed = [MailTemplate.PendingNotice, MailTemplate.Personal, MailTemplate.PreferencesLink, MailTemplate.NewEmail, MailTemplate.NewEmailAsked, MailTemplate.RightsIdentity, MailTemplate.RightsPackage, MailTemplate.RightsMessage];
        await db.OutgoingMails.Where(m => m.ContactId == contactId && m.State == MailState.Recorded && !owed.Contains(m.Template)).ExecuteDeleteAsync(cancel);
        return await db.Subscriptions.Where(s => s.ContactId == contactId && s.StoppedOn == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.StoppedOn, clock.Today), cancel);
    }

    private Task<int> WithdrawAsync(Guid contactId, Channel[] channels, CancellationToken cancel) =>
        db.Consents.Where(c => c.ContactId == contactId && channels.Contains(c.Channel) && c.Granted && c.WithdrawnAt == null).ExecuteUpdateAsync(c => c.SetProperty(x => x.WithdrawnAt, clock.Now), cancel);

    /// <summary>What the register outside the database learns before the person's objection is noted.</summary>
    internal async Task<Intent> ObjectionIntentAsync(Guid contactId, CancellationToken cancel)
    {
        var withdrawal = Withdrawal(contactId, Enum.GetValues<Channel>());
        return outside is null ? withdrawal : withdrawal with { Category = "objection", Facts = [.. await objections.FactsAsync(contactId, cancel), .. withdrawal.Facts] };
    }

    // Mails stop with the agreement to them.
    private static Intent Withdrawal(Guid contactId, params Channel[] channels)
    {
        var subject = OutsideLine.HashOf(contactId);
        var facts = new List<OutsideFact> { OutsideFact.Of("consent", new { subject, channels = channels.Select(c => c.ToString()) }) };
        if (channels.Contains(Channel.Email)) facts.Add(OutsideFact.Of("subscription", new { subject }));
        return new Intent(Erasure.Trigger.Request, "consent", [], facts);
    }

    private Task<bool> TraceAsync(Guid contactId, Intent intent, Func<Contact, Task> act, CancellationToken cancel) =>
        outside.TraceAsync(db, intent, () => OnLockedAsync(contactId, act, cancel), cancel);

    private Task<ReviewResult> LogAsync(Guid contactId, ActivityKind kind, CancellationToken cancel) =>
        review.LogAsync(contactId, kind, Outcome.None, clock.Today, null, ByThemselves, cancel);

    private void Audit(string action, Guid contactId, params string[] fields) =>
        db.AuditEntries.Add(new AuditEntry(clock.Now, null, action, "contact", contactId, fields));

    private async Task<bool> OnLockedAsync(Guid contactId, Func<Contact, Task> act, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM contacts WHERE id = {contactId} FOR UPDATE", cancel);
        var contact = await db.Contacts.Include(c => c.Phones).Include(c => c.Emails).Include(c => c.Addresses).AsSplitQuery().SingleOrDefaultAsync(c => c.Id == contactId, cancel);
        if (contact is null or { Restricted: true } or { FromArchive: true } or { Status: ContactStatus.Archived }) return false;
        await act(contact);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }
}

/// <summary>What a search looks for, as one value: two that are equal are the same wish.</summary>
public sealed record SearchEntry(Transaction Transaction, IReadOnlyList<PropertyKind> Kinds, IReadOnlyList<string> Communes, int? MinPrice, int? MaxPrice, int? MinSurface, int? MinRooms, MailFrequency Frequency)
{
    public static SearchEntry From(Search search) =>
        new(search.Transaction, search.Kinds, search.Communes, search.MinPrice, search.MaxPrice, search.MinSurface, search.MinRooms, search.Frequency);

    internal void ApplyTo(Search search)
    {
        (search.Transaction, search.Kinds, search.Communes) = (Transaction, [.. Kinds.Distinct().Order()], [.. Communes.Distinct().Order(StringComparer.Ordinal)]);
        (search.MinPrice, search.MaxPrice, search.MinSurface, search.MinRooms, search.Frequency) = (MinPrice, MaxPrice, MinSurface, MinRooms, Frequency);
    }

    /// <summary>The act that going from one to the other is; none when nothing changed.</summary>
    internal ActivityKind? ActOf(SearchEntry? before)
    {
        if (before is null || !SameCriteria(before)) return ActivityKind.CriteriaChanged;
        if (Frequency == before.Frequency) return null;
        return Frequency > before.Frequency ? ActivityKind.SubscriptionReduced : before.Frequency == MailFrequency.Never ? ActivityKind.SubscriptionStarted : ActivityKind.CriteriaChanged;
    }

    private bool SameCriteria(SearchEntry other) =>
        (Transaction, MinPrice, MaxPrice, MinSurface, MinRooms) == (other.Transaction, other.MinPrice, other.MaxPrice, other.MinSurface, other.MinRooms)
        && Kinds.ToHashSet().SetEquals(other.Kinds) && Communes.ToHashSet().SetEquals(other.Communes);
}
