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
