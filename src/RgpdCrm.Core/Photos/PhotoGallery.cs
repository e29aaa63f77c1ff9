using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Photos;

/// <summary>The photos that people see, in their order.</summary>
public static class PhotoGallery
{
    /// <summary>Photos of a property, the cover first.</summary>
    public static async Task<IReadOnlyList<Photo>> OfAsync(CrmDbContext db, Guid propertyId, CancellationToken cancel = default) =>
        await db.Photos.AsNoTracking().Shown().Where(p => p.PropertyId == propertyId).InOrder().ToListAsync(cancel);

    /// <summary>Covers of properties by the property's id, in one statement; a property without photo is missing.</summary>
    public static async Task<IReadOnlyDictionary<Guid, Photo>> CoversAsync(CrmDbContext db, IReadOnlyCollection<Guid> propertyIds, CancellationToken cancel = default) =>
        propertyIds.Count == 0 ? new Dictionary<Guid, Photo>() : await db.Photos.AsNoTracking().Shown().Where(p => propertyIds.Contains(p.PropertyId))
            .GroupBy(p => p.PropertyId).Select(of => of.OrderBy(p => p.Position).ThenBy(p => p.AddedAt).ThenBy(p => p.Id).First())
            .ToDictionaryAsync(p => p.PropertyId, cancel);

    internal static IQueryable<Photo> Shown(this IQueryable<Photo> photos) => photos.Where(p => p.State == PhotoState.Published);

    internal static IQueryable<Photo> InOrder(this IQueryable<Photo> photos) => photos.OrderBy(p => p.Position).ThenBy(p => p.AddedAt).ThenBy(p => p.Id);
}
