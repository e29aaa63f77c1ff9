using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Retention;

/// <summary>What rules would do if they were published now, beside what those in force do: the runs of twelve months decided ahead, in one pass, with flat memory.
/// It supposes that nobody is heard of any more and that no brake keeps anyone back; nothing is written.</summary>
public sealed class PolicySimulation
{
    /// <summary>Months ahead.</summary>
    public const int Months = 12;

    /// <summary>People shown by name.</summary>
    public const int SampleSize = 20;

    private PolicySimulation() { }

    public required RetentionPolicy InForce { get; init; }
    public required RetentionPolicy Wanted { get; init; }

    /// <summary>Day of the first run that would read the new rules.</summary>
    public required DateOnly Tonight { get; init; }

    public required PolicyEffect Before { get; init; }
    public required PolicyEffect After { get; init; }

    /// <summary>Some of those for whom the new rules change the date, the earliest first.</summary>
    public required IReadOnlyList<SimulatedEntry> Sample { get; init; }

    /// <summary>How many people's date would change.</summary>
    public required int Changed { get; init; }

    /// <summary>What a week may put into the queue.</summary>
    public required int Cap { get; init; }

    /// <summary>What is left of it tonight.</summary>
    public required int Room { get; init; }

    /// <summary>How many of tonight's entries the brake would spread over later nights.</summary>
    public int KeptBack => Math.Max(0, After.Tonight - Room);

    /// <summary>Looks ahead from the next run on.</summary>
    public static async Task<PolicySimulation> RunAsync(CrmDbContext db, RetentionPolicy wanted, DateOnly tonight, CancellationToken cancel = default)
    {
        var inForce = await PolicyHistory.LoadAsync(db, cancel);
        var candidate = inForce.With(wanted);
        var last = tonight.AddMonths(Months).AddDays(-1);
        var (before, after, sample) = (new PolicyEffect(tonight), new PolicyEffect(tonight), new Sampling());
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await DueContacts.ListAsync(db, DueContacts.BoundsUntil(last, inForce, candidate), cancel);
            await foreach (var row in DueContacts.FactsAsync(db, last).WithCancellation(cancel))
                sample.Look(row.Id, before.Add(Course.Ahead(row, inForce, tonight, last)), after.Add(Course.Ahead(row, candidate, tonight, last)));
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
        before.Inquiries = await InquiriesAsync(db, inForce.Current.InquiryMonths, tonight, cancel);
        after.Inquiries = await InquiriesAsync(db, wanted.InquiryMonths, tonight, cancel);
        var (used, cap) = await Brakes.UseAsync(db, "contact", Budget.Flagging, tonight, cancel);
        return new PolicySimulation
        {
            InForce = inForce.Current,
            Wanted = wanted,
            Tonight = tonight,
            Before = before,
            After = after,
            Sample = await sample.NamedAsync(db, cancel),
            Changed = sample.Count,
            Cap = cap,
            Room = Math.Max(0, cap - used),
        };
    }

    /// <summary>Whom a run on that date puts into the queue under these rules.</summary>
    internal static async Task<IReadOnlyList<Guid>> EntrantsAsync(CrmDbContext db, PolicyHistory policies, DateOnly tonight, CancellationToken cancel)
    {
        var entrants = new List<Guid>();
        await DueContacts.ListAsync(db, DueContacts.Bounds(policies, tonight), cancel);
        await foreach (var row in DueContacts.FactsAsync(db, tonight).WithCancellation(cancel))
            if (policies.Decide(row.ToFacts(), tonight).Decision == Decision.Flag) entrants.Add(row.Id);
        return entrants;
    }

    private static Task<int> InquiriesAsync(CrmDbContext db, int months, DateOnly tonight, CancellationToken cancel) =>
        db.Inquiries.CountAsync(i => i.ReceivedOn.AddMonths(months) <= tonight && !db.Holds.Any(h => h.ContactId == i.ContactId && h.LiftedAt == null), cancel);

    /// <summary>The earliest of those whose date changes, and how many they are.</summary>
    private sealed class Sampling
    {
        private readonly SortedList<(DateOnly On, DateOnly Due, Guid Id), SimulatedEntry> _kept = [];

        public int Count { get; private set; }

        public void Look(Guid id, Step? before, Step? after)
        {
            if (before?.On == after?.On || (after ?? before) is not { } step) return;
            Count++;
            _kept.Add((after?.On ?? DateOnly.MaxValue, step.Verdict.Dates.FlagOn ?? DateOnly.MinValue, id), new SimulatedEntry(id, "", step.Facts, step.Verdict, before?.On, after?.On));
            if (_kept.Count > SampleSize) _kept.RemoveAt(SampleSize);
        }

        public async Task<IReadOnlyList<SimulatedEntry>> NamedAsync(CrmDbContext db, CancellationToken cancel)
        {
            var ids = _kept.Values.Select(e => e.ContactId).ToArray();
            var names = await db.Contacts.Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => ContactName.Display(c.FirstName, c.LastName, c.Organisation), cancel);
            return [.. _kept.Values.Select(e => e with { Name = names.GetValueOrDefault(e.ContactId, "") })];
        }
    }
}

/// <summary>What some rules do over the months ahead.</summary>
public sealed class PolicyEffect(DateOnly tonight)
{
    private readonly int[] _entries = new int[PolicySimulation.Months];

    /// <summary>Entries into the queue in the first run.</summary>
    public int Tonight { get; private set; }

    /// <summary>Entries into the queue in all.</summary>
    public int Total => _entries.Sum();

    /// <summary>Entries a month, the first month beginning tonight.</summary>
    public IReadOnlyList<int> Entries => _entries;

    /// <summary>People archived or erased in the first run.</summary>
    public int Leaving { get; private set; }

    /// <summary>Website inquiries erased in the first run.</summary>
    public int Inquiries { get; internal set; }

    /// <summary>Counts what happens to one person; returns their first entry.</summary>
    internal Step? Add(IEnumerable<Step> course)
    {
        Step? first = null;
        foreach (var step in course)
        {
            if (step.Leaves && step.On == tonight) Leaving++;
            if (step.Verdict.Decision != Decision.Flag) continue;
            first ??= step;
            if (step.On == tonight) Tonight++;
            _entries[MonthOf(step.On)]++;
        }
        return first;
    }

    private int MonthOf(DateOnly on) => Enumerable.Range(1, PolicySimulation.Months).First(month => on < tonight.AddMonths(month)) - 1;
}

/// <summary>Someone whose entry into the queue the new rules would move.</summary>
/// <param name="ContactId">Whose record it is.</param>
/// <param name="Name">Name as shown.</param>
/// <param name="Facts">Their facts on the day of the entry.</param>
/// <param name="Verdict">Why they enter, under the new rules when they enter at all.</param>
/// <param name="Before">When they enter under the rules in force; none within the twelve months.</param>
/// <param name="After">When they would enter under the new rules; none within the twelve months.</param>
public sealed record SimulatedEntry(Guid ContactId, string Name, ContactFacts Facts, Verdict Verdict, DateOnly? Before, DateOnly? After);
