using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Logging;
using Npgsql;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Backups;

/// <summary>The weekly drill: a backup counts only once it was restored. The newest one fills a scratch database, its counts and the chain of the register are checked, and the scratch database goes.
/// The role that backups read with makes it and owns it; nothing is written into the agency's own.</summary>
public sealed partial class BackupDrill(BackupSettings settings, IBackupStore store, BackupRestore restore, CrmDbContext db, AgencyClock clock, ILogger<BackupDrill> logger)
{
    private const string Suffix = "_drill";

    /// <summary>Restores the newest backup, checks it and drops what it filled. A failure is recorded too. What a killed drill left goes first.</summary>
    /// <returns>The drill; none when another process is at one.</returns>
    /// <exception cref="BackupException">There is no backup, or it cannot be restored whole.</exception>
    public async Task<DrillRecord?> RunAsync(CancellationToken cancel = default)
    {
        await using var held = await HeldLock.TryAsync(db.Database.GetConnectionString()!, AdvisoryLock.Drill, cancel);
        if (held is null) return null;
        await NoteInterruptedAsync(cancel);
        var drill = new DrillRecord { StartedAt = clock.Now, Name = await NewestAsync(cancel) };
        db.Add(drill);
        await db.SaveChangesAsync(cancel);
        try
        {
            await RestoreAsync(drill.Name, cancel);
            LogSucceeded(logger, drill.Name);
        }
        catch (Exception e) when (e is BackupException or NpgsqlException or IOException or UnauthorizedAccessException)
        {
            drill.Fault = (e as BackupException)?.Fault ?? (e is NpgsqlException ? BackupFault.DatabaseFailed : BackupFault.StoreFailed);
            LogFailed(logger, drill.Name, drill.Fault.Value);
            throw e as BackupException ?? new BackupException(drill.Fault.Value, e);
        }
        finally
        {
            drill.FinishedAt = clock.Now;
            await db.SaveChangesAsync(CancellationToken.None);
        }
        return drill;
    }

    /// <summary>Drops the scratch database that a killed drill left and says that it was interrupted, unless one is at work: it shows everyone in clear, the erased of the week included.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task ForgetAsync(CancellationToken cancel = default)
    {
        await using var held = await HeldLock.TryAsync(db.Database.GetConnectionString()!, AdvisoryLock.Drill, cancel);
        if (held is null) return;
        await using var connection = await OpenAsync(cancel);
        await DropAsync(connection, cancel);
        await NoteInterruptedAsync(cancel);
    }

    // Whoever holds the lock knows that nobody is at work on these.
    private Task<int> NoteInterruptedAsync(CancellationToken cancel) => db.Drills.Where(d => d.FinishedAt == null).ExecuteUpdateAsync(d => d.SetProperty(x => x.FinishedAt, clock.Now).SetProperty(x => x.Fault, BackupFault.Interrupted), cancel);

    private async Task<string> NewestAsync(CancellationToken cancel)
    {
        var finished = (await store.ListAsync(cancel)).Where(o => o.Whole && BackupManifest.TakenAt(o.Name) <= clock.Now + BackupManifest.Ahead && o.Name == BackupManifest.FileOf(o.Name.Split('/')[0]));
        return finished.Select(o => o.Name.Split('/')[0]).Max(StringComparer.Ordinal) ?? throw new BackupException(BackupFault.NotABackup);
    }

    private async Task RestoreAsync(string name, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        await DropAsync(connection, cancel);
        var scratch = Scratch(connection.Database);
        await ExecuteAsync(connection, $"CREATE DATABASE {scratch.Quoted} TEMPLATE template0 ENCODING 'UTF8' {await LocaleAsync(connection, cancel)}", cancel);
        try
        {
            await ExecuteAsync(connection, $"REVOKE ALL ON DATABASE {scratch.Quoted} FROM PUBLIC", cancel);
            var manifest = await restore.FillAsync(name, new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Database = scratch.Name }.ConnectionString, cancel);
            var there = (await store.ListAsync(cancel)).Where(o => o.Whole).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
            if (!manifest.Files.All(there.Contains)) throw new BackupException(BackupFault.Incomplete);
        }
        finally
        {
            await DropAsync(connection, CancellationToken.None);
        }
    }

    // The role reads only, unless a session says otherwise; pg_restore is told the same way. No pool outlives the scratch database.
    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(settings.Connection) { Options = "-c default_transaction_read_only=off", Pooling = false, PersistSecurityInfo = true }.ConnectionString);
        await connection.OpenAsync(cancel);
        return connection;
    }

    private static Task DropAsync(NpgsqlConnection connection, CancellationToken cancel) => ExecuteAsync(connection, $"DROP DATABASE IF EXISTS {Scratch(connection.Database).Quoted} WITH (FORCE)", cancel);

    private static (string Name, string Quoted) Scratch(string database) => (database + Suffix, new NpgsqlCommandBuilder().QuoteIdentifier(database + Suffix));

    private static async Task<string> LocaleAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT format('LC_COLLATE %L LC_CTYPE %L', datcollate, datctype) FROM pg_database WHERE datname = current_database()", connection);
        return (string)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Drill: backup {Name} was restored whole and dropped")]
    private static partial void LogSucceeded(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Drill: backup {Name} could not be restored: {Fault}")]
    private static partial void LogFailed(ILogger logger, string name, BackupFault fault);
}

/// <summary>One drill, for the jobs page and the dead man's switch.</summary>
public sealed class DrillRecord
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>The backup that was restored.</summary>
    [MaxLength(20), NotPersonal] public string Name { get; init; } = "";

    [NotPersonal] public DateTimeOffset StartedAt { get; init; }
    [NotPersonal] public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Why it failed; none when it succeeded or is under way.</summary>
    [NotPersonal] public BackupFault? Fault { get; set; }
}

internal sealed class DrillConfiguration : IEntityTypeConfiguration<DrillRecord>
{
    public void Configure(EntityTypeBuilder<DrillRecord> drill) => drill.ToTable("backup_drills").HasIndex(d => d.StartedAt);
}
