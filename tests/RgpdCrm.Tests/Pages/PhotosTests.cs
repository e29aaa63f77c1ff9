using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Properties;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages;

/// <summary>The photos of a property, over HTTP.</summary>
public sealed class PhotosTests(PhotosTests.Office office) : IClassFixture<PhotosTests.Office>
{
    private readonly CrmApp _app = office.App;
    private readonly Browser _sophie = office.Sophie;
    private readonly Outage _outage = office.Outage;
    private readonly string[] _before = office.Files();

    [Fact]
    public async Task Sophie_sends_three_files_and_learns_what_became_of_each()
    {
        var house = await PropertyAsync();
        using var scene = Pictures.Scene(900, 600);
        using var tagged = Pictures.WithMetadata(scene);

        var answer = await SendAsync(house, ("salon.jpg", tagged.WriteToBuffer(".jpg")), ("<b>logo.svg", "<svg/>"u8.ToArray()), ("jardin.png", Png()));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("Ajoutées\u00a0: 2. Refusées\u00a0: 1.", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("Les dessins SVG ne sont pas acceptés.", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;logo", page, StringComparison.Ordinal);

        var photos = await PhotosAsync(house);
        Assert.Equal([(0, PhotoState.Published, 900, 600), (1, PhotoState.Published, 320, 240)], photos.Select(p => (p.Position, p.State, p.Width, p.Height)));
        Assert.Equal(2 * 7, Files().Length);
        Assert.DoesNotContain(Files().Concat(Directory.GetFiles(Path.GetTempPath(), "ASPNETCORE_*")), HoldsCanary);

        var gallery = await _sophie.ReadAsync($"/properties/{house}/photos");
        var key = photos[0].Key;
        Assert.Contains($"srcset=\"/photos/{key}/480.webp 480w, /photos/{key}/1200.webp 900w\"", gallery, StringComparison.Ordinal);
        Assert.Contains($"srcset=\"/photos/{key}/480.jpg 480w, /photos/{key}/1200.jpg 900w\"", gallery, StringComparison.Ordinal);
        Assert.Contains("loading=\"lazy\"", gallery, StringComparison.Ordinal);
        Assert.Contains("width=\"900\" height=\"600\"", gallery, StringComparison.Ordinal);
        Assert.Contains("src=\"data:image/webp;base64,", WebUtility.HtmlDecode(gallery), StringComparison.Ordinal);
        Assert.Equal(["photo.added", "photo.added"], (await AuditAsync(house)).Select(a => a.Action));
    }

    [Fact]
    public async Task The_script_sends_one_file_and_gets_one_line()
    {
        var house = await PropertyAsync();
        using var photo = new MemoryStream(Pictures.Jpeg());
        var added = await _sophie.PostFilesAsync($"/properties/{house}/photos/add", script: true, ("a.jpg", photo));
        Assert.Equal((HttpStatusCode.OK, """{"text":"Ajout\u00E9e"}"""), (added.StatusCode, await added.Content.ReadAsStringAsync()));

        using var cut = new MemoryStream(Pictures.Jpeg()[..^5000]);
        var refused = await _sophie.PostFilesAsync($"/properties/{house}/photos/add", script: true, ("a.jpg", cut));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("incompl", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(await PhotosAsync(house));
    }

    [Fact]
    public async Task Too_many_files_too_heavy_a_file_and_too_heavy_a_form_are_refused_politely()
    {
        var house = await PropertyAsync();

        var many = await SendAsync(house, [.. Enumerable.Range(1, 100).Select(i => ($"{i}.jpg", Pictures.Jpeg(60, 40)))]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, many.StatusCode);
        Assert.Contains("au plus 20 photos", await many.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var heavy = await SendAsync(house, ("a.jpg", [.. Pictures.Jpeg(), .. new byte[PhotoCheck.MaxBytes]]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, heavy.StatusCode);
        Assert.Contains("15\u00a0Mo".Replace('\u00a0', ' '), await heavy.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var empty = new MemoryStream([1]);
        using var flood = new StreamContent(empty) { Headers = { ContentLength = 400_000_000 } };
        var refused = await _sophie.Client.PostAsync(new Uri($"/properties/{house}/photos/add", UriKind.Relative), flood);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Contains("Envoi trop lourd", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(house)).StatusCode);
        Assert.Empty(await PhotosAsync(house));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task An_upload_cut_midway_leaves_nothing()
    {
        var house = await PropertyAsync();
        using var scene = Pictures.Scene(1500, 1000);
        using var tagged = Pictures.WithMetadata(scene);
        await using var cut = new CutStream(tagged.WriteToBuffer(".jpg"));

        await Assert.ThrowsAnyAsync<Exception>(() => _sophie.PostFilesAsync($"/properties/{house}/photos/add", script: false, ("a.jpg", cut)));

        Assert.Empty(await PhotosAsync(house));
        Assert.Empty(Files());
        for (var tries = 0; tries < 50 && Directory.GetFiles(Path.GetTempPath(), "ASPNETCORE_*").Any(HoldsCanary); tries++) await Task.Delay(20);
        Assert.DoesNotContain(Directory.GetFiles(Path.GetTempPath(), "ASPNETCORE_*"), HoldsCanary);
    }

    [Fact]
    public async Task While_the_photo_store_is_down_an_upload_says_so_and_leaves_nothing_half_done()
    {
        var house = await PropertyAsync();
        _outage.After = 3;

        var answer = await SendAsync(house, ("a.jpg", Pictures.Jpeg()));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("Le stockage des photos ne répond pas", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(await PhotosAsync(house));
        Assert.Equal(1 + 3, Files().Length);
        Assert.Equal([StoredObject.PhotoMaster, StoredObject.PublishedPhoto], await RemovalsAsync(Path.GetFileName(Files().Single(file => !Path.HasExtension(file)))));
        Assert.Equal(HttpStatusCode.OK, (await _sophie.GetAsync($"/properties/{house}/photos")).StatusCode);

        _outage.After = null;
        Assert.Equal(HttpStatusCode.Redirect, (await SendAsync(house, ("a.jpg", Pictures.Jpeg()))).StatusCode);
    }

    [Fact]
    public async Task A_property_gone_while_its_photo_was_made_takes_the_photo_along()
    {
        var house = await PropertyAsync();
        _outage.Before = async () =>
        {
            _outage.Before = null;
            await using var db = _app.Db();
            await db.Photos.Where(p => p.PropertyId == house).ExecuteDeleteAsync();
            await db.Properties.Where(p => p.Id == house).ExecuteDeleteAsync();
        };

        await SendAsync(house, ("a.jpg", Pictures.Jpeg()));

        Assert.Empty(await PhotosAsync(house));
        Assert.Equal([StoredObject.PhotoMaster, StoredObject.PublishedPhoto], await RemovalsAsync(Path.GetFileName(Files().Single(file => !Path.HasExtension(file)))));
    }

    [Fact]
    public async Task A_photo_becomes_the_cover_and_goes_one_place_on()
    {
        var (house, order) = await HouseAsync(3);

        Assert.Equal(HttpStatusCode.Redirect, (await MoveAsync(house, order, order[2], 0)).StatusCode);
        Assert.Equal([order[2], order[0], order[1]], await OrderAsync(house));
        await MoveAsync(house, await OrderAsync(house), order[2], 1);
        Assert.Equal([order[0], order[2], order[1]], await OrderAsync(house));

        await using var db = _app.Db();
        Assert.Equal(order[0], (await PhotoGallery.CoversAsync(db, [house]))[house].Id);
        Assert.Equal(2, (await AuditAsync(house)).Count(a => a.Action == "photos.ordered"));
    }

    [Fact]
    public async Task An_order_seen_before_a_colleague_changed_it_is_not_applied()
    {
        var (house, seen) = await HouseAsync(3);
        await MoveAsync(house, seen, seen[2], 0);
        var now = await OrderAsync(house);

        var late = await MoveAsync(house, seen, seen[1], 0);

        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Contains("Les photos ont changé", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(now, await OrderAsync(house));
        foreach (var move in (string[])["", "x", $"{seen[0]}:-1", $"{seen[0]}:99999999999", "0:0"])
            Assert.Equal(HttpStatusCode.BadRequest, (await _sophie.PostFormAsync($"/properties/{house}/photos/order", ("move", move), ("shown", string.Join(',', now)))).StatusCode);
    }

    [Fact]
    public async Task Of_two_colleagues_who_order_at_the_same_instant_one_is_told()
    {
        var (house, seen) = await HouseAsync(4);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => MoveAsync(house, seen, seen[1 + i % 3], 0)));
        Assert.Equal(1, answers.Count(a => a.StatusCode == HttpStatusCode.Redirect));
        Assert.Equal(5, answers.Count(a => a.StatusCode == HttpStatusCode.Conflict));
        Assert.Equal([0, 1, 2, 3], (await PhotosAsync(house)).Select(p => p.Position));
    }

    [Fact]
    public async Task Describing_one_photo_leaves_a_colleagues_text_on_another()
    {
        var (house, photos) = await HouseAsync(2);
        await DescribeAsync(house, (photos[1], "", "Jardin"));
        await DescribeAsync(house, (photos[0], "", "Séjour"), (photos[1], "", ""));

        Assert.Equal(["Séjour", "Jardin"], (await PhotosAsync(house)).Select(p => p.Alt));
        Assert.Contains("alt=\"Séjour\"", await _sophie.ReadAsync($"/properties/{house}/photos"), StringComparison.Ordinal);
        Assert.All((await AuditAsync(house)).Where(a => a.Action == "photo.described"), a => Assert.Equal(["Alt"], a.Fields));

        var tooLong = await DescribeAsync(house, (photos[0], "Séjour", new string('a', 201)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooLong.StatusCode);
        Assert.Contains(new string('a', 201), await tooLong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await DescribeAsync(house, (photos[0], "Séjour", "a\r\nb"))).StatusCode);
    }

    [Fact]
    public async Task A_photo_goes_once_confirmed_and_its_files_are_asked_for()
    {
        var (house, photos) = await HouseAsync(2);
        var key = (await PhotosAsync(house))[0].Key;
        var address = $"/properties/{house}/photos/{photos[0]}/remove";

        await _sophie.ReadAsync(address);
        Assert.Equal(2, (await PhotosAsync(house)).Count);
        Assert.Equal(HttpStatusCode.NotFound, (await _sophie.PostFormAsync($"/properties/{await PropertyAsync()}/photos/{photos[0]}/remove")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _sophie.PostFormAsync(address)).StatusCode);

        Assert.Equal([photos[1]], await OrderAsync(house));
        Assert.Equal([StoredObject.PhotoMaster, StoredObject.PublishedPhoto], await RemovalsAsync(key));
        Assert.Contains(await AuditAsync(house), a => a.Action == "photo.removed");
        Assert.Equal(HttpStatusCode.NotFound, (await _sophie.PostFormAsync(address)).StatusCode);
    }

    [Fact]
    public async Task The_covers_of_a_list_are_one_statement()
    {
        var houses = new[] { (await HouseAsync(2)).House, (await HouseAsync(1)).House, await PropertyAsync() };
        var statements = 0;
        var options = new DbContextOptionsBuilder<CrmDbContext>().LogTo(_ => statements++, [RelationalEventId.CommandExecuted]);
        await using var db = new CrmDbContext((DbContextOptions<CrmDbContext>)CrmDbContext.Configure(options, _app.Database.AppConnectionString).Options);

        var covers = await PhotoGallery.CoversAsync(db, houses);

        Assert.Equal(1, statements);
        Assert.Equal(houses[..2].Order(), covers.Keys.Order());
        Assert.All(covers.Values, cover => Assert.Equal(0, cover.Position));
    }

    private async Task<Guid> PropertyAsync()
    {
        await using var db = _app.Db();
        var property = new Property(new PropertyEntry($"T-{Guid.NewGuid():N}"[..12], PropertyKind.House, "3 rue des Tilleuls, Angers", 250_000, null), new DateOnly(2026, 11, 1));
        db.Properties.Add(property);
        await db.SaveChangesAsync();
        return property.Id;
    }

    private async Task<(Guid House, List<Guid> Order)> HouseAsync(int photos)
    {
        var house = await PropertyAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await SendAsync(house, [.. Enumerable.Range(1, photos).Select(i => ($"{i}.jpg", Pictures.Jpeg(90, 60, i)))])).StatusCode);
        return (house, await OrderAsync(house));
    }

    private Task<HttpResponseMessage> SendAsync(Guid property, params (string Name, byte[] Content)[] files) =>
        _sophie.PostFilesAsync($"/properties/{property}/photos/add", script: false, [.. files.Select(f => (f.Name, (Stream)new MemoryStream(f.Content)))]);

    private Task<HttpResponseMessage> MoveAsync(Guid property, IEnumerable<Guid> shown, Guid photo, int to) =>
        _sophie.PostFormAsync($"/properties/{property}/photos/order", ("move", $"{photo}:{to}"), ("shown", string.Join(',', shown)));

    private Task<HttpResponseMessage> DescribeAsync(Guid property, params (Guid Id, string Shown, string Typed)[] texts) =>
        _sophie.PostFormAsync($"/properties/{property}/photos/describe", [.. texts.SelectMany((t, i) => new[] { ($"Texts[{i}].Id", t.Id.ToString()), ($"Texts[{i}].Shown", t.Shown), ($"Texts[{i}].Typed", t.Typed) })]);

    private async Task<List<Photo>> PhotosAsync(Guid property)
    {
        await using var db = _app.Db();
        return await db.Photos.Where(p => p.PropertyId == property).OrderBy(p => p.Position).ToListAsync();
    }

    private async Task<List<Guid>> OrderAsync(Guid property) => [.. (await PhotosAsync(property)).Select(p => p.Id)];

    private async Task<List<AuditEntry>> AuditAsync(Guid property)
    {
        await using var db = _app.Db();
        return await db.AuditEntries.Where(a => a.SubjectId == property).OrderBy(a => a.Id).ToListAsync();
    }

    private async Task<List<StoredObject>> RemovalsAsync(string key)
    {
        await using var db = _app.Db();
        return await db.ObjectRemovals.Where(r => r.Key == key).Select(r => r.What).OrderBy(w => w).ToListAsync();
    }

    // What the test added.
    private string[] Files() => [.. office.Files().Except(_before)];

    private static bool HoldsCanary(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.Latin1).Contains(Pictures.Canary, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // Another test's, gone meanwhile.
        }
    }

    /// <summary>One application for all of these tests, with a store that can be broken.</summary>
    public sealed class Office(PostgresFixture postgres) : IAsyncLifetime
    {
        private readonly string _storage = Directory.CreateTempSubdirectory("storage").FullName;

        public CrmApp App { get; private set; } = null!;
        public Browser Sophie { get; private set; } = null!;
        public Outage Outage { get; } = new();

        public async ValueTask InitializeAsync()
        {
            App = await CrmApp.StartAsync(postgres, services => services.AddSingleton<IPhotoStore>(_ => new Store(new FolderPhotoStore(_storage), Outage)), settings: ("Storage:Folder", _storage));
            Sophie = await App.SignInAsync(Role.Agent);
        }

        public string[] Files() => Directory.GetFiles(_storage, "*", SearchOption.AllDirectories);

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            Directory.Delete(_storage, recursive: true);
        }
    }

    /// <summary>When the store stops answering, and what happens just before it is asked.</summary>
    public sealed class Outage
    {
        /// <summary>Objects it still takes.</summary>
        public int? After { get; set; }

        public Func<Task>? Before { get; set; }
    }

    private sealed class Store(FolderPhotoStore folder, Outage outage) : IPhotoStore
    {
        public string? Origin => folder.Origin;

        public async Task PutAsync(string name, Stream content, string type, CancellationToken cancel = default)
        {
            if (outage.Before is { } before) await before();
            if (outage.After-- <= 0) throw new PhotoStoreException("The store does not answer.");
            await folder.PutAsync(name, content, type, cancel);
        }

        public Task<bool> RemoveAsync(string key, CancellationToken cancel = default) => folder.RemoveAsync(key, cancel);

        public IAsyncEnumerable<PublishedObject> ListAsync(CancellationToken cancel = default) => folder.ListAsync(cancel);

        public string AddressOf(string name) => folder.AddressOf(name);
    }

    /// <summary>Gives most of a file, then the line breaks.</summary>
    private sealed class CutStream(byte[] file) : MemoryStream(file)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Position > Length / 2
            ? throw new IOException("The line broke.")
            : await base.ReadAsync(buffer[..Math.Min(buffer.Length, 4096)], cancellationToken);
    }

    private static byte[] Png()
    {
        using var scene = Pictures.Scene(320, 240);
        return scene.PngsaveBuffer();
    }
}
