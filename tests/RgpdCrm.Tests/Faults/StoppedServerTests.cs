using System.Diagnostics;
using System.Net;
using RgpdCrm.Core.Retention;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Tests.Deployment;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Faults;

/// <summary>A PostgreSQL of its own, absent when the application starts and restarted without ceremony under it.</summary>
public sealed class StoppedServerTests : IAsyncLifetime
{
    private EmbeddedServer _server = null!;
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await EmbeddedServer.StartEphemeralAsync();
        _database = new TestDatabase(EmbeddedServer.Database, _server.SuperuserConnectionString, _server.OwnerConnectionString(), _server.AppConnectionString(), _server.BackupConnectionString());
        // Such servers do without durability; what was committed must survive this one: said before anyone opens a session, which would keep what it began with.
        await _database.SuperuserConnectionString.QueryAsync<object>($"ALTER DATABASE {EmbeddedServer.Database} SET synchronous_commit = on");
        await Web.Commands.MigrateCommand.RunAsync(_database.OwnerConnectionString, DatabaseRoles.App, rehearsals: true, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Absent_at_start_it_is_said_in_one_line_and_restarted_in_the_middle_of_a_run_it_loses_and_halves_nobody()
    {
        var agency = Agency.OnDatabase(_database);
        var invariants = await Crowd.PlantAsync(_database, 700, agency.Today);
        var port = Doors.FreePort();
        var web = Verb.On(_database, ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"), ("Hangfire__Server", "false"));

        await ControlAsync("stop", "--mode", "immediate");
        // A supervisor starts it again every few seconds.
        Assert.Equal("La base de données ne répond pas à l’adresse configurée.", await web.FailAsync(1));
        Assert.Equal("La base de données ne répond pas à l’adresse configurée.", await web.FailAsync(1, "retention", "run"));
        await ControlAsync("start", "--options", $"-p {_server.Port}");
        await invariants.HoldAsync();

        using var serving = web.Start();
        try
        {
            await using var gate = await Gate.CloseAsync(_database, "INSERT ON ledger", Gate.AfterTheFirstBatch);
            await ReadyAsync(port);
            var run = agency.RunAsync($"{agency.Today:O}");
            await gate.ReachedAsync();
            await ControlAsync("restart", "--mode", "immediate");
            await BrokenSessionTests.FailsAsync(run);
            Assert.InRange(await Crowd.LeftAsync(_database), 3, 699);
            await invariants.HoldAsync();
            await ReadyAsync(port);
        }
        finally
        {
            serving.Kill();
        }

        Assert.Equal(RunOutcome.Succeeded, (await agency.RunAsync($"{agency.Today:O}")).Outcome);
        Assert.Equal(2, await Crowd.LeftAsync(_database));
        await invariants.HoldTwiceAsync(() => agency.RunAsync($"{agency.Today:O}"));
    }

    private async Task ControlAsync(string action, params string[] options)
    {
        string[] always = [action, "--wait", "--silent", "--pgdata", Path.Combine(_server.Folder, "data")];
        var start = new ProcessStartInfo(Path.Combine(PostgresBinaries.Find().Folder, "pg_ctl"), [.. always, .. options, .. action == "stop" ? Array.Empty<string>() : ["--log", Path.Combine(_server.Folder, "server.log")]]) { WorkingDirectory = "/" };
        // The folder belongs to the account that the server runs under.
        if (Environment.IsPrivilegedProcess && OperatingSystem.IsLinux()) start.UserName = "postgres";
        using var control = Process.Start(start)!;
        await control.WaitForExitAsync();
        Assert.Equal(0, control.ExitCode);
    }

    private static async Task ReadyAsync(int port)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        for (var tries = 0; (await Doors.TryAsync(new Browser(http), "/health/ready"))?.StatusCode != HttpStatusCode.OK; tries++)
        {
            Assert.True(tries < 1000, "It was not ready.");
            await Task.Delay(50);
        }
    }
}
