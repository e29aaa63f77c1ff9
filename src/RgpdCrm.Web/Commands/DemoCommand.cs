using System.CommandLine;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Photos;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Web.Pages.Users;

namespace RgpdCrm.Web.Commands;

/// <summary><c>demo</c>, behind <c>./run</c>: a fictional agency on a private PostgreSQL, served on this machine alone.</summary>
internal static class DemoCommand
{
    private const int DefaultPort = 5080;
    private const int DefaultContacts = 2000;
    private const int Seed = 1;

    private static readonly (string Email, string Name, Role Role)[] People =
    [
        ("sophie.marchal@example.org", "Sophie Marchal", Role.Agent),
        ("lea.fontaine@example.org", "Léa Fontaine", Role.Admin),
        ("malik.benali@example.org", "Malik Benali", Role.Ops),
    ];

    private static string AccountsFile => Path.Combine(EmbeddedServer.StateFolder, "demo-accounts.json");

    // There while the agency is being invented: who finds it at the start begins anew.
    private static string UnfinishedFile => Path.Combine(EmbeddedServer.StateFolder, "demo-unfinished");

    public static Command Create()
    {
        var port = Options.Number("--port", T("Port local du site."), least: 1, most: 65535);
        var reset = new Option<bool>("--reset") { Description = T("Efface la démonstration et recommence.") };
        var contacts = Options.Number("--contacts", T("Nombre de contacts à inventer."), least: 1);
        var command = new Command("demo", T("Sert une agence fictive sur cet ordinateur.")) { port, contacts, reset };
        command.Hidden = true;
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(port) ?? DefaultPort, parsed.GetValue(contacts) ?? DefaultContacts, parsed.GetValue(reset), cancel));
        return command;
    }

    private static async Task<int> RunAsync(int port, int contacts, bool reset, CancellationToken cancel)
    {
        RequireFree(port);
        Console.WriteLine(T("PostgreSQL démarre…"));
        await using var server = await EmbeddedServer.StartAsync(EmbeddedServer.DefaultFolder);
        if (reset || File.Exists(UnfinishedFile)) await ResetAsync(server, cancel);
        BackupKeys.Begin(Settings.DemoBackupKey, DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime));
        await MigrateCommand.RunAsync(server.OwnerConnectionString(), DatabaseRoles.App, rehearsals: true, cancel);

        // A name, because browsers keep no passkey for an IP address; what is listened to is this machine alone.
        var address = $"http://localhost:{port}";
        await using var app = Program.Build(
            ["--environment=Development", $"--urls=http://127.0.0.1:{port}", $"--Agency:Address={address}", "--AllowedHosts=localhost;127.0.0.1", "--Logging:Level=Warning"],
            settings => settings.AddInMemoryCollection(Settings.Connections(server)).AddInMemoryCollection(Settings.DemoIdentity));
        var passwords = await EnsureAccountsAsync(app);
        var invented = await SeedWhenEmptyAsync(app, contacts, cancel);
        await app.StartAsync(cancel);
        Announce(address, passwords);
        // Nobody waits for the drawings: the site is open meanwhile.
        var drawn = invented ? AddPhotosAsync(app, app.Lifetime.ApplicationStopping) : Task.CompletedTask;
        await app.WaitForShutdownAsync(cancel);
        await drawn;
        return 0;
    }

    // Asked before PostgreSQL starts, so that a taken port costs nothing.
    private static void RequireFree(int port)
    {
        if (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port))
            throw new CommandFailedException(T($"Le port {port} est déjà pris : choisissez-en un autre avec --port."));
    }

    private static async Task<bool> SeedWhenEmptyAsync(WebApplication app, int contacts, CancellationToken cancel)
    {
        await using var scope = app.Services.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<CrmDbContext>().Contacts.AnyAsync(cancel)) return false;
        await File.WriteAllTextAsync(UnfinishedFile, "", cancel);
        await SeedCommand.SeedAsync(app, contacts, Seed, cancel);
        File.Delete(UnfinishedFile);
        return true;
    }

    private static async Task AddPhotosAsync(WebApplication app, CancellationToken stopping)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        try
        {
            await DemoPhotos.AddAsync(services.GetRequiredService<CrmDbContext>(), services.GetRequiredService<PhotoPipeline>(), services.GetRequiredService<AgencyClock>(), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped before the last one was drawn.
        }
    }

    private static async Task ResetAsync(EmbeddedServer server, CancellationToken cancel)
    {
        File.Delete(AccountsFile);
        // The register of another database: the new one would have nothing to say in it.
        if (Directory.Exists(Settings.DemoLedger)) Directory.Delete(Settings.DemoLedger, recursive: true);
        await using (var connection = new NpgsqlConnection(server.SuperuserConnectionString))
        {
            await connection.OpenAsync(cancel);
            await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS \"{EmbeddedServer.Database}\" WITH (FORCE)", connection);
            await drop.ExecuteNonQueryAsync(cancel);
        }

        await DatabaseRoles.EnsureDatabaseAsync(server.SuperuserConnectionString, EmbeddedServer.Database);
    }

    private static async Task<Dictionary<string, string>> EnsureAccountsAsync(WebApplication app)
    {
        var passwords = File.Exists(AccountsFile) ? JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(AccountsFile))! : [];
        await using var scope = app.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        foreach (var (email, name, role) in People)
        {
            var account = await accounts.FindByEmailAsync(email);
            if (account is not null && passwords.ContainsKey(email)) continue;

            passwords[email] = NewPassword();
            if (account is null)
            {
                account = new Account { Id = Guid.NewGuid(), UserName = email, Email = email, FullName = name, Role = role };
                Require(await accounts.CreateAsync(account, passwords[email]));
            }
            else
            {
                Require(await accounts.ResetPasswordAsync(account, await accounts.GeneratePasswordResetTokenAsync(account), passwords[email]));
            }
        }

        await SaveAsync(passwords);
        return passwords;
    }

    // Twenty letters and digits without look-alikes, in four groups: about 98 bits.
    private static string NewPassword() =>
        string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 5)));

    private static async Task SaveAsync(Dictionary<string, string> passwords)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(AccountsFile, options);
        await JsonSerializer.SerializeAsync(file, passwords);
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded) throw new CommandFailedException(result.Errors.First().Description);
    }

    private static void Announce(string address, Dictionary<string, string> passwords)
    {
        Console.WriteLine();
        Console.WriteLine(T($"L’agence de démonstration est ouverte : {address}"));
        foreach (var (email, _, role) in People) Console.WriteLine($"  {UserWords.Of(role),-16} {email,-28} {passwords[email]}");
        Console.WriteLine(T("Ctrl+C arrête le site ; les données restent. --reset recommence à neuf."));
    }
}
