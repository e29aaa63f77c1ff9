using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Matching;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Restores;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Web.Pages.Public.Legal;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Hosting;

/// <summary>What the agency knows and decides, and the keys that seal sessions and links.</summary>
internal static class CoreSetup
{
    public static void AddCore(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new AgencyClock(provider.GetRequiredService<TimeProvider>(), Zone(provider.GetRequiredService<IConfiguration>())));
        services.AddSingleton(provider => Agency.From(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(provider => new PersonalFiles(StorageFolder(provider.GetRequiredService<IConfiguration>()), provider.GetRequiredService<AgencyClock>()));
        services.AddSingleton(provider => new PhotoFiles(StorageFolder(provider.GetRequiredService<IConfiguration>())));
        services.AddSingleton(provider => new DocumentFiles(StorageFolder(provider.GetRequiredService<IConfiguration>())));
        services.AddSingleton(provider => new PaperFiles(StorageFolder(provider.GetRequiredService<IConfiguration>())));
        services.AddSingleton(provider => PhotoStore(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PhotoPipeline>();
        services.AddSingleton<PublishPhoto>(provider => provider.GetRequiredService<PhotoPipeline>().PublishAsync);
        services.AddSingleton<DocumentLinks>();
        services.AddScoped<Review>();
        services.AddScoped<Matcher>();
        services.AddSingleton(provider => Fingerprints(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<IHostEnvironment>()));
        services.AddScoped<ObjectionList>();
        services.AddScoped<Choices>();
        services.AddScoped<RightsDesk>();
        services.AddScoped<Pages.Requests.PackageWriter>();
        services.AddSingleton(provider => LegalIdentity.From(provider.GetRequiredService<IConfiguration>()));
        services.AddScoped<LegalPages>();
        services.AddScoped<ContactMerge>();
        services.AddScoped<Team>();
        services.AddScoped<Invitations>();
        services.AddScoped<Brakes>();
        services.AddScoped<DeadMansSwitch>();
        services.AddScoped<RemovalDrain>();
        services.AddScoped<PhotoReconciliation>();
        if (builder.Configuration["Storage:S3:Bucket"] is { Length: > 0 }) services.AddHostedService<BucketReport>();
        builder.AddOutsideLedger();
        builder.AddBackups();
        services.AddSingleton(provider => new RetentionRun(
            provider.GetRequiredService<IConfiguration>().AppConnection(), provider.GetRequiredService<AgencyClock>(), provider.GetRequiredService<ILogger<RetentionRun>>(), provider.GetService<OutsideLedger>()));
        services.AddDbContext<CrmDbContext>((provider, options) =>
            CrmDbContext.Configure(options, provider.GetRequiredService<IConfiguration>().AppConnection()));
    }

    // Whoever keeps backups keeps the register outside too: a backup restored without it brings the erased back.
    private static void AddOutsideLedger(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<Restoration>();
        if (builder.Configuration["Ledger:Folder"] is { Length: > 0 } folder) builder.Services.AddSingleton(provider => new OutsideLedger(folder, provider.GetRequiredService<AgencyClock>()));
        else if (builder.Configuration["Backup:Folder"] is { Length: > 0 } || builder.Configuration["Backup:S3:Bucket"] is { Length: > 0 })
            throw new WrongSettingException(T("Le réglage Ledger__Folder manque : il dit où, hors de la base et mieux sur un autre volume, s’écrit ce qui a été effacé, pour qu’une sauvegarde reprise ne ramène personne."));
    }

    /// <summary>Keys live in PostgreSQL, so that any number of processes share sessions; with a certificate, a copy of the database alone opens none.
    /// What former certificates sealed is still read: the secrets of authenticator applications are as old as the day they were set up.</summary>
    public static void AddKeys(this WebApplicationBuilder builder)
    {
        var keys = builder.Services.AddDataProtection().SetApplicationName("RgpdCrm").PersistKeysToDbContext<CrmDbContext>();
        var settings = builder.Configuration;
        if (settings["DataProtection:CertificateFile"] is { Length: > 0 } file)
            keys.ProtectKeysWithCertificate(Certificate("DataProtection__CertificateFile", file, settings["DataProtection:CertificatePassword"]));
        if (settings["DataProtection:FormerCertificateFiles"] is { Length: > 0 } former)
            keys.UnprotectKeysWithAnyCertificate([.. former.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(one => Certificate("DataProtection__FormerCertificateFiles", one, settings["DataProtection:FormerCertificatePassword"]))]);
    }

    /// <summary>Nobody signs in, and no link is made, with keys that lie open in the database and its backups.</summary>
    /// <exception cref="WrongSettingException">Production is served without the certificate.</exception>
    public static void RequireSealedKeys(this WebApplication app)
    {
        if (app.Environment.IsProduction() && app.Configuration["DataProtection:CertificateFile"] is not { Length: > 0 })
            throw new WrongSettingException(T("Le réglage DataProtection__CertificateFile manque : il nomme le certificat qui protège les clés des sessions et des liens, gardé hors des sauvegardes."));
    }

    /// <summary>The application's connection; without the setting, a <see cref="WrongSettingException"/> says which one is missing.</summary>
    public static string AppConnection(this IConfiguration settings) => Connection(settings, "RgpdCrm");

    /// <summary>The owner's connection, for <c>migrate</c> only.</summary>
    public static string OwnerConnection(this IConfiguration settings) => Connection(settings, "RgpdCrmOwner");

    /// <summary>The connection that backups read with.</summary>
    public static string BackupConnection(this IConfiguration settings) => Connection(settings, "RgpdCrmBackup");

    // The key stands outside the database: a copy of that alone lets nobody try addresses against the list.
    private static Fingerprints Fingerprints(IConfiguration settings, IHostEnvironment environment)
    {
        var key = settings["Objections:Key"];
        if (string.IsNullOrWhiteSpace(key) && environment.IsDevelopment()) key = DevelopmentKey();
        return key?.Trim().Length >= Core.Contacts.Fingerprints.LeastCharacters
            ? new Fingerprints(key)
            : throw new WrongSettingException(T($"Le réglage Objections__Key manque, ou est trop court : un secret d’au moins {Core.Contacts.Fingerprints.LeastCharacters} caractères, qui protège la liste d’opposition."));
    }

    private static string DevelopmentKey()
    {
        var file = Path.Combine(EmbeddedServer.StateFolder, "objections.key");
        Directory.CreateDirectory(EmbeddedServer.StateFolder);
        if (!File.Exists(file)) File.WriteAllText(file, RandomNumberGenerator.GetHexString(64));
        return File.ReadAllText(file);
    }

    private static X509Certificate2 Certificate(string setting, string file, string? password)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12FromFile(file, password);
        }
        catch (Exception reason) when (reason is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new WrongSettingException(T($"Le certificat de {setting} ne s’ouvre pas, ou le mot de passe n’est pas le sien : {file}."));
        }
    }

    private static string Connection(IConfiguration settings, string name)
    {
        if (settings.GetConnectionString(name) is not { Length: > 0 } text)
            throw new WrongSettingException(T($"Le réglage ConnectionStrings__{name} manque : il dit où est la base de données."));
        try
        {
            // Whatever the setting asks for: details of an error quote the values of a row.
            return new NpgsqlConnectionStringBuilder(text) { IncludeErrorDetail = false, IncludeFailedBatchedCommand = false, LogParameters = false } is { Host.Length: > 0 } terse
                ? terse.ConnectionString
                : throw new WrongSettingException(T($"Le réglage ConnectionStrings__{name} ne dit pas sur quel serveur est la base de données (Host)."));
        }
        catch (ArgumentException)
        {
            // The parser's own message would repeat the password.
            throw new WrongSettingException(T($"Le réglage ConnectionStrings__{name} est mal écrit : Host=…;Database=…;Username=…;Password=…."));
        }
    }

    private static string StorageFolder(IConfiguration settings) =>
        settings["Storage:Folder"] is { Length: > 0 } chosen ? chosen : Path.Combine(EmbeddedServer.StateFolder, "storage");

    private static IPhotoStore PhotoStore(IConfiguration settings, TimeProvider time)
    {
        if (settings["Storage:S3:Bucket"] is not { Length: > 0 } bucket) return new FolderPhotoStore(StorageFolder(settings));
        var location = Buckets.Location("Storage__S3", bucket, settings["Storage:S3:Region"], settings["Storage:S3:Prefix"], settings["Storage:S3:ServiceUrl"], settings.GetValue("Storage:S3:ForcePathStyle", false), settings["Storage:S3:Cdn"]);
        return Buckets.Open("Storage__S3", "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY", () => new S3PhotoStore(location, time));
    }

    private static TimeZoneInfo Zone(IConfiguration settings)
    {
        var id = settings["Agency:TimeZone"] ?? AgencyClock.DefaultZone;
        return TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
            ? zone
            : throw new WrongSettingException(T($"Le réglage Agency__TimeZone nomme un fuseau horaire inconnu : {id}."));
    }
}

/// <summary>A setting is missing or wrong; the message is the one line to show.</summary>
internal sealed class WrongSettingException(string message) : Exception(message);

/// <summary>The agency this deployment serves, as the pages name it.</summary>
public sealed record Agency(string Name, string City)
{
    internal static Agency From(IConfiguration settings) =>
        new(settings["Agency:Name"] ?? "Agence du Tilleul", settings["Agency:City"] ?? "Angers");
}
