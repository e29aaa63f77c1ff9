using Microsoft.Extensions.Logging.Abstractions;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.EmbeddedPostgres;

namespace RgpdCrm.Benchmarks;

/// <summary>What a page of contacts feels while the nightly backup dumps, seals and writes, and copies files.</summary>
internal static class BackupClaim
{
    private const int Files = 50, FileBytes = 2_000_000, Backups = 3;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

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

            // Several: one is over before a percentile means something.
            var idle = await ListPage.Percentile95Async(database.App, Task.Delay(Idle));
            var backups = Task.Run(() => TakeAsync(bench, database, new BackupSettings(database.Backup, keys), folder, photos, new DocumentFiles(storage)));
            var busy = await ListPage.Percentile95Async(database.App, backups);
            yield return Measure.Under(2, $"p95 of a page of {contacts} contacts during {Backups} backups of {await backups / 1_000_000} MB and {Files} files", busy, idle, "ms");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<long> TakeAsync(Bench bench, PlantedDatabase database, BackupSettings settings, DirectoryInfo folder, PhotoFiles photos, DocumentFiles documents)
    {
        var client = new PostgresClient(PostgresBinaries.Find().Folder);
        var bytes = 0L;
        for (var backup = 0; backup < Backups; backup++)
        {
            await using var db = CrmDbContext.Open(database.App);
            // Each into a place of its own, so that each copies the files.
            var store = new FolderBackupStore(Path.Combine(folder.FullName, $"store-{backup}"));
            bytes = (await new BackupRun(settings, store, client, db, photos, documents, bench.Clock, NullLogger<BackupRun>.Instance).TakeAsync())!.Bytes;
        }
        return bytes;
    }
}
