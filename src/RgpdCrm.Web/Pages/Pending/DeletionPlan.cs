using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>What deleting these people now would do, as the rules stand: who may not go and why, what is destroyed, what stays.</summary>
public sealed class DeletionPlan
{
    private DeletionPlan() { }

    /// <summary>What each person's order leads to.</summary>
    public required IReadOnlyDictionary<Guid, Verdict> Verdicts { get; init; }

    /// <summary>Rows that would go, per table.</summary>
    public required IReadOnlyList<(string Table, int Count)> Destroyed { get; init; }

    /// <summary>Those who may not go, each with the reason.</summary>
    public required IReadOnlyList<(QueueRow Person, string Why)> Refused { get; init; }

    public required int Erased { get; init; }

    public required int Archived { get; init; }

    /// <param name="confirming">The people have been proposed already, and that is no reason to refuse them.</param>
    internal static async Task<DeletionPlan> OfAsync(CrmDbContext db, PolicyHistory policies, IReadOnlyList<QueueRow> people, DateOnly today, bool confirming, CancellationToken cancel)
    {
        var verdicts = people.ToDictionary(p => p.Id, p => policies.For(p.Facts).DecideOrder(p.Facts, today));
        var refused = people.Select(p => (Person: p, Why: RefusalOf(p, verdicts[p.Id], confirming))).Where(r => r.Why is not null).Select(r => (r.Person, r.Why!)).ToList();
        var going = people.Except(refused.Select(r => r.Person)).ToLookup(p => verdicts[p.Id].Decision, p => p.Id);
        return new DeletionPlan
        {
            Verdicts = verdicts,
            Refused = refused,
            Erased = going[Decision.Erase].Count(),
            Archived = going[Decision.Archive].Count(),
            Destroyed = await Inventory.TotalsAsync(db, [.. going[Decision.Erase]], [.. going[Decision.Archive]], cancel),
        };
    }

    private static string? RefusalOf(QueueRow person, Verdict verdict, bool confirming) =>
        person.OrderWaits ? Refusals.Sentence(new ReviewResult(Refusal.AlreadyOrdered))
        : person.Proposal is not null && !confirming ? Refusals.Sentence(new ReviewResult(Refusal.AlreadyProposed))
        : verdict.Decision == Decision.Keep ? Why.Sentence(person.Facts, verdict, person.Policy)
        : null;
}
