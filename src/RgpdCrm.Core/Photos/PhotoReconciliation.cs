using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Core.Photos;

/// <summary>Compares what lies in the photo store and the storage folder with what the database knows, both ways. Safe to repeat, and to kill.</summary>
public sealed class PhotoReconciliation(CrmDbContext db, IPhotoStore store, PhotoFiles masters, DocumentFiles documents, PaperFiles papers, PublishPhoto publish, AgencyClock clock)
{
    // Rows are written before objects; the hour is for clocks that differ and uploads under way.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>Removes what has no row, gives up uploads that were cut off, publishes again what is missing.</summary>
    /// <exception cref="PhotoStoreException">The store refused or did not answer; the storage folder is done all the same.</exception>
    /// <exception cref="IOException">The storage folder cannot be read.</exception>
    public async Task<ReconciliationReport> RunAsync(CancellationToken cancel = default)
    {
        var before = clock.Now - Grace;
        var givenUp = await GiveUpAsync(before, cancel);
        var (lostPhotos, oldMasters) = await FolderAsync(masters, StoredObject.PhotoMaster, db.Photos.Where(p => p.State != PhotoState.Waiting && p.AddedAt < before).Select(p => p.Key), db.Photos.Select(p => p.Key), before, cancel);
        var (lostDocuments, oldDocuments) = await FolderAsync(documents, StoredObject.Document, db.Documents.Where(d => d.AddedAt < before).Select(d => d.Key), db.Documents.Select(d => d.Key), before, cancel);

        var (_, oldPapers) = await FolderAsync(papers, StoredObject.Papers, db.RightsRequests.Where(_ => false).Select(r => r.PapersKey!), db.RightsRequests.Where(r => r.PapersKey != null).Select(r => r.PapersKey!), before, cancel);

        var listed = await store.ListAsync(cancel).ToListAsync(cancel);
        var photos = await db.Photos.Select(p => new { p.Key, p.State }).ToDictionaryAsync(p => p.Key, p => p.State, cancel);
        var kept = photos.Where(p => p.Value != PhotoState.Unpublished).Select(p => p.Key).ToHashSet();
        var orphans = await AskAsync(StoredObject.PublishedPhoto, listed.Where(o => o.WrittenAt < before && o.Key is { } key && !kept.Contains(key)).Select(o => o.Key!), cancel);
        var visible = listed.Where(o => o.Visible && o.Key is not null).GroupBy(o => o.Key!).ToDictionary(g => g.Key, g => g.Select(o => o.Name).Distinct().Count());
        var missing = photos.Where(p => p.Value == PhotoState.Published && visible.GetValueOrDefault(p.Key) < PhotoSizes.All.Count).Select(p => p.Key);
        var republished = await PublishAsync(missing, null, cancel) + await ResumeAsync(cancel);
        return new ReconciliationReport(orphans + oldMasters + oldDocuments + oldPapers, givenUp, republished, lostPhotos, lostDocuments, listed.Count(o => o.Key is null));
    }

    /// <summary>Publishes every photo again from its master: what a lost bucket needs.</summary>
    /// <param name="progress">Told after each photo how many are done, and how many there are.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>How many were published, and how many have no master any more.</returns>
    /// <exception cref="PhotoStoreException">The store refused or did not answer in time.</exception>
    public async Task<(int Published, int Lost)> RepublishAsync(IProgress<(int Done, int Total)>? progress = null, CancellationToken cancel = default)
    {
        var keys = await db.Photos.Where(p => p.State == PhotoState.Published).OrderBy(p => p.PropertyId).ThenBy(p => p.Position).Select(p => p.Key).ToListAsync(cancel);
        var published = await PublishAsync(keys, progress, cancel);
        return (published, keys.Count - published);
    }

