using Hangfire;
using Hangfire.States;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Backups;
using RgpdCrm.Tests.Deployment;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Jobs;

namespace RgpdCrm.Tests.Faults;

/// <summary>The real application, killed while its weekly drill fills the scratch database.</summary>
public sealed class KilledDrillTests(PostgresFixture postgres) : IAsyncLifetime
{
    // A row of the backup that takes its time in a scratch database, as long as a session named "gate" is there: an advisory lock would be of one database alone.
    private const string SlowRow = """
        CREATE FUNCTION slowly() RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
          WHILE current_database() LIKE '%\_drill' AND EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'gate') LOOP
            PERFORM pg_sleep(0.05), pg_stat_clear_snapshot();
          END LOOP;
          RETURN true;
        END $$;
        CREATE TABLE slow (id int CHECK (slowly()));
        INSERT INTO slow VALUES (1)
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-killed-drill-");
    private CrmApp _app = null!;

    private (string Key, string Value)[] Settings =>
        [("Backup:Folder", PathOf("store")), ("Backup:KeyFile", PathOf("backup.keys")), ("Ledger:Folder", PathOf("ledger")), ("Storage:Folder", PathOf("storage")), ("Objections:Key", "a key of the tests, and of nobody else")];

    public async ValueTask InitializeAsync()
    {
        BackupKeys.Begin(PathOf("backup.keys"), DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
        _app = await CrmApp.StartNowAsync(postgres, _ => { }, Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await (await postgres.SuperuserConnectionStringAsync()).QueryAsync<object>($"DROP DATABASE IF EXISTS {_app.Database.Name}_drill WITH (FORCE)");
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Killed_with_the_scratch_database_half_filled_the_night_drops_it_and_says_so_and_the_next_drill_succeeds()
    {
        await _app.PersonAsync("Zéphirine", "zephirine@example.org");
        await _app.Database.OwnerConnectionString.QueryAsync<object>(SlowRow);
        await _app.RunJobAsync<BackupJob>();
        await using (var gate = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_app.Database.BackupConnectionString) { Pooling = false, ApplicationName = "gate" }.ConnectionString))
        {
            await gate.OpenAsync(TestContext.Current.CancellationToken);
            _app.Services.GetRequiredService<IBackgroundJobClient>().Create(RecurringJobs.Table.Single(schedule => schedule.Id == RecurringJobs.BackupDrill).Job, new EnqueuedState());
            using (var worker = Verb.On(_app.Database, [("ASPNETCORE_URLS", $"http://127.0.0.1:{Doors.FreePort()}"), ("Logging__Level", "Fatal"), ("ConnectionStrings__RgpdCrmBackup", _app.Database.BackupConnectionString),
                .. Settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), (string?)setting.Value))]).Start())
            {
                await _app.Database.UntilAsync("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() || '_drill' AND wait_event = 'PgSleep')");
                worker.Kill();
                await worker.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
            await _app.Database.UntilAsync(Gate.NobodyHoldsALock);
            Assert.Equal((1L, "under way"), (await ScratchesAsync(), await LatestAsync()));

            await _app.RunJobAsync<BackupExpiryJob>();

            Assert.Equal((0L, "Interrupted"), (await ScratchesAsync(), await LatestAsync()));
            var jobs = Office.Plain(await (await _app.SignInAsync(Role.Ops)).ReadAsync("/jobs"));
            Assert.Contains("Elle a été interrompue.", jobs, StringComparison.Ordinal);
        }

        _app.Time.Advance(TimeSpan.FromMinutes(1));
        await _app.RunJobAsync<BackupDrillJob>();

        Assert.Equal((0L, "done"), (await ScratchesAsync(), await LatestAsync()));
    }

    private async Task<long> ScratchesAsync() => (await _app.Database.SuperuserConnectionString.QueryAsync<long>("SELECT count(*) FROM pg_database WHERE datname = current_database() || '_drill'")).Single();

    private async Task<string> LatestAsync() => (await _app.Database.OwnerConnectionString.QueryAsync<string>(
        "SELECT coalesce(fault, CASE WHEN finished_at IS NULL THEN 'under way' ELSE 'done' END) FROM backup_drills ORDER BY started_at DESC LIMIT 1")).Single();

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
