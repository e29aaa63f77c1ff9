using RgpdCrm.Core.Files;

namespace RgpdCrm.Core.Backups;

/// <summary>Where backups lie: a folder on another volume, or a bucket. Names are ours, made of digits, letters, <c>-</c>, <c>.</c> and <c>/</c>.</summary>
public interface IBackupStore
{
    /// <summary>Writes one object, seen whole or not at all, and returns its size in bytes.</summary>
    /// <exception cref="BackupException">The store refuses, is full or does not answer.</exception>
    Task<long> WriteAsync(string name, Func<Stream, Task> write, CancellationToken cancel = default);

    /// <summary>Opens one object for reading; none when it is not there.</summary>
    /// <exception cref="BackupException">The store refuses or does not answer.</exception>
    Task<Stream?> OpenReadAsync(string name, CancellationToken cancel = default);

    /// <summary>Everything it holds of ours, unfinished pieces as well.</summary>
    /// <exception cref="BackupException">The store refuses or does not answer.</exception>
    Task<IReadOnlyList<BackedUpObject>> ListAsync(CancellationToken cancel = default);

    /// <summary>Deletes one object, in every version; safe to repeat.</summary>
    /// <exception cref="BackupException">The store refuses or does not answer.</exception>
    Task DeleteAsync(string name, CancellationToken cancel = default);
}

/// <summary>One object of the backups.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="WrittenAt">When the store received it.</param>
public sealed record BackedUpObject(string Name, long Bytes, DateTimeOffset WrittenAt);

/// <summary>Backups in a folder, best on another volume; readable by their owner only.</summary>
public sealed class FolderBackupStore(string folder) : IBackupStore
{
    private readonly string _folder = Path.GetFullPath(folder);

    public Task<long> WriteAsync(string name, Func<Stream, Task> write, CancellationToken cancel = default) => GuardAsync(() => StoredFiles.WriteWholeAsync(PathOf(name), write));

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancel = default) => GuardAsync(() => Task.FromResult<Stream?>(StoredFiles.OpenExisting(PathOf(name))));

    public Task<IReadOnlyList<BackedUpObject>> ListAsync(CancellationToken cancel = default) => GuardAsync(() => Task.FromResult<IReadOnlyList<BackedUpObject>>(
        [.. from file in Directory.Exists(_folder) ? new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories) : []
            select new BackedUpObject(Path.GetRelativePath(_folder, file.FullName).Replace('\\', '/'), file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero))]));

    public Task DeleteAsync(string name, CancellationToken cancel = default) => GuardAsync(() =>
    {
        var path = PathOf(name);
        if (!File.Exists(path)) return Task.FromResult(false);
        File.Delete(path);
        for (var parent = Path.GetDirectoryName(path)!; parent.Length > _folder.Length && !Directory.EnumerateFileSystemEntries(parent).Any(); parent = Path.GetDirectoryName(parent)!) Directory.Delete(parent);
        return Task.FromResult(true);
    });

    private string PathOf(string name) => Path.GetFullPath(Path.Combine(_folder, name)) is var path && path.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        ? path
        : throw new ArgumentException("Not a name of ours.", nameof(name));

    private static async Task<T> GuardAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException(BackupFault.StoreFailed, e);
        }
    }
}
