using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Obligations;

/// <summary>What a mandate, a contract or its new end means for one party, by the rules of the nightly run.</summary>
/// <param name="ContactId">The party.</param>
/// <param name="Name">Name as shown.</param>
/// <param name="From">Where they stood in the schedule.</param>
/// <param name="To">Where they stand.</param>
/// <param name="Before">Their dates as they were.</param>
/// <param name="After">Their dates as they are.</param>
public sealed record PartyEffect(Guid ContactId, string Name, ContactStatus From, ContactStatus To, PartyDates Before, PartyDates After)
{
    /// <summary>Pending or archived before, among the active contacts now.</summary>
    public bool ComesBack => From != ContactStatus.Active && To == ContactStatus.Active;
}

/// <summary>The dates of one party's schedule.</summary>
/// <param name="Suspended">A mandate or contract runs, and nothing is deleted meanwhile.</param>
/// <param name="Exempt">A professional: no date of their own.</param>
/// <param name="Restricted">Their erasure was granted in part: the rest follows when the last reason ends, and nothing brings them back.</param>
/// <param name="FlagOn">Enters the queue if nothing more is heard; after the end while suspended, none without an end.</param>
/// <param name="KeptUntil">Identity and contracts stay until then; 9999-12-31 while held.</param>
public sealed record PartyDates(bool Suspended, bool Exempt, bool Restricted, DateOnly? FlagOn, DateOnly? KeptUntil)
{
    internal static async Task<PartyDates> OfAsync(CrmDbContext db, FactsRow row, PolicyHistory policies, DateOnly today, CancellationToken cancel)
    {
        var facts = row.ToFacts();
        var exempt = facts.Kind == ContactKind.Professional && policies.Current.ProfessionalsExempt;
        var flagOn = exempt || facts.Restricted ? null
            : facts.Running ? await AfterLastEndAsync(db, row, policies, cancel)
            : facts.Status == ContactStatus.PendingDeletion ? facts.PendingSince
            : policies.Decide(facts, today).Dates.FlagOn;
        return new PartyDates(facts.Running, exempt, facts.Restricted, flagOn, facts.KeptUntil);
    }

    // The day after the last end, the same rules read the ends as acts of the person.
    private static async Task<DateOnly?> AfterLastEndAsync(CrmDbContext db, FactsRow row, PolicyHistory policies, CancellationToken cancel)
    {
        var ends = await db.Obligations.Where(o => o.Parties.Any(p => p.ContactId == row.Id)).Select(o => o.EndsOn).ToListAsync(cancel);
        if (ends.Contains(null)) return null;
        var dayAfter = ends.Max()!.Value.AddDays(1);
        var then = await db.Contacts.Where(c => c.Id == row.Id).Facts(db, dayAfter).SingleAsync(cancel);
        return policies.Decide(then.Reactivated().ToFacts(), dayAfter).Dates.FlagOn;
    }
}
