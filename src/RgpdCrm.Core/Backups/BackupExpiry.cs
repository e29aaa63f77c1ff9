using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Backups;

/// <summary>The age killer: backups of seven days go, whether or not newer ones succeeded (retention.md, "Other categories"), and with the last backup that names them the files they share. It needs no key. A clock that jumped since its last work and since the last run that believed it deletes nothing.</summary>
public sealed partial class BackupExpiry(IBackupStore store, CrmDbContext db, AgencyClock clock, ILogger<BackupExpiry> logger)
{
    /// <summary>Deletes what is too old, then what no backup names any more. Safe to repeat.</summary>
    /// <returns>How many objects went.</returns>
    /// <exception cref="BackupException">The store refuses, or still lists something that had to go; or the clock is not to be believed.</exception>
    public async Task<int> RunAsync(CancellationToken cancel = default)
    {
        if (!await IsClockBelievedAsync(cancel)) throw new BackupException(BackupFault.ClockDoubted);
        var listed = await store.ListAsync(cancel);
        // Also what a clock that was far ahead has named: nothing else would ever end it.
        var doomed = listed.Where(o => BackupManifest.TakenAt(o.Name) is { } at && (clock.DateOf(at).AddDays(BackupManifest.KeptDays) <= clock.Today || at > clock.Now + BackupManifest.Ahead)).ToList();
        await store.DeleteAsync([.. doomed.Select(o => o.Name)], cancel);
        var left = await store.ListAsync(cancel);
        await NoteGoneAsync(left, cancel);
        if (left.Select(o => o.Name).Intersect(doomed.Select(o => o.Name)).Any()) throw new BackupException(BackupFault.Incomplete);
        var gone = doomed.Count + await SweepAsync(cancel);
        await db.Database.ExecuteSqlAsync($"UPDATE installation SET backups_expired_at = {clock.Now}", cancel);
        LogExpired(logger, gone);
        return gone;
    }

    private async Task<bool> IsClockBelievedAsync(CancellationToken cancel)
    {
        var (last, run) = (await db.Installations.Select(i => i.BackupsExpiredAt).SingleAsync(cancel), await ClockGuard.LastAsync(db, cancel));
        return last is null && run is null || ClockGuard.IsNear(last, clock.Now) || ClockGuard.IsNear(run, clock.Now);
    }

    // Only while no backup is being taken: it may count on a file that no manifest names yet.
    private async Task<int> SweepAsync(CancellationToken cancel)
    {
        await using var held = await HeldLock.TryAsync(db.Database.GetConnectionString()!, AdvisoryLock.Backups, cancel);
        if (held is null) return 0;
        var (listed, named) = (await store.ListAsync(cancel), new HashSet<string>(StringComparer.Ordinal));
        foreach (var backup in listed.Select(o => o.Name).Where(n => BackupManifest.TakenAt(n) is not null).Select(n => n.Split('/')[0]).Distinct())
        {
            named.Add(BackupManifest.FileOf(backup));
            // One that was never finished names nothing, itself included.
            if (await BackupManifest.FindAsync(store, backup, cancel) is not { } manifest) continue;
            named.Add(manifest.Database);
            named.UnionWith(manifest.Files);
        }
        var strays = listed.Where(o => (BackupManifest.TakenAt(o.Name) is not null || o.Name.StartsWith(BackupManifest.Shared, StringComparison.Ordinal)) && !named.Contains(o.Name)).ToList();
        await store.DeleteAsync([.. strays.Select(o => o.Name)], cancel);
        return strays.Count;
    }

    private Task<int> NoteGoneAsync(IReadOnlyList<BackedUpObject> left, CancellationToken cancel)
    {
        var names = left.Select(o => o.Name.Split('/')[0]).Distinct().ToArray();
        return db.Backups.Where(b => b.GoneAt == null && b.FinishedAt != null && !names.Contains(b.Name)).ExecuteUpdateAsync(b => b.SetProperty(x => x.GoneAt, clock.Now), cancel);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Objects} objects of old backups deleted")]
    private static partial void LogExpired(ILogger logger, int objects);
}
