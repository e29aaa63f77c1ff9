using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Retention;

/// <summary>What cannot be undone for many people at once is seen by two enabled admins when the agency has two; with one admin, one is enough.
/// The first one's act is a proposal; a different one confirms it. The command line has no account and counts as one approver.
/// Nobody makes their own second pair of eyes, nor does away with it: what an admin did to accounts is remembered for <see cref="RememberedHours"/>.</summary>
public static class FourEyes
{
    /// <summary>Hours during which whoever let somebody into an account may be behind it, and during which an admin who was put out still counts.</summary>
    public const int RememberedHours = 72;

    private static readonly string[] LettingIn = ["account.created", "account.link_made", "account.enabled", "account.role_changed", "account.second_factor_reset"];

    /// <summary>What an act by someone (none: the command line) is worth, given who proposed the same before. Joins the caller's transaction: until it ends nobody becomes an admin nor stops being one.</summary>
    internal static async Task<Eyes> JudgeAsync(CrmDbContext db, Act act, Proposed? first, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared({(long)AdvisoryLock.Accounts})", cancel);
        var admins = await db.Users.Where(u => u.Role == Role.Admin && u.DisabledAt == null).Select(u => u.Id).ToListAsync(cancel);
        if (act.By is { } one && !admins.Contains(one)) return Eyes.NotAdmin;
        if (!await NeededAsync(db, act.At, cancel)) return Eyes.Alone;
        // Who proposed may have left since: then nobody proposed.
        if (first is null || first.By is { } gone && !admins.Contains(gone)) return Eyes.First;
        if (first.By == act.By) return Eyes.Same;
        return first.By is { } proposer && act.By is { } other && await MayBeOneAsync(db, proposer, other, act.At, cancel) ? Eyes.Tied : Eyes.Second;
    }

    /// <summary>The agency has two admins, so that one alone does not decide. Whoever was disabled or demoted a moment ago still counts: else one of two would put the other out and be alone.</summary>
    public static async Task<bool> NeededAsync(CrmDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var since = now.AddHours(-RememberedHours);
        return await db.Users.CountAsync(u => u.Role == Role.Admin && (u.DisabledAt == null || u.DisabledAt > since)
            || db.AuditEntries.Any(a => a.Action == "account.admin_ended" && a.SubjectId == u.Id && a.At > since), cancel) > 1;
    }

    // Two accounts that somebody may both be behind: a link of the one was shown to the other, or links of both to a third.
    private static async Task<bool> MayBeOneAsync(CrmDbContext db, Guid one, Guid other, DateTimeOffset now, CancellationToken cancel)
    {
        var since = now.AddHours(-RememberedHours);
        var acts = await db.AuditEntries.Where(a => LettingIn.Contains(a.Action) && a.At > since && a.ActorId != null && a.SubjectId != null)
            .Select(a => new { Account = a.SubjectId!.Value, By = a.ActorId!.Value }).ToListAsync(cancel);
        var letInBy = acts.ToLookup(a => a.Account, a => a.By);
        return Behind(one, letInBy).Overlaps(Behind(other, letInBy));
    }

    private static HashSet<Guid> Behind(Guid account, ILookup<Guid, Guid> letInBy)
    {
        HashSet<Guid> behind = [];
        var next = new Stack<Guid>([account]);
        while (next.TryPop(out var who))
            if (behind.Add(who))
                foreach (var by in letInBy[who]) next.Push(by);
        return behind;
    }
}

/// <summary>Who proposed something that a second admin confirms; none for the command line.</summary>
internal sealed record Proposed(Guid? By);

/// <summary>What an admin's act is worth.</summary>
internal enum Eyes
{
    /// <summary>The one who acts is no enabled admin any more.</summary>
    NotAdmin,

    /// <summary>There is one admin, and one is enough.</summary>
    Alone,

    /// <summary>A proposal: another admin confirms it.</summary>
    First,

    /// <summary>The one who proposed cannot confirm.</summary>
    Same,

    /// <summary>The one who proposed and this one may be the same person: one of them was let in lately by the other, or both by a third.</summary>
    Tied,

    /// <summary>The second pair of eyes.</summary>
    Second,
}
