using Microsoft.Extensions.Logging.Abstractions;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.EmbeddedPostgres;

namespace RgpdCrm.Benchmarks;

/// <summary>What a page of contacts feels while the nightly backup dumps, seals and writes, and copies files.</summary>
internal static class BackupClaim
{
    private const int Files = 50, FileBytes = 2_000_000;

    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        var contacts = bench.Scaled(200_000);
        var folder = Directory.CreateTempSubdirectory("rgpdcrm-bench-backup");
        try
        {
            await using var database = await bench.DatabaseAsync(contacts);
            var (storage, keys) = (Path.Combine(folder.FullName, "storage"), Path.Combine(folder.FullName, "backup.keys"));
            BackupKeys.Begin(keys, bench.Clock.Today);
            var photos = new PhotoFiles(storage);
            for (var file = 0; file < Files; file++) await photos.WriteAsync(StoredFiles.NewKey(), new MemoryStream(new byte[FileBytes]));
            await ListPage.Percentile95Async(database.App, Task.Delay(TimeSpan.FromSeconds(1)));

            var idle = await ListPage.Percentile95Async(database.App, Task.Delay(TimeSpan.FromSeconds(5)));
            var backup = Task.Run(() => TakeAsync(bench, database, new BackupSettings(database.Backup, keys), Path.Combine(folder.FullName, "store"), photos, new DocumentFiles(storage)));
            var busy = await ListPage.Percentile95Async(database.App, backup);
            var taken = await backup;
            yield return Measure.Under(2, $"p95 of a page of {contacts} contacts during a backup of {taken.Bytes / 1_000_000} MB and {Files} files", busy, idle, "ms");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<BackupRecord> TakeAsync(Bench bench, PlantedDatabase database, BackupSettings settings, string store, PhotoFiles photos, DocumentFiles documents)
    {
        await using var db = CrmDbContext.Open(database.App);
        var client = new PostgresClient(PostgresBinaries.Find().Folder);
        return (await new BackupRun(settings, new FolderBackupStore(store), client, db, photos, documents, bench.Clock, NullLogger<BackupRun>.Instance).TakeAsync())!;
    }
}
