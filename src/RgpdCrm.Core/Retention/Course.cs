using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Core.Retention;

/// <summary>What the coming runs do with one contact when nothing more is heard: each night decided by the rules themselves, from the night on which something can change to the next.</summary>
internal static class Course
{
    /// <summary>Everything but "keep", in order.</summary>
    /// <param name="row">The facts as of the last night, so that they hold every end reached until then.</param>
    /// <param name="policies">The rules that the runs would read.</param>
    /// <param name="first">The first night.</param>
    /// <param name="last">The last night.</param>
    public static IEnumerable<Step> Ahead(FactsRow row, PolicyHistory policies, DateOnly first, DateOnly last)
    {
        for (DateOnly? night = first; night <= last;)
        {
            var on = night.Value;
            // Who still has something running on the last night has it running on all; else the latest end decides.
            var facts = (row with { Running = row.Running || row.EndedOn >= on }).ToFacts();
            var verdict = policies.Decide(facts, on);
            if (verdict.Decision == Decision.Keep)
            {
                night = Earliest(on, facts.Running && !row.Running ? row.EndedOn?.AddDays(1) : null, verdict.Dates.FlagOn, verdict.Dates.DeleteOn);
                continue;
            }

            yield return new Step(on, facts, verdict);
            if (verdict.Decision is Decision.Erase or Decision.Fail) yield break;
            row = Applied(row, facts, verdict.Decision, on, policies.Current.Version);
            night = on.AddDays(1);
        }
    }

    private static FactsRow Applied(FactsRow row, ContactFacts facts, Decision decision, DateOnly on, int version)
    {
        if (decision == Decision.Flag)
            return row with { Status = ContactStatus.PendingDeletion, PendingSince = on, PendingVersion = version, FromArchive = facts.InArchive };

        if (decision == Decision.Reactivate) return row.Reactivated();
        var left = row with { PendingSince = null, PendingVersion = null, FromArchive = false, PostponedUntil = null };
        return facts.InArchive
            ? left with { Status = ContactStatus.Archived }
            : left with { Status = ContactStatus.Archived, ArchivedOn = on, IdleOn = null, SilentOn = null };
    }

    private static DateOnly? Earliest(DateOnly after, params DateOnly?[] dates) => dates.Where(d => d > after).Min();
}

/// <summary>What one night does.</summary>
internal sealed record Step(DateOnly On, ContactFacts Facts, Verdict Verdict)
{
    /// <summary>Archived or erased: the daily record ends.</summary>
    public bool Leaves => Verdict.Decision == Decision.Erase || (Verdict.Decision == Decision.Archive && !Facts.InArchive);
}
