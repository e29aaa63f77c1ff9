namespace RgpdCrm.Core.Retention;

/// <summary>The categories of retention.md that expire by age alone: one line each. Every statement returns how many rows went.</summary>
internal static class Expiries
{
    internal sealed record Expiry(string Category, string Sql);

    /// <summary>The engine's own counters: tidied, and nothing a report tells.</summary>
    public const string Housekeeping = "housekeeping";

    public static readonly IReadOnlyList<Expiry> All =
    [
        new("audit", "SELECT expire_audit(@now - interval '12 months') AS \"Value\""),
        new("ledger", "SELECT expire_ledger(@now - interval '5 years') AS \"Value\""),
        new("rights_request", Delete("rights_requests", "(closed_on + interval '3 years')::date <= @today")),
        new("objection", Delete("objections", "(latest_on + interval '3 years')::date <= @today")),
        new("mail", Delete("outgoing_mails", "created_at <= @now - interval '13 months'")),
        new("property", Delete("properties", "(changed_on + interval '24 months')::date <= @today AND NOT EXISTS (SELECT FROM obligations o WHERE o.property_id = properties.id)")),
        new("account", """
            WITH gone AS (
              UPDATE accounts SET full_name = '', email = NULL, normalized_email = NULL, user_name = id::text, normalized_user_name = upper(id::text),
                     phone_number = NULL, password_hash = NULL
              WHERE disabled_at <= @now - interval '12 months' AND full_name <> '' RETURNING 1)
            SELECT count(*)::int AS "Value" FROM gone
            """),
        new(Housekeeping, Delete("brake_uses", "date < @today - 30")),
    ];

    private static string Delete(string table, string expired) =>
        $"WITH gone AS (DELETE FROM {table} WHERE {expired} RETURNING 1) SELECT count(*)::int AS \"Value\" FROM gone";
}
