using System.Net;
using System.Security.Cryptography;
using Npgsql;
using RgpdCrm.Core.Backups;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Deployment;

/// <summary>What <c>docker compose up</c> starts, without an engine: each service's command and environment, with only addresses,
/// ports and secrets of this machine in the place of the containers'.</summary>
public sealed class Site : IAsyncLifetime
{
    public const string Host = "crm.example.org";
    public const string Home = "https://" + Host;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-site");
    private readonly List<Daemon> _daemons = [];
    private ComposeFile _compose = null!;
    private EmbeddedServer _server = null!;
    private Doors _doors = null!;

    internal Daemon Web { get; private set; } = null!;
    internal Daemon Worker { get; private set; } = null!;
    internal Daemon Caddy { get; private set; } = null!;
    internal int WebPort { get; } = Doors.FreePort();
    internal int WorkerPort { get; } = Doors.FreePort();
    internal string AppConnectionString => _compose.Services["web"].Environment["ConnectionStrings__RgpdCrm"].Replace("Host=db;", DatabaseHost, StringComparison.Ordinal);

    private string DatabaseHost => $"Host=127.0.0.1;Port={_server.Port};Pooling=false;";

    public async ValueTask InitializeAsync()
    {
        _doors = NewDoors();
        _compose = new ComposeFile(Answers());
        _server = await EmbeddedServer.StartEphemeralAsync();
        await CreateRolesAsync();
        await PublishAsync();
        await RunAsync("migrate");
        Web = await StartAsync("web", WebPort);
        Worker = await StartAsync("worker", WorkerPort);
        Caddy = await StartCaddyAsync(WebPort, _doors);
        await Caddy.UntilAsync(async () => (await Doors.TryAsync(Visitor(), "/health/ready"))?.StatusCode == HttpStatusCode.OK);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in _daemons) await daemon.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Runs a verb as <c>docker compose run web VERB</c> would.</summary>
    internal Task<string> RunAsync(string service, params string[] verb) => Daemon.RunAsync(Command(service, verb), AppFolder, Environment(service, 0));

