using System.Security.Cryptography;

namespace RgpdCrm.Core.Files;

/// <summary>Files in the agency's own storage folder, one for each random key, readable by their owner only. A key tells nothing and is never used twice.</summary>
public abstract class StoredFiles
{
    private const string Unfinished = ".part";

    private readonly string _folder;

    private protected StoredFiles(string storage, string subfolder) => _folder = Path.Combine(Path.GetFullPath(storage), subfolder);

    /// <summary>A key that nothing else has: 32 lower-case hexadecimal digits.</summary>
    public static string NewKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Whether a text can be a key; nothing else ever becomes part of a path.</summary>
    public static bool IsKey(string? text) => text is { Length: 32 } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Where the file of a key lies, whether it is there or not.</summary>
    /// <exception cref="ArgumentException">It is not a key.</exception>
    public string PathOf(string key) => IsKey(key) ? Path.Combine(_folder, key[..2], key) : throw new ArgumentException("Not a key.", nameof(key));

    /// <summary>Whether the whole file is there.</summary>
    public bool Holds(string key) => File.Exists(PathOf(key));

    /// <summary>Writes the file, or replaces it: seen whole or not at all, whatever stops in between.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="content">Its bytes, from where the stream stands.</param>
    /// <param name="cancel">Gives up; nothing is left.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="IOException">It cannot be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written there.</exception>
    public Task<long> WriteAsync(string key, Stream content, CancellationToken cancel = default) => WriteWholeAsync(PathOf(key), content, cancel);

    /// <summary>Opens the file for reading; none when it is not there.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public FileStream? OpenRead(string key) => OpenExisting(PathOf(key));

    /// <summary>Deletes the file and what an unfinished writing left of it. Safe to repeat.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be deleted.</exception>
    public void Delete(string key)
    {
        var path = PathOf(key);
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder, key + "*")) File.Delete(file);
    }

    /// <summary>Every file, whole or unfinished, with the instant of its last writing.</summary>
    public IEnumerable<StoredFile> All() =>
        from file in Directory.Exists(_folder) ? new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories) : []
        let key = file.Name.Split('.')[0]
        where IsKey(key)
        select new StoredFile(key, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero), !IsWhole(file.Name));

    /// <summary>Whether a file's name is not that of a writing under way or cut off.</summary>
    internal static bool IsWhole(string fileName) => !fileName.EndsWith(Unfinished, StringComparison.Ordinal);

    /// <summary>Deletes what writings left that were cut off before an instant.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be deleted.</exception>
    internal void DiscardUnfinished(DateTimeOffset before)
    {
        if (!Directory.Exists(_folder)) return;
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles("*" + Unfinished, SearchOption.AllDirectories).Where(file => file.LastWriteTimeUtc < before)) file.Delete();
    }

    /// <summary>Writes beside, makes sure it is on the disk, then moves it into its place.</summary>
    internal static Task<long> WriteWholeAsync(string path, Stream content, CancellationToken cancel) => WriteWholeAsync(path, file => content.CopyToAsync(file, cancel));

    /// <inheritdoc cref="WriteWholeAsync(string, Stream, CancellationToken)"/>
    internal static async Task<long> WriteWholeAsync(string path, Func<Stream, Task> write)
    {
        var part = $"{path}.{Guid.NewGuid():N}{Unfinished}";
        try
        {
            long length;
            await using (var file = PersonalFiles.Create(part))
            {
                await write(file);
                file.Flush(flushToDisk: true);
                length = file.Length;
            }
            File.Move(part, path, overwrite: true);
            return length;
        }
        catch
        {
            if (File.Exists(part)) File.Delete(part);
            throw;
        }
    }

    /// <summary>Opens a file for reading; none when it is not there.</summary>
    internal static FileStream? OpenExisting(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>One file of a folder of <see cref="StoredFiles"/>.</summary>
/// <param name="Key">Its random name.</param>
/// <param name="WrittenAt">When it was last written.</param>
/// <param name="Unfinished">Its writing is under way, or was cut off.</param>
public sealed record StoredFile(string Key, DateTimeOffset WrittenAt, bool Unfinished);

/// <summary>Masters of the photos: full resolution, metadata removed, in the nightly backup. A lost photo store is filled again from them.</summary>
/// <param name="storage">The agency's storage folder; ours is <c>photos</c> in it.</param>
public sealed class PhotoFiles(string storage) : StoredFiles(storage, "photos");

/// <summary>Documents of mandates and contracts; they never leave the agency's own storage folder.</summary>
/// <param name="storage">The agency's storage folder; ours is <c>documents</c> in it.</param>
public sealed class DocumentFiles(string storage) : StoredFiles(storage, "documents");

/// <summary>Papers that prove who asks for a right: each goes as soon as it was checked.</summary>
/// <param name="storage">The agency's storage folder; ours is <c>papers</c> in it.</param>
public sealed class PaperFiles(string storage) : StoredFiles(storage, "papers");
