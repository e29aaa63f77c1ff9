using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Core.Photos;

/// <summary>The photos of one property, as agents change them. Whatever changes their order first locks the property, so that two people never mix their orders.</summary>
public sealed class PhotoAlbum(CrmDbContext db, PhotoPipeline pipeline, Guid propertyId)
{
    /// <summary>Photos a property may have.</summary>
    public const int MaxPhotos = 60;

    /// <summary>Takes a file as the last photo. The row comes first, then the master, then the published sizes; when one of them fails, all of it goes.</summary>
    /// <param name="name">The name it was sent under.</param>
    /// <param name="upload">The file; nothing of it is kept as it is.</param>
    /// <param name="act">Who adds it and when.</param>
    /// <param name="cancel">Gives up; nothing is left.</param>
    /// <returns>Its id; none when the property is gone or has <see cref="MaxPhotos"/> already.</returns>
    /// <exception cref="RefusedPhotoException">It is not taken.</exception>
    /// <exception cref="PhotoStoreException">The photo store refused or did not answer in time.</exception>
    /// <exception cref="IOException">The storage folder cannot be written.</exception>
    public async Task<Guid?> AddAsync(string name, Stream upload, Act act, CancellationToken cancel = default)
    {
        var made = await pipeline.MakeAsync(name, upload, cancel);
        if (await ReserveAsync(made, act, cancel) is not { } photo) return null;
        try
        {
            await pipeline.KeepAsync(photo.Key, made.Master, cancel);
            await pipeline.PutAsync(photo.Key, made.Sizes, cancel);
            return await PublishAsync(photo, act, cancel) ? photo.Id : null;
        }
        catch
        {
            await WithdrawAsync(photo, act.At);
            throw;
        }
    }

    /// <summary>Puts a photo at another place; at 0 it becomes the cover.</summary>
    /// <param name="photoId">The photo.</param>
    /// <param name="to">Its place from 0; beyond the last one, the last.</param>
    /// <param name="shown">The order that the person saw.</param>
    /// <param name="act">Who moves it and when.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False when the photos or their order changed meanwhile; nothing was moved then.</returns>
    public async Task<bool> MoveAsync(Guid photoId, int to, IReadOnlyList<Guid> shown, Act act, CancellationToken cancel = default)
    {
        await using var transaction = await LockAsync(cancel);
        var photos = await db.Photos.Where(p => p.PropertyId == propertyId).InOrder().ToListAsync(cancel);
        // A photo that is not shown yet, or no more, keeps its place among the others without being asked about.
        if (!photos.Where(p => p.State == PhotoState.Published).Select(p => p.Id).SequenceEqual(shown)) return false;
        if (photos.Find(p => p.Id == photoId && p.State == PhotoState.Published) is not { } moved) return false;
        var neighbour = photos.Find(p => p.Id == shown[Math.Clamp(to, 0, shown.Count - 1)])!;
        var place = photos.IndexOf(neighbour);
        if (neighbour == moved) return true;
        photos.Remove(moved);
        photos.Insert(place, moved);
        for (var i = 0; i < photos.Count; i++) photos[i].Position = i;
        Audit("photos.ordered", act);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Says what photos show. Only those whose text is not the one that was shown are written: a colleague's other texts stay.</summary>
    /// <param name="texts">Id of a photo, text that was shown, text that was typed.</param>
    /// <param name="act">Who writes and when.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>How many texts changed.</returns>
    public async Task<int> DescribeAsync(IEnumerable<(Guid Id, string Shown, string Typed)> texts, Act act, CancellationToken cancel = default)
    {
        var typed = texts.Where(t => t.Typed != t.Shown).ToDictionary(t => t.Id, t => t.Typed);
        var photos = await db.Photos.Where(p => p.PropertyId == propertyId && typed.Keys.Contains(p.Id)).ToListAsync(cancel);
        foreach (var photo in photos) photo.Alt = typed[photo.Id];
        if (photos.Count > 0) Audit("photo.described", act, nameof(Photo.Alt));
        await db.SaveChangesAsync(cancel);
        return photos.Count;
    }

    /// <summary>Removes a photo: its row now, its files as soon as their stores answer.</summary>
    /// <returns>False when it was gone already.</returns>
    public async Task<bool> RemoveAsync(Guid photoId, Act act, CancellationToken cancel = default)
    {
        if (await db.Photos.SingleOrDefaultAsync(p => p.Id == photoId && p.PropertyId == propertyId, cancel) is not { } photo) return false;
        db.Photos.Remove(photo);
        AskRemoval(photo, act.At);
        Audit("photo.removed", act);
        try
        {
            await db.SaveChangesAsync(cancel);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    private async Task<Photo?> ReserveAsync(NewPhoto made, Act act, CancellationToken cancel)
    {
        await using var transaction = await LockAsync(cancel);
        if (!await db.Properties.AnyAsync(p => p.Id == propertyId, cancel) || await db.Photos.CountAsync(p => p.PropertyId == propertyId, cancel) >= MaxPhotos) return null;
        var last = await db.Photos.Where(p => p.PropertyId == propertyId).MaxAsync(p => (int?)p.Position, cancel);
        var photo = new Photo
        {
            PropertyId = propertyId,
            Key = StoredFiles.NewKey(),
            Position = (last ?? -1) + 1,
            State = PhotoState.Waiting,
            Width = made.Width,
            Height = made.Height,
            Bytes = made.Master.Length,
            Placeholder = made.Placeholder,
            AddedAt = act.At,
        };
        db.Photos.Add(photo);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return photo;
    }

    // The row may have gone with its property meanwhile, and the removals it asked for may have run before the last file was written.
    private async Task<bool> PublishAsync(Photo photo, Act act, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var published = await db.Photos.Where(p => p.Id == photo.Id).ExecuteUpdateAsync(row => row.SetProperty(p => p.State, PhotoState.Published), cancel) == 1;
        if (published) Audit("photo.added", act);
        else AskRemoval(photo, act.At);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return published;
    }

    // Whoever sent the file may be gone: what was begun is undone all the same.
    private async Task WithdrawAsync(Photo photo, DateTimeOffset now)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        await db.Photos.Where(p => p.Id == photo.Id).ExecuteDeleteAsync(CancellationToken.None);
        AskRemoval(photo, now);
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private async Task<IDbContextTransaction> LockAsync(CancellationToken cancel)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM properties WHERE id = {propertyId} FOR UPDATE", cancel);
        return transaction;
    }

    private void AskRemoval(Photo photo, DateTimeOffset now)
    {
        ObjectRemoval.Ask(db, StoredObject.PublishedPhoto, [photo.Key], now);
        ObjectRemoval.Ask(db, StoredObject.PhotoMaster, [photo.Key], now);
    }

    private void Audit(string action, Act act, params string[] fields) => db.AuditEntries.Add(new AuditEntry(act.At, act.By, action, "property", propertyId, fields));
}
