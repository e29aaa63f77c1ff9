using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Rights;
using Entry = RgpdCrm.Core.Contacts.Activity;

namespace RgpdCrm.Benchmarks;

/// <summary>The package of someone with a long history, downloaded over HTTP by their own link: its first byte, and the memory it takes against a package of a tenth.</summary>
internal static class PackageClaim
{
    private const int Activities = 2_000, Photos = 50, PhotoBytes = 3_000_000, Times = 3;
    private const double Mega = 1 << 20;

    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        await using var database = await bench.DatabaseAsync(bench.Scaled(2_000));
        var storage = Directory.CreateTempSubdirectory("package").FullName;
        try
        {
            await using var app = Web.Program.Build(
                ["--environment=Development", "--applicationName=RgpdCrm.Web", "--Logging:Level=Fatal", "--Hangfire:Server=false", $"--ConnectionStrings:RgpdCrm={database.App}", $"--Storage:Folder={storage}", "--urls=http://127.0.0.1:0"]);
            await app.StartAsync();
            using var reader = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
            var small = await PlantAsync(database.App, storage, Activities / 10, Photos / 10);
            var large = await PlantAsync(database.App, storage, Activities, Photos);
            await DownloadAsync(reader, small); // Compiles.
            List<Download> few = [], many = [];
            for (var time = 0; time < Times; time++)
            {
                few.Add(await DownloadAsync(reader, small));
                many.Add(await DownloadAsync(reader, large));
            }
            yield return Measure.Under(1, $"first byte of {Activities} activities and {Photos} photos ({many[0].Bytes / Mega:0} MB)", Median(many, d => d.FirstByte), 1000, "ms");
            yield return Measure.Under(1.3, "live heap at its peak, against a tenth of it", Median(many, d => d.Live / Mega), Median(few, d => d.Live / Mega), "MB");
            yield return Measure.Under(1.3, "working set at its peak, against a tenth of it", Median(many, d => d.WorkingSet / Mega), Median(few, d => d.WorkingSet / Mega), "MB");
            await app.StopAsync();
        }
        finally
        {
            Directory.Delete(storage, recursive: true);
        }
    }

    /// <returns>The secret of a link to the package of a new person.</returns>
    private static async Task<string> PlantAsync(string app, string storage, int activities, int photos)
    {
        await using var db = CrmDbContext.Open(app);
        var now = TimeProvider.System.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var person = new Contact(ContactName.Person("Claire", "Martin"), today.AddYears(-1), ContactRoles.Seller, null, now);
        var email = new Email { Value = $"claire{activities}@example.org" };
        person.Emails.Add(email);
        var request = new RightsRequest { ContactId = person.Id, Kind = RightKind.Access, ReceivedOn = today, Identity = IdentityState.ByLink };
        var house = new Property(new PropertyEntry($"P-{activities}", PropertyKind.House, "12 rue des Tilleuls", 200_000, person.Id), today);
        db.AddRange(person, request, house);
        for (var i = 0; i < activities; i++) db.Activities.Add(new Entry(person.Id, today.AddDays(-i % 300), Core.Contacts.ActivityKind.Note, Outcome.None, null, now, $"Échange {i} : {new string('x', 400)}"));
        var files = new PhotoFiles(storage);
        for (var i = 0; i < photos; i++)
        {
            var photo = new Photo { PropertyId = house.Id, Key = StoredFiles.NewKey(), Position = i, State = PhotoState.Published, AddedAt = now };
            await files.WriteAsync(photo.Key, new MemoryStream(RandomNumberGenerator.GetBytes(PhotoBytes)));
            db.Photos.Add(photo);
        }
        await db.SaveChangesAsync();
        var key = ContactLink.Add(db, person.Id, email.Id, LinkPurpose.Package, now, request.Id);
        await db.SaveChangesAsync();
        return key;
    }

    private static async Task<Download> DownloadAsync(HttpClient reader, string key)
    {
        using var process = Process.GetCurrentProcess();
        var (live, workingSet) = (0L, 0L);
        GC.Collect();
        Sample();
        using var form = new HttpRequestMessage(HttpMethod.Post, new Uri("/rights/package", UriKind.Relative)) { Content = new FormUrlEncodedContent([new("k", key)]) };
        var watch = Stopwatch.StartNew();
        using var answer = await reader.SendAsync(form, HttpCompletionOption.ResponseHeadersRead);
        if (answer.Content.Headers.ContentType?.MediaType != "application/zip") throw new InvalidOperationException($"No package: {answer.StatusCode}.");
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[81_920];
        var bytes = (long)await body.ReadAsync(buffer);
        var firstByte = watch.Elapsed.TotalMilliseconds;
        for (var (read, sampled) = (1, 0L); read > 0; bytes += read)
        {
            read = await body.ReadAsync(buffer);
            // Not at every read: collecting takes longer than reading.
            if (bytes - sampled < 4 * Mega) continue;
            sampled = bytes;
            Sample();
        }
        return new Download(firstByte, bytes, live, workingSet);

        void Sample()
        {
            process.Refresh();
            (live, workingSet) = (Math.Max(live, GC.GetTotalMemory(forceFullCollection: true)), Math.Max(workingSet, process.WorkingSet64));
        }
    }

    private static double Median(List<Download> all, Func<Download, double> value) => all.Select(value).Order().ElementAt(all.Count / 2);

    private sealed record Download(double FirstByte, long Bytes, long Live, long WorkingSet);
}
