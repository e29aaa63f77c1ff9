using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Jobs;

namespace RgpdCrm.Tests.Faults;

/// <summary>A run that is told the wrong day, or a rule that somebody mistyped.</summary>
public sealed class MisledRunTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(3653, RunNotes.ClockJumped), InlineData(-1, RunNotes.ClockWentBack)]
    public async Task A_clock_ten_years_ahead_or_a_day_behind_is_refused_and_once_it_is_right_the_nights_go_on(int days, string note)
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var invariants = await Crowd.PlantAsync(agency.Database, 5, agency.Today);
        Assert.Equal(RunOutcome.Succeeded, (await agency.RunAsync()).Outcome);
        Assert.Equal(2, await Crowd.LeftAsync(agency.Database));

        await invariants.HoldTwiceAsync(async () =>
        {
            var misled = await Agency.EngineOn(agency.App, new FakeTimeProvider(agency.Clock.Now.AddDays(days))).RunAsync(new RunRequest());
            Assert.Equal((RunOutcome.Refused, note), (misled.Outcome, misled.Note));
        });

        agency.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(RunOutcome.Succeeded, (await agency.RunAsync()).Outcome);
    }

    [Fact]
    public async Task A_jump_of_ten_years_approved_by_mistake_is_taken_back_by_its_number_and_nobody_goes_before_the_real_day()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.SqlAsync($"UPDATE installation SET installed_at = '{agency.Clock.Now:O}'");
        await agency.RunAsync();
        Assert.Equal(RunOutcome.Succeeded, (await Agency.EngineOn(agency.App, new FakeTimeProvider(agency.Clock.Now.AddDays(3653))).RunAsync(new RunRequest(Approve: 3653))).Outcome);
        var due = await agency.PendingAsync("Karim", "2024-03-01", "2026-09-18");

        agency.Time.Advance(TimeSpan.FromDays(1));
        var refused = await agency.RunAsync();
        Assert.Equal((RunOutcome.Refused, RunNotes.ClockWentBack, 3652), (refused.Outcome, refused.Note, refused.Asks));
        Assert.Equal(RunOutcome.Refused, (await agency.RunAsync(approve: 3651)).Outcome);
        Assert.NotNull(await agency.FindAsync(due));
        Assert.Equal(RunOutcome.Succeeded, (await agency.RunAsync(approve: 3652)).Outcome);
        Assert.Equal(1, await agency.SqlAsync<long>($"SELECT count(*) FROM audit_entries WHERE action = '{ClockGuard.PutBack}'"));
        Assert.NotNull(await agency.FindAsync(due));

        // The nights go on, and on his own day he goes; the run of a day that has not come silences no alarm.
        agency.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(RunOutcome.Succeeded, (await agency.RunAsync()).Outcome);
        Assert.Null(await agency.FindAsync(due));
        agency.Time.Advance(TimeSpan.FromHours(27));
        await using var db = agency.Db();
        Assert.Contains(Alarm.NoRun, (await new DeadMansSwitch(db, agency.Clock).CheckAsync()).Alarms.Select(alarm => alarm.Code));
    }

    [Fact]
    public async Task A_host_that_does_not_agree_with_the_database_about_the_time_deletes_nobody()
    {
        await using var agency = await Agency.OpenTodayAsync(postgres);
        var host = new AgencyClock(TimeProvider.System, agency.Clock.Zone);
        await agency.SqlAsync("CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ SELECT pg_catalog.clock_timestamp() + interval '2 minutes' $$");
        await agency.SqlAsync($"ALTER DATABASE {agency.Database.Name} SET search_path = public, pg_catalog");
        NpgsqlConnection.ClearPool(new NpgsqlConnection(agency.App));

        var refused = await new RetentionRun(agency.App, host, NullLogger<RetentionRun>.Instance).RunAsync(new RunRequest());
        Assert.Equal((RunOutcome.Refused, RunNotes.ClocksApart), (refused.Outcome, refused.Note));

        await agency.SqlAsync("DROP FUNCTION public.clock_timestamp()");
        Assert.Equal(RunOutcome.Succeeded, (await new RetentionRun(agency.App, host, NullLogger<RetentionRun>.Instance).RunAsync(new RunRequest())).Outcome);
    }

    [Theory]
    [InlineData("2026-10-25"), InlineData("2027-03-28")]
    public async Task In_the_nights_when_clocks_change_each_run_comes_once_and_takes_who_is_due_that_day(string change)
    {
        var night = Agency.D(change);
        await using var agency = await Agency.OpenAsync(postgres, $"{night.AddDays(-3):O}");
        await agency.SqlAsync($"UPDATE installation SET installed_at = '{agency.Clock.Now:O}'");
        DateOnly[] nights = [.. Enumerable.Range(-2, 5).Select(night.AddDays)];
        foreach (var day in nights) await agency.PendingAsync($"P{day:yyyyMMdd}", "2023-01-15", $"{day.AddMonths(-2):O}");
        var invariants = await Invariants.BeforeAsync(agency.Database);

        foreach (var (day, count) in nights.Select((day, index) => (day, index + 1)))
        {
            var local = day.ToDateTime(NightlyRun.At);
            Assert.False(agency.Clock.Zone.IsInvalidTime(local) || agency.Clock.Zone.IsAmbiguousTime(local));
            agency.Time.SetUtcNow(new DateTimeOffset(local, agency.Clock.Zone.GetUtcOffset(local)).ToUniversalTime());
            await using (var db = agency.Db()) Assert.True((await new DeadMansSwitch(db, agency.Clock).CheckAsync()).Healthy);
            Assert.Equal(RunOutcome.Succeeded, (await agency.RunAsync()).Outcome);
            Assert.Equal(nights.Length - count, await Crowd.LeftAsync(agency.Database));
        }
        await invariants.HoldTwiceAsync(() => agency.RunAsync());
        Assert.Equal($"0 {NightlyRun.Hour} * * *", RecurringJobs.Table.Single(schedule => schedule.Id == RecurringJobs.NightlyRetention).Cron);
    }

    [Fact]
    public async Task A_rule_changed_from_30_to_3_months_flags_no_more_than_the_brake_lets_through_and_erases_nobody()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.SqlAsync($$"""
            INSERT INTO contacts (id, kind, last_name, first_name, search_name, roles, language, collected_on, created_at, status, from_archive, postponements, deletion_approved, restricted)
            SELECT gen_random_uuid(), 'Private', 'Martin', 'P' || n, 'p', 1, 'fr', '2026-05-02', now(), 'Active', false, 0, false, false FROM generate_series(1, 400) n
            """);
        var invariants = await Invariants.BeforeAsync(agency.Database);
        Assert.Empty((await agency.RunAsync()).Counts);

        // Straight into the table, past everything that a page asks first.
        await agency.SqlAsync($$"""
            INSERT INTO policy_versions SELECT (jsonb_populate_record(NULL::policy_versions, to_jsonb(p) || '{"version": 2, "inactivity_months": 3}')).* FROM policy_versions p WHERE version = 1
            """);
        var report = await agency.RunAsync();

        Assert.Equal([new RunCount("contact", "flagged", "Inactivity", 25), new RunCount("contact", "waiting", "Inactivity", 375)], report.Counts);
        Assert.Equal((400, 25), (await Crowd.LeftAsync(agency.Database), await agency.SqlAsync<long>("SELECT count(*) FROM contacts WHERE status = 'PendingDeletion'")));
        await invariants.HoldTwiceAsync(() => agency.RunAsync());
    }
}
