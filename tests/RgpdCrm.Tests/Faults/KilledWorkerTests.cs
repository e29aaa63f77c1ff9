using System.Net;
using Hangfire;
using Hangfire.States;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Photos;
using RgpdCrm.Tests.Deployment;
using RgpdCrm.Tests.Pages.Mandates;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Jobs;

namespace RgpdCrm.Tests.Faults;

/// <summary>The real application, killed with its hands full: a photo that the bucket has just deleted, a mail that the server has just taken, and a photo that is uploaded and not yet noted.</summary>
public sealed class KilledWorkerTests(PostgresFixture postgres, MailServer mails) : IClassFixture<MailServer>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-killed-");
    private readonly TaskCompletionSource _deleted = new(), _uploaded = new();
    private VersionedBucket _bucket = null!;
    private S3PhotoStore _store = null!;
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _bucket = await VersionedBucket.StartAsync();
        _store = _bucket.Store();
        // The process has the machine's time, and so does this agency.
        _app = await CrmApp.StartNowAsync(postgres, services => services.AddSingleton<IPhotoStore>(_store), [.. mails.Settings, ("Storage:Folder", _folder.FullName)]);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _store.Dispose();
        await _bucket.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Killed_between_each_effect_and_its_note_the_photo_is_gone_the_mail_left_and_the_upload_leaves_nothing()
    {
        var house = await _app.PropertyAsync("T-1");
        var agent = await _app.SignInAsync(Role.Agent);
        Assert.Equal(HttpStatusCode.Redirect, (await SendPhotoAsync(agent, house)).StatusCode);
        var photo = (await _app.Database.AppConnectionString.QueryAsync<Guid>("SELECT id FROM photos")).Single();
        Assert.Equal(HttpStatusCode.Redirect, (await agent.PostFormAsync($"/properties/{house}/photos/{photo}/remove")).StatusCode);
        await QueueAsync(await _app.PersonAsync("Claire", "claire@exemple.fr"));
        var invariants = await Invariants.BeforeAsync(_app.Database);
        await mails.FailAsync(new { stage = "data", silent = true });
        _bucket.Afterwards = HoldAsync;

        MimeKit.MimeMessage first;
        using (var worker = Work(out var address))
        {
            first = await TakenAsync();
            await _deleted.Task;
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
            var browser = new Browser(http);
            Assert.Equal(HttpStatusCode.Redirect, (await browser.SignInAsync("agent@example.org", CrmApp.Password)).StatusCode);
            var sending = SendPhotoAsync(browser, house);
            await _uploaded.Task;
            worker.Kill();
            await worker.WaitForExitAsync();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => sending);
        }
        _bucket.Afterwards = _ => Task.CompletedTask;
        await _app.Database.UntilAsync(Gate.NobodyHoldsALock);
        Assert.Equal(["Recorded", "Waiting"], await _app.Database.AppConnectionString.QueryAsync<string>("SELECT state FROM outgoing_mails UNION SELECT state FROM photos ORDER BY 1"));
        Assert.Equal(PhotoSizes.All.Count, _bucket.Held.Count);
        await invariants.HoldAsync();

        _app.Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(new MailDrained(1, 0), await _app.DrainAsync());
        Assert.Equal(first.MessageId, Assert.Single(await mails.TakeAsync()).MessageId);
        await SettleAsync();

        Assert.Empty(_bucket.Held);
        Assert.Empty(_folder.EnumerateFiles("*", SearchOption.AllDirectories));
        await invariants.HoldTwiceAsync(async () =>
        {
            _app.Time.Advance(TimeSpan.FromHours(2));
            Assert.Equal(new MailDrained(0, 0), await _app.DrainAsync());
            await SettleAsync();
        });
        Assert.Empty(await mails.TakeAsync());
    }

    private async Task HoldAsync(HttpContext http)
    {
        var gone = http.Request.Method == "GET" && http.Request.Query.ContainsKey("versions") && _bucket.Held.Count == 0;
        var whole = http.Request.Method == "PUT" && _bucket.Held.Count == PhotoSizes.All.Count;
        if (!gone && !whole) return;
        (gone ? _deleted : _uploaded).TrySetResult();
        await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private System.Diagnostics.Process Work(out Uri address)
    {
        foreach (var job in RecurringJobs.Table.Where(schedule => schedule.Id is RecurringJobs.ObjectRemovals or RecurringJobs.OutgoingMail))
            _app.Services.GetRequiredService<IBackgroundJobClient>().Create(job.Job, new EnqueuedState());
        var port = Doors.FreePort();
        // The name that the agency's address allows.
        address = new Uri($"http://localhost:{port}");
        var location = _bucket.Location;
        var keys = S3Server.Credentials.GetCredentials();
        return Verb.On(_app.Database, [("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"), ("Storage__Folder", _folder.FullName), ("Storage__S3__Bucket", location.Bucket), ("Storage__S3__Region", location.Region),
            ("Storage__S3__Prefix", location.Prefix), ("Storage__S3__ServiceUrl", location.ServiceUrl!.AbsoluteUri), ("Storage__S3__ForcePathStyle", "true"), ("AWS_ACCESS_KEY_ID", keys.AccessKey), ("AWS_SECRET_ACCESS_KEY", keys.SecretKey),
            ("Logging__Level", "Fatal"), .. mails.Settings.Select(setting => (setting.Item1.Replace(":", "__", StringComparison.Ordinal), (string?)setting.Item2))]).Start();
    }

    private async Task<MimeKit.MimeMessage> TakenAsync()
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            if (await mails.TakeAsync() is [var taken]) return taken;
            await Task.Delay(50);
        }
        throw new TimeoutException("No mail was taken.");
    }

    private async Task SettleAsync()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RemovalDrain>().RunAsync();
        await scope.ServiceProvider.GetRequiredService<PhotoReconciliation>().RunAsync();
        await scope.ServiceProvider.GetRequiredService<RemovalDrain>().RunAsync();
    }

    private async Task QueueAsync(Guid contact)
    {
        await using var db = _app.Db();
        db.OutgoingMails.Add(new OutgoingMail { ContactId = contact, Template = MailTemplate.Personal, Subject = "Bonjour", Text = "Un mot", CreatedAt = _app.Time.GetUtcNow() });
        await db.SaveChangesAsync();
    }

    private static Task<HttpResponseMessage> SendPhotoAsync(Browser agent, Guid house) =>
        agent.PostFilesAsync($"/properties/{house}/photos/add", script: false, ("1.jpg", new MemoryStream(Pictures.Jpeg(60, 40, 1))));
}
