using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Retention;
using RgpdCrm.EmbeddedPostgres;

namespace RgpdCrm.Benchmarks;

/// <summary>A server of its own, made durable, and the planted databases that subjects and baselines get copies of.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly EmbeddedServer server;
    private readonly double scale;
    private readonly HashSet<string> planted = [];
    private readonly DirectoryInfo registers = Directory.CreateTempSubdirectory("rgpdcrm-registers-");
    private int copies;

    private Bench(EmbeddedServer server, double scale) => (this.server, this.scale) = (server, scale);

    public AgencyClock Clock { get; } = new(TimeProvider.System, TimeZoneInfo.FindSystemTimeZoneById(AgencyClock.DefaultZone));

    public string ServerVersion { get; private set; } = "";

    public string SharedBuffers { get; private set; } = "";

    public static async Task<Bench> StartAsync(double scale)
    {
        var bench = new Bench(await EmbeddedServer.StartEphemeralAsync(), scale);
        foreach (var setting in (string[])["fsync = on", "synchronous_commit = on", "full_page_writes = on", "max_wal_size = '4GB'"])
            await bench.ServerAsync($"ALTER SYSTEM SET {setting}");
        await bench.ServerAsync("SELECT pg_reload_conf()");
        bench.ServerVersion = (string)(await bench.ServerAsync("SHOW server_version"))!;
        bench.SharedBuffers = (string)(await bench.ServerAsync("SHOW shared_buffers"))!;
        await bench.WarmUpAsync();
        return bench;
    }

    /// <summary>A number of rows at the scale asked for.</summary>
    public int Scaled(int rows) => (int)(rows * scale);

    /// <summary>A copy of the database with that many contacts, that many of them due, freshly vacuumed and analysed.</summary>
    public async Task<PlantedDatabase> DatabaseAsync(int contacts, int due = 0)
    {
        var copy = await CopyAsync(await PlantedAsync(contacts, due));
        await ServerAsync("CHECKPOINT");
        return copy;
    }

    /// <summary>A database without a table.</summary>
    public async Task<PlantedDatabase> EmptyAsync()
    {
        var name = $"copy_{++copies}";
        await ServerAsync($"CREATE DATABASE {name} OWNER {DatabaseRoles.Owner}");
        await ServerAsync("CHECKPOINT");
        return new PlantedDatabase(this, name, server.AppConnectionString(name), server.BackupConnectionString(name), server.OwnerConnectionString(name));
    }

    /// <summary>A register outside the database that nothing is written in yet.</summary>
    public OutsideLedger Register() => new(Path.Combine(registers.FullName, Guid.NewGuid().ToString("N")), Clock);

    /// <summary>One nightly run, with its register outside the database, which must succeed and erase exactly that many people; returns how long it took.</summary>
    public async Task<TimeSpan> RunAsync(PlantedDatabase database, int erased, OutsideLedger? register = null)
    {
        register ??= Register();
        // What was there before the measure is known out there already.
        await using (var db = CrmDbContext.Open(database.App)) await register.ConfirmAsync(db, []);
        var run = new RetentionRun(database.App, Clock, NullLogger<RetentionRun>.Instance, register);
        var watch = Stopwatch.StartNew();
        var report = await run.RunAsync(new RunRequest());
        watch.Stop();
        var counts = string.Join(", ", report.Counts);
        if (report.Outcome != RunOutcome.Succeeded || report.Counts.Sum(c => c.Count) != erased)
            throw new InvalidOperationException($"The run ended {report.Outcome} ({report.Note}) and should have erased {erased}: {counts}.");
        return watch.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        registers.Delete(recursive: true);
    }

    internal async Task DropAsync(string name)
    {
        NpgsqlConnection.ClearAllPools();
        await ServerAsync($"DROP DATABASE {name} WITH (FORCE)");
    }

    // What the process compiles once belongs to no measure.
    private async Task WarmUpAsync()
    {
        await using var small = await DatabaseAsync(2000, due: 100);
        await RunAsync(small, erased: 100);
    }

    private async Task<string> PlantedAsync(int contacts, int due)
    {
        var name = $"planted_{contacts}_{due}";
        if (!planted.Add(name)) return name;
        if (due > 0)
        {
            await ServerAsync($"CREATE DATABASE {name} OWNER {DatabaseRoles.Owner} TEMPLATE {await PlantedAsync(contacts, 0)} STRATEGY file_copy");
            await PlantAsync(name, Script("due.sql", contacts, due));
        }
        else
        {
            await ServerAsync($"CREATE DATABASE {name} OWNER {DatabaseRoles.Owner}");
            await Migrator.MigrateAsync(server.OwnerConnectionString(name), DatabaseRoles.App);
            await PlantAsync(name, Script("plant.sql", contacts, due));
        }
        NpgsqlConnection.ClearAllPools();
        return name;
    }

    private async Task PlantAsync(string name, string script)
    {
        var superuser = new NpgsqlConnectionStringBuilder(server.SuperuserConnectionString) { Database = name }.ConnectionString;
        await ExecuteAsync(superuser, script);
        await ExecuteAsync(superuser, "VACUUM (ANALYZE)");
        if (await ExecuteAsync(superuser, "SELECT count(*) FROM clock_differences") is not 0L)
            throw new InvalidOperationException("The planted rows are not what the application would have written.");
    }

    private async Task<PlantedDatabase> CopyAsync(string template)
    {
        var name = $"copy_{++copies}";
        await ServerAsync($"CREATE DATABASE {name} OWNER {DatabaseRoles.Owner} TEMPLATE {template} STRATEGY file_copy");
        return new PlantedDatabase(this, name, server.AppConnectionString(name), server.BackupConnectionString(name), server.OwnerConnectionString(name));
    }

    private Task<object?> ServerAsync(string sql) => ExecuteAsync(server.SuperuserConnectionString, sql);

    private static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        return await command.ExecuteScalarAsync();
    }

    private static string Script(string name, int contacts, int due)
    {
        using var reader = new StreamReader(typeof(Bench).Assembly.GetManifestResourceStream($"RgpdCrm.Benchmarks.Sql.{name}")!);
        return reader.ReadToEnd().Replace("@contacts", $"{contacts}", StringComparison.Ordinal).Replace("@due", $"{due}", StringComparison.Ordinal);
    }
}

/// <summary>A copy for one measure, dropped after it.</summary>
internal sealed class PlantedDatabase(Bench bench, string name, string app, string backup, string owner) : IAsyncDisposable
{
    /// <summary>Opens it as the role the application runs under.</summary>
    public string App => app;

    /// <summary>Opens it as the role that backups read with.</summary>
    public string Backup => backup;

    /// <summary>Opens it as its owner.</summary>
    public string Owner => owner;

    public async ValueTask DisposeAsync() => await bench.DropAsync(name);
}
