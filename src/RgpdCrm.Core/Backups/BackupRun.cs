using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Core.Backups;

/// <summary>What a backup reads and what seals it.</summary>
/// <param name="Connection">The database, as the role that may only read it.</param>
/// <param name="KeyFile">The file of <see cref="BackupKeys"/>, on another volume than the backups.</param>
public sealed record BackupSettings(string Connection, string KeyFile);

/// <summary>Encrypted backups: the database without its job store, the masters of photos and the documents. Files are random keys that never change,
/// so that each is copied once for a key of the year and shared by the backups that name it.</summary>
public sealed partial class BackupRun(BackupSettings settings, IBackupStore store, PostgresClient client, CrmDbContext db, PhotoFiles photos, DocumentFiles documents, AgencyClock clock, ILogger<BackupRun> logger)
{
    /// <summary>Takes one backup and looks whether the store lists it whole. A failure is recorded too.</summary>
    /// <returns>The backup; none when another process is taking one.</returns>
    /// <exception cref="BackupException">It failed; nothing that could be mistaken for a backup is left.</exception>
    public async Task<BackupRecord?> TakeAsync(CancellationToken cancel = default)
    {
        await using var held = await HeldLock.TryAsync(db.Database.GetConnectionString()!, AdvisoryLock.Backups, cancel);
        if (held is null) return null;
        // Nobody else is taking one: whose process died is known now.
        await db.Backups.Where(b => b.FinishedAt == null).ExecuteUpdateAsync(b => b.SetProperty(x => x.FinishedAt, clock.Now).SetProperty(x => x.Fault, BackupFault.Interrupted), cancel);
        var backup = new BackupRecord { Name = BackupManifest.NameOf(clock.Now), TakenAt = clock.Now };
        db.Add(backup);
        await db.SaveChangesAsync(cancel);
        try
        {
            await TakeAsync(backup, cancel);
            backup.Verified = true;
            LogTaken(logger, backup.Name, backup.Bytes, backup.Files, backup.Copied);
        }
        catch (Exception e) when (e is BackupException or NpgsqlException or IOException or UnauthorizedAccessException)
        {
            backup.Fault = (e as BackupException)?.Fault ?? (e is NpgsqlException ? BackupFault.DatabaseFailed : BackupFault.StoreFailed);
            LogFailed(logger, backup.Name, backup.Fault.Value);
            throw e as BackupException ?? new BackupException(backup.Fault.Value, e);
        }
        finally
        {
            backup.FinishedAt = clock.Now;
            await db.SaveChangesAsync(CancellationToken.None);
        }
        return backup;
    }

    private async Task TakeAsync(BackupRecord backup, CancellationToken cancel)
    {
        var key = BackupKeys.Read(settings.KeyFile).Newest;
        backup.KeyMadeOn = key.MadeOn;
        var manifest = await DumpAsync(backup, key, cancel);
        manifest = manifest with { Files = await CopyAsync(backup, key, cancel) };
        await VerifyAsync(manifest, cancel);
        await store.WriteAsync(BackupManifest.FileOf(backup.Name), to => to.WriteAsync(manifest.Sealed(key), cancel).AsTask(), cancel);
    }

    private async Task<BackupManifest> DumpAsync(BackupRecord backup, BackupKey key, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(settings.Connection);
        await connection.OpenAsync(cancel);
        await client.RequireAsync(connection.PostgreSqlVersion.Major, cancel);
        // What the manifest counts is what the dump holds: both read from the same instant.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        var snapshot = await AskAsync<string>("SELECT pg_export_snapshot()");
        using var digest = SHA256.Create();
        backup.Bytes = await store.WriteAsync(BackupManifest.DatabaseOf(backup.Name), async to =>
        {
            await using var digesting = new CryptoStream(to, digest, CryptoStreamMode.Write, leaveOpen: true);
            await BackupSeal.SealAsync(digesting, key, sealing => client.DumpAsync(settings.Connection, snapshot, sealing, cancel));
        }, cancel);
        backup.Digest = Convert.ToHexStringLower(digest.Hash!);
        return new BackupManifest(backup.Name, key.Id, await AskAsync<string>("SELECT max(migration_id) FROM \"__EFMigrationsHistory\""), backup.Bytes, backup.Digest,
            await AskAsync<long>("SELECT count(*) FROM contacts"), await AskAsync<long>("SELECT count(*) FROM ledger"),
            await AskAsync<string>("SELECT coalesce((SELECT encode(hash, 'hex') FROM ledger ORDER BY number DESC LIMIT 1), '')"), []);

        async Task<T> AskAsync<T>(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            return (T)(await command.ExecuteScalarAsync(cancel))!;
        }
    }

    private async Task<IReadOnlyList<string>> CopyAsync(BackupRecord backup, BackupKey key, CancellationToken cancel)
    {
        var there = (await store.ListAsync(cancel)).Where(o => o.Whole).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var names = new List<string>();
        foreach (var (folder, files) in new (string, StoredFiles)[] { (BackupManifest.Photos, photos), (BackupManifest.Documents, documents) })
        {
            foreach (var file in files.All().Where(f => !f.Unfinished))
            {
                var name = $"{BackupManifest.Shared}{key.Id}/{folder}/{file.Key[..2]}/{file.Key}.pgp";
                if (!there.Contains(name))
                {
                    await using var content = files.OpenRead(file.Key);
                    // Erased in the meantime: it stays erased.
                    if (content is null) continue;
                    await store.WriteAsync(name, to => BackupSeal.SealAsync(to, key, sealing => Pace.CopyAsync(content, sealing, cancel)), cancel);
                    backup.Copied++;
                }
                names.Add(name);
            }
        }
        backup.Files = names.Count;
        return names;
    }

    private async Task VerifyAsync(BackupManifest manifest, CancellationToken cancel)
    {
        var listed = (await store.ListAsync(cancel)).Where(o => o.Whole).ToDictionary(o => o.Name, o => o.Bytes, StringComparer.Ordinal);
        if (!listed.TryGetValue(manifest.Database, out var bytes) || bytes != manifest.Bytes || !manifest.Files.All(listed.ContainsKey)) throw new BackupException(BackupFault.Incomplete);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Name} taken: {Bytes} bytes, {Files} files of which {Copied} new")]
    private static partial void LogTaken(ILogger logger, string name, long bytes, int files, int copied);

    [LoggerMessage(Level = LogLevel.Error, Message = "Backup {Name} failed: {Fault}")]
    private static partial void LogFailed(ILogger logger, string name, BackupFault fault);
}
