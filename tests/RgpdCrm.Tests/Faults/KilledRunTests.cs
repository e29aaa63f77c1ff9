using System.Diagnostics;
using System.Security.Cryptography;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Faults;

/// <summary>Real processes of the nightly run, killed or frozen at a named point without a chance to tidy up.</summary>
public sealed class KilledRunTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int People = 700;

    // The weekly run asks for 50.
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("RGPDCRM_TEST_KILLS"), out var wanted) ? wanted : 1;

    private Agency _agency = null!;

    public async ValueTask InitializeAsync() => _agency = await Agency.OpenTodayAsync(postgres);

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task Killed_inside_the_erasing_transaction_it_leaves_whole_people_and_the_next_run_finishes()
    {
        var invariants = await Crowd.PlantAsync(_agency.Database, People, _agency.Today);
        await using var gate = await Gate.CloseAsync(_agency.Database, "INSERT ON ledger", Gate.AfterTheFirstBatch);
        using (var run = Start())
        {
            await gate.ReachedAsync();
            await KillAsync(run);
        }
        await gate.OpenToNobodyAsync();
        Assert.InRange(await Crowd.LeftAsync(_agency.Database), 3, People);
        await invariants.HoldAsync();

        await FinishAsync(invariants);
    }

    [Fact]
    public async Task Killed_after_the_commit_and_before_the_bucket_it_leaves_a_note_of_every_object_and_all_of_them_go()
    {
        await using var bucket = await VersionedBucket.StartAsync();
        using var store = bucket.Store();
        using var warehouse = new Warehouse(_agency, store);
        var property = await warehouse.PropertyAsync("A-1", $"{_agency.Today.AddMonths(-24):O}");
        for (var n = 0; n < 3; n++) await warehouse.PhotoAsync(property);
        var published = bucket.Held.Count;
        var invariants = await Crowd.PlantAsync(_agency.Database, 5, _agency.Today);
        await using var gate = await Gate.CloseAsync(_agency.Database, "DELETE ON retention_runs");
        using (var run = Start())
        {
            await gate.ReachedAsync();
            await KillAsync(run);
        }
        await gate.OpenToNobodyAsync();
        Assert.Equal((0, 6, published), (await _agency.SqlAsync<long>("SELECT count(*) FROM photos"), await warehouse.WaitingAsync(), bucket.Held.Count));
        await invariants.HoldAsync();

        _agency.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        Assert.Equal((6, 0), await warehouse.DrainAsync());
        await FinishAsync(invariants, warehouse.DrainAsync);
        Assert.Empty(bucket.Held);
        Assert.Empty(warehouse.Folder.EnumerateFiles("*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Of_two_workers_on_one_tick_one_works_and_frozen_until_its_lock_is_gone_it_wakes_to_find_the_work_done()
    {
        var invariants = await Crowd.PlantAsync(_agency.Database, People, _agency.Today);
        await using var gate = await Gate.CloseAsync(_agency.Database, "INSERT ON ledger", Gate.AfterTheFirstBatch);
        using var frozen = Start();
        await gate.ReachedAsync();
        Assert.Equal((RunOutcome.Refused, RunNotes.UnderWay), await OutcomeAsync());

        await SignalAsync(frozen, "-STOP");
        await _agency.Database.EndSessionsAsync();
        await gate.OpenToNobodyAsync();
        await FinishAsync(invariants);
        await SignalAsync(frozen, "-CONT");
        await frozen.WaitForExitAsync();

        Assert.Equal(1, frozen.ExitCode);
        await FinishAsync(invariants);
    }

    [Fact]
    public async Task Killed_at_any_instant_it_leaves_nothing_that_the_next_run_does_not_finish()
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            var invariants = await Crowd.PlantAsync(_agency.Database, People, _agency.Today);
            using (var run = Start())
            {
                // From the start of the runtime to a while after the last batch.
                await Task.Delay(RandomNumberGenerator.GetInt32(6000));
                await KillAsync(run);
            }
            await _agency.Database.UntilAsync(Gate.NobodyHoldsALock);
            await invariants.HoldAsync();
            Assert.Equal((RunOutcome.Succeeded, null), await OutcomeAsync());
            await invariants.HoldTwiceAsync(() => OutcomeAsync());
            await _agency.SqlAsync("TRUNCATE brake_uses");
        }
    }

    /// <summary>The next run does what was left, and nothing is left after it.</summary>
    private async Task FinishAsync(Invariants invariants, Func<Task>? drain = null)
    {
        Assert.Equal((RunOutcome.Succeeded, null), await OutcomeAsync());
        Assert.Equal(2, await Crowd.LeftAsync(_agency.Database));
        await invariants.HoldTwiceAsync(async () =>
        {
            await OutcomeAsync();
            if (drain is not null) await drain();
        });
    }

    private async Task<(RunOutcome, string?)> OutcomeAsync()
    {
        var report = await _agency.RunAsync($"{_agency.Today:O}");
        return (report.Outcome, report.Note);
    }

    private Process Start() => Verb.On(_agency.Database).Start("retention", "run");

    private static async Task KillAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
