using RgpdCrm.Core.Files;

namespace RgpdCrm.Core.Photos;

/// <summary>The published sizes in a folder, served by this application: what an agency without a bucket uses.</summary>
/// <param name="storage">The agency's storage folder; ours is <c>published</c> in it.</param>
public sealed class FolderPhotoStore(string storage) : IPhotoStore
{
    /// <summary>Where the application serves them.</summary>
    public const string Address = "/photos";

    private readonly string _folder = Path.Combine(Path.GetFullPath(storage), "published");

    public async Task PutAsync(string name, Stream content, string type, CancellationToken cancel = default)
    {
        try
        {
            content.Position = 0;
            await StoredFiles.WriteWholeAsync(PathOf(name), content, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PhotoStoreException("The folder of published photos cannot be written.", e);
        }
    }

    public Task<bool> RemoveAsync(string key, CancellationToken cancel = default)
    {
        var folder = FolderOf(key);
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            return Task.FromResult(!Directory.Exists(folder));
        }
        catch (DirectoryNotFoundException)
        {
            return Task.FromResult(true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PhotoStoreException("The folder of published photos refuses a removal.", e);
        }
    }

    public IAsyncEnumerable<PublishedObject> ListAsync(CancellationToken cancel = default)
    {
        try
        {
            return (Directory.Exists(_folder) ? new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories) : [])
                .Select(file => new PublishedObject($"{file.Directory!.Name}/{file.Name}", new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero), PhotoSizes.All.Contains(file.Name)))
                .ToList().ToAsyncEnumerable();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PhotoStoreException("The folder of published photos cannot be read.", e);
        }
    }

    public string AddressOf(string name) => $"{Address}/{name}";

    public string? Origin => null;

    /// <summary>Opens a published size; none when it is not there, or was never one of ours.</summary>
    public FileStream? OpenRead(string key, string size) => StoredFiles.IsKey(key) && PhotoSizes.All.Contains(size) ? StoredFiles.OpenExisting(Path.Combine(FolderOf(key), size)) : null;

    private string FolderOf(string key) => StoredFiles.IsKey(key) ? Path.Combine(_folder, key[..2], key) : throw new ArgumentException("Not a key.", nameof(key));

    private string PathOf(string name) => name.Split('/') is [var key, var size] && PhotoSizes.All.Contains(size) ? Path.Combine(FolderOf(key), size) : throw new ArgumentException("Not a photo's name.", nameof(name));
}
