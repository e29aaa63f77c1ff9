using Amazon.Runtime;
using Npgsql;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Outside;
using RgpdCrm.EmbeddedPostgres;

namespace RgpdCrm.Web.Hosting;

/// <summary>Backups: in a bucket when one is named, else in a folder. Without a place for them there are none, and the jobs page says so.</summary>
internal static class BackupSetup
{
    public static void AddBackups(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["Backup:S3:Bucket"] is not { Length: > 0 } && builder.Configuration["Backup:Folder"] is not { Length: > 0 }) return;
        var services = builder.Services;
        services.AddSingleton(provider => Store(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(provider => Settings(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(new PostgresClient(PostgresBinaries.KnownFolders().FirstOrDefault(found => File.Exists(Path.Combine(found, "pg_dump")))));
        services.AddScoped<BackupRun>();
        services.AddScoped<BackupExpiry>();
        services.AddScoped<BackupRestore>();
        services.AddScoped<OutsideCopy>();
        services.AddScoped<BackupDrill>();
        services.AddHostedService<BackupReport>();
    }

    private static IBackupStore Store(IConfiguration settings)
    {
        if (settings["Backup:S3:Bucket"] is not { Length: > 0 } bucket) return new FolderBackupStore(settings["Backup:Folder"]!);
        var location = Buckets.Location("Backup__S3", bucket, settings["Backup:S3:Region"], settings["Backup:S3:Prefix"], settings["Backup:S3:ServiceUrl"], settings.GetValue("Backup:S3:ForcePathStyle", false));
        var (id, secret) = (settings["Backup:S3:AccessKeyId"], settings["Backup:S3:SecretAccessKey"]);
        if (string.IsNullOrEmpty(id) != string.IsNullOrEmpty(secret))
            throw new WrongSettingException(T("Les réglages Backup__S3__AccessKeyId et Backup__S3__SecretAccessKey vont ensemble : il en manque un."));
        return Buckets.Open("Backup__S3", "Backup__S3__AccessKeyId, Backup__S3__SecretAccessKey",
            () => new S3BackupStore(location with { Timeout = S3BackupStore.PartTimeout }, id is { Length: > 0 } ? new BasicAWSCredentials(id, secret) : null));
    }

    private static BackupSettings Settings(IConfiguration settings) => new(settings.BackupConnection(), settings["Backup:KeyFile"] is { Length: > 0 } file
        ? file
        : throw new WrongSettingException(T("Le réglage Backup__KeyFile manque : il dit où est la clé des sauvegardes, ailleurs que sur leur volume.")));
}

/// <summary>Says in the log at the start, once, what would make tonight's backup fail: a client older than the server, a bucket that does not answer. Nothing waits for it.</summary>
internal sealed partial class BackupReport(IConfiguration settings, IServiceProvider services, IBackupStore store, PostgresClient client, ILogger<BackupReport> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A process without that connection takes no backups.
        if (settings.GetConnectionString("RgpdCrmBackup") is not { Length: > 0 }) return;
        try
        {
            await using var connection = new NpgsqlConnection(services.GetRequiredService<BackupSettings>().Connection);
            await connection.OpenAsync(stoppingToken);
            LogClient(logger, await client.RequireAsync(connection.PostgreSqlVersion.Major, stoppingToken), connection.PostgreSqlVersion.Major);
            if (store is S3BackupStore bucket) LogVersioning(logger, await bucket.VersioningAsync(stoppingToken));
        }
        catch (Exception e) when (e is BackupException or NpgsqlException or WrongSettingException)
        {
            LogWontWork(logger, (e as BackupException)?.Fault.ToString() ?? e.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Backups are taken by pg_dump {Client} from PostgreSQL {Server}")]
    private static partial void LogClient(ILogger logger, int client, int server);

    [LoggerMessage(Level = LogLevel.Information, Message = "Backups go to a bucket; its versioning is {Versioning}")]
    private static partial void LogVersioning(ILogger logger, string versioning);

    [LoggerMessage(Level = LogLevel.Error, Message = "Backups will fail: {Fault}")]
    private static partial void LogWontWork(ILogger logger, string fault);
}
