using Microsoft.Extensions.Logging.Abstractions;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Outside;

/// <summary>The register's copy beside the backups: what is left when the machine is not.</summary>
public sealed class OutsideCopyTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-outside-copy");
    private Agency _agency = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string KeyFile => Path.Combine(_folder.FullName, "backup.keys");
    private FolderBackupStore Store => new(Path.Combine(_folder.FullName, "store"));
    private OutsideLedger Outside => new(Path.Combine(_folder.FullName, "ledger"), _agency.Clock);
    private OutsideCopy Copy => new(Outside, Store, new BackupSettings(_agency.Database.BackupConnectionString, KeyFile));

    public async ValueTask InitializeAsync()
    {
        _agency = await Agency.OpenAsync(postgres);
        BackupKeys.Begin(KeyFile, _agency.Today);
    }

    public async ValueTask DisposeAsync()
    {
        await _agency.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_copy_follows_the_register_outlives_every_backup_and_never_forgets_a_line()
    {
        await IntendAsync();
        Assert.Equal((1, 0), (await RunAsync(), await RunAsync()));
        var first = Assert.Single(await NamesAsync());
        await IntendAsync();
        Assert.Equal(1, await RunAsync());
        var second = Assert.Single(await NamesAsync());
        await File.AppendAllTextAsync(KeyFile, BackupKey.Make(_agency.Today.AddDays(1)).Line + "\n", Cancel);
        Assert.Equal((1, 0), (await RunAsync(), await RunAsync()));
        var third = Assert.Single(await NamesAsync());
        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
        _agency.Time.Advance(TimeSpan.FromDays(20));
        await IntendAsync();
        Assert.Equal(1, await RunAsync());
        var both = await NamesAsync();
        Assert.Equal(2, both.Count);

        _agency.Time.Advance(TimeSpan.FromDays(100));
        await using (var db = _agency.Db()) await new BackupExpiry(Store, db, _agency.Clock, NullLogger<BackupExpiry>.Instance).RunAsync(Cancel);
        Assert.Equal(both, await NamesAsync());

        // Its newest file is lost, so that what is left looks whole: the copy knows better, keeps what it knows, and gives it back.
        var lines = (await OutsideHistory.ReadAsync(Outside.Segments(), Cancel)).Lines.Count;
        File.Delete(Outside.Segments()[^1]);
        await Assert.ThrowsAsync<OutsideLedgerException>(RunAsync);
        Assert.Equal(both, await NamesAsync());
        var found = await Copy.FindAsync(Cancel);
        Assert.Equal((lines, null), (found.Lines.Count, found.Fault));
        Assert.Equal(1, await RunAsync());
        Assert.Equal(both, (await NamesAsync()).Take(2));
    }

    private async Task IntendAsync()
    {
        await using var db = _agency.Db();
        await Outside.IntendAsync(db, new Intent(Trigger.Schedule, "contact", [Guid.NewGuid()]), Cancel);
    }

    private async Task<int> RunAsync()
    {
        await using var db = _agency.Db();
        return await Copy.RunAsync(db, Cancel);
    }

    private async Task<List<string>> NamesAsync() => [.. (await Store.ListAsync(Cancel)).Select(o => o.Name).Order(StringComparer.Ordinal)];
}
