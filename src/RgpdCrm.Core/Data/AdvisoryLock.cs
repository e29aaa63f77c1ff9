using Npgsql;

namespace RgpdCrm.Core.Data;

/// <summary>PostgreSQL advisory locks of this product: one number, one meaning.</summary>
public enum AdvisoryLock : long
{
    /// <summary>One nightly run at a time; held by the run's own connection.</summary>
    Run = 7_203_001,

    /// <summary>Appending to the ledger: the chain has one end.</summary>
    Ledger = 7_203_002,

    /// <summary>Taking the next number of the register of mandates.</summary>
    Register = 7_203_003,

    /// <summary>Sending the outbox: one process at a time, on a connection of its own, so that no mail is in two hands.</summary>
    Mails = 7_203_004,

    /// <summary>Taking a backup, or sweeping the files that backups share: never both at a time; held by a connection of its own.</summary>
    Backups = 7_203_005,

    /// <summary>Putting mails about matching properties into the outbox: nobody gets one twice.</summary>
    Matches = 7_203_006,

    /// <summary>Keeping a version of a legal page: a text is kept once.</summary>
    Notices = 7_203_007,

    /// <summary>Restoring a backup into the scratch database, or dropping what a killed drill left there; held by a connection of its own.</summary>
    Drill = 7_203_008,

    /// <summary>Publishing rules: one version follows another.</summary>
    Rules = 7_203_011,

    /// <summary>Changing accounts: an enabled admin always remains.</summary>
    Accounts = 7_203_012,
}

/// <summary>An advisory lock on a connection of its own: the operating system frees it when the process dies.</summary>
internal sealed class HeldLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _holder;
    private readonly AdvisoryLock _held;

    private HeldLock(NpgsqlConnection holder, AdvisoryLock held) => (_holder, _held) = (holder, held);

    /// <summary>Takes the lock; none when another process has it.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<HeldLock?> TryAsync(string connectionString, AdvisoryLock wanted, CancellationToken cancel)
    {
        var holder = new NpgsqlConnection(connectionString);
        try
        {
            await holder.OpenAsync(cancel);
            if (await OnAsync(holder, "pg_try_advisory_lock", wanted)) return new HeldLock(holder, wanted);
        }
        catch
        {
            await holder.DisposeAsync();
            throw;
        }
        await holder.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        // The pool keeps the session, and a session keeps its lock.
        if (_holder.State == System.Data.ConnectionState.Open) await OnAsync(_holder, "pg_advisory_unlock", _held);
        await _holder.DisposeAsync();
    }

    private static async Task<bool> OnAsync(NpgsqlConnection holder, string function, AdvisoryLock which)
    {
        await using var command = new NpgsqlCommand($"SELECT {function}({(long)which})", holder);
        return (bool)(await command.ExecuteScalarAsync())!;
    }
}
