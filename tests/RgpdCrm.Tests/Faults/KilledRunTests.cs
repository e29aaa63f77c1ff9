using System.Diagnostics;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Faults;

/// <summary>A real process, killed without a chance to tidy up.</summary>
public sealed class KilledRunTests(PostgresFixture postgres)
{
    private const int People = 3000;

    [Fact]
    public async Task A_run_killed_in_the_middle_is_finished_by_the_next_with_a_complete_ledger()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.SqlAsync($"""
            INSERT INTO contacts (id, kind, last_name, first_name, search_name, roles, language, collected_on, created_at, status, pending_since, pending_version, from_archive, postponements, deletion_approved, restricted)
            SELECT gen_random_uuid(), 'Private', 'Martin', 'P' || n, 'p', 1, 'fr', '2020-01-01', now(), 'PendingDeletion', '2026-09-15', 1, false, 0, true, false FROM generate_series(1, {People}) n;
            INSERT INTO emails (id, contact_id, value) SELECT gen_random_uuid(), id, 'p@example.org' FROM contacts;
            INSERT INTO notes (id, contact_id, at, text) SELECT gen_random_uuid(), id, now(), 'x' FROM contacts;
            CREATE TABLE expected AS SELECT id FROM contacts;
            """);
        // Slow enough to be caught in the act, on any machine.
        await agency.SqlAsync("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.001); RETURN old; END'; CREATE TRIGGER slow BEFORE DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION slow()");

        using (var run = Start(agency))
        {
            while (await agency.SqlAsync<long>("SELECT count(*) FROM ledger") == 0 && !run.HasExited) await Task.Delay(20);
            run.Kill(entireProcessTree: true);
            await run.WaitForExitAsync();
        }
        var done = await agency.SqlAsync<long>("SELECT count(*) FROM ledger");
        Assert.InRange(done, 1, People - 1);
        await InvariantsAsync(agency);

        // The killed session may still be finishing its last statement: the next run waits its turn.
        while (await agency.SqlAsync<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))")) await Task.Delay(20);
        using (var next = Start(agency))
        {
            await next.WaitForExitAsync();
            Assert.Equal(0, next.ExitCode);
        }
        Assert.Equal(People, await agency.SqlAsync<long>("SELECT count(*) FROM ledger"));
        Assert.Equal(0, await agency.SqlAsync<long>("SELECT (SELECT count(*) FROM contacts) + (SELECT count(*) FROM emails) + (SELECT count(*) FROM notes)"));
        await InvariantsAsync(agency);
    }

    private static async Task InvariantsAsync(Agency agency)
    {
        for (var twice = 0; twice < 2; twice++)
        {
            // No half-erased person, and the ledger holds exactly the erased ids.
            Assert.Equal(0, await agency.SqlAsync<long>("SELECT count(*) FROM contacts c WHERE (SELECT count(*) FROM emails WHERE contact_id = c.id) <> 1 OR (SELECT count(*) FROM notes WHERE contact_id = c.id) <> 1"));
            Assert.Equal(0, await agency.SqlAsync<long>("""
                SELECT count(*) FROM expected e WHERE EXISTS (SELECT FROM contacts c WHERE c.id = e.id) = EXISTS (SELECT FROM ledger l WHERE l.subject_hash = sha256(uuid_send(e.id)))
                """));
            await using var db = agency.Db();
            Assert.True((await LedgerChain.VerifyAsync(db)).Intact);
        }
    }

    private static Process Start(Agency agency) => Process.Start(new ProcessStartInfo("dotnet",
        [Path.Combine(AppContext.BaseDirectory, "RgpdCrm.Web.dll"), "retention", "run", "--on", "2026-11-15"])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment =
        {
            ["ConnectionStrings__RgpdCrm"] = agency.App,
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
        },
    })!;
}