    /// <summary>A photo whose files were never finished goes with whatever there is of it.</summary>
    private async Task<int> GiveUpAsync(DateTimeOffset before, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var keys = await db.Database.SqlQuery<string>($"DELETE FROM photos WHERE state = 'Waiting' AND added_at < {before} RETURNING key AS \"Value\"").ToListAsync(cancel);
        await ObjectRemoval.AskAsync(db, StoredObject.PublishedPhoto, keys, clock.Now, cancel);
        await ObjectRemoval.AskAsync(db, StoredObject.PhotoMaster, keys, clock.Now, cancel);
        await transaction.CommitAsync(cancel);
        return keys.Count;
    }

    private async Task<(int Lost, int Removed)> FolderAsync(
        StoredFiles files, StoredObject what, IQueryable<string> expected, IQueryable<string> known, DateTimeOffset before, CancellationToken cancel)
    {
        files.DiscardUnfinished(before);
        // The rows that must have a file are read before the files, those that a file may have after them.
        var wanted = await expected.ToListAsync(cancel);
        var found = files.All().Where(file => !file.Unfinished).ToList();
        var keys = (await known.ToListAsync(cancel)).ToHashSet();
        var removed = await AskAsync(what, found.Where(file => file.WrittenAt < before && !keys.Contains(file.Key)).Select(file => file.Key), cancel);
        return (wanted.Except(found.Select(file => file.Key)).Count(keys.Contains), removed);
    }

    /// <summary>Asks for removals that nobody asked for yet.</summary>
    private async Task<int> AskAsync(StoredObject what, IEnumerable<string> keys, CancellationToken cancel)
    {
        var all = keys.Distinct().ToList();
        if (all.Count == 0) return 0;
        var asked = await db.ObjectRemovals.Where(r => r.What == what && all.Contains(r.Key)).Select(r => r.Key).ToListAsync(cancel);
        List<string> left = [.. all.Except(asked)];
        await ObjectRemoval.AskAsync(db, what, left, clock.Now, cancel);
        return left.Count;
    }

    /// <summary>Photos whose property has a running mandate again; one whose removal still waits comes another night, or the removal would take it away.</summary>
    private async Task<int> ResumeAsync(CancellationToken cancel)
    {
        var keys = await db.Database.SqlQuery<string>($"""
            SELECT p.key AS "Value" FROM photos p
            WHERE p.state = 'Unpublished' AND NOT EXISTS (SELECT FROM object_removals r WHERE r.key = p.key)
              AND EXISTS (SELECT FROM obligations o WHERE o.property_id = p.property_id AND o.type = 'Mandate' AND o.ends_on >= {clock.Today})
            """).ToListAsync(cancel);
        var resumed = 0;
        foreach (var key in keys)
        {
            if (await PublishAsync([key], null, cancel) == 0) continue;
            resumed += await db.Photos.Where(p => p.Key == key && p.State == PhotoState.Unpublished).ExecuteUpdateAsync(p => p.SetProperty(x => x.State, PhotoState.Published), cancel);
        }
        return resumed;
    }

    private async Task<int> PublishAsync(IEnumerable<string> keys, IProgress<(int, int)>? progress, CancellationToken cancel)
    {
        var (all, done, published) = (keys.ToList(), 0, 0);
        foreach (var key in all)
        {
            if (masters.Holds(key))
            {
                await publish(key, cancel);
                published++;
            }
            progress?.Report((++done, all.Count));
        }
        return published;
    }
}

/// <summary>What a reconciliation found and did; counts only.</summary>
/// <param name="Orphans">Objects and files without a row whose removal was asked for.</param>
/// <param name="GivenUp">Photos whose upload had been cut off.</param>
/// <param name="Republished">Photos published again from their master.</param>
/// <param name="LostPhotos">Photos without their master: only a backup has it.</param>
/// <param name="LostDocuments">Documents without their file: only a backup has it.</param>
/// <param name="Foreign">Objects in the store that are not ours; left alone.</param>
public sealed record ReconciliationReport(int Orphans, int GivenUp, int Republished, int LostPhotos, int LostDocuments, int Foreign);
