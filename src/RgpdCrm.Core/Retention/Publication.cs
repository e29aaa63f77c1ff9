using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;

namespace RgpdCrm.Core.Retention;

/// <summary>Rules that make people due earlier: they wait 72 hours, unless a second admin confirms them before. One waits at a time.</summary>
public sealed class RuleProposal
{
    /// <summary>Hours between the proposal and its taking effect by itself.</summary>
    public const int WaitHours = 72;

    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [NotPersonal] public Guid? ProposedById { get; init; }
    [NotPersonal] public DateTimeOffset ProposedAt { get; init; }

    /// <summary>The rules, as the version they were prepared for, with their reason.</summary>
    [NotPersonal] public required RetentionPolicy Wanted { get; init; }

    /// <summary>How many enter the queue that night, typed by who proposes, to let them do so beyond the brake; none lets the brake spread them.</summary>
    [NotPersonal] public int? Entries { get; init; }

    /// <summary>The first run from here on reads these rules.</summary>
    public DateTimeOffset TakesEffectAt => ProposedAt.AddHours(WaitHours);
}

/// <summary>Publishes rules, with who, when, why and what changed. Longer periods apply at once; shorter ones wait as a <see cref="RuleProposal"/>. A refusal writes nothing;
/// neither does a register outside that cannot be written (<see cref="OutsideLedgerException"/>).</summary>
public sealed class Publication(CrmDbContext db, OutsideLedger? outside = null)
{
    private static Intent Intent => new(Erasure.Trigger.Admin, "policy", []);

    /// <summary>The proposal that waits; none when there is none.</summary>
    public Task<RuleProposal?> WaitingAsync(CancellationToken cancel = default) => db.RuleProposals.AsNoTracking().SingleOrDefaultAsync(cancel);

    /// <summary>Publishes the next version, or lets it wait when it makes anyone due earlier. The version of <paramref name="wanted"/> is the
    /// number it was prepared for, so that another one published meanwhile is noticed. <paramref name="approval"/> lets everyone who enters the
    /// night it takes effect do so beyond the brake, if they are still as many and the approvals suffice; without it the brake spreads them.</summary>
    public Task<PublishResult> PublishAsync(RetentionPolicy wanted, string reason, Act act, EntryApproval? approval = null, CancellationToken cancel = default) =>
        outside.TraceAsync(db, Intent, () => PublishTracedAsync(wanted, reason, act, approval, cancel), cancel);

    private async Task<PublishResult> PublishTracedAsync(RetentionPolicy wanted, string reason, Act act, EntryApproval? approval, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(reason)) return new(PublishRefusal.EmptyReason);
        if (wanted.Faults().Count > 0) return new(PublishRefusal.OutOfBounds);
        await using var transaction = await LockAsync(cancel);
        var history = await PolicyHistory.LoadAsync(db, cancel);
        if (wanted.Version != history.Current.Version + 1) return new(PublishRefusal.Stale);
        if (wanted.DifferencesFrom(history.Current).Count == 0) return new(PublishRefusal.NothingChanged);
        if (await db.RuleProposals.AnyAsync(cancel)) return new(PublishRefusal.AnotherWaits);
        if (await FourEyes.JudgeAsync(db, act, null, cancel) is var eyes && eyes == Eyes.NotAdmin) return new(PublishRefusal.NotAdmin);
        var entrants = approval is null ? [] : await PolicySimulation.EntrantsAsync(db, history.With(wanted), approval.Tonight, cancel);
        if (approval is not null && entrants.Count != approval.Number) return new(PublishRefusal.WrongNumber);

