using Microsoft.Extensions.Logging.Abstractions;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Photos;

namespace RgpdCrm.Tests.Support;

/// <summary>An agency's storage folder and photo store, with properties, photos and documents in them.</summary>
internal sealed class Warehouse : IDisposable
{
    private readonly Agency _agency;

    /// <param name="agency">Whose files these are.</param>
    /// <param name="published">Where photos are published; without one, in the storage folder.</param>
    public Warehouse(Agency agency, IPhotoStore? published = null)
    {
        _agency = agency;
        (Masters, Documents, Published) = (new PhotoFiles(Folder.FullName), new DocumentFiles(Folder.FullName), new BreakablePhotoStore(published ?? new FolderPhotoStore(Folder.FullName)));
    }

    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("rgpdcrm-warehouse-");
    public PhotoFiles Masters { get; }
    public DocumentFiles Documents { get; }
    public BreakablePhotoStore Published { get; }

    public void Dispose() => Folder.Delete(recursive: true);

    public async Task<(int Removed, int Failed)> DrainAsync()
    {
        await using var db = _agency.Db();
        return await new RemovalDrain(db, Published, Masters, Documents, new PaperFiles(Folder.FullName), _agency.Clock, NullLogger<RemovalDrain>.Instance).RunAsync();
    }

    public async Task<ReconciliationReport> ReconcileAsync()
    {
        await using var db = _agency.Db();
        return await Reconciliation(db).RunAsync();
    }

    public PhotoReconciliation Reconciliation(CrmDbContext db) => new(db, Published, Masters, Documents, new PaperFiles(Folder.FullName), PublishAsync, _agency.Clock);

    public async Task<Guid> PropertyAsync(string reference, string changedOn = "2026-01-10")
    {
        var id = Guid.NewGuid();
        await _agency.SqlAsync($"INSERT INTO properties (id, reference, kind, address, changed_on) VALUES ('{id}', '{reference}', 'House', '1 rue des Lices', '{changedOn}')");
        return id;
    }

    public async Task<Guid> MandateAsync(Guid property, string startsOn, string endsOn)
    {
        var id = Guid.NewGuid();
        await _agency.SqlAsync($"""
            INSERT INTO obligations (id, type, mandate_kind, reference, exclusive, signed_on, starts_on, term_on, end_recorded, property_id)
            VALUES ('{id}', 'Mandate', 'Sale', '{id}', false, '{startsOn}', '{startsOn}', '{endsOn}', false, '{property}')
            """);
        return id;
    }

    /// <summary>A photo with its master, and its published sizes unless it waits for them.</summary>
    public async Task<string> PhotoAsync(Guid property, PhotoState state = PhotoState.Published)
    {
        var key = StoredFiles.NewKey();
        // PostgreSQL rounds the seventh digit, the driver cuts it off: a photo must not be younger than the instant it was added.
        await _agency.SqlAsync($"""
            INSERT INTO photos (id, property_id, key, position, alt, state, width, height, bytes, placeholder, added_at)
            VALUES (gen_random_uuid(), '{property}', '{key}', 0, '', '{state}', 3000, 2000, 3, '', '{_agency.Clock.Now:yyyy-MM-dd HH:mm:ss.ffffffzzz}')
            """);
        await Masters.WriteAsync(key, new MemoryStream([1, 2, 3]));
        if (state == PhotoState.Published) await PublishAsync(key, CancellationToken.None);
        return key;
    }

    public async Task<string> DocumentAsync(Guid obligation, string content = "%PDF-1.7")
    {
        var key = StoredFiles.NewKey();
        await _agency.SqlAsync($"INSERT INTO documents (id, obligation_id, key, name, bytes, added_at) VALUES (gen_random_uuid(), '{obligation}', '{key}', 'Mandat signé', 3, '{_agency.Clock.Now:O}')");
        await Documents.WriteAsync(key, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)));
        return key;
    }

    public async Task<int> ObjectsOfAsync(string key) => await Published.ListAsync().CountAsync(o => o.Key == key);

    public Task<long> WaitingAsync() => _agency.SqlAsync<long>("SELECT count(*) FROM object_removals")!;

    // The real pictures are the pipeline's business.
    private async Task PublishAsync(string key, CancellationToken cancel)
    {
        foreach (var size in PhotoSizes.All)
        {
            using var content = new MemoryStream([1, 2, 3]);
            await Published.PutAsync($"{key}/{size}", content, PhotoSizes.TypeOf(size), cancel);
        }
    }
}