    /// <summary>What lies in the place of the backups.</summary>
    internal IEnumerable<string> BackedUp => Directory.EnumerateFiles(Path.Combine(_folder.FullName, "backups"), "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal);

    /// <inheritdoc cref="Doors.Visitor"/>
    internal Browser Visitor(IPAddress? from = null) => _doors.Visitor(from);

    /// <summary>The doors of one more Caddy.</summary>
    internal Doors NewDoors() => new(Path.Combine(_folder.FullName, "caddy"));

    /// <summary>Caddy as the compose file starts it, in front of a port.</summary>
    internal async Task<Daemon> StartCaddyAsync(int upstream, Doors doors)
    {
        var environment = _compose.Services["caddy"].Environment;
        environment["RGPDCRM_UPSTREAM"] = environment["RGPDCRM_UPSTREAM"].Replace("web:8080", $"127.0.0.1:{upstream}", StringComparison.Ordinal);
        environment["RGPDCRM_HTTP_PORT"] = $"{doors.Http}";
        environment["RGPDCRM_HTTPS_PORT"] = $"{doors.Https}";
        environment["XDG_DATA_HOME"] = environment["XDG_CONFIG_HOME"] = doors.Data;
        var proxy = System.Environment.GetEnvironmentVariable("RGPDCRM_TEST_PROXY") ?? "caddy";
        var caddy = Keep(new Daemon([proxy, "run", "--config", Checkout.PathOf("deploy/Caddyfile"), "--adapter", "caddyfile"], _folder.FullName, environment));
        await caddy.UntilAsync(async () => await Doors.TryAsync(doors.Visitor(), "/health/live") is not null);
        return caddy;
    }

    private string AppFolder => Path.Combine(_folder.FullName, "app");

    private Dictionary<string, string> Answers()
    {
        var answers = SettingsTests.Answers();
        foreach (var password in answers.Keys.Where(name => name.EndsWith("_PASSWORD", StringComparison.Ordinal))) answers[password] = RandomNumberGenerator.GetHexString(48, lowercase: true);
        answers["Agency__Name"] = "Agence du Port";
        answers["Objections__Key"] = RandomNumberGenerator.GetHexString(48);
        answers["RGPDCRM_HOST"] = Host;
        answers["RGPDCRM_TLS"] = "internal";
        answers["DataProtection__CertificateFile"] = "/keys/keys.pfx";
        answers["DataProtection__CertificatePassword"] = RandomNumberGenerator.GetHexString(48);
        BackupKeys.Begin(Path.Combine(_folder.FullName, "backup.keys"), new DateOnly(2026, 11, 23));
        Certificates.Write(Path.Combine(_folder.FullName, "keys.pfx"), answers["DataProtection__CertificatePassword"]);
        return answers;
    }

    // As the postgres image finds its volume: no role, no database. Twice, because it may be repeated.
    private async Task CreateRolesAsync()
    {
        var superuser = new NpgsqlConnectionStringBuilder(_server.SuperuserConnectionString);
        await superuser.ConnectionString.QueryAsync<int>($"DROP DATABASE {EmbeddedServer.Database}");
        await superuser.ConnectionString.QueryAsync<int>($"DROP ROLE {DatabaseRoles.Owner}, {DatabaseRoles.App}, {DatabaseRoles.Backup}");
        var environment = _compose.Services["db"].Environment;
        (environment["PGHOST"], environment["PGPORT"], environment["PGPASSWORD"]) = ("127.0.0.1", $"{_server.Port}", superuser.Password!);
        environment["PATH"] = $"{PostgresBinaries.Find().Folder}{Path.PathSeparator}{System.Environment.GetEnvironmentVariable("PATH")}";
        for (var twice = 0; twice < 2; twice++) await Daemon.RunAsync(["bash", Checkout.PathOf("deploy/postgres/roles.sh")], _folder.FullName, environment);
    }

    // The Dockerfile's own line; what it would compile was compiled for these tests.
    private async Task PublishAsync()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var arguments = Dockerfile.Publish.Select(argument => argument switch { "/app" => AppFolder, "Release" => configuration, _ => argument });
        await Daemon.RunAsync(["dotnet", .. arguments, "--no-build"], Checkout.Root, []);
    }

    private async Task<Daemon> StartAsync(string service, int port)
    {
        var process = Keep(new Daemon(Command(service), AppFolder, Environment(service, port)));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), DefaultRequestHeaders = { Host = Host } };
        await process.UntilAsync(async () => (await Doors.TryAsync(new Browser(http), "/health/live"))?.StatusCode == HttpStatusCode.OK);
        return process;
    }

    private IEnumerable<string> Command(string service, params string[] verb) =>
        [.. Dockerfile.Entrypoint, .. verb.Length > 0 ? verb : [.. _compose.Services[service].List("command")]];

    private Dictionary<string, string> Environment(string service, int port) => Dockerfile.Environment.Concat(_compose.Services[service].Environment)
        .ToDictionary(pair => pair.Key, pair => pair.Key switch
        {
            "ASPNETCORE_HTTP_PORTS" => $"{port}",
            "Proxy__Known" => "127.0.0.1",
            _ => pair.Value.Replace("Host=db;", DatabaseHost, StringComparison.Ordinal).Replace("/keys/", _folder.FullName + "/", StringComparison.Ordinal).Replace("/backups", _folder.FullName + "/backups", StringComparison.Ordinal).Replace("/ledger", _folder.FullName + "/ledger", StringComparison.Ordinal),
        });

    private Daemon Keep(Daemon daemon)
    {
        _daemons.Add(daemon);
        return daemon;
    }
}

/// <summary>Alone on the machine: its processes would slow down tests that measure time.</summary>
[CollectionDefinition(nameof(Deployed), DisableParallelization = true)]
public sealed class Deployed : ICollectionFixture<Site>;
