using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Time.Testing;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Photos;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Photos;

/// <summary>What every photo store does, whatever it is made of.</summary>
public abstract class PhotoStoreTests
{
    private protected abstract Task<IPhotoStore> StoreAsync();

    private protected abstract Task<byte[]?> FetchAsync(IPhotoStore store, string key, int width, string format);

    [Fact]
    public async Task What_was_put_is_fetched_and_listed_and_putting_it_again_changes_nothing()
    {
        var store = await StoreAsync();
        var key = StoredFiles.NewKey();

        for (var twice = 0; twice < 2; twice++) await PutAllAsync(store, key);

        Assert.Equal([1, 2, 3], await FetchAsync(store, key, 480, "webp"));
        var listed = await store.ListAsync().ToListAsync();
        Assert.Equal(PhotoSizes.All.Select(size => $"{key}/{size}").Order(), listed.Select(o => o.Name).Order());
        Assert.All(listed, o => Assert.True(o.Visible && o.Key == key && o.WrittenAt > DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public async Task A_removed_photo_leaves_nothing_and_the_others_stay()
    {
        var store = await StoreAsync();
        var (gone, stays) = (StoredFiles.NewKey(), StoredFiles.NewKey());
        await PutAllAsync(store, gone);
        await PutAllAsync(store, stays);

        Assert.True(await store.RemoveAsync(gone));
        Assert.True(await store.RemoveAsync(gone));

        Assert.Null(await FetchAsync(store, gone, 480, "webp"));
        Assert.Equal(PhotoSizes.All.Count, await store.ListAsync().CountAsync(o => o.Key == stays));
        Assert.Equal(PhotoSizes.All.Count, await store.ListAsync().CountAsync());
    }

    [Theory]
    [InlineData(""), InlineData(".."), InlineData("0123456789abcdef0123456789ABCDEF"), InlineData("../456789abcdef0123456789abcdef01")]
    public async Task Only_a_key_removes_anything(string key) =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await (await StoreAsync()).RemoveAsync(key));

    internal static async Task PutAllAsync(IPhotoStore store, string key)
    {
        foreach (var width in PhotoSizes.Sides)
            foreach (var format in PhotoSizes.Formats)
            {
                using var content = new MemoryStream([1, 2, 3]);
                await store.PutAsync(PhotoSizes.Name(key, width, format), content, PhotoSizes.TypeOf(format));
            }
    }
}

/// <summary>The folder.</summary>
public sealed class FolderPhotoStoreTests : PhotoStoreTests, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-photos-");

    public void Dispose() => _folder.Delete(recursive: true);

    private protected override Task<IPhotoStore> StoreAsync() => Task.FromResult<IPhotoStore>(new FolderPhotoStore(_folder.FullName));

    private protected override async Task<byte[]?> FetchAsync(IPhotoStore store, string key, int width, string format)
    {
        Assert.Equal($"/photos/{key}/{width}.{format}", store.AddressOf(PhotoSizes.Name(key, width, format)));
        await using var file = ((FolderPhotoStore)store).OpenRead(key, $"{width}.{format}");
        if (file is null) return null;
        using var memory = new MemoryStream();
        await file.CopyToAsync(memory);
        return memory.ToArray();
    }
}

/// <summary>A bucket, over HTTP.</summary>
public sealed class S3PhotoStoreTests(S3Server server) : PhotoStoreTests, IClassFixture<S3Server>, IDisposable
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly HttpClient _http = new();
    private S3PhotoStore? _store;

    public void Dispose()
    {
        _http.Dispose();
        _store?.Dispose();
    }

    private protected override async Task<IPhotoStore> StoreAsync() => _store = new S3PhotoStore(await server.NewBucketAsync(), _time, S3Server.Credentials);

    private protected override async Task<byte[]?> FetchAsync(IPhotoStore store, string key, int width, string format)
    {
        using var answer = await _http.GetAsync(new Uri(store.AddressOf(PhotoSizes.Name(key, width, format))));
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        Assert.Equal(PhotoSizes.TypeOf(format), answer.Content.Headers.ContentType!.MediaType);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    [Fact]
    public async Task An_address_stays_the_same_for_hours_so_that_browsers_keep_the_photo()
    {
        var store = await StoreAsync();
        _time.SetUtcNow(new DateTimeOffset(_time.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero));
        var first = store.AddressOf("a/480.webp");

        _time.Advance(S3PhotoStore.AddressStep - TimeSpan.FromSeconds(1));
        Assert.Equal(first, store.AddressOf("a/480.webp"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(first, store.AddressOf("a/480.webp"));
    }

    [Fact]
    public void Our_signature_is_the_one_the_sdk_would_make()
    {
        using var client = new AmazonS3Client(S3Server.Credentials, new AmazonS3Config { RegionEndpoint = Amazon.RegionEndpoint.EUWest1 });
        var theirs = new Uri(client.GetPreSignedURL(new GetPreSignedUrlRequest { BucketName = "photos", Key = "tilleul/0f3c/480.webp", Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1), Verb = HttpVerb.GET }));
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(theirs.Query);
        var at = DateTimeOffset.ParseExact(query["X-Amz-Date"]!, "yyyyMMdd'T'HHmmss'Z'", null, System.Globalization.DateTimeStyles.AssumeUniversal);

        var ours = new Uri(S3Signature.Sign(new Uri("https://photos.s3.eu-west-1.amazonaws.com/tilleul/0f3c/480.webp"), "eu-west-1", S3Server.Credentials.GetCredentials(), at,
            TimeSpan.FromSeconds(long.Parse(query["X-Amz-Expires"]!, System.Globalization.CultureInfo.InvariantCulture))));

        Assert.Equal(theirs.GetLeftPart(UriPartial.Path), ours.GetLeftPart(UriPartial.Path));
        Assert.Equal(query.OrderBy(f => f.Key, StringComparer.Ordinal), Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(ours.Query).OrderBy(f => f.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Behind_a_cdn_addresses_are_plain_and_never_change()
    {
        using var store = new S3PhotoStore(await server.NewBucketAsync() with { Cdn = "photos.example.org" }, _time, S3Server.Credentials);

        Assert.Equal("https://photos.example.org/tilleul/a/480.webp", store.AddressOf("a/480.webp"));
        Assert.Equal("https://photos.example.org", store.Origin);
    }
}
