using Npgsql;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Faults;

/// <summary>A named point at which whoever comes by stands still until the test opens: a trigger that waits for a lock which the test holds. The product knows nothing of it.</summary>
internal sealed class Gate : IAsyncDisposable
{
    /// <summary>SQL: no session of this database holds an advisory lock any more.</summary>
    public const string NobodyHoldsALock = "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";

    /// <summary>SQL: entries of an earlier batch are there; Sofia's, who is archived, comes before the others of her own.</summary>
    public const string AfterTheFirstBatch = "(SELECT count(*) FROM ledger) > 1";

    private const int Lock = 42;

    private readonly TestDatabase _database;
    private readonly NpgsqlConnection _keeper;

    private Gate(TestDatabase database, NpgsqlConnection keeper) => (_database, _keeper) = (database, keeper);

    /// <summary>Closes a gate.</summary>
    /// <param name="database">Where.</param>
    /// <param name="before">The statement that stands still, such as <c>INSERT ON ledger</c>.</param>
    /// <param name="when">SQL that says whether it does.</param>
    public static async Task<Gate> CloseAsync(TestDatabase database, string before, string when = "true")
    {
        await database.OwnerConnectionString.QueryAsync<object>($"""
            CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when} THEN PERFORM pg_advisory_xact_lock_shared({Lock}); END IF; RETURN NULL; END $$;
            CREATE TRIGGER gate BEFORE {before} FOR EACH STATEMENT EXECUTE FUNCTION gate()
            """);
        var keeper = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.SuperuserConnectionString) { Pooling = false }.ConnectionString);
        await keeper.OpenAsync();
        await using var take = new NpgsqlCommand($"SELECT pg_advisory_lock({Lock})", keeper);
        await take.ExecuteNonQueryAsync();
        return new Gate(database, keeper);
    }

    /// <summary>Waits until someone stands before it.</summary>
    public Task ReachedAsync() => _database.UntilAsync("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory')");

    /// <summary>Lets everyone through from now on.</summary>
    public ValueTask OpenAsync() => _keeper.DisposeAsync();

    /// <summary>The same, and waits until the sessions of whoever was killed have ended: a server notices only when it writes to them.</summary>
    public async Task OpenToNobodyAsync()
    {
        await OpenAsync();
        await _database.UntilAsync(NobodyHoldsALock);
    }

    public ValueTask DisposeAsync() => _keeper.DisposeAsync();
}
