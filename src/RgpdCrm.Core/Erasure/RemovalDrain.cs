using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Photos;

namespace RgpdCrm.Core.Erasure;

/// <summary>Removes what the database no longer knows from the photo store and the storage folder. A removal is noted as done only once its object is seen
/// to be absent, so that a process killed in between does it again; the database never waits for a store.</summary>
public sealed partial class RemovalDrain(CrmDbContext db, IPhotoStore store, PhotoFiles masters, DocumentFiles documents, PaperFiles papers, AgencyClock clock, ILogger<RemovalDrain> logger)
{
    private const int AtOnce = 16;
    private const int LongestWaitMinutes = 60;

    /// <summary>Drains what is due. A kind of object whose store fails is left for later, with a longer wait each time; the other kinds go on.</summary>
    /// <returns>How many objects are gone, and how many have to be tried again.</returns>
    public async Task<(int Removed, int Failed)> RunAsync(CancellationToken cancel = default)
    {
        var (removed, failed) = (0, 0);
        var working = Enum.GetNames<StoredObject>().ToHashSet();
        while (await ClaimAsync(working, cancel) is { Count: > 0 } claimed)
        {
            var gone = await Task.WhenAll(claimed.Select(removal => TryRemoveAsync(removal, cancel)));
            var absent = claimed.Zip(gone).Where(pair => pair.Second).Select(pair => pair.First.Id).ToArray();
            await db.ObjectRemovals.Where(removal => absent.Contains(removal.Id)).ExecuteDeleteAsync(cancel);
            working.ExceptWith(claimed.Where(removal => !absent.Contains(removal.Id)).Select(removal => removal.What.ToString()));
            (removed, failed) = (removed + absent.Length, failed + claimed.Count - absent.Length);
        }
        return (removed, failed);
    }

    /// <summary>How many removals wait, and since when the oldest one does.</summary>
    public static async Task<(int Count, DateTimeOffset? Oldest)> WaitingAsync(CrmDbContext db, CancellationToken cancel = default) =>
        (await db.ObjectRemovals.CountAsync(cancel), await db.ObjectRemovals.MinAsync(removal => (DateTimeOffset?)removal.AskedAt, cancel));

    // A claim is the next attempt's date: it frees itself when the process that took it is killed, and nothing is locked while a store is asked.
    private Task<List<ObjectRemoval>> ClaimAsync(IReadOnlyCollection<string> kinds, CancellationToken cancel) => db.ObjectRemovals.FromSql($"""
        UPDATE object_removals SET attempts = attempts + 1, next_attempt_at = {clock.Now} + interval '1 minute' * least(power(2, least(attempts, 10)), {LongestWaitMinutes})
        WHERE id IN (SELECT id FROM object_removals WHERE next_attempt_at <= {clock.Now} AND what = ANY ({kinds.ToArray()}) ORDER BY next_attempt_at LIMIT {AtOnce} FOR UPDATE SKIP LOCKED)
        RETURNING *
        """).AsNoTracking().ToListAsync(cancel);

    private async Task<bool> TryRemoveAsync(ObjectRemoval removal, CancellationToken cancel)
    {
        try
        {
            return removal.What switch
            {
                StoredObject.PublishedPhoto => await store.RemoveAsync(removal.Key, cancel),
                StoredObject.PhotoMaster => Remove(masters, removal.Key),
                StoredObject.Document => Remove(documents, removal.Key),
                _ => Remove(papers, removal.Key),
            };
        }
        catch (Exception e) when (e is PhotoStoreException or IOException or UnauthorizedAccessException)
        {
            LogFailed(logger, removal.Id, removal.What, removal.Attempts, e is PhotoStoreException ? e.Message : e.GetType().Name);
            return false;
        }
    }

    private static bool Remove(StoredFiles files, string key)
    {
        files.Delete(key);
        return !files.Holds(key);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removal {Removal} of a {What} failed at attempt {Attempt}: {Fault}")]
    private static partial void LogFailed(ILogger logger, Guid removal, StoredObject what, int attempt, string fault);
}
