using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Restores;

namespace RgpdCrm.Core.Retention;

/// <summary>Cries when the promise is not being kept: no successful run for 26 hours, something due for more than 24 hours
/// that no brake, hold or request explains, an object outside the database that should have gone 24 hours ago, and where backups are taken
/// one that is missing for 26 hours or was kept longer than 7 days, a key older than a year, or 15 days without a drill that restored one;
/// a register outside that cannot be written or lags, and a restore that nobody opened.</summary>
public sealed class DeadMansSwitch(CrmDbContext db, AgencyClock clock, IBackupStore? backups = null, OutsideLedger? outside = null)
{
    private static readonly TimeSpan MaxSilence = TimeSpan.FromHours(26);
    private static readonly TimeSpan MaxRemoval = TimeSpan.FromHours(24);

    /// <summary>Two weekly drills that failed, and a day.</summary>
    private static readonly TimeSpan MaxWithoutDrill = TimeSpan.FromDays(15);

    /// <summary>Looks now. The 26 hours start at the first migration.</summary>
    public async Task<RetentionHealth> CheckAsync(CancellationToken cancel = default)
    {
        var last = await db.RetentionRuns.Where(r => r.HostClock && r.Outcome == RunOutcome.Succeeded)
            .OrderByDescending(r => r.StartedAt).Select(r => r.FinishedAt).FirstOrDefaultAsync(cancel);
        var since = last ?? await db.Installations.Select(i => i.InstalledAt).SingleAsync(cancel);
        var alarms = new List<Alarm>();
        if (clock.Now - since > MaxSilence)
            alarms.Add(new Alarm(Alarm.NoRun, (int)(clock.Now - since).TotalHours));
        var overdue = await OverdueAsync(cancel);
        if (overdue > 0)
            alarms.Add(new Alarm(Alarm.Overdue, overdue));
        var forgotten = await db.ObjectRemovals.CountAsync(removal => removal.AskedAt < clock.Now - MaxRemoval, cancel);
        if (forgotten > 0)
            alarms.Add(new Alarm(Alarm.RemovalsWait, forgotten));
        if (outside is not null && await outside.CheckAsync(db, cancel) is not OutsideState.UpToDate and var state) alarms.Add(new Alarm(Alarm.Of(state), 1));
        if (await Restore.IsClosedAsync(db, cancel)) alarms.Add(new Alarm(Alarm.Closed, 1));
        if (backups is not null) alarms.AddRange(await BackupAlarmsAsync(cancel));
        return new RetentionHealth(alarms.Count == 0, alarms, last);
    }

    private async Task<List<Alarm>> BackupAlarmsAsync(CancellationToken cancel)
    {
        var alarms = new List<Alarm>();
        var ahead = clock.Now + BackupManifest.Ahead;
        var newest = await db.Backups.Where(b => b.Verified && b.TakenAt <= ahead).OrderByDescending(b => b.TakenAt).FirstOrDefaultAsync(cancel);
        var since = newest?.TakenAt ?? await db.Installations.Select(i => i.InstalledAt).SingleAsync(cancel);
        if (clock.Now - since > MaxSilence) alarms.Add(new Alarm(Alarm.NoBackup, (int)(clock.Now - since).TotalHours));
        var kept = (await db.Backups.Where(b => b.GoneAt == null).Select(b => b.TakenAt).ToListAsync(cancel)).Count(at => clock.DateOf(at).AddDays(BackupManifest.KeptDays) < clock.Today);
        if (kept > 0) alarms.Add(new Alarm(Alarm.BackupsKept, kept));
        if (newest?.KeyMadeOn is { } made && clock.Today >= made.AddMonths(BackupKey.LifeMonths)) alarms.Add(new Alarm(Alarm.OldBackupKey, 1));
        var drilled = await db.Drills.Where(d => d.FinishedAt <= ahead && d.Fault == null).MaxAsync(d => d.FinishedAt, cancel) ?? await db.Backups.Where(b => b.Verified).MinAsync(b => (DateTimeOffset?)b.TakenAt, cancel);
        if (drilled is { } lately && clock.Now - lately > MaxWithoutDrill) alarms.Add(new Alarm(Alarm.NoDrill, (int)(clock.Now - lately).TotalDays));
        return alarms;
    }

    private async Task<int> OverdueAsync(CancellationToken cancel)
    {
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            var batches = await RetentionBatches.StartAsync((NpgsqlConnection)db.Database.GetDbConnection(), clock.Today.AddDays(-1), clock.Now.AddDays(-1), apply: false, cancel);
            await batches.DueAsync(cancel);
            return batches.Counts.Where(c => c.Action is "flagged" or "archived" or "erased" or "photos-destroyed" or "unpublished").Sum(c => c.Count);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}

/// <summary>State of the dead man's switch.</summary>
public sealed record RetentionHealth(bool Healthy, IReadOnlyList<Alarm> Alarms, DateTimeOffset? LastSuccess);

/// <summary>One reason for alarm; the screens put it into words.</summary>
/// <param name="Code">One of the words below.</param>
/// <param name="Count">Hours without a successful run or backup, days without a drill, or how many records, objects or backups are overdue.</param>
public sealed record Alarm(string Code, int Count)
{
    public const string NoRun = "no-run", Overdue = "overdue", RemovalsWait = "removals-wait",
        NoBackup = "no-backup", BackupsKept = "backups-kept", OldBackupKey = "old-backup-key", NoDrill = "no-drill",
        OutsideClosed = "outside-closed", OutsideBehind = "outside-behind", OutsideForeign = "outside-foreign", Closed = "closed";

    /// <summary>What the register outside the database is not.</summary>
    public static string Of(OutsideState state) => state switch
    {
        OutsideState.Behind => OutsideBehind,
        OutsideState.Foreign => OutsideForeign,
        _ => OutsideClosed,
    };
}

/// <summary>Recomputes the stored dates from the surviving facts and says which contacts differ.</summary>
public static class ClockCheck
{
    /// <summary>Contacts whose stored dates are not what the facts say.</summary>
    public static async Task<IReadOnlyList<Guid>> DifferencesAsync(CrmDbContext db, CancellationToken cancel = default) =>
        await db.Database.SqlQuery<Guid>($"SELECT id AS \"Value\" FROM clock_differences ORDER BY id").ToListAsync(cancel);

    /// <summary>Puts the dates right; returns the contacts that differed.</summary>
    public static async Task<IReadOnlyList<Guid>> RepairAsync(CrmDbContext db, CancellationToken cancel = default)
    {
        var ids = (await DifferencesAsync(db, cancel)).ToArray();
        await db.Database.ExecuteSqlAsync($"SELECT refresh_clocks({ids}), refresh_obligations({ids})", cancel);
        return ids;
    }
}
