using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Files;

/// <summary>Import, export and refused-row files: personal data outside the database, readable by their owner only,
/// gone <see cref="KeptDays"/> days after they were made (retention.md, "Other categories").</summary>
/// <param name="storage">The agency's storage folder; ours is <c>files</c> in it, created with the first file.</param>
/// <param name="clock">Says when a file's days are over.</param>
public sealed class PersonalFiles(string storage, AgencyClock clock)
{
    /// <summary>Days a file lives.</summary>
    public const int KeptDays = 7;

    /// <summary>Where the files are.</summary>
    public string Folder { get; } = Path.Combine(Path.GetFullPath(storage), "files");

    /// <summary>A path that no other file has.</summary>
    /// <param name="purpose">What the file is; names nobody.</param>
    public string NewPath(string purpose) => Path.Combine(Folder, $"{purpose}-{clock.Today:yyyy-MM-dd}-{Guid.NewGuid():N}.csv");

    /// <summary>Whether a file lies here, and so leaves by itself.</summary>
    public bool Holds(string path) => Path.GetFullPath(path).StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Deletes the files whose days are over. One that cannot be deleted is counted and the rest goes on.</summary>
    public (int Deleted, int Failed) Expire()
    {
        var (deleted, failed) = (0, 0);
        foreach (var file in Directory.Exists(Folder) ? new DirectoryInfo(Folder).EnumerateFiles() : [])
        {
            if (clock.Today < MadeOn(file).AddDays(KeptDays)) continue;
            try
            {
                file.Delete();
                deleted++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failed++;
            }
        }
        return (deleted, failed);
    }

    /// <summary>Opens a new file that only its owner may read; its folder is created when missing.</summary>
    /// <exception cref="IOException">It cannot be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written there.</exception>
    internal static FileStream Create(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var mine = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            mine.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return new FileStream(path, mine);
    }

    // Correcting a file in place does not make it younger.
    private DateOnly MadeOn(FileInfo file) => clock.DateOf(file.CreationTimeUtc < file.LastWriteTimeUtc ? file.CreationTimeUtc : file.LastWriteTimeUtc);
}
