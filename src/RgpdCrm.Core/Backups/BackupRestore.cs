using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Core.Backups;

/// <summary>Fills an empty database and the storage folder from a backup, once it is known to be whole, ours and not newer than this build.</summary>
public sealed class BackupRestore(BackupSettings settings, IBackupStore store, PostgresClient client, PhotoFiles photos, DocumentFiles documents)
{
    /// <summary>A schema that is there from the first byte on until the application is known to be closed: a restore that dies on the way opens to nobody.</summary>
    internal const string Marker = "restoring";

    /// <summary>Takes the mark away; another one keeps the application closed by then.</summary>
    internal static Task UnmarkAsync(CrmDbContext db, CancellationToken cancel) => db.Database.ExecuteSqlRawAsync($"DROP SCHEMA IF EXISTS {Marker}", cancel);

    /// <summary>Restores the backup of a name, then counts what it holds. Files that are there already stay.</summary>
    /// <param name="name">Its folder in the store.</param>
    /// <param name="ownerConnection">An empty database, as its owner.</param>
    /// <param name="cancel">Gives up; the database stays empty.</param>
    /// <exception cref="BackupException">It is not there, damaged, sealed with another key or of a newer version, or the database is not empty.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<BackupManifest> RunAsync(string name, string ownerConnection, CancellationToken cancel = default)
    {
        var manifest = await FillAsync(name, ownerConnection, cancel, marked: true);
        var keys = BackupKeys.Read(settings.KeyFile);
        foreach (var file in manifest.Files) await FileAsync(file, keys, cancel);
        return manifest;
    }

    /// <summary>The database alone, counted; what the weekly drill does.</summary>
    /// <inheritdoc cref="RunAsync" path="/param | /exception"/>
    internal async Task<BackupManifest> FillAsync(string name, string ownerConnection, CancellationToken cancel, bool marked = false)
    {
        var manifest = await BackupManifest.FindAsync(store, name, cancel) ?? throw new BackupException(BackupFault.NotABackup);
        var keys = BackupKeys.Read(settings.KeyFile);
        manifest.Check(keys.Find(manifest.KeyId));
        await using var db = CrmDbContext.Open(ownerConnection);
        if (string.CompareOrdinal(manifest.Migration, db.Database.GetMigrations().Max()) > 0) throw new BackupException(BackupFault.NewerVersion);
        if (await TablesAsync(db, cancel) > 0) throw new BackupException(BackupFault.NotEmpty);
        await CheckDigestAsync(manifest, cancel);

        if (marked) await db.Database.ExecuteSqlRawAsync($"CREATE SCHEMA IF NOT EXISTS {Marker}", cancel);
        await ReadAsync(manifest.Database, keys.Find(manifest.KeyId), dump => client.RestoreAsync(ownerConnection, dump, cancel), cancel);
        await CountAsync(db, manifest, cancel);
        return manifest;
    }

    private static async Task<int> TablesAsync(CrmDbContext db, CancellationToken cancel) =>
        (await db.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM pg_tables WHERE schemaname = 'public'").ToListAsync(cancel)).Single();

    // Before anything is written: the dump's own check of integrity speaks only at its end.
    private async Task CheckDigestAsync(BackupManifest manifest, CancellationToken cancel)
    {
        await using var dump = await OpenAsync(manifest.Database, cancel);
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(dump, cancel)) != manifest.Digest) throw new BackupException(BackupFault.Damaged);
    }

    private async Task FileAsync(string name, BackupKeys keys, CancellationToken cancel)
    {
        if (name.Split('/') is not [_, var keyId, var folder, _, var file] || !StoredFiles.IsKey(file = Path.GetFileNameWithoutExtension(file))) throw new BackupException(BackupFault.NotABackup);
        StoredFiles into = folder == BackupManifest.Photos ? photos : documents;
        if (!into.Holds(file)) await ReadAsync(name, keys.Find(keyId), content => into.WriteAsync(file, content, cancel), cancel);
    }

    private async Task ReadAsync(string name, BackupKey key, Func<Stream, Task> read, CancellationToken cancel)
    {
        await using var from = await OpenAsync(name, cancel);
        await BackupSeal.OpenAsync(from, key, read);
    }

    private async Task<Stream> OpenAsync(string name, CancellationToken cancel) => await store.OpenReadAsync(name, cancel) ?? throw new BackupException(BackupFault.Damaged);

    private static async Task CountAsync(CrmDbContext db, BackupManifest manifest, CancellationToken cancel)
    {
        var head = await db.Ledger.OrderByDescending(e => e.Number).Select(e => e.Hash).FirstOrDefaultAsync(cancel) ?? [];
        var intact = (await LedgerChain.VerifyAsync(db, cancel)).Intact && Convert.ToHexStringLower(head) == manifest.LedgerHead;
        if (!intact || await db.Contacts.LongCountAsync(cancel) != manifest.Contacts || await db.Ledger.LongCountAsync(cancel) != manifest.LedgerEntries) throw new BackupException(BackupFault.Incomplete);
    }
}
