using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace RgpdCrm.Core.Data;

/// <summary>Brings a database up to date as its owner and gives the application's role what it may have, nothing more.</summary>
public static class Migrator
{
    /// <summary>Tables the application's role may only add to and read.</summary>
    private static readonly string[] AppendOnly = ["ledger", "audit_entries", "access_entries", "register_lines", "policy_versions", "notice_versions"];

    /// <summary>Tables it may only read.</summary>
    private static readonly string[] ReadOnly = ["ledger_anchor", "installation", "restores", "__EFMigrationsHistory"];

    /// <summary>Applies the missing migrations with <paramref name="ownerConnection"/>, then grants rights to <paramref name="appRole"/>,
    /// a role that must exist. Safe to repeat.</summary>
    /// <param name="ownerConnection">The database, as its owner.</param>
    /// <param name="appRole">The application's role.</param>
    /// <param name="rehearsals">Whether deletions may be judged by another day than the database's own; never where real people are.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="PostgresException">The database refuses, or the role does not exist (42704).</exception>
    public static async Task MigrateAsync(string ownerConnection, string appRole, bool rehearsals = false, CancellationToken cancel = default)
    {
        await using var db = CrmDbContext.Open(ownerConnection);
        await db.Database.MigrateAsync(cancel);

        var role = new NpgsqlCommandBuilder().QuoteIdentifier(appRole);
        var appendOnly = string.Join(", ", AppendOnly.Select(t => $"\"{t}\""));
        var readOnly = string.Join(", ", ReadOnly.Select(t => $"\"{t}\""));
        var grants = $"""
            UPDATE installation SET rehearsals = {rehearsals} WHERE rehearsals <> {rehearsals};
            REVOKE CREATE ON SCHEMA public FROM PUBLIC;
            GRANT USAGE ON SCHEMA public TO {role};
            REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
            REVOKE UPDATE, DELETE, TRUNCATE ON {appendOnly} FROM {role};
            REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {readOnly} FROM {role};
            GRANT UPDATE (sender_since, chain, backups_expired_at) ON installation TO {role};
            GRANT UPDATE (opened_at, opened_by_id, knowingly) ON restores TO {role};
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role};
            GRANT EXECUTE ON FUNCTION expire_ledger(timestamptz), expire_audit(timestamptz), expire_access(timestamptz) TO {role};
            """;
        await db.Database.ExecuteSqlRawAsync(grants.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal), cancel);
    }

    /// <summary>Migrations this build knows that the database lacks; empty when it is ready.</summary>
    public static async Task<IReadOnlyList<string>> PendingAsync(CrmDbContext db, CancellationToken cancel = default) =>
        [.. await db.Database.GetPendingMigrationsAsync(cancel)];

    internal static string Script(string name)
    {
        using var stream = typeof(Migrator).Assembly.GetManifestResourceStream($"RgpdCrm.Core.Data.Sql.{name}")
            ?? throw new InvalidOperationException($"The script {name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
