using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RgpdCrm.Core.Backups;

/// <summary>What one backup consists of; written last, so that a backup without it was never finished. Nothing personal is in it, and nobody without the key can change it unseen.</summary>
/// <param name="Name">The instant it was taken, in UTC, such as <c>2026-11-23T053000Z</c>: its folder.</param>
/// <param name="KeyId">The key that seals it.</param>
/// <param name="Migration">The last migration of the database.</param>
/// <param name="Bytes">Size of the sealed dump.</param>
/// <param name="Digest">SHA-256 of the sealed dump, in hexadecimal.</param>
/// <param name="Contacts">Contacts in the dump.</param>
/// <param name="LedgerEntries">Entries of the register of erasures in the dump.</param>
/// <param name="LedgerHead">Hash of the last of them, in hexadecimal; empty when there is none.</param>
/// <param name="Files">Names of the sealed photos and documents it shares with other backups.</param>
/// <param name="Seal">HMAC-SHA-256 of everything above under the key.</param>
public sealed record BackupManifest(
    string Name, string KeyId, string Migration, long Bytes, string Digest, long Contacts, long LedgerEntries, string LedgerHead, IReadOnlyList<string> Files, string Seal = "")
{
    /// <summary>Days a backup lives, whether or not newer ones succeeded (retention.md, "Other categories").</summary>
    public const int KeptDays = 7;

    /// <summary>How far ahead a backup may be dated before it is known that its clock was wrong.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

    /// <summary>Where the photos and documents lie that backups share.</summary>
    public const string Shared = "files/";

    internal const string Photos = "photos", Documents = "documents";

    private const string Instant = "yyyy-MM-dd'T'HHmmss'Z'";
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Name of the sealed dump in the store.</summary>
    [JsonIgnore]
    public string Database => DatabaseOf(Name);

    /// <summary>The name of a backup taken at an instant.</summary>
    public static string NameOf(DateTimeOffset takenAt) => takenAt.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture);

    /// <summary>When the backup was taken that an object of the store belongs to; none for shared files and what is not ours.</summary>
    public static DateTimeOffset? TakenAt(string name) =>
        DateTimeOffset.TryParseExact(name.Split('/')[0], Instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    internal static string DatabaseOf(string name) => $"{name}/database.pgp";

    internal static string FileOf(string name) => $"{name}/manifest.json";

    internal byte[] Sealed(BackupKey key) => JsonSerializer.SerializeToUtf8Bytes(this with { Seal = SealOf(key) }, Readable);

    /// <summary>The manifest of a backup, without asking who wrote it; none when the store has no such finished backup.</summary>
    /// <exception cref="BackupException">The store refuses, or it is no manifest.</exception>
    internal static async Task<BackupManifest?> FindAsync(IBackupStore store, string name, CancellationToken cancel)
    {
        await using var file = await store.OpenReadAsync(FileOf(name), cancel);
        if (file is null) return null;
        try
        {
            return await JsonSerializer.DeserializeAsync<BackupManifest>(file, Readable, cancel) is { KeyId: not null, Files: not null } read && read.Name == name ? read : throw new BackupException(BackupFault.NotABackup);
        }
        catch (JsonException e)
        {
            throw new BackupException(BackupFault.NotABackup, e);
        }
    }

    /// <summary>Makes sure that the key's holder wrote it.</summary>
    /// <exception cref="BackupException">Another key, or altered.</exception>
    internal void Check(BackupKey key)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(SealOf(key)), Encoding.ASCII.GetBytes(Seal))) throw new BackupException(BackupFault.Damaged);
    }

    private string SealOf(BackupKey key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.Secret), JsonSerializer.SerializeToUtf8Bytes(this with { Seal = "" }, Readable)));
}
