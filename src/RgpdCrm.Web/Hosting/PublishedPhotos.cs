using RgpdCrm.Core.Photos;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Hosting;

/// <summary>Published photos for whoever knows their random address, as long as no bucket serves them.</summary>
internal static class PublishedPhotos
{
    /// <summary>What a key's object holds never changes: a photo that is replaced gets another key.</summary>
    public const string CacheControl = "public, max-age=31536000, immutable";

    public static void MapPublishedPhotos(this WebApplication app) =>
        app.MapGet(FolderPhotoStore.Address + "/{key}/{size}", Read).WithMetadata(new KeptByBrowsers(CacheControl)).FromAccessTable();

    private static IResult Read(string key, string size, IPhotoStore store) =>
        store is FolderPhotoStore folder && folder.OpenRead(key, size) is { } file
            ? Results.Stream(file, PhotoSizes.TypeOf(size))
            : Results.NotFound();
}
