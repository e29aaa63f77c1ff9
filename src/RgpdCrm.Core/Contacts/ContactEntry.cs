using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Contacts;

/// <summary>A record as someone fills it in, already validated: numbers in E.164, addresses in lower case. What the schedule
/// keeps (state, clocks, collection) is not part of it, so no form can touch it.</summary>
public sealed record ContactEntry(
    ContactName Name, ContactRoles Roles, Guid? ResponsibleId,
    IReadOnlyList<string> Phones, IReadOnlyList<string> Emails, IReadOnlyList<Address> Addresses)
{
    /// <summary>A record as it stands, read with its phones, e-mails and addresses: what an edit of one part starts from.</summary>
    public static ContactEntry Of(Contact contact) => new(
        new ContactName(contact.Kind, contact.LastName, contact.FirstName, contact.Organisation, contact.Siren), contact.Roles, contact.ResponsibleId,
        [.. contact.Phones.Select(p => p.Value)], [.. contact.Emails.InOrder().Select(e => e.Value)], [.. contact.Addresses]);

    /// <summary>Creates a contact collected today together with the exchange it comes from, which sets the clocks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The exchange is in the future.</exception>
    public async Task<Guid> CreateAsync(CrmDbContext db, FirstExchange exchange, Act act, DateOnly today, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exchange.On, today);
        var contact = new Contact(Name, today, Roles, ResponsibleId, act.At);
        contact.Reach(Phones, Emails, Addresses);
        db.Contacts.Add(contact);
        db.Activities.Add(new Activity(contact.Id, exchange.On, exchange.Kind, exchange.Outcome, act.By, act.At, exchange.Text));
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "contact.created", "contact", contact.Id));
        await db.SaveChangesAsync(cancel);
        return contact.Id;
    }

    /// <summary>Changes a contact read with its phones, e-mails and addresses, if it is still the version that was shown. A correction moves no clock.</summary>
    /// <exception cref="DbUpdateConcurrencyException">A colleague or the nightly run changed the record meanwhile; nothing was written.</exception>
    public async Task<IReadOnlyList<string>> EditAsync(CrmDbContext db, Contact contact, uint version, Act act, DateOnly today, CancellationToken cancel = default)
    {
        object[] before = [.. contact.Phones, .. contact.Emails, .. contact.Addresses];
        string[] changed = [.. contact.Edit(Name, Roles, ResponsibleId), .. contact.Reach(Phones, Emails, Addresses)];
        object[] after = [.. contact.Phones, .. contact.Emails, .. contact.Addresses];
        // Their ids are made here, so the context has to be told which rows are new and which go.
        db.RemoveRange(before.Except(after));
        db.AddRange(after.Except(before));
        var record = db.Entry(contact);
        record.Property(c => c.Version).OriginalValue = version;
        // Numbers and addresses are rows of their own: the record's version has to be checked, and to move, with them.
        record.Property(c => c.LastName).IsModified = true;
        if (changed.Length > 0)
        {
            db.Activities.Add(new Activity(contact.Id, today, ActivityKind.Correction, Outcome.None, act.By, act.At));
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, "contact.edited", "contact", contact.Id, changed));
        }
        await db.SaveChangesAsync(cancel);
        return changed;
    }

    /// <summary>Names of the fields in which the stored record differs from this entry.</summary>
    public IReadOnlyList<string> DifferencesFrom(Contact contact) =>
        [.. contact.Edit(Name, Roles, ResponsibleId), .. contact.Reach(Phones, Emails, Addresses)];
}

/// <summary>The exchange a contact created by hand comes from.</summary>
public sealed record FirstExchange(ActivityKind Kind, Outcome Outcome, DateOnly On, string? Text = null);
