using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Core.Retention;

/// <summary>The categories of retention.md that expire by age alone: one line each. Every statement returns how many rows went.</summary>
internal static class Expiries
{
    internal sealed record Expiry(string Category, string Sql);

    /// <summary>The engine's own counters: tidied, and nothing a report tells.</summary>
    public const string Housekeeping = "housekeeping";

    public static readonly IReadOnlyList<Expiry> All =
    [
        new("audit", $"SELECT expire_audit(@now - interval '{FixedPeriods.AuditMonths} months') AS \"Value\""),
        new("access", $"SELECT expire_access(@now - interval '{FixedPeriods.AuditMonths} months') AS \"Value\""),
        new("ledger", $"SELECT expire_ledger(@now - interval '{FixedPeriods.LedgerYears} years') AS \"Value\""),
        new("rights_request", Delete("rights_requests", Older("closed_on", $"{FixedPeriods.RequestYears} years"))),
        new("objection", Delete("objections", Older("latest_on", $"{ObjectionList.KeptYears} years"))),
        new("mail", Delete("outgoing_mails", $"created_at <= @now - interval '{FixedPeriods.MailMonths} months'")),
        new("account", $"""
            WITH gone AS (
              UPDATE accounts SET full_name = '', email = NULL, normalized_email = NULL, user_name = id::text, normalized_user_name = upper(id::text),
                     phone_number = NULL, password_hash = NULL, authenticator_secret = NULL
              WHERE disabled_at <= @now - interval '{FixedPeriods.AccountMonths} months' AND full_name <> '' RETURNING id),
            passkeys AS (DELETE FROM account_passkeys WHERE user_id IN (SELECT id FROM gone)),
            codes AS (DELETE FROM recovery_codes WHERE account_id IN (SELECT id FROM gone))
            SELECT count(*)::int AS "Value" FROM gone
            """),
        new("sign_in", Delete("sign_ins", $"at <= @now - interval '{FixedPeriods.AuditMonths} months'")),
        new(Housekeeping, Delete("sessions", $"started_at <= @now - interval '{AccountSession.WholeLifeHours} hours'")),
        new(Housekeeping, Delete("sign_in_tries", $"since <= @now - interval '{SignInTries.KeptHours} hours'")),
        new(Housekeeping, Delete("brake_uses", "date < @today - 30")),
        new(Housekeeping, Delete("contact_links", "expires_at < @now")),
        new(Housekeeping, Delete("email_changes", "expires_at < @now")),
        new(Housekeeping, Delete("spent_challenges", "expires_at < @now")),
    ];

    // The first half is for the index: month ends clamp by up to 3 days, and the second half has the last word.
    private static string Older(string date, string period) =>
        $"{date} <= (@today - interval '{period}' + interval '3 days')::date AND ({date} + interval '{period}')::date <= @today";

    private static string Delete(string table, string expired) =>
        $"WITH gone AS (DELETE FROM {table} WHERE {expired} RETURNING 1) SELECT count(*)::int AS \"Value\" FROM gone";
}
