using System.Globalization;
using System.Security.Cryptography;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Core.Backups;

/// <summary>One secret that seals backups.</summary>
/// <param name="MadeOn">When it was made; its name in backups.</param>
/// <param name="Secret">A random text of 64 hexadecimal digits, the passphrase of OpenPGP.</param>
public sealed record BackupKey(DateOnly MadeOn, string Secret)
{
    /// <summary>Months after which a new one is asked for.</summary>
    public const int LifeMonths = 12;

    /// <summary>The name that backups sealed with it carry, such as <c>2026-11-23</c>.</summary>
    public string Id => MadeOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Its line in the file.</summary>
    public string Line => $"{Id} {Secret}";

    /// <summary>A new one.</summary>
    public static BackupKey Make(DateOnly today) => new(today, RandomNumberGenerator.GetHexString(64, lowercase: true));
}

/// <summary>The secrets of backups, in a file that is kept off their volume: one a line, its date before it, the newest last.
/// The newest seals; the earlier ones still open what they sealed, for the seven days that it lives.</summary>
public sealed class BackupKeys
{
    private readonly List<BackupKey> _keys;

    private BackupKeys(List<BackupKey> keys) => _keys = keys;

    /// <summary>The one that seals.</summary>
    public BackupKey Newest => _keys[^1];

    /// <summary>Reads the file; read again for every backup, so that a new key needs no restart.</summary>
    /// <exception cref="BackupException">The file is missing, closed to us, or not such a file.</exception>
    public static BackupKeys Read(string file)
    {
        try
        {
            var keys = File.ReadLines(file).Where(line => line.Length > 0).Select(Parse).ToList();
            return keys.Count > 0 ? new BackupKeys(keys) : throw new BackupException(BackupFault.NoKey);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new BackupException(BackupFault.NoKey, e);
        }
    }

    /// <summary>Begins the file with a first secret where it is missing; only its owner may read it.</summary>
    /// <exception cref="IOException">It cannot be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written there.</exception>
    public static void Begin(string file, DateOnly today)
    {
        if (File.Exists(file)) return;
        using var writer = new StreamWriter(PersonalFiles.Create(file));
        writer.Write($"{BackupKey.Make(today).Line}\n");
    }

    /// <summary>The secret that sealed a backup.</summary>
    /// <exception cref="BackupException">The file does not hold it.</exception>
    public BackupKey Find(string id) => _keys.FirstOrDefault(key => key.Id == id) ?? throw new BackupException(BackupFault.WrongKey);

    private static BackupKey Parse(string line) => line.Split(' ', StringSplitOptions.TrimEntries) is [var day, { Length: 64 } secret]
        ? new BackupKey(DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture), secret)
        : throw new FormatException("Not a line of a key file.");
}
