using RgpdCrm.Core.Files;
using RgpdCrm.Core.Photos;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Photos;

/// <summary>Stores and database, compared both ways.</summary>
public sealed class PhotoReconciliationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Agency _agency = null!;
    private Warehouse _warehouse = null!;
    private Guid _property;

    public async ValueTask InitializeAsync()
    {
        // Files bear the host's time, and so does this agency.
        _agency = await Agency.OpenAsync(postgres);
        _agency.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        _warehouse = new Warehouse(_agency);
        _property = await _warehouse.PropertyAsync("A-1");
    }

    public ValueTask DisposeAsync()
    {
        _warehouse.Dispose();
        return _agency.DisposeAsync();
    }

    [Fact]
    public async Task What_has_no_row_goes_once_it_is_older_than_an_hour_and_nothing_else_does()
    {
        var kept = await _warehouse.PhotoAsync(_property);
        var orphan = await _warehouse.PhotoAsync(_property);
        var document = await _warehouse.DocumentAsync(await _warehouse.MandateAsync(_property, "2026-01-01", "2027-12-31"));
        await _agency.SqlAsync($"DELETE FROM photos WHERE key = '{orphan}'; DELETE FROM documents");

        Assert.Equal(new ReconciliationReport(0, 0, 0, 0, 0, 0), await _warehouse.ReconcileAsync());
        Later();
        Assert.Equal(new ReconciliationReport(3, 0, 0, 0, 0, 0), await _warehouse.ReconcileAsync());
        Assert.Equal(0, (await _warehouse.ReconcileAsync()).Orphans);
        await _warehouse.DrainAsync();

        Assert.False(_warehouse.Documents.Holds(document) || _warehouse.Masters.Holds(orphan));
        Assert.Equal((0, 6), (await _warehouse.ObjectsOfAsync(orphan), await _warehouse.ObjectsOfAsync(kept)));
        Assert.True(_warehouse.Masters.Holds(kept));
    }

    [Fact]
    public async Task An_upload_that_was_cut_off_goes_with_whatever_there_is_of_it()
    {
        var half = await _warehouse.PhotoAsync(_property, PhotoState.Waiting);
        var part = _warehouse.Masters.PathOf(half) + ".0.part";
        await File.WriteAllTextAsync(part, "half");

        Assert.Equal(0, (await _warehouse.ReconcileAsync()).GivenUp);
        Later();
        Assert.Equal(1, (await _warehouse.ReconcileAsync()).GivenUp);
        await _warehouse.DrainAsync();

        Assert.False(File.Exists(part) || _warehouse.Masters.Holds(half));
        Assert.Equal(0, await _agency.SqlAsync<long>("SELECT count(*) FROM photos"));
    }

    [Fact]
    public async Task A_photo_that_misses_a_size_is_published_again_and_one_without_master_is_reported()
    {
        var (damaged, lost) = (await _warehouse.PhotoAsync(_property), await _warehouse.PhotoAsync(_property));
        File.Delete(Path.Combine(_warehouse.Folder.FullName, "published", damaged[..2], damaged, "1200.jpg"));
        _warehouse.Masters.Delete(lost);
        Later();

        Assert.Equal(new ReconciliationReport(0, 0, 1, 1, 0, 0), await _warehouse.ReconcileAsync());

        Assert.Equal(6, await _warehouse.ObjectsOfAsync(damaged));
    }

    [Fact]
    public async Task With_a_new_mandate_the_photos_come_back_once_their_removal_is_done()
    {
        var key = await _warehouse.PhotoAsync(_property);
        await _warehouse.MandateAsync(_property, "2026-01-01", $"{_agency.Today.AddDays(-1):yyyy-MM-dd}");
        await _agency.RunAsync();
        Assert.Equal("Unpublished", await StateAsync(key));
        await _warehouse.MandateAsync(_property, $"{_agency.Today:yyyy-MM-dd}", $"{_agency.Today.AddDays(1):yyyy-MM-dd}");

        Assert.Equal(0, (await _warehouse.ReconcileAsync()).Republished);
        await _warehouse.DrainAsync();
        Assert.Equal(0, await _warehouse.ObjectsOfAsync(key));
        Assert.Equal(1, (await _warehouse.ReconcileAsync()).Republished);

        Assert.Equal(("Published", 6), (await StateAsync(key), await _warehouse.ObjectsOfAsync(key)));
    }

    [Fact]
    public async Task A_lost_store_is_filled_again_from_the_masters_with_progress()
    {
        var keys = new[] { await _warehouse.PhotoAsync(_property), await _warehouse.PhotoAsync(_property) };
        Directory.Delete(Path.Combine(_warehouse.Folder.FullName, "published"), recursive: true);
        var told = new Told();
        await using var db = _agency.Db();

        Assert.Equal((2, 0), await _warehouse.Reconciliation(db).RepublishAsync(told));

        Assert.Equal([(1, 2), (2, 2)], told.All);
        foreach (var key in keys) Assert.Equal(6, await _warehouse.ObjectsOfAsync(key));
    }

    [Fact]
    public async Task A_dead_store_does_not_keep_the_folder_from_being_tidied()
    {
        var key = StoredFiles.NewKey();
        await _warehouse.Masters.WriteAsync(key, new MemoryStream([1]));
        Later();
        _warehouse.Published.Dead = true;

        await Assert.ThrowsAsync<PhotoStoreException>(_warehouse.ReconcileAsync);
        Assert.Equal((1, 0), await _warehouse.DrainAsync());

        Assert.False(_warehouse.Masters.Holds(key));
    }

    private void Later() => _agency.Time.Advance(TimeSpan.FromMinutes(61));

    private Task<string?> StateAsync(string key) => _agency.SqlAsync<string>($"SELECT state FROM photos WHERE key = '{key}'");

    private sealed class Told : IProgress<(int Done, int Total)>
    {
        public List<(int, int)> All { get; } = [];

        public void Report((int Done, int Total) value) => All.Add(value);
    }
}
