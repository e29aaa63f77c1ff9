using System.Collections.Concurrent;
using Npgsql;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Tests.Support;
using Testcontainers.PostgreSql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace RgpdCrm.Tests.Support;

/// <summary>
/// The PostgreSQL of the whole test run, started at its first use: the server <c>RGPDCRM_TEST_POSTGRES</c> names (a superuser's
/// connection string), else a container when a Docker engine answers, else the embedded server.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<Server>> _server = new(StartAsync);
    private readonly ConcurrentDictionary<Func<string, Task>, Lazy<Task<string>>> _templates = new();
    private readonly SemaphoreSlim _oneCreationAtATime = new(1);
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private int _databases;

    private sealed record Server(string Superuser, string Owner, string App, string Backup, IAsyncDisposable? Life);

    /// <summary>A superuser's connection string, with its password, to the maintenance database.</summary>
    public async Task<string> SuperuserConnectionStringAsync() => (await _server.Value).Superuser;

    /// <summary>An empty database owned by <see cref="DatabaseRoles.Owner"/>.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => CreateFromAsync("template1");

    /// <summary>A copy of the database that <paramref name="migrate"/> makes.</summary>
    /// <param name="migrate">Receives the owner's connection string. Pass a method, not a new lambda: it runs once per run and per method.</param>
    public async Task<TestDatabase> CreateDatabaseAsync(Func<string, Task> migrate) => await CreateFromAsync(
        await _templates.GetOrAdd(migrate, method => new(() => CreateTemplateAsync(method))).Value);

    /// <summary>Drops the templates and ends the server, if any test asked for it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully)
        {
            var server = await _server.Value;
            foreach (var template in _templates.Values.Where(template => template.Value.IsCompletedSuccessfully))
                await server.Superuser.QueryAsync<int>($"DROP DATABASE IF EXISTS {await template.Value} WITH (FORCE)");
            if (server.Life is not null)
                await server.Life.DisposeAsync();
        }

        _oneCreationAtATime.Dispose();
    }

    private static async Task<Server> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("RGPDCRM_TEST_POSTGRES") is { Length: > 0 } chosen)
            return await PrepareAsync(chosen, life: null);

        if (await DockerEngine.AnswersAsync())
        {
            var container = new PostgreSqlBuilder("postgres:17").WithCommand("-c", "fsync=off", "-c", "max_connections=200").Build();
            await container.StartAsync();
            return await PrepareAsync(container.GetConnectionString(), container);
        }

        var embedded = await EmbeddedServer.StartEphemeralAsync();
        return new Server(embedded.SuperuserConnectionString, embedded.OwnerConnectionString(), embedded.AppConnectionString(), embedded.BackupConnectionString(), embedded);
    }

    // All roles take the superuser's password, so that two runs on one server agree on it.
    private static async Task<Server> PrepareAsync(string superuser, IAsyncDisposable? life)
    {
        var password = new NpgsqlConnectionStringBuilder(superuser).Password;
        await DatabaseRoles.EnsureAsync(superuser, password, password, password);
        return new Server(As(null), As(DatabaseRoles.Owner), As(DatabaseRoles.App), As(DatabaseRoles.Backup), life);

        string As(string? role)
        {
            var builder = new NpgsqlConnectionStringBuilder(superuser) { PersistSecurityInfo = true };
            builder.Username = role ?? builder.Username;
            return builder.ConnectionString;
        }
    }

    private async Task<string> CreateTemplateAsync(Func<string, Task> migrate)
    {
        var server = await _server.Value;
        var template = NextName();
        await CreateAsync(server, template, "template1");
        await migrate(new NpgsqlConnectionStringBuilder(server.Owner) { Database = template, Pooling = false }.ConnectionString);

        // PostgreSQL copies only a database that nobody is connected to.
        await server.Superuser.QueryAsync<int>($"ALTER DATABASE {template} ALLOW_CONNECTIONS false");
        await server.Superuser.QueryAsync<bool>($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'");
        return template;
    }

    private async Task<TestDatabase> CreateFromAsync(string template)
    {
        var server = await _server.Value;
        var name = NextName();
        await CreateAsync(server, name, template);
        return new TestDatabase(name, server.Superuser, server.Owner, server.App, server.Backup);
    }

    private async Task CreateAsync(Server server, string name, string template)
    {
        await _oneCreationAtATime.WaitAsync();
        try
        {
            await server.Superuser.QueryAsync<int>($"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy OWNER {DatabaseRoles.Owner}");
        }
        finally
        {
            _oneCreationAtATime.Release();
        }
    }

    private string NextName() => $"rgpdcrm_test_{_run}_{Interlocked.Increment(ref _databases)}";
}
