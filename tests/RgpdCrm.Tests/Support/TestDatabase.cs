using System.Diagnostics;
using System.Globalization;
using Npgsql;
using RgpdCrm.EmbeddedPostgres;

namespace RgpdCrm.Tests.Support;

/// <summary>A database of one test class, dropped when disposed with whatever is still connected to it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _maintenance;

    internal TestDatabase(string name, string superuser, string owner, string app, string backup)
    {
        _maintenance = superuser;
        Name = name;
        SuperuserConnectionString = To(superuser);
        OwnerConnectionString = To(owner);
        AppConnectionString = To(app);
        BackupConnectionString = To(backup);
    }

    public string Name { get; }

    public string SuperuserConnectionString { get; }

    public string OwnerConnectionString { get; }

    public string AppConnectionString { get; }

    public string BackupConnectionString { get; }

    /// <summary>Everything that is stored, as <c>pg_dump</c> writes it.</summary>
    public async Task<string> DumpAsync()
    {
        var database = new NpgsqlConnectionStringBuilder(SuperuserConnectionString);
        var start = new ProcessStartInfo(Path.Combine(PostgresBinaries.Find().Folder, "pg_dump"),
            ["--host", database.Host!, "--port", database.Port.ToString(CultureInfo.InvariantCulture), "--username", database.Username!, "--dbname", database.Database!, "--inserts"])
        {
            RedirectStandardOutput = true,
            Environment = { ["PGPASSWORD"] = database.Password },
        };
        using var dump = Process.Start(start)!;
        var text = await dump.StandardOutput.ReadToEndAsync();
        await dump.WaitForExitAsync();
        Assert.Equal(0, dump.ExitCode);
        return text;
    }

    /// <summary>Each table with a digest of its rows, a line each: two that are equal hold the same.</summary>
    public async Task<string[]> EverythingAsync()
    {
        var tables = await OwnerConnectionString.QueryAsync<string>("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
        var rows = tables.Select(t => $"SELECT '{t} ' || coalesce(md5(string_agg(r::text, '|' ORDER BY r::text)), '') FROM \"{t}\" r");
        return tables.Count == 0 ? [] : [.. await OwnerConnectionString.QueryAsync<string>(string.Join(" UNION ALL ", rows))];
    }

    /// <summary>Ends every session of the application's role, as an administrator may at any moment.</summary>
    public Task EndSessionsAsync() => SuperuserConnectionString.QueryAsync<bool>(
        $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = '{DatabaseRoles.App}'");

    /// <summary>Waits until the database says yes, for three minutes at most.</summary>
    public async Task UntilAsync(string sql)
    {
        var watch = Stopwatch.StartNew();
        while (!(await SuperuserConnectionString.QueryAsync<bool>(sql)).Single())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(3), $"Not within three minutes: {sql}");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in new[] { SuperuserConnectionString, OwnerConnectionString, AppConnectionString, BackupConnectionString })
        {
            await using var connection = new NpgsqlConnection(pool);
            NpgsqlConnection.ClearPool(connection);
        }

        await _maintenance.QueryAsync<int>($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
    }

    private string To(string server) => new NpgsqlConnectionStringBuilder(server) { Database = Name }.ConnectionString;
}
