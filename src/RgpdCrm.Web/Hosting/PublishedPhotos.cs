using RgpdCrm.Core.Files;
using RgpdCrm.Core.Photos;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Hosting;

/// <summary>Published photos for whoever knows their random address. With a bucket, pages link to it; a mail is read days later, when a signed address no longer works, so it links here and is sent on.</summary>
internal static class PublishedPhotos
{
    /// <summary>What a key's object holds never changes: a photo that is replaced gets another key.</summary>
    public const string CacheControl = "public, max-age=31536000, immutable";

    public static void MapPublishedPhotos(this WebApplication app) =>
        app.MapGet(FolderPhotoStore.Address + "/{key}/{size}", Read).WithMetadata(new KeptByBrowsers(CacheControl)).FromAccessTable();

    /// <summary>Where a photo is found as long as it is published.</summary>
    public static string LastingAddress(string name) => $"{FolderPhotoStore.Address}/{name}";

    private static IResult Read(string key, string size, IPhotoStore store) =>
        store switch
        {
            FolderPhotoStore folder => folder.OpenRead(key, size) is { } file ? Results.Stream(file, PhotoSizes.TypeOf(size)) : Results.NotFound(),
            _ => StoredFiles.IsKey(key) && PhotoSizes.All.Contains(size) ? Results.Redirect(store.AddressOf($"{key}/{size}")) : Results.NotFound(),
        };
}
