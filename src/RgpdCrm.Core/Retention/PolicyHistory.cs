using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;

namespace RgpdCrm.Core.Retention;

/// <summary>All versions of the rules. Who is pending keeps the periods of the version under which they entered;
/// the exemption of professionals is always the current one.</summary>
public sealed class PolicyHistory(IReadOnlyList<RetentionPolicy> versions)
{
    /// <summary>The version in force.</summary>
    public RetentionPolicy Current { get; } = versions.MaxBy(p => p.Version) ?? throw new InvalidOperationException("No retention policy is published.");

    /// <summary>Every version, for the bounds of the broad filter.</summary>
    public IReadOnlyList<RetentionPolicy> Versions => versions;

    /// <summary>The rules that apply to one contact.</summary>
    public RetentionPolicy For(ContactFacts contact) =>
        contact.PendingVersion is { } version && versions.FirstOrDefault(p => p.Version == version) is { } entered
            ? entered with { ProfessionalsExempt = Current.ProfessionalsExempt }
            : Current;

    /// <summary>The decision for one contact on a date, under the rules that apply to them.</summary>
    public Verdict Decide(ContactFacts contact, DateOnly today) => For(contact).Decide(contact, today);

    /// <summary>The same history with one more version, in force.</summary>
    public PolicyHistory With(RetentionPolicy next) => new([.. versions, next with { Version = Current.Version + 1 }]);

    /// <summary>Publishes the next version, with who, when, why and what changed. A refusal writes nothing. The version of <paramref name="wanted"/> is the
    /// number it was prepared for, so that another one published meanwhile is noticed. <paramref name="approval"/> lets everyone who enters tonight do so
    /// beyond the brake; without it the brake spreads them.</summary>
    /// <exception cref="OutsideLedgerException">The register outside cannot be written: nothing is published.</exception>
    public static Task<PublishResult> PublishAsync(CrmDbContext db, RetentionPolicy wanted, string reason, Act act, EntryApproval? approval = null, OutsideLedger? outside = null, CancellationToken cancel = default) =>
        outside.TraceAsync(db, new Intent(Erasure.Trigger.Admin, "policy", []), () => PublishTracedAsync(db, wanted, reason, act, approval, cancel), cancel);

    private static async Task<PublishResult> PublishTracedAsync(CrmDbContext db, RetentionPolicy wanted, string reason, Act act, EntryApproval? approval, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(reason)) return new PublishResult(PublishRefusal.EmptyReason);
        if (wanted.Faults().Count > 0) return new PublishResult(PublishRefusal.OutOfBounds);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({(long)AdvisoryLock.Rules})", cancel);
        var history = await LoadAsync(db, cancel);
        if (wanted.Version != history.Current.Version + 1) return new PublishResult(PublishRefusal.Stale);
        var changed = wanted.DifferencesFrom(history.Current);
        if (changed.Count == 0) return new PublishResult(PublishRefusal.NothingChanged);

        if (approval is not null)
        {
            var entrants = await PolicySimulation.EntrantsAsync(db, history.With(wanted), approval.Tonight, cancel);
            if (entrants.Count != approval.Number) return new PublishResult(PublishRefusal.WrongNumber);
            await BrakeLists.ApproveEntriesAsync(db, entrants, approval.Tonight, act, cancel);
        }
        db.Policies.Add(wanted with { PublishedAt = act.At, PublishedById = act.By, Reason = reason.Trim() });
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "policy.published", "policy", null, [.. changed]));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new PublishResult();
    }

    /// <summary>Reads the published versions.</summary>
    public static async Task<PolicyHistory> LoadAsync(CrmDbContext db, CancellationToken cancel = default) =>
        new(await db.Policies.AsNoTracking().OrderBy(p => p.Version).ToListAsync(cancel));
}

/// <summary>An admin's approval of the entries that a publication causes in the next run, given as their typed number.</summary>
public sealed record EntryApproval(int Number, DateOnly Tonight);

/// <summary>What came of a publication.</summary>
/// <param name="Refusal">Why nothing was published; none when it was.</param>
public sealed record PublishResult(PublishRefusal? Refusal = null)
{
    /// <summary>The version is published.</summary>
    public bool Done => Refusal is null;
}

/// <summary>Why rules were not published; the page puts it into words.</summary>
public enum PublishRefusal
{
    EmptyReason,
    OutOfBounds,
    NothingChanged,

    /// <summary>Another version was published meanwhile.</summary>
    Stale,

    /// <summary>The typed number is not the number of people who enter tonight.</summary>
    WrongNumber,
}
