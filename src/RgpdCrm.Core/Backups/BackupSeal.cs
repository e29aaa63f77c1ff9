using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Security;

namespace RgpdCrm.Core.Backups;

/// <summary>Seals what leaves for the backups: OpenPGP with AES-256 and its check of integrity (RFC 4880, 5.13), so that <c>gpg --decrypt</c> opens it without this product.</summary>
internal static class BackupSeal
{
    private const int Block = 1 << 16;

    /// <summary>Writes sealed bytes: whatever <paramref name="write"/> puts into its stream.</summary>
    public static async Task SealAsync(Stream to, BackupKey key, Func<Stream, Task> write)
    {
        var sealing = new PgpEncryptedDataGenerator(SymmetricKeyAlgorithmTag.Aes256, withIntegrityPacket: true, new SecureRandom());
        sealing.AddMethodUtf8(key.Secret.ToCharArray(), HashAlgorithmTag.Sha256);
        await using var packet = sealing.Open(to, new byte[Block]);
        await using var literal = new PgpLiteralDataGenerator().Open(packet, PgpLiteralData.Binary, "", DateTime.UnixEpoch, new byte[Block]);
        await write(literal);
    }

    /// <summary>Reads sealed bytes to their end and makes sure nobody changed them.</summary>
    /// <exception cref="BackupException">Another key, cut short, or altered.</exception>
    public static async Task OpenAsync(Stream from, BackupKey key, Func<Stream, Task> read)
    {
        try
        {
            if (new PgpObjectFactory(from).NextPgpObject() is not PgpEncryptedDataList { Count: > 0 } list || list[0] is not PgpPbeEncryptedData data) throw new BackupException(BackupFault.NotABackup);
            await using var clear = data.GetDataStreamUtf8(key.Secret.ToCharArray());
            if (new PgpObjectFactory(clear).NextPgpObject() is not PgpLiteralData literal) throw new BackupException(BackupFault.WrongKey);
            await using (var content = literal.GetInputStream()) await read(content);
            if (!data.Verify()) throw new BackupException(BackupFault.Damaged);
        }
        catch (PgpDataValidationException e)
        {
            throw new BackupException(BackupFault.WrongKey, e);
        }
        catch (Exception e) when (e is PgpException or EndOfStreamException or Org.BouncyCastle.Utilities.IO.StreamOverflowException)
        {
            throw new BackupException(BackupFault.Damaged, e);
        }
    }
}
