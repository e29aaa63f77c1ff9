using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Restores;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Commands;

/// <summary>What verbs share: the application's own settings and services, and how results are written.</summary>
internal static class Settings
{
    /// <summary>A verb says one clear line itself; the application's own log stays silent.</summary>
    public static string[] Silent { get; } = ["--Logging:Level=Fatal", "--Hangfire:Server=false"];

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>The application without its web server, on a database known to be ready.</summary>
    public static async Task<WebApplication> OpenAsync(CancellationToken cancel)
    {
        var app = await BuildAsync();
        await Migrations.EnsureAsync(app.Configuration.AppConnection(), cancel);
        return app;
    }

    /// <summary>Makes sure that no restored backup waits to be opened.</summary>
    /// <exception cref="CommandFailedException">One does.</exception>
    public static async Task EnsureNotClosedAsync(CrmDbContext db, CancellationToken cancel)
    {
        if (await Restore.IsClosedAsync(db, cancel)) throw new CommandFailedException(RunWords.Closed);
    }

    /// <summary>The application without its web server, whatever the state of its database.</summary>
    public static async Task<WebApplication> BuildAsync()
    {
        var connections = await ConnectionsAsync();
        return Program.Build(Silent, settings => settings.AddInMemoryCollection(connections));
    }

    /// <summary>The settings alone.</summary>
    public static async Task<IConfiguration> ReadAsync()
    {
        var settings = WebApplication.CreateBuilder().Configuration;
        settings.AddInMemoryCollection(await ConnectionsAsync());
        return settings;
    }

    /// <summary>Where the demonstration keeps the key of its backups.</summary>
    public static string DemoBackupKey => Path.Combine(EmbeddedServer.StateFolder, "backup.keys");

    /// <summary>Where the demonstration keeps its register outside the database.</summary>
    public static string DemoLedger => Path.Combine(EmbeddedServer.StateFolder, "ledger");

    /// <summary>Connections to the private server of <c>demo</c>, and its backups.</summary>
    public static Dictionary<string, string?> Connections(EmbeddedServer server) => new()
    {
        ["Backup:Folder"] = Path.Combine(EmbeddedServer.StateFolder, "backups"),
        ["Backup:KeyFile"] = DemoBackupKey,
        ["Ledger:Folder"] = DemoLedger,
        ["ConnectionStrings:RgpdCrm"] = server.AppConnectionString(),
        ["ConnectionStrings:RgpdCrmOwner"] = server.OwnerConnectionString(),
        ["ConnectionStrings:RgpdCrmBackup"] = server.BackupConnectionString(),
    };

    /// <summary>What the legal pages of the demonstration say: nobody's.</summary>
    public static Dictionary<string, string?> DemoIdentity { get; } = new()
    {
        ["Agency:LegalForm"] = "SARL",
        ["Agency:Capital"] = "10 000 €",
        ["Agency:Rcs"] = "RCS Angers 900 000 001",
        ["Agency:PostalAddress"] = "12 place du Ralliement, 49000 Angers",
        ["Agency:Phone"] = "02 61 91 00 00",
        ["Agency:Email"] = "contact@agence.example.fr",
        ["Agency:Director"] = "Léa Fontaine",
        ["Agency:Card"] = "CPI 4901 2024 000 000 001",
        ["Agency:CardIssuer"] = "CCI de Maine-et-Loire",
        ["Agency:Guarantor"] = "Garantie de l’Ouest, 1 rue de la Paix, 75002 Paris",
        ["Agency:Mediator"] = "Médiation de l’immobilier, 2 rue du Port, 44000 Nantes",
        ["Agency:Fees"] = "https://agence.example.fr/honoraires",
        ["Host:Name"] = "Hébergeur de l’Ouest SAS",
        ["Host:Address"] = "3 quai de la Fosse, 44000 Nantes",
        ["Host:Phone"] = "02 61 91 00 01",
        ["Host:Site"] = "France, Nantes",
    };

    /// <summary>Prints a result: as JSON, or as <paramref name="lines"/>.</summary>
    public static void Print(bool json, object result, params IEnumerable<string> lines) =>
        Console.WriteLine(json ? JsonSerializer.Serialize(result, Web) : string.Join(Environment.NewLine, lines));

    /// <summary>A number as its reader expects it.</summary>
    public static string N(long number) => number.ToString("N0", CultureInfo.CurrentCulture);

    // In development and without a configured database, verbs speak to the server that ./run started.
    private static async Task<Dictionary<string, string?>> ConnectionsAsync()
    {
        var builder = WebApplication.CreateBuilder();
        var configured = builder.Configuration.GetConnectionString("RgpdCrm") is { Length: > 0 };
        return configured || !builder.Environment.IsDevelopment() ? [] : Connections(await EmbeddedServer.StartAsync(EmbeddedServer.DefaultFolder));
    }
}
