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

    /// <summary>Deletes objects, in every version and with every unfinished piece; safe to repeat. One that does not go does not save the others.</summary>
    /// <exception cref="BackupException">The store refuses one or does not answer.</exception>
    Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancel = default);
}

/// <summary>One object of the backups.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Whole">The store gives it to who asks for this name; else it is a piece of a writing that was cut off, an earlier version or a marker.</param>
public sealed record BackedUpObject(string Name, long Bytes, bool Whole);

/// <summary>Backups in a folder, best on another volume; readable by their owner only.</summary>
public sealed class FolderBackupStore(string folder) : IBackupStore
{
    private readonly string _folder = Path.GetFullPath(folder);

    public Task<long> WriteAsync(string name, Func<Stream, Task> write, CancellationToken cancel = default) => GuardAsync(() => StoredFiles.WriteWholeAsync(PathOf(name), write));

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancel = default) => GuardAsync(() => Task.FromResult<Stream?>(StoredFiles.OpenExisting(PathOf(name))));

    public Task<IReadOnlyList<BackedUpObject>> ListAsync(CancellationToken cancel = default) => GuardAsync(() => Task.FromResult<IReadOnlyList<BackedUpObject>>(
        [.. from file in Directory.Exists(_folder) ? new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories) : []
            select new BackedUpObject(Path.GetRelativePath(_folder, file.FullName).Replace('\\', '/'), file.Length, StoredFiles.IsWhole(file.Name))]));

    public async Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancel = default)
    {
        BackupException? refused = null;
        foreach (var path in names.Select(PathOf))
        {
            try
            {
                await GuardAsync(() => Task.FromResult(Delete(path)));
            }
            catch (BackupException e)
            {
                refused ??= e;
            }
        }
        if (refused is not null) throw refused;
    }

    private bool Delete(string path)
    {
        if (!File.Exists(path)) return false;
        File.Delete(path);
        for (var parent = Path.GetDirectoryName(path)!; parent.Length > _folder.Length && !Directory.EnumerateFileSystemEntries(parent).Any(); parent = Path.GetDirectoryName(parent)!) Directory.Delete(parent);
        return true;
    }

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
