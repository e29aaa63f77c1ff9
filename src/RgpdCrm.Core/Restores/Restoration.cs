using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Restores;

/// <summary>What happens between a restored backup and an open application: it is closed, brought up to date with the register outside the database, verified, and opened by a human.</summary>
public sealed class Restoration(AgencyClock clock, OutsideLedger? outside = null, OutsideCopy? copy = null)
{
    /// <summary>Closes a database that was just restored and migrated: its waiting mails never leave, sessions, password links, personal links, orders to delete and half approvals of the time of the backup are worth nothing: nobody knows whether they still stood.</summary>
    /// <param name="ownerConnection">The database, as its owner.</param>
    /// <param name="backup">The backup's name.</param>
    /// <param name="cancel">Stops; the database stays closed.</param>
    public async Task CloseAsync(string ownerConnection, string backup, CancellationToken cancel = default)
    {
        await using var db = CrmDbContext.Open(ownerConnection);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"""
            UPDATE outgoing_mails SET state = 'Quarantined' WHERE state = 'Recorded';
            UPDATE accounts SET security_stamp = gen_random_uuid()::text;
            DELETE FROM contact_links;
            DELETE FROM email_changes;
            DELETE FROM outside_outbox;
            UPDATE installation SET chain = NULL;
            UPDATE deletion_orders SET state = 'Withdrawn' WHERE state IN ('Waiting', 'Proposed');
            UPDATE brakes SET proposed_at = NULL, proposed_by_id = NULL WHERE approved_at IS NULL;
            DELETE FROM backups WHERE finished_at IS NULL;
            """, cancel);
        await AccountSession.EndAllAsync(db, cancel);
        db.Restores.Add(new Restore { Backup = backup, RestoredAt = clock.Now, Ledger = (await Erasure.LedgerChain.HeadAsync(db, cancel)).Number });
        await db.SaveChangesAsync(cancel);
        await BackupRestore.UnmarkAsync(db, cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Replays the register outside the database and verifies; safe to repeat, after a fault as well. With a register that is missing or damaged, what can be read of it is replayed and the fault is kept.</summary>
    /// <returns>The restore, verified; not verified when something the register says is not so.</returns>
    /// <exception cref="RestoreRefusedException">Nothing waits here to be opened.</exception>
    /// <exception cref="BackupException">The place for backups, where the register is copied, refuses.</exception>
    /// <exception cref="OutsideLedgerException">The register cannot be read or written.</exception>
    public async Task<Restore> ReplayAsync(string ownerConnection, CancellationToken cancel = default)
    {
        await using var connection = new NpgsqlConnection(ownerConnection);
        await connection.OpenAsync(cancel);
        await using var db = CrmDbContext.On(connection);
        var restore = await WaitingAsync(db, cancel) ?? throw new RestoreRefusedException(OpenRefusal.NotClosed);
        var history = copy is not null ? await copy.FindAsync(cancel)
            : (await OutsideHistory.ReadAsync(outside?.Segments() ?? [], cancel)).FromItsBeginning();
        var replay = new LedgerReplay(connection, history, restore.Ledger, clock);
        restore.Fault = await replay.FaultAsync(cancel);
        // What was done the first time is not done again, and stays told.
        restore.Counts = RunCounts.Sum([.. restore.Counts, .. await replay.RunAsync(cancel)]);
        restore.VerifiedAt = await replay.VerifyAsync(cancel) ? clock.Now : null;
        await db.SaveChangesAsync(cancel);
        if (restore is { Fault: null, VerifiedAt: not null } && outside is not null) await outside.ConfirmAsync(db, [], OutsideKind.Restored, cancel);
        return restore;
    }

    /// <summary>Opens the application.</summary>
    /// <param name="db">The database, as the application's role.</param>
    /// <param name="act">Who opens it.</param>
    /// <param name="knowingly">They typed what opening without a whole register means.</param>
    /// <param name="cancel">Stops; it stays closed.</param>
    /// <returns>Why it stays closed; none when it is open.</returns>
    /// <exception cref="OutsideLedgerException">The damaged register cannot be put aside.</exception>
    public async Task<OpenRefusal?> OpenAsync(CrmDbContext db, Act act, bool knowingly, CancellationToken cancel = default)
    {
        if (await WaitingAsync(db, cancel) is not { } restore) return OpenRefusal.NotClosed;
        if (restore.VerifiedAt is null) return OpenRefusal.NotVerified;
        if (restore.Fault is not null && !knowingly) return OpenRefusal.WithoutRegister;
        if (restore.Fault is not null && outside is not null) await outside.BeginAnewAsync(db, OutsideKind.Restored, cancel);
        await using (var transaction = await db.Database.BeginTransactionAsync(cancel))
        {
            await db.Restores.Where(r => r.OpenedAt == null).ExecuteUpdateAsync(
                r => r.SetProperty(x => x.OpenedAt, act.At).SetProperty(x => x.OpenedById, act.By).SetProperty(x => x.Knowingly, x => x.Fault != null), cancel);
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, restore.Fault is null ? "restore.opened" : "restore.opened-knowingly", "restore", restore.Id));
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        return null;
    }

    /// <summary>The restore that waits to be opened.</summary>
    public static Task<Restore?> WaitingAsync(CrmDbContext db, CancellationToken cancel = default) => db.Restores.Where(r => r.OpenedAt == null).OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancel);
}

/// <summary>Why an application stays closed; the screens put it into words.</summary>
public enum OpenRefusal
{
    /// <summary>It is open, or was never restored.</summary>
    NotClosed,

    /// <summary>The replay is not done, or found something that the register says is not so.</summary>
    NotVerified,

    /// <summary>The register outside is missing or damaged, and nobody said to know what that means.</summary>
    WithoutRegister,
}

/// <summary>A restored database cannot be brought up to date; the screens put the reason into words.</summary>
public sealed class RestoreRefusedException(OpenRefusal refusal) : Exception(refusal.ToString())
{
    /// <summary>Why.</summary>
    public OpenRefusal Refusal { get; } = refusal;
}
