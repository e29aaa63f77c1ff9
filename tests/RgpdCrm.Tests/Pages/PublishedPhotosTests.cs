using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Photos;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Pages;

/// <summary>Photos as visitors get them, from this application or from a bucket.</summary>
public sealed class PublishedPhotosTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Whoever_knows_the_address_gets_the_photo_and_keeps_it_and_nothing_else_is_served()
    {
        var folder = Directory.CreateTempSubdirectory("rgpdcrm-public-");
        await using var app = await CrmApp.StartAsync(postgres, settings: ("Storage:Folder", folder.FullName));
        var store = app.Services.GetRequiredService<IPhotoStore>();
        var name = PhotoSizes.Name(StoredFiles.NewKey(), 480, "webp");
        using var content = new MemoryStream([1, 2, 3]);
        await store.PutAsync(name, content, "image/webp");
        var visitor = app.Visitor();

        using var answer = await visitor.GetAsync(store.AddressOf(name));

        Assert.Equal([1, 2, 3], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/webp", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(PublishedPhotos.CacheControl, string.Join(", ", answer.Headers.GetValues("Cache-Control")));
        foreach (var address in (string[])[$"/photos/{StoredFiles.NewKey()}/480.webp", $"/photos/{name[..32]}/481.webp", $"/photos/{name[..32]}/480.webp%2F..%2F480.webp", "/photos/..%2F..%2Fphotos/480.webp"])
        {
            using var refused = await visitor.GetAsync(address);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
            Assert.Equal("no-store", refused.Headers.CacheControl!.ToString());
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task With_a_bucket_pages_may_show_its_images_and_nothing_more()
    {
        await using var app = await CrmApp.StartAsync(postgres, services => services.AddSingleton<IPhotoStore>(new S3PhotoStore(new S3Location("photos", "eu-west-3"), TimeProvider.System, S3Server.Credentials)));

        using var page = await app.Visitor().GetAsync("/account/sign-in");

        Assert.Equal(SecurityHeaders.Policy.Replace("img-src 'self' data:", "img-src 'self' data: https://photos.s3.eu-west-3.amazonaws.com", StringComparison.Ordinal),
            page.Headers.GetValues("Content-Security-Policy").Single());

        // A mail of last week links here, because the bucket's own addresses are signed for hours.
        var key = StoredFiles.NewKey();
        using var photo = await app.Visitor().GetAsync($"/photos/{key}/480.jpg");
        Assert.Equal(HttpStatusCode.Redirect, photo.StatusCode);
        Assert.StartsWith($"https://photos.s3.eu-west-3.amazonaws.com/{key}/480.jpg?", photo.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("no-store", photo.Headers.CacheControl!.ToString());
        foreach (var other in new[] { $"/photos/{key}/481.jpg", "/photos/backup/480.jpg" }) Assert.Equal(HttpStatusCode.NotFound, (await app.Visitor().GetAsync(other)).StatusCode);
    }

    [Theory]
    [InlineData("Storage:S3:ServiceUrl", "ftp://example.org", "Storage__S3__ServiceUrl"), InlineData("Storage:S3:Cdn", "https://cdn.example.org/", "Storage__S3__Cdn")]
    public void A_wrong_setting_stops_the_start_with_one_sentence(string setting, string value, string named) =>
        Assert.Contains(named, Assert.Throws<WrongSettingException>(() => Web.Program.Build([$"--{setting}={value}", "--Storage:S3:Bucket=photos", "--Hangfire:Server=false"])).Message, StringComparison.Ordinal);
}
