using Npgsql;

namespace RgpdCrm.EmbeddedPostgres;

/// <summary>The three database roles of every deployment: the owner migrates, the application's role runs and can alter neither ledger nor audit, backups only read.</summary>
public static class DatabaseRoles
{
    /// <summary>Owns the database and its tables.</summary>
    public const string Owner = "rgpdcrm_owner";

    /// <summary>Has no rights but those the migrations grant.</summary>
    public const string App = "rgpdcrm_app";

    /// <summary>Reads everything, for backups, and writes nothing there; the weekly drill restores into a scratch database that it makes and owns.</summary>
    public const string Backup = "rgpdcrm_backup";

    private const long CreationLock = 0x52475044;

    /// <summary>Creates the roles where they are missing and gives them these passwords. Safe to repeat, and from two processes at a time.</summary>
    public static async Task EnsureAsync(string superuserConnectionString, string? ownerPassword, string? appPassword, string? backupPassword)
    {
        await using var source = NpgsqlDataSource.Create(Unpooled(superuserConnectionString));
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({CreationLock})");
        await EnsureRoleAsync(connection, Owner, ownerPassword);
        await EnsureRoleAsync(connection, App, appPassword);
        await EnsureRoleAsync(connection, Backup, backupPassword, "CREATEDB");
        await ExecuteAsync(connection, $"GRANT pg_read_all_data TO {Backup}");
        await ExecuteAsync(connection, $"ALTER ROLE {Backup} SET default_transaction_read_only = on");
    }

    /// <summary>Creates <paramref name="database"/>, owned by <see cref="Owner"/>, where it is missing.</summary>
    public static async Task EnsureDatabaseAsync(string superuserConnectionString, string database)
    {
        await using var source = NpgsqlDataSource.Create(Unpooled(superuserConnectionString));
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({CreationLock})");
        if (!await ExistsAsync(connection, "SELECT 1 FROM pg_database WHERE datname = $1", database))
            await ExecuteAsync(connection, $"CREATE DATABASE \"{database}\" OWNER {Owner}");
    }

    private static async Task EnsureRoleAsync(NpgsqlConnection connection, string role, string? password, string createDb = "NOCREATEDB")
    {
        if (!await ExistsAsync(connection, "SELECT 1 FROM pg_roles WHERE rolname = $1", role))
            await ExecuteAsync(connection, $"CREATE ROLE {role}");

        var secret = string.IsNullOrEmpty(password) ? "NULL" : $"'{password.Replace("'", "''", StringComparison.Ordinal)}'";
        await ExecuteAsync(connection, $"ALTER ROLE {role} LOGIN NOSUPERUSER {createDb} NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {secret}");
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string query, string name)
    {
        await using var command = new NpgsqlCommand(query, connection) { Parameters = { new() { Value = name } } };
        return await command.ExecuteScalarAsync() is not null;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    // Closing the session for good is what releases the advisory lock.
    private static string Unpooled(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
}
