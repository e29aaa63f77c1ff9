using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Contacts;

/// <summary>Everything a contact's page shows, read for one date.</summary>
public sealed class ContactFile
{
    /// <summary>Entries of the history shown until someone asks for the older ones, and at most then.</summary>
    public const int FirstEntries = 12, MostEntries = 500;

    private ContactFile() { }

    public required Contact Contact { get; init; }
    public required ContactFacts Facts { get; init; }
    public required Verdict Verdict { get; init; }
    public required Outlook Outlook { get; init; }
    public required RetentionPolicy Policy { get; init; }

    /// <summary>Latest entries first.</summary>
    public required IReadOnlyList<Activity> History { get; init; }

    public required int OlderEntries { get; init; }

    /// <summary>The entries each clock starts from; none when it starts from the collection, from an end reached by time or from an entry that went first.</summary>
    public required Activity? IdleStart { get; init; }

    public required Activity? SilentStart { get; init; }

    /// <summary>How many entries of each kind moved no clock.</summary>
    public required IReadOnlyList<(ActivityKind Kind, int Count)> WithoutEffect { get; init; }

    public required IReadOnlyList<KeptPiece> Pieces { get; init; }
    public required Hold? Hold { get; init; }

    /// <summary>The record is frozen at the person's request (GDPR 18).</summary>
    public required Hold? Restriction { get; init; }

    public required IReadOnlyList<Search> Searches { get; init; }
    public required IReadOnlyList<Consent> Consents { get; init; }
    public required IReadOnlyList<Note> Notes { get; init; }

    /// <summary>Names of the colleagues the page mentions.</summary>
    public required IReadOnlyDictionary<Guid, string> Staff { get; init; }

    /// <summary>Where the two clocks stand; none in the archive, where the end of the ten years decides.</summary>
    public ClockDates? Clocks => Facts.InArchive ? null : Policy.ClocksOf(Facts);

    /// <summary>The clock that leads into the queue first is the person's silence.</summary>
    public bool SilenceDecides => Verdict.Dates.FlagRule == Rule.SilenceCeiling;

    /// <summary>The entry whose date decides.</summary>
    public Activity? DecidingStart => SilenceDecides ? SilentStart : IdleStart;

    /// <summary>Reads the page of one contact, whatever its state; nothing when there is none.</summary>
    public static async Task<ContactFile?> LoadAsync(CrmDbContext db, Guid id, bool wholeHistory, DateOnly today, CancellationToken cancel = default)
    {
        var contact = await db.Contacts.AsNoTracking().AsSplitQuery().Include(c => c.Phones).Include(c => c.Emails).Include(c => c.Addresses)
            .SingleOrDefaultAsync(c => c.Id == id, cancel);
        var row = await db.Contacts.Where(c => c.Id == id).Facts(db, today).SingleOrDefaultAsync(cancel);
        if (contact is null || row is null) return null;

        var facts = row.ToFacts();
        var policies = await PolicyHistory.LoadAsync(db, cancel);
        var all = db.Activities.AsNoTracking().Where(a => a.ContactId == id);
        var ordered = all.OrderByDescending(a => a.On).ThenByDescending(a => a.RecordedAt);
        var history = await ordered.Take(wholeHistory ? MostEntries : FirstEntries).ToListAsync(cancel);
        var older = history.Count < FirstEntries ? 0 : await all.CountAsync(cancel) - history.Count;
        var without = await all.Where(a => !a.MovesIdle && !a.MovesSilent).GroupBy(a => a.Kind).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancel);
        var holds = await db.Holds.AsNoTracking().Where(h => h.ContactId == id && h.LiftedAt == null).ToListAsync(cancel);
        var notes = await db.Notes.AsNoTracking().Where(n => n.ContactId == id).OrderByDescending(n => n.At).Take(20).ToListAsync(cancel);
        var consents = await db.Consents.AsNoTracking().Where(c => c.ContactId == id).OrderByDescending(c => c.At).ToListAsync(cancel);
        var mentioned = history.Select(a => a.ById).Concat(consents.Select(c => c.ById)).Concat(notes.Select(n => n.ById)).Concat(holds.Select(h => h.PlacedById)).Append(contact.ResponsibleId).OfType<Guid>().Distinct().ToArray();

        return new ContactFile
        {
            Contact = contact,
            Facts = facts,
            Policy = policies.For(facts),
            Verdict = policies.Decide(facts, today),
            Outlook = Outlook.Of(facts, policies, today),
            History = history,
            OlderEntries = older,
            IdleStart = await ordered.Where(a => a.MovesIdle && a.On == facts.IdleOn && a.On >= facts.CollectedOn).FirstOrDefaultAsync(cancel),
            SilentStart = await ordered.Where(a => a.MovesSilent && a.On == facts.SilentOn && a.On >= facts.CollectedOn).FirstOrDefaultAsync(cancel),
            WithoutEffect = [.. without.OrderByDescending(w => w.Count).Select(w => (w.Key, w.Count))],
            Pieces = await KeptPiece.OfAsync(db, id, today, cancel),
            Hold = holds.SingleOrDefault(h => h.Kind == HoldKind.Dispute),
            Restriction = holds.SingleOrDefault(h => h.Kind == HoldKind.Restriction),
            Searches = await db.Searches.AsNoTracking().Where(s => s.ContactId == id).ToListAsync(cancel),
            Consents = consents,
            Notes = notes,
            Staff = await db.Users.Where(u => mentioned.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.FullName, cancel),
        };
    }
}

/// <summary>A mandate or contract of a contact, and until when it is owed.</summary>
/// <param name="Obligation">The mandate or contract.</param>
/// <param name="Property">What it is about.</param>
/// <param name="KeptUntil">Its end and ten years; none while it runs.</param>
public sealed record KeptPiece(Obligation Obligation, Property? Property, DateOnly? KeptUntil)
{
    /// <summary>The other parties of the mandates and contracts of one contact.</summary>
    public static Task<List<Contact>> OtherPartiesAsync(CrmDbContext db, Guid contactId, CancellationToken cancel = default) =>
        db.Contacts.AsNoTracking().Where(c => c.Id != contactId && db.Obligations.Any(o => o.Parties.Any(p => p.ContactId == contactId) && o.Parties.Any(p => p.ContactId == c.Id)))
            .OrderBy(c => c.LastName).ThenBy(c => c.FirstName).ToListAsync(cancel);

    /// <summary>The mandates and contracts of one contact, latest first.</summary>
    public static async Task<IReadOnlyList<KeptPiece>> OfAsync(CrmDbContext db, Guid contactId, DateOnly today, CancellationToken cancel = default)
    {
        var pieces = await db.Obligations.AsNoTracking().Where(o => o.Parties.Any(p => p.ContactId == contactId))
            .OrderByDescending(o => o.StartsOn).ThenBy(o => o.Reference)
            .Select(o => new { Obligation = o, Property = db.Properties.FirstOrDefault(p => p.Id == o.PropertyId) }).ToListAsync(cancel);
        return [.. pieces.Select(p => new KeptPiece(p.Obligation, p.Property, p.Obligation.EndsOn < today ? ContactFacts.KeptUntilOf(p.Obligation.EndsOn.Value) : null))];
    }
}
