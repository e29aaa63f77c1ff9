using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Retention;

/// <summary>What cannot be undone for many people at once is seen by two enabled admins when the agency has two; with one admin, one is enough.
/// The first one's act is a proposal; a different one confirms it. The command line has no account and counts as one approver.</summary>
public static class FourEyes
{
    /// <summary>What an act by someone (none: the command line) is worth, given who proposed the same before. Joins the caller's transaction: until it ends nobody becomes an admin nor stops being one.</summary>
    internal static async Task<Eyes> JudgeAsync(CrmDbContext db, Guid? by, Proposed? first, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared({(long)AdvisoryLock.Accounts})", cancel);
        var admins = await db.Users.Where(u => u.Role == Role.Admin && u.DisabledAt == null).Select(u => u.Id).ToListAsync(cancel);
        if (by is { } one && !admins.Contains(one)) return Eyes.NotAdmin;
        if (admins.Count < 2) return Eyes.Alone;
        // Who proposed may have left since: then nobody proposed.
        if (first is null || first.By is { } proposer && !admins.Contains(proposer)) return Eyes.First;
        return first.By == by ? Eyes.Same : Eyes.Second;
    }

    /// <summary>The agency has two enabled admins, so that one alone does not decide.</summary>
    public static async Task<bool> NeededAsync(CrmDbContext db, CancellationToken cancel) =>
        await db.Users.CountAsync(u => u.Role == Role.Admin && u.DisabledAt == null, cancel) > 1;
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

    /// <summary>The second pair of eyes.</summary>
    Second,
}
