using Microsoft.Extensions.Configuration;
using Npgsql;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Hosting;
using Agency = RgpdCrm.Tests.Support.Agency;

namespace RgpdCrm.Tests.Data;

/// <summary>The database itself refuses to delete what is owed or held, whoever asks and whatever the code above it believes.</summary>
public sealed class LastLineTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Agency _agency = null!;

    public async ValueTask InitializeAsync() => _agency = await Agency.OpenAsync(postgres);

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task Nobody_deletes_what_is_owed_or_held_not_even_the_owner()
    {
        var (jeanne, karim) = (await _agency.CallerAsync("Jeanne", "2026-05-14"), await _agency.CallerAsync("Karim", "2026-05-14"));
        var lease = await _agency.ContractAsync("B-1", "2020-06-30", jeanne);
        var old = await _agency.ContractAsync("B-2", "2016-06-30", jeanne, karim);
        await _agency.SqlAsync($"INSERT INTO holds (id, contact_id, reason, placed_at, review_on) VALUES (gen_random_uuid(), '{karim}', 'x', now(), '2027-01-01')");

        foreach (var role in (string[])[_agency.App, _agency.Database.OwnerConnectionString])
        {
            // Its ten years are not over.
            await RefusedAsync(role, $"DELETE FROM parties WHERE obligation_id = '{lease}'");
            await RefusedAsync(role, $"WITH gone AS (DELETE FROM parties WHERE obligation_id = '{lease}') DELETE FROM obligations WHERE id = '{lease}'");
            // Over, but held through one of its parties.
            await RefusedAsync(role, $"DELETE FROM parties WHERE obligation_id = '{old}' AND contact_id = '{jeanne}'");
            await RefusedAsync(role, $"WITH gone AS (DELETE FROM parties WHERE obligation_id = '{old}') DELETE FROM obligations WHERE id = '{old}'");
            await RefusedAsync(role, "DELETE FROM holds");
        }
        foreach (var table in (string[])["contacts", "obligations", "parties", "holds", "register_lines", "ledger", "audit_entries"]) await RefusedAsync(_agency.Database.OwnerConnectionString, $"TRUNCATE {table} CASCADE");
        Assert.Equal(5L, await _agency.SqlAsync<long>("SELECT (SELECT count(*) FROM contacts) + (SELECT count(*) FROM parties)"));
    }

    [Fact]
    public async Task A_contact_is_owed_to_the_last_day_that_the_database_itself_believes()
    {
        // The contract is destroyed; what was owed for it still has its date.
        var jeanne = await _agency.CallerAsync("Jeanne", "2026-05-14");
        var delete = $"DELETE FROM activities WHERE contact_id = '{jeanne}'; DELETE FROM emails WHERE contact_id = '{jeanne}'; DELETE FROM phones WHERE contact_id = '{jeanne}'; DELETE FROM contacts WHERE id = '{jeanne}'";
        await _agency.SqlAsync($"UPDATE contacts SET kept_until_of_destroyed = '2150-06-30', kept_until = '2150-06-30' WHERE id = '{jeanne}'");

        await RefusedAsync(_agency.App, delete);
        await RefusedAsync(_agency.App, Saying("2150-06-30") + delete);
        // A clock that jumped, where nobody allowed rehearsals.
        await _agency.SqlAsync("UPDATE installation SET rehearsals = false");
        await RefusedAsync(_agency.App, Saying("2150-07-01") + delete);
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => _agency.App.QueryAsync<object>("UPDATE installation SET rehearsals = true"))).SqlState);

        await _agency.SqlAsync("UPDATE installation SET rehearsals = true");
        await _agency.App.QueryAsync<object>(Saying("2150-07-01") + delete);
        Assert.Null(await _agency.FindAsync(jeanne));
    }

    [Fact]
    public async Task An_error_of_the_database_quotes_no_value_whatever_the_setting_asks_for()
    {
        const string Insert = "INSERT INTO emails (id, value) VALUES (gen_random_uuid(), 'zephirine@example.org')";
        var talkative = _agency.App + ";Include Error Detail=true;Log Parameters=true";
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:RgpdCrm", talkative)]).Build();

        Assert.Contains("zephirine", (await Assert.ThrowsAsync<PostgresException>(() => talkative.QueryAsync<object>(Insert))).Detail, StringComparison.Ordinal);
        var terse = await Assert.ThrowsAsync<PostgresException>(() => settings.AppConnection().QueryAsync<object>(Insert));
        Assert.DoesNotContain("zephirine", $"{terse}{terse.Detail}", StringComparison.Ordinal);
    }

    private static string Saying(string today) => $"SELECT set_config('rgpdcrm.today', '{today}', false); ";

    private static async Task RefusedAsync(string role, string sql) =>
        Assert.Equal(PostgresErrorCodes.RestrictViolation, (await Assert.ThrowsAsync<PostgresException>(() => role.QueryAsync<object>(sql))).SqlState);
}
