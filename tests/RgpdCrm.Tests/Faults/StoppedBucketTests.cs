using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Pages.Mandates;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Faults;

/// <summary>The server of the bucket is killed and comes back empty, or freezes and comes back with what it held and what was sent to it meanwhile.</summary>
public sealed class StoppedBucketTests(PostgresFixture postgres, S3Server server) : IClassFixture<S3Server>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-stopped-");
    private S3Location _location = null!;
    private Interrupted _bucket = null!;
    private CrmApp _app = null!;
    private Browser _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _location = await server.NewBucketAsync() with { Timeout = TimeSpan.FromSeconds(1), Retries = 0 };
        _bucket = new Interrupted(new S3PhotoStore(_location, TimeProvider.System, S3Server.Credentials));
        // Objects bear the server's time, and so does this agency.
        _app = await CrmApp.StartNowAsync(postgres, services => services.AddSingleton<IPhotoStore>(_bucket), ("Storage:Folder", _folder.FullName));
        _admin = await _app.SignInAsync(Role.Admin);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Stopped_while_a_photo_is_sent_the_sender_is_told_and_nothing_of_it_is_left(bool killed)
    {
        var house = await _app.PropertyAsync("T-1");
        Assert.Equal(HttpStatusCode.Redirect, (await SendAsync(house, 1)).StatusCode);
        _bucket.StopAtPut(4, () => StopAsync(killed));

        var told = await SendAsync(house, 1);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, told.StatusCode);
        Assert.Contains("Le stockage des photos ne répond pas : cette photo n’est pas ajoutée.", await told.HtmlAsync());
        foreach (var page in new[] { "/properties", $"/properties/{house}", $"/properties/{house}/photos" }) await _admin.ReadAsync(page);
        Assert.Equal((1, 1), await DrainAsync());
        Assert.Contains("En attente : 1 fichier. Le plus ancien attend depuis", await _admin.PlainAsync("/jobs"));

        await ReturnAsync(killed);
        _app.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal((1, 0), await DrainAsync());
        Assert.Equal(killed ? 1 : 0, (await ReconcileAsync()).Republished);
        await DrainAsync();

        await using var db = _app.Db();
        var photo = await db.Photos.SingleAsync();
        Assert.Equal(PhotoState.Published, photo.State);
        await InvariantsAsync(photo.Key);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Stopped_while_photos_are_erased_the_rest_waits_in_sight_and_goes_once_it_is_back(bool killed)
    {
        const int photos = 20;
        var house = await _app.PropertyAsync("T-1");
        Assert.Equal(HttpStatusCode.Redirect, (await SendAsync(house, photos)).StatusCode);
        await _app.SqlAsync($"UPDATE properties SET changed_on = '{_app.Today().AddMonths(-24):yyyy-MM-dd}'");
        Assert.Equal(RunOutcome.Succeeded, (await _app.Services.GetRequiredService<RetentionRun>().RunAsync(new RunRequest(_app.Today()))).Outcome);
        _bucket.StopAfterRemoval(3, () => StopAsync(killed));

        var (_, waiting) = await DrainAsync();

        Assert.InRange(waiting, 1, photos - 3);
        var asked = await AskedAsync();
        Assert.InRange(asked, 4, photos - 3);
        Assert.Contains($"En attente : {asked} fichiers. Le plus ancien attend depuis", await _admin.PlainAsync("/jobs"));

        await ReturnAsync(killed);
        if (!killed) Assert.InRange(await _bucket.ListAsync().CountAsync(), 1, (photos - 3) * PhotoSizes.All.Count);
        _app.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal((asked, 0), await DrainAsync());

        await InvariantsAsync();
    }

    /// <summary>Nothing but these photos is anywhere, whole, and two reconciliations find nothing to do.</summary>
    private async Task InvariantsAsync(params string[] keys)
    {
        for (var twice = 0; twice < 2; twice++)
        {
            Assert.Equal(new ReconciliationReport(0, 0, 0, 0, 0, 0), await ReconcileAsync());
            Assert.Equal(0, await AskedAsync());
            Assert.Equal(keys.SelectMany(key => PhotoSizes.All.Select(size => $"{key}/{size}")).Order(), (await _bucket.ListAsync().ToListAsync()).Select(o => o.Name).Order());
            Assert.Equal(keys, _folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.Name));
        }
    }

    private async Task StopAsync(bool killed)
    {
        if (killed) await server.KillAsync();
        else await server.FreezeAsync();
    }

    // Killed, this server forgets: the bucket is made again and filled from the masters.
    private async Task ReturnAsync(bool killed)
    {
        if (!killed)
        {
            await server.ThawAsync();
            return;
        }
        await server.StartAsync();
        await server.CreateAsync(_location);
    }

    private Task<HttpResponseMessage> SendAsync(Guid property, int photos) =>
        _admin.PostFilesAsync($"/properties/{property}/photos/add", script: false, [.. Enumerable.Range(1, photos).Select(n => ($"{n}.jpg", (Stream)new MemoryStream(Pictures.Jpeg(60, 40, n))))]);

    private Task<(int Removed, int Failed)> DrainAsync() => ScopedAsync<RemovalDrain, (int, int)>(drain => drain.RunAsync());

    private Task<ReconciliationReport> ReconcileAsync() => ScopedAsync<PhotoReconciliation, ReconciliationReport>(reconciliation => reconciliation.RunAsync());

    private async Task<int> AskedAsync()
    {
        await using var db = _app.Db();
        return await db.ObjectRemovals.CountAsync();
    }

    private async Task<TResult> ScopedAsync<T, TResult>(Func<T, Task<TResult>> work) where T : notnull
    {
        await using var scope = _app.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<T>());
    }

    /// <summary>A bucket whose server stops during the nth object it is given, or once it has removed the nth photo.</summary>
    private sealed class Interrupted(S3PhotoStore store) : IPhotoStore
    {
        private int _puts, _removals;
        private Func<Task>? _atPut, _afterRemoval;

        public void StopAtPut(int number, Func<Task> stop) => (_puts, _atPut) = (number, stop);

        public void StopAfterRemoval(int number, Func<Task> stop) => (_removals, _afterRemoval) = (number, stop);

        public string? Origin => store.Origin;

        public async Task PutAsync(string name, Stream content, string type, CancellationToken cancel = default)
        {
            var written = store.PutAsync(name, content, type, cancel);
            if (Interlocked.Decrement(ref _puts) == 0) await _atPut!();
            await written;
        }

        public async Task<bool> RemoveAsync(string key, CancellationToken cancel = default)
        {
            var absent = await store.RemoveAsync(key, cancel);
            if (Interlocked.Decrement(ref _removals) == 0) await _afterRemoval!();
            return absent;
        }

        public IAsyncEnumerable<PublishedObject> ListAsync(CancellationToken cancel = default) => store.ListAsync(cancel);

        public string AddressOf(string name) => store.AddressOf(name);
    }
}
