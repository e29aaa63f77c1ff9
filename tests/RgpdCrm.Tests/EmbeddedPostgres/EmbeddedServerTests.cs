using System.Diagnostics;
using System.Globalization;
using Npgsql;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.EmbeddedPostgres;

public sealed class EmbeddedServerTests(EmbeddedServerTests.Machine machine) : IClassFixture<EmbeddedServerTests.Machine>, IAsyncLifetime
{
    private readonly string _folder = machine.Folder;
    private EmbeddedServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await EmbeddedServer.StartAsync(_folder);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_first_start_creates_three_roles_of_which_only_the_backups_may_make_a_scratch_database_and_the_owners_database()
    {
        Assert.Equal(
            ["rgpdcrm_app:login", "rgpdcrm_backup:login+createdb", "rgpdcrm_owner:login"],
            await _server.SuperuserConnectionString.QueryAsync<string>("""
                SELECT rolname || ':' || concat_ws('+', CASE WHEN rolcanlogin THEN 'login' END, CASE WHEN rolsuper THEN 'super' END,
                    CASE WHEN rolcreatedb THEN 'createdb' END, CASE WHEN rolcreaterole THEN 'createrole' END, CASE WHEN rolbypassrls THEN 'bypassrls' END)
                FROM pg_roles WHERE rolname LIKE 'rgpdcrm%' ORDER BY rolname
                """));
        Assert.Equal(
            ["rgpdcrm_owner UTF8"],
            await _server.SuperuserConnectionString.QueryAsync<string>("""
                SELECT pg_get_userbyid(datdba) || ' ' || pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'rgpdcrm'
                """));
        Assert.Equal(["rgpdcrm_owner"], await _server.OwnerConnectionString().QueryAsync<string>("SELECT current_user::text"));
        Assert.Equal(["rgpdcrm_app"], await _server.AppConnectionString().QueryAsync<string>("SELECT current_user::text"));
        Assert.Equal(["rgpdcrm_backup"], await _server.BackupConnectionString().QueryAsync<string>("SELECT current_user::text"));
    }

    [Fact]
    public async Task A_second_start_attaches_to_the_running_server_and_keeps_the_data()
    {
        await NoteAsync("Mme Roussel");

        var second = await EmbeddedServer.StartAsync(_folder);

        Assert.True(second.Attached);
        Assert.Equal(_server.Port, second.Port);
        Assert.Contains("Mme Roussel", await NotesAsync(second));
    }

    [Fact]
    public async Task Two_starts_at_the_same_time_share_one_server()
    {
        await _server.StopAsync();

        var both = await Task.WhenAll(EmbeddedServer.StartAsync(_folder), EmbeddedServer.StartAsync(_folder));

        Assert.Equal(both[0].Port, both[1].Port);
        Assert.Single(both, server => server.Attached);
    }

    [Fact]
    public async Task A_stopped_server_starts_again_with_its_data()
    {
        await NoteAsync("M. Petit");
        await _server.StopAsync();

        var again = await EmbeddedServer.StartAsync(_folder);

        Assert.False(again.Attached);
        Assert.Contains("M. Petit", await NotesAsync(again));
    }

    [Fact]
    public async Task A_server_killed_without_warning_starts_again_with_its_data()
    {
        await NoteAsync("Mme Garnier");
        using (var postmaster = Process.GetProcessById(PostmasterPid()))
        {
            postmaster.Kill();
            await postmaster.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        NpgsqlConnection.ClearAllPools();
        var again = await EmbeddedServer.StartAsync(_folder);

        Assert.False(again.Attached);
        Assert.Contains("Mme Garnier", await NotesAsync(again));
    }

    [Fact]
    public async Task A_stale_pid_file_that_names_another_servers_process_is_not_believed()
    {
        var pidFile = await File.ReadAllLinesAsync(PidFile, TestContext.Current.CancellationToken);
        await _server.StopAsync();
        await using var stranger = await EmbeddedServer.StartEphemeralAsync();
        pidFile[0] = (await stranger.SuperuserConnectionString.QueryAsync<int>("SELECT pg_backend_pid()")).Single().ToString(CultureInfo.InvariantCulture);
        pidFile[3] = stranger.Port.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(PidFile, pidFile, TestContext.Current.CancellationToken);

        var again = await EmbeddedServer.StartAsync(_folder);

        Assert.False(again.Attached);
        Assert.NotEqual(stranger.Port, again.Port);
    }

    [Fact]
    public async Task The_applications_role_can_create_neither_databases_nor_roles_nor_tables()
    {
        foreach (var sql in new[] { "CREATE DATABASE own", "CREATE ROLE friend", "CREATE TABLE mine (id int)", "SET ROLE rgpdcrm_owner" })
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => _server.AppConnectionString().QueryAsync<int>(sql));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }
    }

    [Fact]
    public async Task Nobody_enters_without_the_generated_password()
    {
        var guess = new NpgsqlConnectionStringBuilder(_server.AppConnectionString()) { Password = "rgpdcrm", Pooling = false };

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => guess.ConnectionString.QueryAsync<int>("SELECT 1"));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, refusal.SqlState);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "passwords.json")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
        Assert.Empty(Directory.GetFiles(_folder, "*.password"));
    }

    [Fact]
    public async Task The_servers_log_keeps_nothing_of_a_person_even_when_statements_fail()
    {
        const string canary = "zoe.canari@example.org";
        await NoteAsync(canary);
        await Assert.ThrowsAsync<PostgresException>(() => NoteAsync(canary));
        await Assert.ThrowsAsync<PostgresException>(() => _server.OwnerConnectionString().QueryAsync<int>($"SELECT '{canary}'::int"));
        await Assert.ThrowsAsync<PostgresException>(() => _server.OwnerConnectionString().QueryAsync<int>($"DO $$ BEGIN RAISE WARNING '{canary}'; RAISE '{canary}'; END $$"));
        await _server.StopAsync();

        var log = await File.ReadAllTextAsync(Path.Combine(_folder, "server.log"), TestContext.Current.CancellationToken);

        Assert.Contains("shut down", log, StringComparison.Ordinal);
        Assert.DoesNotContain("canari", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_password_file_is_named_in_one_line()
    {
        var (passwords, elsewhere) = (Path.Combine(_folder, "passwords.json"), Path.Combine(_folder, "elsewhere.json"));
        File.Move(passwords, elsewhere);

        var failure = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => EmbeddedServer.StartAsync(_folder));

        File.Move(elsewhere, passwords);

        Assert.Contains("passwords.json is gone", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    private string PidFile => Path.Combine(_folder, "data", "postmaster.pid");

    private int PostmasterPid() => int.Parse(File.ReadLines(PidFile).First(), CultureInfo.InvariantCulture);

    private Task<List<int>> NoteAsync(string person) => _server.OwnerConnectionString().QueryAsync<int>(
        $"CREATE TABLE IF NOT EXISTS notes (person text PRIMARY KEY); INSERT INTO notes VALUES ('{person}')");

    private static Task<List<string>> NotesAsync(EmbeddedServer server) =>
        server.OwnerConnectionString().QueryAsync<string>("SELECT person FROM notes");

    /// <summary>One folder for all the tests: the first of them initialises it, each finds the server as the one before left it.</summary>
    public sealed class Machine : IAsyncDisposable
    {
        public string Folder { get; } = Path.Combine(EmbeddedServer.StateFolder, "tests", Guid.NewGuid().ToString("N"));

        public async ValueTask DisposeAsync()
        {
            await (await EmbeddedServer.StartAsync(Folder)).StopAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
