using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Faults;

/// <summary>The database's sessions break, hang on each other and lie about what they did.</summary>
public sealed class BrokenSessionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int People = 700;

    private Agency _agency = null!;
    private Invariants _invariants = null!;

    public async ValueTask InitializeAsync()
    {
        _agency = await Agency.OpenAsync(postgres);
        _invariants = await Crowd.PlantAsync(_agency.Database, People, _agency.Today);
    }

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task A_commit_whose_reply_is_lost_counts_and_is_not_done_again()
    {
        await using var proxy = new TcpProxy(new NpgsqlConnectionStringBuilder(_agency.App).Port);
        proxy.LoseReplyTo("COMMIT", after: "COPY ledger");

        var report = await Agency.EngineOn(proxy.Through(_agency.App), _agency.Time).RunAsync(new RunRequest());

        Assert.Equal((1, RunOutcome.Failed), (proxy.Lost, report.Outcome));
        Assert.InRange(await Crowd.LeftAsync(_agency.Database), 3, People - 1);
        await FinishAsync();
    }

    [Fact]
    public async Task All_sessions_ended_in_the_middle_of_a_run_the_next_one_finishes()
    {
        await using var gate = await Gate.CloseAsync(_agency.Database, "INSERT ON ledger", Gate.AfterTheFirstBatch);
        var run = _agency.RunAsync();
        await gate.ReachedAsync();
        await _agency.Database.EndSessionsAsync();
        await gate.OpenToNobodyAsync();

        await FailsAsync(run);
        Assert.InRange(await Crowd.LeftAsync(_agency.Database), 3, People - 1);
        await FinishAsync();
    }

    [Fact]
    public async Task A_deadlock_and_a_serialization_error_are_tried_again_and_keep_nobody()
    {
        await using var gate = await Gate.CloseAsync(_agency.Database, "DELETE ON set_asides");
        await _agency.Database.SuperuserConnectionString.QueryAsync<object>($"""
            ALTER DATABASE {_agency.Database.Name} SET deadlock_timeout = '50ms';
            CREATE SEQUENCE tries;
            CREATE FUNCTION once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN IF nextval('tries') = 1 THEN RAISE EXCEPTION 'once' USING ERRCODE = 'serialization_failure'; END IF; RETURN NULL; END $$;
            CREATE TRIGGER once BEFORE DELETE ON contacts FOR EACH STATEMENT EXECUTE FUNCTION once()
            """);
        var run = _agency.RunAsync();
        await gate.ReachedAsync();

        // A colleague holds what the run wants next, and waits for what the run holds; only the run looks for deadlocks.
        await using var colleague = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_agency.Database.SuperuserConnectionString) { Pooling = false }.ConnectionString);
        await colleague.OpenAsync();
        await DoAsync(colleague, "SET deadlock_timeout = '1h'");
        await using var hers = await colleague.BeginTransactionAsync();
        await DoAsync(colleague, "SELECT id FROM emails FOR UPDATE");
        var waiting = DoAsync(colleague, "SELECT id FROM contacts FOR UPDATE");
        await _agency.Database.UntilAsync("SELECT count(*) = 2 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        await gate.OpenAsync();
        await waiting;
        await hers.RollbackAsync();

        Assert.Equal(RunOutcome.Succeeded, (await run).Outcome);
        // More than one where the run locks everyone again before the colleague has woken up.
        await _agency.Database.UntilAsync("SELECT deadlocks > 0 FROM pg_stat_database WHERE datname = current_database()");
        await _agency.Database.UntilAsync("SELECT last_value > 1 FROM tries");
        await FinishAsync();
    }

    private async Task FinishAsync()
    {
        await _invariants.HoldAsync();
        Assert.Equal(RunOutcome.Succeeded, (await _agency.RunAsync()).Outcome);
        Assert.Equal(2, await Crowd.LeftAsync(_agency.Database));
        await _invariants.HoldTwiceAsync(() => _agency.RunAsync());
    }

    // Whether it can still write its report or not.
    internal static async Task FailsAsync(Task<RunReport> run)
    {
        try
        {
            Assert.Equal(RunOutcome.Failed, (await run).Outcome);
        }
        catch (Exception e) when (e is NpgsqlException or DbUpdateException or InvalidOperationException)
        {
            // The job fails and is tried again.
        }
    }

    private static async Task DoAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
