using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace RgpdCrm.EmbeddedPostgres;

/// <summary>A private PostgreSQL on a free loopback port, for development and tests; production never uses it.</summary>
public sealed class EmbeddedServer : IAsyncDisposable
{
    /// <summary>The database every start makes sure of, owned by <see cref="DatabaseRoles.Owner"/>.</summary>
    public const string Database = "rgpdcrm";

    private const int Attempts = 5;

    private readonly DataFolder _folder;
    private readonly PostgresBinaries _binaries;
    private readonly DataFolder.Passwords _passwords;
    private readonly IDisposable? _ephemeralLock;

    private EmbeddedServer(DataFolder folder, PostgresBinaries binaries, IDisposable? ephemeralLock)
    {
        _folder = folder;
        _binaries = binaries;
        _ephemeralLock = ephemeralLock;
        _passwords = folder.ReadPasswords();
    }

    /// <summary>Where this machine keeps the state of the demonstration: <c>RGPDCRM_STATE</c>, else a system folder for root, else the user's data folder.</summary>
    public static string StateFolder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("RGPDCRM_STATE") is { Length: > 0 } chosen)
                return Path.GetFullPath(chosen);
            // The account that runs the server in root's place cannot enter root's home.
            if (Environment.IsPrivilegedProcess && OperatingSystem.IsLinux())
                return "/var/lib/rgpdcrm";
            // Unless told not to verify, this is empty for a user who never had a data folder.
            var ofUser = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Combine(ofUser, "rgpdcrm");
        }
    }

    /// <summary>The folder of the demonstration's server, inside <see cref="StateFolder"/>.</summary>
    public static string DefaultFolder => Path.Combine(StateFolder, "postgres");

    /// <summary>Where this server keeps data, passwords and log.</summary>
    public string Folder => _folder.Root;

    /// <summary>The loopback port the server listens on.</summary>
    public int Port { get; private set; }

    /// <summary>Whether the server was already running when this process asked for it.</summary>
    public bool Attached { get; private set; }

    /// <summary>Opens the maintenance database with every right.</summary>
    public string SuperuserConnectionString => ConnectionString("postgres", "postgres", _passwords.Superuser);

    /// <summary>Opens <paramref name="database"/> as the role that migrates.</summary>
    public string OwnerConnectionString(string database = Database) => ConnectionString(database, DatabaseRoles.Owner, _passwords.Owner);

    /// <summary>Opens <paramref name="database"/> as the role that the application runs under.</summary>
    public string AppConnectionString(string database = Database) => ConnectionString(database, DatabaseRoles.App, _passwords.App);

    /// <summary>Opens <paramref name="database"/> as the role that backups read with.</summary>
    public string BackupConnectionString(string database = Database) => ConnectionString(database, DatabaseRoles.Backup, _passwords.Backup!);

    /// <summary>
    /// Starts the server of <paramref name="folder"/>, or attaches to it when it runs already. The first start creates the cluster,
    /// the two roles and the database. The server outlives this process until <see cref="StopAsync"/>.
    /// </summary>
    /// <param name="folder">Absolute or relative; given to the system's <c>postgres</c> account when this process is root.</param>
    /// <param name="binaries">The installation to use; found on this machine when absent.</param>
    /// <exception cref="MissingPostgresException">No usable PostgreSQL is installed.</exception>
    /// <exception cref="EmbeddedPostgresException">The server cannot be started there.</exception>
    public static async Task<EmbeddedServer> StartAsync(string folder, PostgresBinaries? binaries = null)
    {
        var place = new DataFolder(Path.GetFullPath(folder));
        binaries ??= PostgresBinaries.Find(place.Major);
        place.Create();
        using var turn = await place.LockAsync();
        return await StartAsync(place, binaries, ephemeralLock: null);
    }

    /// <summary>Starts a server for tests: no durability, stopped and deleted when disposed. Also clears what killed test runs left.</summary>
    /// <inheritdoc cref="StartAsync(string, PostgresBinaries)" path="/exception"/>
    public static async Task<EmbeddedServer> StartEphemeralAsync(PostgresBinaries? binaries = null)
    {
        binaries ??= PostgresBinaries.Find();
        var parent = Path.Combine(StateFolder, "ephemeral");
        await RemoveAbandonedAsync(parent, binaries);

        var place = new DataFolder(Path.Combine(parent, Guid.NewGuid().ToString("N")));
        place.Create();
        return await StartAsync(place, binaries, await place.LockAsync());
    }

    /// <summary>Stops the server and its sessions; the data stay.</summary>
    public async Task StopAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_folder.FindPostmaster() is not null)
            await _folder.StopAsync(_binaries, immediately: _ephemeralLock is not null);
    }

    /// <summary>Ends an ephemeral server and deletes it; leaves any other running for the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ephemeralLock is null)
            return;
        await StopAsync();
        Directory.Delete(_folder.Root, recursive: true);
        _ephemeralLock.Dispose();
    }

    private static async Task<EmbeddedServer> StartAsync(DataFolder folder, PostgresBinaries binaries, IDisposable? ephemeralLock)
    {
        var ephemeral = ephemeralLock is not null;
        if (!folder.Initialised)
            await folder.InitialiseAsync(binaries, ephemeral);

        var server = new EmbeddedServer(folder, binaries, ephemeralLock);
        if (!await server.AttachAsync())
        {
            folder.Configure(ephemeral);
            await server.LaunchAsync();
        }

        await DatabaseRoles.EnsureAsync(server.SuperuserConnectionString, server._passwords.Owner, server._passwords.App, server._passwords.Backup);
        await DatabaseRoles.EnsureDatabaseAsync(server.SuperuserConnectionString, Database);
        return server;
    }

    private static async Task RemoveAbandonedAsync(string parent, PostgresBinaries binaries)
    {
        if (!Directory.Exists(parent))
            return;
        foreach (var folder in Directory.EnumerateDirectories(parent).Select(path => new DataFolder(path)))
        {
            try
            {
                await RemoveIfAbandonedAsync(folder, binaries);
            }
            catch (Exception failure) when (failure is EmbeddedPostgresException or IOException or UnauthorizedAccessException)
            {
                // Another user's, or one that two runs clear at once: no reason to refuse a fresh server.
            }
        }
    }

    private static async Task RemoveIfAbandonedAsync(DataFolder folder, PostgresBinaries binaries)
    {
        using var abandoned = folder.TryLock();
        if (abandoned is null)
            return;
        if (folder.FindPostmaster() is not null)
            await folder.StopAsync(binaries, immediately: true);
        Directory.Delete(folder.Root, recursive: true);
    }

    // A pid file proves nothing: its number may have gone to another process, even to another PostgreSQL.
    private async Task<bool> AttachAsync()
    {
        if (_folder.FindPostmaster() is not { } postmaster)
        {
            _folder.ForgetPostmaster();
            return false;
        }

        if (!postmaster.Ready)
            return false;

        Port = postmaster.Port;
        Attached = await AnswersForThisFolderAsync();
        if (!Attached)
            _folder.ForgetPostmaster();
        return Attached;
    }

    private async Task<bool> AnswersForThisFolderAsync()
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(SuperuserConnectionString);
            await using var command = source.CreateCommand("SELECT current_setting('data_directory')");
            return _folder.IsDataOf((string)(await command.ExecuteScalarAsync())!);
        }
        catch (NpgsqlException refused) when (refused.InnerException is SocketException || refused.SqlState is PostgresErrorCodes.InvalidPassword)
        {
            return false;
        }
    }

    // The port may be taken meanwhile, a killed server's children may need a moment to leave, and one that starts may become ready.
    private async Task LaunchAsync()
    {
        _folder.DeleteLog();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Port = FreeLoopbackPort();
                await _folder.StartAsync(_binaries, Port);
                return;
            }
            catch (EmbeddedPostgresException) when (attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
                if (await AttachAsync())
                    return;
            }
            catch (EmbeddedPostgresException failure)
            {
                throw new EmbeddedPostgresException($"{failure.Message} Last words of the server in {_folder.Root}: {_folder.LastWords()}", failure);
            }
        }
    }

    private static int FreeLoopbackPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string ConnectionString(string database, string role, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = role,
        Password = password,
        PersistSecurityInfo = true,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;
}