        var named = wanted with { Reason = reason.Trim(), PublishedById = act.By };
        if (named.ShortensAny(history.Current))
        {
            db.RuleProposals.Add(new RuleProposal { ProposedAt = act.At, ProposedById = act.By, Wanted = named, Entries = approval?.Number });
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, "policy.proposed", "policy", null, [.. wanted.DifferencesFrom(history.Current)]));
        }
        else
        {
            // With two admins, whoever the brake keeps back is approved as a frozen list.
            if (approval is not null && eyes == Eyes.Alone) await BrakeLists.ApproveEntriesAsync(db, entrants, approval.Tonight, act, eyes, cancel);
            Publish(history, named, act, "policy.published");
        }
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new(Waits: named.ShortensAny(history.Current));
    }

    /// <summary>A second admin confirms the rules that wait: they apply from the next run on. With <paramref name="approval"/> the entries of that night,
    /// which the first admin must have named as well, go beyond the brake.</summary>
    public Task<PublishResult> ConfirmAsync(Guid proposalId, Act act, EntryApproval? approval = null, CancellationToken cancel = default) =>
        outside.TraceAsync(db, Intent, () => ConfirmTracedAsync(proposalId, act, approval, cancel), cancel);

    private async Task<PublishResult> ConfirmTracedAsync(Guid proposalId, Act act, EntryApproval? approval, CancellationToken cancel)
    {
        await using var transaction = await LockAsync(cancel);
        if (await db.RuleProposals.SingleOrDefaultAsync(p => p.Id == proposalId, cancel) is not { } proposal) return new(PublishRefusal.Stale);
        var eyes = await FourEyes.JudgeAsync(db, act, new Proposed(proposal.ProposedById), cancel);
        if (eyes == Eyes.NotAdmin) return new(PublishRefusal.NotAdmin);
        // Alone, nobody can be the second: the 72 hours protect the agency from its one admin's haste.
        if (eyes is Eyes.Same or Eyes.Alone) return new(PublishRefusal.SameAdmin);
        if (eyes == Eyes.Tied) return new(PublishRefusal.Tied);
        if (eyes == Eyes.First) return new(PublishRefusal.ProposerGone);

        var history = await PolicyHistory.LoadAsync(db, cancel);
        if (approval is not null)
        {
            var entrants = await PolicySimulation.EntrantsAsync(db, history.With(proposal.Wanted), approval.Tonight, cancel);
            if (entrants.Count != approval.Number || proposal.Entries != approval.Number) return new(PublishRefusal.WrongNumber);
            await BrakeLists.ApproveEntriesAsync(db, entrants, approval.Tonight, act, eyes, cancel);
        }
        db.RuleProposals.Remove(proposal);
        Publish(history, proposal.Wanted, act, "policy.confirmed");
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new();
    }

    /// <summary>Takes the rules that wait back; false when there are none any more.</summary>
    public async Task<bool> WithdrawAsync(Guid proposalId, Act act, CancellationToken cancel = default)
    {
        await using var transaction = await LockAsync(cancel);
        if (await db.RuleProposals.Where(p => p.Id == proposalId).ExecuteDeleteAsync(cancel) == 0) return false;
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "policy.withdrawn", "policy", null));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Publishes the rules whose 72 hours are over, at the start of a run: nothing takes effect on a clock that nobody believed.
    /// What a restored backup brought back is withdrawn, because nobody knows whether it still stood.</summary>
    internal async Task TakeEffectAsync(DateOnly tonight, DateTimeOffset now, CancellationToken cancel)
    {
        if (await WaitingAsync(cancel) is { } waiting && waiting.TakesEffectAt <= now)
            await outside.TraceAsync(db, Intent, () => TakeEffectTracedAsync(tonight, now, cancel), cancel);
    }

    private async Task<bool> TakeEffectTracedAsync(DateOnly tonight, DateTimeOffset now, CancellationToken cancel)
    {
        await using var transaction = await LockAsync(cancel);
        if (await db.RuleProposals.SingleOrDefaultAsync(cancel) is not { } proposal) return false;
        var history = await PolicyHistory.LoadAsync(db, cancel);
        db.RuleProposals.Remove(proposal);
        if (proposal.Wanted.Version != history.Current.Version + 1 || await db.Restores.AnyAsync(r => r.RestoredAt > proposal.ProposedAt, cancel))
        {
            db.AuditEntries.Add(new AuditEntry(now, null, "policy.withdrawn", "policy", null));
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            return false;
        }

        // The number that a sole admin typed is worth an approval, as long as it is still right.
        if (proposal.Entries is { } number && await FourEyes.JudgeAsync(db, new Act(proposal.ProposedById, now), null, cancel) == Eyes.Alone
            && await PolicySimulation.EntrantsAsync(db, history.With(proposal.Wanted), tonight, cancel) is var entrants && entrants.Count == number)
            await BrakeLists.ApproveEntriesAsync(db, entrants, tonight, new Act(proposal.ProposedById, now), Eyes.Alone, cancel);
        Publish(history, proposal.Wanted, new Act(null, now), "policy.published");
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private void Publish(PolicyHistory history, RetentionPolicy wanted, Act act, string action)
    {
        db.Policies.Add(wanted with { PublishedAt = act.At });
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, action, "policy", null, [.. wanted.DifferencesFrom(history.Current)]));
    }

    private async Task<Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction> LockAsync(CancellationToken cancel)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({(long)AdvisoryLock.Rules})", cancel);
        return transaction;
    }
}

/// <summary>An admin's approval of the entries that a publication causes in the next run, given as their typed number.</summary>
public sealed record EntryApproval(int Number, DateOnly Tonight);

/// <summary>What came of a publication.</summary>
/// <param name="Refusal">Why nothing was published; none when it was.</param>
/// <param name="Waits">It waits 72 hours, or for a second admin.</param>
public sealed record PublishResult(PublishRefusal? Refusal = null, bool Waits = false)
{
    /// <summary>The version is published, or waits to be.</summary>
    public bool Done => Refusal is null;
}

/// <summary>Why rules were not published; the page puts it into words.</summary>
public enum PublishRefusal
{
    EmptyReason,
    OutOfBounds,
    NothingChanged,

    /// <summary>Another version was published meanwhile, or what waited is gone.</summary>
    Stale,

    /// <summary>The typed number is not the number of people who enter tonight.</summary>
    WrongNumber,

    /// <summary>Rules wait already: they take effect or are withdrawn first.</summary>
    AnotherWaits,

    /// <summary>The one who proposed cannot confirm.</summary>
    SameAdmin,

    /// <summary>The one who proposed and this one may be the same person (<see cref="FourEyes"/>).</summary>
    Tied,

    /// <summary>The one who asks is no enabled admin any more.</summary>
    NotAdmin,

    /// <summary>Whoever proposed is no enabled admin any more: only the 72 hours count.</summary>
    ProposerGone,
}
