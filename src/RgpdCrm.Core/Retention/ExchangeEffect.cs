using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Retention;

/// <summary>What logging an exchange would change, told before it is logged.</summary>
/// <param name="MovesSilent">It is a sign of the person.</param>
/// <param name="MovesIdle">It counts as an exchange.</param>
/// <param name="Before">Entry into the queue as things stand.</param>
/// <param name="After">Entry into the queue once logged.</param>
/// <param name="BringsBack">Someone pending would be back among the active at once.</param>
/// <param name="Suspended">A mandate, a contract or the exemption of professionals decides, not the clocks.</param>
public sealed record ExchangeEffect(bool MovesSilent, bool MovesIdle, DateOnly? Before, DateOnly? After, bool BringsBack, bool Suspended)
{
    /// <summary>Asks the rules about one contact with the exchange added; nothing when there is no such contact.</summary>
    public static async Task<ExchangeEffect?> OfAsync(CrmDbContext db, Guid contactId, ActivityKind kind, Outcome outcome, DateOnly on, DateOnly today, CancellationToken cancel = default)
    {
        if (await db.Contacts.Where(c => c.Id == contactId).Facts(db, today).SingleOrDefaultAsync(cancel) is not { } row) return null;
        var (silent, idle) = (Clocks.MovesSilent(kind, outcome), Clocks.MovesIdle(kind, outcome));
        var policies = await PolicyHistory.LoadAsync(db, cancel);
        var before = policies.Decide(row.ToFacts(), today);
        var logged = row.WithExchange(kind, outcome, on);
        var after = policies.Decide(logged.ToFacts(), today);
        var back = row.Status != ContactStatus.Active && after.Decision == Decision.Reactivate;
        var active = back ? policies.Decide(logged.Reactivated().ToFacts(), today) : after;
        return new ExchangeEffect(silent, idle, before.Dates.FlagOn, active.Dates.FlagOn, back, active.Rule is Rule.ObligationRunning or Rule.ProfessionalExempt);
    }
}
