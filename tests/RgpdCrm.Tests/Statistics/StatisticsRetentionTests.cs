using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Statistics;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Statistics;

/// <summary>Raw hits, their daily totals and their end, on real rows.</summary>
public sealed class StatisticsRetentionTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_day_is_summed_the_night_after_and_its_raw_hits_go_24_months_later_with_proof()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await HitsAsync(agency, "2024-11-15", "/biens", "leboncoin.fr", 3);
        await HitsAsync(agency, "2024-11-15", "/", "", 2);
        await HitsAsync(agency, "2024-11-16", "/", "", 1);

        await agency.RunAsync("2024-11-15");
        Assert.Equal(0, await agency.SqlAsync<long>("SELECT count(*) FROM daily_totals"));
        await agency.RunAsync("2024-11-16");
        Assert.Equal(["2024-11-15 / 2", "2024-11-15 /biens leboncoin.fr 3"], await TotalsAsync(agency));
        await agency.RunAsync("2026-11-14");
        Assert.Equal(6, await agency.SqlAsync<long>("SELECT count(*) FROM hits"));

        var preview = await agency.Engine.PreviewAsync(Agency.D("2026-11-15"));
        Assert.Equal(6, await agency.SqlAsync<long>("SELECT count(*) FROM hits"));
        var report = await agency.RunAsync("2026-11-15");

        Assert.Equal(RunOutcome.Succeeded, report.Outcome);
        Assert.Equal(new RunCount("statistics", "erased", "StatisticsExpired", 1), Assert.Single(report.Counts));
        Assert.Equal(preview, report.Counts);
        Assert.Equal("2024-11-16", await agency.SqlAsync<string>("SELECT string_agg(seen_on::text, ' ') FROM hits"));
        Assert.Equal(["2024-11-15 / 2", "2024-11-15 /biens leboncoin.fr 3", "2024-11-16 / 1"], await TotalsAsync(agency));
        await using var db = agency.Db();
        var entry = Assert.Single(await db.Ledger.ToListAsync());
        Assert.Equal(("statistics", """{"hits":5}""", "2024-11", Agency.D("2026-11-15")), (entry.Category, entry.Counts, entry.LastActivityMonth, entry.DueOn!.Value));
        Assert.True((await LedgerChain.VerifyAsync(db)).Intact);
    }

    [Fact]
    public async Task The_months_are_those_of_the_rules_and_ends_of_months_clamp()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.SqlAsync("UPDATE policy_versions SET statistics_months = 6");
        foreach (var day in new[] { "2026-08-28", "2026-08-29", "2026-08-31" }) await HitsAsync(agency, day, "/", "", 1);

        await agency.RunAsync("2027-02-27");
        Assert.Equal(3, await agency.SqlAsync<long>("SELECT count(*) FROM hits"));
        await agency.RunAsync("2027-02-28");
        Assert.Equal(0, await agency.SqlAsync<long>("SELECT count(*) FROM hits"));
        Assert.Equal(3, await agency.SqlAsync<long>("SELECT count(*) FROM ledger"));
    }

    [Fact]
    public async Task Summed_twice_is_summed_once_and_hits_written_late_are_counted()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await HitsAsync(agency, "2026-11-14", "/", "", 2);
        await agency.RunAsync("2026-11-15");
        await agency.RunAsync("2026-11-15");
        Assert.Equal(["2026-11-14 / 2"], await TotalsAsync(agency));

        await HitsAsync(agency, "2026-11-14", "/", "", 1);
        await agency.RunAsync("2026-11-16");
        Assert.Equal(["2026-11-14 / 3"], await TotalsAsync(agency));
    }

    [Fact]
    public async Task Killed_while_it_deletes_a_day_the_run_leaves_the_day_whole_and_the_next_one_finishes()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await HitsAsync(agency, "2024-11-15", "/", "", 5);
        await agency.SqlAsync("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'; CREATE TRIGGER slow AFTER DELETE ON hits FOR EACH STATEMENT EXECUTE FUNCTION slow()");
        const string Sleeping = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";

        var run = agency.RunAsync("2026-11-15");
        while (!run.IsCompleted && (await agency.Database.SuperuserConnectionString.QueryAsync<long>($"SELECT count(*) {Sleeping}")).Single() == 0) await Task.Delay(20);
        await agency.Database.SuperuserConnectionString.QueryAsync<bool>($"SELECT pg_terminate_backend(pid) {Sleeping}");
        Assert.Equal(RunOutcome.Failed, (await run).Outcome);
        Assert.Equal(5, await agency.SqlAsync<long>("SELECT count(*) FROM hits"));
        Assert.Equal(0, await agency.SqlAsync<long>("SELECT count(*) FROM ledger"));

        await agency.SqlAsync("DROP TRIGGER slow ON hits");
        await agency.RunAsync("2026-11-15");
        Assert.Equal(0, await agency.SqlAsync<long>("SELECT count(*) FROM hits"));
        Assert.Equal(["2024-11-15 / 5"], await TotalsAsync(agency));
        Assert.Equal(1, await agency.SqlAsync<long>("SELECT count(*) FROM ledger"));
    }

    [Fact]
    public async Task No_raw_day_goes_before_its_totals_are_complete()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await HitsAsync(agency, "2024-11-10", "/", "", 4);
        await agency.SqlAsync("INSERT INTO daily_totals (seen_on, page, source, count) VALUES ('2024-11-10', '/', '', 1)");
        await agency.RunAsync("2026-11-15");
        Assert.Equal(["2024-11-10 / 4"], await TotalsAsync(agency));

        await HitsAsync(agency, "2024-11-11", "/", "", 1);
        await agency.SqlAsync("ALTER TABLE daily_totals ADD CONSTRAINT refused CHECK (seen_on < '2024-11-11')");
        Assert.Equal(RunOutcome.Failed, (await agency.RunAsync("2026-11-15")).Outcome);
        Assert.Equal(1, await agency.SqlAsync<long>("SELECT count(*) FROM hits"));
    }

    [Fact]
    public async Task A_flood_of_invented_pages_shares_one_line_of_the_totals()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await HitsAsync(agency, "2026-11-14", "/", "", 9);
        await agency.SqlAsync("INSERT INTO hits (seen_on, page, source) SELECT '2026-11-14', '/invention-' || n, 'spam.example' FROM generate_series(1, 2000) n");

        await agency.RunAsync("2026-11-15");

        Assert.Equal(501, await agency.SqlAsync<long>("SELECT count(*) FROM daily_totals"));
        Assert.Equal(1501, await agency.SqlAsync<int>("SELECT count FROM daily_totals WHERE page = '/*' AND source = ''"));
        Assert.Equal(2009, await agency.SqlAsync<long>("SELECT sum(count) FROM daily_totals"));
    }

    [Fact]
    public async Task An_overdue_day_of_hits_makes_the_dead_mans_switch_cry()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.SqlAsync($"UPDATE installation SET installed_at = '{agency.Clock.Now:O}'");
        await HitsAsync(agency, "2024-11-15", "/", "", 1);
        await using var db = agency.Db();
        Assert.True((await new DeadMansSwitch(db, agency.Clock).CheckAsync()).Healthy);

        await HitsAsync(agency, "2024-11-14", "/", "", 1);
        Assert.Equal(new Alarm(Alarm.Overdue, 1), Assert.Single((await new DeadMansSwitch(db, agency.Clock).CheckAsync()).Alarms));
    }

    [Fact]
    public async Task The_page_reads_totals_of_finished_days_and_todays_raw_hits_once_each()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await HitsAsync(agency, "2026-11-12", "/biens", "leboncoin.fr", 2);
        await agency.RunAsync("2026-11-13");
        await HitsAsync(agency, "2026-11-14", "/", "", 3);
        await HitsAsync(agency, "2026-11-15", "/", "seloger.com", 4);
        await using var db = agency.Db();

        var audience = await Audience.ReadAsync(db, Agency.D("2026-11-12"), agency.Today, agency.Today);
        Assert.Equal((9, 2, 3, 4), (audience.Total, audience.Days[Agency.D("2026-11-12")], audience.Days[Agency.D("2026-11-14")], audience.Days[agency.Today]));
        Assert.Equal([new("/", 7), new("/biens", 2)], audience.Pages);
        Assert.Equal([new("seloger.com", 4), new("leboncoin.fr", 2)], audience.Sources);
        Assert.Equal(3, audience.Direct);
        Assert.Equal(3, (await Audience.ReadAsync(db, Agency.D("2026-11-13"), Agency.D("2026-11-14"), agency.Today)).Total);
    }

    private static Task HitsAsync(Agency agency, string day, string page, string source, int times) =>
        agency.SqlAsync($"INSERT INTO hits (seen_on, page, source) SELECT '{day}', '{page}', '{source}' FROM generate_series(1, {times})");

    private static async Task<IReadOnlyList<string>> TotalsAsync(Agency agency) =>
        [.. await agency.Database.OwnerConnectionString.QueryAsync<string>("SELECT concat_ws(' ', seen_on, page, nullif(source, ''), count) FROM daily_totals ORDER BY seen_on, page")];
}
