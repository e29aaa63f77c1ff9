using System.Net;
using System.Text.RegularExpressions;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Jobs;
using RgpdCrm.Web.Pages.Jobs;

namespace RgpdCrm.Tests.Pages;

public sealed partial class JobsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(postgres);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Files_that_still_have_to_go_are_counted_with_their_age_and_gone_ones_are_not_mentioned()
    {
        var ops = await _app.SignInAsync(Role.Ops);
        Assert.DoesNotContain("à effacer du stockage", Office.Plain(await ops.ReadAsync("/jobs")), StringComparison.Ordinal);
        await _app.Database.OwnerConnectionString.QueryAsync<int>("""
            INSERT INTO object_removals (id, what, key, asked_at, attempts, next_attempt_at)
            SELECT gen_random_uuid(), 'Document', repeat('a', 32), asked::timestamptz, 3, now() FROM unnest(ARRAY['2026-11-14T17:30:00Z', '2026-11-15T08:00:00Z']) AS asked
            """);

        var page = Office.Plain(await ops.ReadAsync("/jobs"));

        Assert.Contains("En attente : 2 fichiers. Le plus ancien attend depuis le 14/11/2026, 18 h 30.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_lists_every_schedule_and_the_last_run_in_plain_words()
    {
        await _app.Services.GetRequiredService<RetentionRun>().RunAsync(new RunRequest());

        var html = await (await _app.SignInAsync(Role.Ops)).ReadAsync("/jobs");

        Assert.All(RecurringJobs.Table, schedule => Assert.Contains(JobWords.Title(schedule), Office.Plain(html), StringComparison.Ordinal));
        Assert.Contains("réussie", html, StringComparison.Ordinal);
        Assert.Contains("rien n’était dû", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_brake_shows_its_number_and_only_an_admin_who_types_it_releases_it()
    {
        var brake = await FreezeAsync(412);
        var ops = await _app.SignInAsync(Role.Ops);
        var admin = await _app.SignInAsync(Role.Admin);

        Assert.Contains("412", await ops.ReadAsync("/jobs"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await ops.PostFormAsync("/jobs/approve", ("Brake", brake.ToString()), ("Number", "412"))).StatusCode);
        await admin.PostFormAsync("/jobs/approve", ("Brake", brake.ToString()), ("Number", "411"));
        Assert.Null(await ApprovedAtAsync(brake));
        await admin.PostFormAsync("/jobs/approve", ("Brake", brake.ToString()), ("Number", "412"));

        Assert.NotNull(await ApprovedAtAsync(brake));
        Assert.Contains("412 approuvés", await admin.ReadAsync("/jobs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_are_two_admins_one_proposes_and_the_other_confirms()
    {
        var brake = await FreezeAsync(412);
        var (lea, nora) = (await _app.SignInAsync(Role.Admin), await _app.SignInAsync("nora@example.org", Role.Admin));
        Assert.Contains("Saisissez le nombre 412 pour proposer", Office.Plain(await lea.ReadAsync("/jobs")), StringComparison.Ordinal);

        await lea.PostFormAsync("/jobs/approve", ("Brake", brake.ToString()), ("Number", "412"));
        var hers = Office.Plain(await lea.ReadAsync("/jobs"));
        Assert.Contains("412 proposés", hers, StringComparison.Ordinal);
        Assert.Contains("Vous l’avez proposé", hers, StringComparison.Ordinal);
        await lea.PostFormAsync("/jobs/approve", ("Brake", brake.ToString()), ("Number", "412"), ("ProposedById", ""), ("ApprovedById", Guid.NewGuid().ToString()));
        Assert.Contains("vous l’avez proposé, un autre administrateur doit confirmer", Office.Plain(await lea.ReadAsync("/jobs")), StringComparison.Ordinal);
        Assert.Null(await ApprovedAtAsync(brake));

        Assert.Contains("Proposé par admin le 15/11/2026", Office.Plain(await nora.ReadAsync("/jobs")), StringComparison.Ordinal);
        await nora.PostFormAsync("/jobs/approve", ("Brake", brake.ToString()), ("Number", "412"));
        Assert.NotNull(await ApprovedAtAsync(brake));
    }

    [Fact]
    public async Task The_next_start_outlives_the_lock_of_a_killed_process()
    {
        var schedule = RecurringJobs.Table[0];
        await _app.Database.OwnerConnectionString.QueryAsync<string>($"INSERT INTO hangfire.lock (resource, updatecount, acquired) VALUES ('hangfire:lock:recurring-job:{schedule.Id}', 0, now() AT TIME ZONE 'UTC') RETURNING resource");

        _app.Services.GetRequiredService<IRecurringJobManager>().AddOrUpdate(schedule.Id, schedule.Job, schedule.Cron, new RecurringJobOptions());

        Assert.Equal(1L, (await _app.Database.OwnerConnectionString.QueryAsync<long>($"SELECT count(*) FROM hangfire.set WHERE key = 'recurring-jobs' AND value = '{schedule.Id}'")).Single());
    }

    [Fact]
    public async Task A_run_that_fails_makes_its_job_fail_with_the_same_sentence()
    {
        var run = _app.Services.GetRequiredService<RetentionRun>();
        await run.RunAsync(new RunRequest());
        _app.Time.Advance(TimeSpan.FromDays(40));

        var failure = await Assert.ThrowsAsync<JobFailedException>(() => _app.RunJobAsync<NightlyRetentionJob>());

        Assert.Contains("approuvez le nombre 40", Office.Plain(failure.Message), StringComparison.Ordinal);
        Assert.Contains(Office.Plain(failure.Message), Office.Plain(await (await _app.SignInAsync(Role.Ops)).ReadAsync("/jobs")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_an_admin_who_types_the_days_confirms_a_clock_that_jumped()
    {
        var run = _app.Services.GetRequiredService<RetentionRun>();
        await run.RunAsync(new RunRequest());
        _app.Time.Advance(TimeSpan.FromDays(40));
        Assert.Equal(40, (await run.RunAsync(new RunRequest())).Asks);
        var (ops, admin) = (await _app.SignInAsync(Role.Ops), await _app.SignInAsync(Role.Admin));

        Assert.Contains("un administrateur de l’agence le confirme ici", await ops.ReadAsync("/jobs"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await ops.PostFormAsync("/jobs/confirm-clock", ("Number", "40"))).StatusCode);
        await admin.PostFormAsync("/jobs/confirm-clock", ("Number", "41"));
        Assert.Equal(0, Enqueued());
        await admin.PostFormAsync("/jobs/confirm-clock", ("Number", "40"));
        Assert.Equal(1, Enqueued());

        await _app.RunJobAsync<NightlyRetentionJob>(job => job.RunConfirmedAsync(40, CancellationToken.None));
        Assert.Contains("réussie", await admin.ReadAsync("/jobs"), StringComparison.Ordinal);
    }

    [Fact]
    public void No_job_takes_an_argument() => Assert.All(RecurringJobs.Table, schedule => Assert.All(schedule.Job.Args, argument => Assert.IsType<CancellationToken>(argument)));

    [Fact]
    public async Task Run_now_is_a_post_that_ops_and_admins_may_send()
    {
        Schedule();
        var ops = await _app.SignInAsync(Role.Ops);

        var answer = await ops.PostFormAsync("/jobs?handler=Run", ("id", RecurringJobs.NightlyRetention));

        Assert.Equal("/jobs", answer.Headers.Location!.ToString());
        Assert.Contains("est lancé", await ops.ReadAsync("/jobs"), StringComparison.Ordinal);
        Assert.Equal(1, _app.Services.GetRequiredService<JobStorage>().GetMonitoringApi().EnqueuedCount("default"));
    }

    [Fact]
    public async Task Ops_command_the_dashboard_admins_read_it_agents_are_refused()
    {
        Schedule();
        var (ops, admin, agent) = (await _app.SignInAsync(Role.Ops), await _app.SignInAsync(Role.Admin), await _app.SignInAsync(Role.Agent));

        Assert.Equal(HttpStatusCode.Forbidden, (await agent.GetAsync("/hangfire")).StatusCode);
        Assert.False((await TriggerAsync(admin)).IsSuccessStatusCode);
        Assert.Equal(0, Enqueued());
        Assert.True((await TriggerAsync(ops)).IsSuccessStatusCode);
        Assert.Equal(1, Enqueued());
    }

    [Fact]
    public async Task The_dashboard_hides_the_connection_string_and_wants_its_own_antiforgery_token()
    {
        Schedule();
        var ops = await _app.SignInAsync(Role.Ops);

        Assert.DoesNotContain(_app.Database.Name, await ops.ReadAsync("/hangfire"), StringComparison.Ordinal);
        Assert.False((await ops.PostWithoutTokenAsync("/hangfire/recurring/trigger", [("jobs[]", RecurringJobs.NightlyRetention)])).IsSuccessStatusCode);
        Assert.Equal(0, Enqueued());
    }

    [Fact]
    public async Task A_forged_forwarding_header_opens_no_dashboard()
    {
        var stranger = _app.Visitor();
        stranger.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "127.0.0.1");

        Assert.Equal(HttpStatusCode.Redirect, (await stranger.GetAsync("/hangfire")).StatusCode);
    }

    [Fact]
    public async Task Silence_of_the_night_run_turns_the_health_check_red_after_26_hours()
    {
        await _app.Services.GetRequiredService<RetentionRun>().RunAsync(new RunRequest());
        var monitor = _app.Visitor("127.0.0.1");

        Assert.Equal(HttpStatusCode.OK, (await monitor.GetAsync("/health/retention")).StatusCode);
        _app.Time.Advance(TimeSpan.FromHours(26) + TimeSpan.FromMinutes(1));
        var answer = await monitor.GetAsync("/health/retention");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("no-run", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private void Schedule()
    {
        var manager = _app.Services.GetRequiredService<IRecurringJobManager>();
        foreach (var schedule in RecurringJobs.Table) manager.AddOrUpdate(schedule.Id, schedule.Job, schedule.Cron, new RecurringJobOptions());
    }

    private long Enqueued() => _app.Services.GetRequiredService<JobStorage>().GetMonitoringApi().EnqueuedCount("default");

    // What the dashboard's own script sends, with the token of the page.
    private static async Task<HttpResponseMessage> TriggerAsync(Browser browser)
    {
        var html = await browser.ReadAsync("/hangfire/recurring");
        using var message = new HttpRequestMessage(HttpMethod.Post, "/hangfire/recurring/trigger") { Content = new FormUrlEncodedContent([new("jobs[]", RecurringJobs.NightlyRetention)]) };
        message.Headers.Add(Meta(html, "csrf-header"), Meta(html, "csrf-token"));
        return await browser.Client.SendAsync(message);
    }

    private static string Meta(string html, string name) => MetaTag().Matches(html).Single(match => match.Groups[1].Value == name).Groups[2].Value;

    private async Task<Guid> FreezeAsync(int count)
    {
        await using var db = _app.Db();
        var brake = new Brake { Category = "contact", Budget = Budget.Deleting, Count = count, FrozenAt = _app.Time.GetUtcNow(), Date = new DateOnly(2026, 11, 15) };
        db.Brakes.Add(brake);
        await db.SaveChangesAsync();
        return brake.Id;
    }

    private async Task<DateTimeOffset?> ApprovedAtAsync(Guid brake)
    {
        await using var db = _app.Db();
        return (await db.Brakes.SingleAsync(b => b.Id == brake)).ApprovedAt;
    }

    [GeneratedRegex("""<meta name="([^"]+)" content="([^"]+)""")]
    private static partial Regex MetaTag();
}
