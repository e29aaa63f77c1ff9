using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Rights;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Rights;

/// <summary>From the public page to the answer, through the mails that a real SMTP server received.</summary>
public sealed partial class RightsPagesTests(PostgresFixture postgres, MailServer server) : IClassFixture<MailServer>, IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        await server.TakeAsync();
        await server.FailAsync();
        _app = await CrmApp.StartAsync(postgres, "2026-11-15", server.Settings);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Claire_asks_proves_who_she_is_by_the_mailed_link_and_downloads_what_the_agency_holds_and_nothing_of_others()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr", "+33639981427");
        var paul = await _app.PersonAsync("Paul", "paul@exemple.fr", "+33639981427");
        await using (var db = _app.Db())
        {
            db.Notes.AddRange(new Note { ContactId = claire, Text = "Cherche une maison", At = _app.Time.GetUtcNow() }, new Note { ContactId = claire, Text = "Son frère Paul, au 06 39 98 14 99, divorce", At = _app.Time.GetUtcNow() },
                new Note { ContactId = paul, Text = "Note de Paul", At = _app.Time.GetUtcNow() });
            await db.SaveChangesAsync();
        }
        var visitor = _app.Visitor();
        Assert.Equal(await AskAsync(visitor, "claire@exemple.fr"), await AskAsync(visitor, "inconnu@exemple.fr"));
        await _app.DrainAsync();
        var link = Link().Match(Assert.Single(await server.TakeAsync()).TextBody!).Value;
        await using (var db = _app.Db()) Assert.Equal([claire, null], await db.RightsRequests.OrderBy(r => r.ContactId == null).Select(r => r.ContactId).ToListAsync());

        // A scanner reads; she confirms once; sent again or tampered with, it opens nothing.
        for (var i = 0; i < 100; i++) Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(link)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await ConfirmAsync(visitor, link[..link.IndexOf("&lang", StringComparison.Ordinal)][..^3] + "AAA")).StatusCode);
        await using (var db = _app.Db()) Assert.False(await db.RightsRequests.AnyAsync(r => r.Identity != IdentityState.Unproved));
        Assert.Equal(HttpStatusCode.OK, (await ConfirmAsync(visitor, link)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await ConfirmAsync(visitor, link)).StatusCode);

        var admin = await _app.SignInAsync(Role.Admin);
        Guid request, email;
        await using (var db = _app.Db()) (request, email) = (await db.RightsRequests.Where(r => r.ContactId == claire).Select(r => r.Id).SingleAsync(), await db.Emails.Where(e => e.ContactId == claire).Select(e => e.Id).SingleAsync());
        Assert.Contains("15/12/2026", await admin.ReadAsync("/requests"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostFormAsync($"/requests/{request}/answer", ("Outcome", "Granted"))).StatusCode);
        // A text about someone else is pointed out, and stays out once it is ticked; the id of another person's note is not taken.
        Assert.Contains("qui n’est pas de cette fiche", await admin.ReadAsync($"/requests/{request}/left-out"), StringComparison.Ordinal);
        Guid[] texts;
        await using (var db = _app.Db()) texts = await db.Notes.Where(n => n.Text.Contains("Paul")).Select(n => n.Id).ToArrayAsync();
        await admin.PostFormAsync($"/requests/{request}/left-out", [.. texts.Select(t => ("LeftOut", $"{t}"))]);
        await using (var db = _app.Db()) Assert.Single((await db.RightsRequests.SingleAsync(r => r.Id == request)).LeftOut);
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFormAsync($"/requests/{request}/answer?handler=Package", ("EmailId", $"{email}"))).StatusCode);
        await _app.DrainAsync();
        var package = Link().Match(Assert.Single(await server.TakeAsync()).TextBody!).Value;
        // The link that proves is none that downloads, nor the other way round.
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(package.Replace("package", "confirm", StringComparison.Ordinal))).StatusCode);
        var answer = await ConfirmAsync(visitor, package);
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.MediaType);
        using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        foreach (var name in new[] { "index.html", "data.json", "csv/notes.csv" })
        {
            using var reader = new StreamReader(zip.GetEntry(name)!.Open());
            var text = await reader.ReadToEndAsync();
            Assert.Contains("Cherche une maison", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Paul", text, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFormAsync($"/requests/{request}/answer", ("Outcome", "Granted"))).StatusCode);
        _app.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(HttpStatusCode.BadRequest, (await ConfirmAsync(visitor, package)).StatusCode);
    }

    [Fact]
    public async Task An_erasure_asked_at_the_desk_waits_for_proof_then_leaves_a_file_without_her_name()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr", "+33639981427");
        var admin = await _app.SignInAsync(Role.Admin);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostFormAsync("/requests/create", ("Kind", "Erasure"), ("Channel", "Letter"), ("ReceivedOn", "2026-11-16"), ("Name", "Claire Martin"))).StatusCode);
        var created = await admin.PostFormAsync("/requests/create", ("Kind", "Erasure"), ("Channel", "Letter"), ("ReceivedOn", "2026-11-12"), ("Name", "Claire Martin"), ("Message", "Effacez Claire Martin"));
        var page = created.Headers.Location!.ToString();
        Assert.Contains("14/12/2026", await admin.ReadAsync(page), StringComparison.Ordinal);
        Assert.Contains("claire@exemple.fr", await admin.ReadAsync($"{page}/person"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostFormAsync($"{page}/answer?handler=Grant", ("Confirmed", "true"))).StatusCode);
        await admin.PostFormAsync($"{page}/person", ("ContactId", $"{claire}"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostFormAsync($"{page}/answer?handler=Grant", ("Confirmed", "true"))).StatusCode);
        Guid phone;
        await using (var db = _app.Db()) phone = await db.Phones.Where(p => p.ContactId == claire).Select(p => p.Id).SingleAsync();
        await admin.PostFormAsync($"{page}/identity", ("PhoneId", $"{phone}"));
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFormAsync($"{page}/answer?handler=Grant", ("Confirmed", "true"))).StatusCode);

        Assert.DoesNotContain("Claire", await _app.Database.DumpAsync(), StringComparison.Ordinal);
        Assert.Contains("Accordée", await admin.ReadAsync("/requests?closed=true"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync($"{page}/answer")).StatusCode);
    }

    [Fact]
    public async Task A_restricted_record_is_frozen_until_the_person_is_told_that_it_no_longer_is()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr", "+33639981427");
        var (admin, page) = await AskedAtTheDeskAsync("Restriction", claire);
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFormAsync($"{page}/answer?handler=Grant", ("Confirmed", "true"))).StatusCode);

        Assert.Contains("Fiche gelée", await admin.ReadAsync($"/contacts/{claire}"), StringComparison.Ordinal);
        Assert.Equal($"/contacts/{claire}", (await admin.GetAsync($"/contacts/{claire}/edit")).Headers.Location!.ToString());
        await admin.PostFormAsync($"/contacts/{claire}/edit", [("Input.Kind", "Private"), ("Input.FirstName", "Claire"), ("Input.LastName", "Durand"), ("Input.Roles", "Buyer"), ("Version", "1"), ("ShownAt", "2026-11-15T09:00:00Z")], tokenFrom: "/contacts/create");
        await using (var db = _app.Db()) Assert.Equal("Martin", (await db.Contacts.SingleAsync(c => c.Id == claire)).LastName);

        Assert.Contains($"/requests/lift/{claire}", await admin.ReadAsync("/holds"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostFormAsync($"/requests/lift/{claire}")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFormAsync($"/requests/lift/{claire}", ("Told", "true"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync($"/contacts/{claire}/edit")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync($"/requests/lift/{claire}")).StatusCode);
    }

    [Fact]
    public async Task The_letter_of_an_erasure_says_what_stays_and_until_when_and_leaves_before_the_address_does()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr", "+33639981427");
        await using (var db = _app.Db())
        {
            db.Contracts.Add(new Contract(ContractKind.Deed, "V-2024-7", null, new DateOnly(2024, 3, 12), new DateOnly(2024, 3, 12), null, [new Party { ContactId = claire, Side = Side.Buyer }]));
            await db.SaveChangesAsync();
        }
        var (admin, page) = await AskedAtTheDeskAsync("Erasure", claire);
        var letter = WebUtility.HtmlDecode(await admin.ReadAsync($"{page}/write"));
        Assert.Contains("V-2024-7 : conservé jusqu’au 12/03/2034", letter.Replace('\u00a0', ' '), StringComparison.Ordinal);
        Guid email;
        await using (var db = _app.Db()) email = await db.Emails.Where(e => e.ContactId == claire).Select(e => e.Id).SingleAsync();
        var words = Written().Match(letter).Groups[1].Value.Trim();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostFormAsync($"{page}/write", ("EmailId", $"{Guid.NewGuid()}"), ("Subject", "Votre demande"), ("Text", words))).StatusCode);
        await admin.PostFormAsync($"{page}/write", ("EmailId", $"{email}"), ("Subject", "Votre demande"), ("Text", words));

        // The mail waits for its minute: erasing now would take its address away.
        var early = await admin.PostFormAsync($"{page}/answer?handler=Grant", ("Confirmed", "true"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, early.StatusCode);
        Assert.Contains("n’est pas encore partie", WebUtility.HtmlDecode(await early.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        await _app.DrainAsync();
        Assert.Contains("12/03/2034", Assert.Single(await server.TakeAsync()).TextBody, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFormAsync($"{page}/answer?handler=Grant", ("Confirmed", "true"))).StatusCode);

        await using var after = _app.Db();
        var kept = await after.Contacts.SingleAsync(c => c.Id == claire);
        Assert.Equal((ContactStatus.Archived, new DateOnly(2034, 3, 12)), (kept.Status, kept.KeptUntil));
        // Archived, she still has her rights: she asks what is left, and gets it.
        await AskAsync(_app.Visitor(), "claire@exemple.fr");
        await _app.DrainAsync();
        var visitor = _app.Visitor();
        await ConfirmAsync(visitor, Link().Match(Assert.Single(await server.TakeAsync()).TextBody!).Value);
        var access = await after.RightsRequests.SingleAsync(r => r.Kind == RightKind.Access);
        Assert.Equal((claire, IdentityState.ByLink), (access.ContactId!.Value, access.Identity));
        await admin.PostFormAsync($"/requests/{access.Id}/answer?handler=Package", ("EmailId", $"{email}"));
        await _app.DrainAsync();
        var package = await ConfirmAsync(visitor, Link().Match(Assert.Single(await server.TakeAsync()).TextBody!).Value);
        using (var zip = new ZipArchive(await package.Content.ReadAsStreamAsync()))
        using (var read = new StreamReader(zip.GetEntry("data.json")!.Open())) Assert.Contains("V-2024-7", await read.ReadToEndAsync(), StringComparison.Ordinal);
        // Printed from the closed file, it still has whom to go to.
        Assert.Contains("Lettre du 15 novembre", await (await admin.PostFormAsync($"{page}/write?handler=Print", ("Subject", "Lettre du 15 novembre"), ("Text", "Bonjour"))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("Lettre imprimée", await admin.ReadAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_of_two_people_of_one_address_or_of_a_namesake_is_nobodys_until_an_admin_says_whose()
    {
        // Mother and son share a mailbox; the boy has his grandfather's name.
        var (mother, son) = (await _app.PersonAsync("Claire", "famille@exemple.fr"), await _app.PersonAsync("Paul", "famille@exemple.fr"));
        var grandfather = await _app.PersonAsync("Paul", "paul.martin@exemple.fr", "+33639981427");
        var visitor = _app.Visitor();
        await AskAsync(visitor, "famille@exemple.fr");
        await AskAsync(visitor, "paul@ailleurs.fr", "Paul Martin");
        await _app.DrainAsync();

        Assert.Empty(await server.TakeAsync());
        await using (var db = _app.Db()) Assert.All(await db.RightsRequests.ToListAsync(), r => Assert.Null(r.ContactId));
        var admin = await _app.SignInAsync(Role.Admin);
        await using (var db = _app.Db())
        {
            var asked = await db.RightsRequests.SingleAsync(r => r.Name == "Paul Martin");
            var choice = await admin.ReadAsync($"/requests/{asked.Id}/person");
            foreach (var namesake in new[] { son, grandfather }) Assert.Contains($"{namesake}", choice, StringComparison.Ordinal);
            // Chosen is not proved: nothing is given away yet.
            await admin.PostFormAsync($"/requests/{asked.Id}/person", ("ContactId", $"{grandfather}"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostFormAsync($"/requests/{asked.Id}/answer?handler=HandOver")).StatusCode);
        }
    }

    [Fact]
    public async Task A_request_that_arrives_while_she_is_being_erased_waits_and_is_nobodys()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr");
        await using var erasing = _app.Db();
        await using var transaction = await erasing.Database.BeginTransactionAsync();
        await erasing.Database.ExecuteSqlAsync($"SELECT 1 FROM contacts WHERE id = {claire} FOR UPDATE");
        var asking = AskAsync(_app.Visitor(), "claire@exemple.fr");
        await WaitingAsync();
        Assert.False(asking.IsCompleted);
        await new PersonErasure(erasing, new DateOnly(2026, 11, 15), _app.Time.GetUtcNow()).EraseAsync([new(claire, Core.Retention.Rule.RequestedByPerson, 1, Trigger.Request, null, null)]);
        await transaction.CommitAsync();

        Assert.Contains("/rights?sent=True", await asking, StringComparison.Ordinal);
        await using var db = _app.Db();
        Assert.Null((await db.RightsRequests.SingleAsync()).ContactId);
        Assert.Equal(0, (await _app.DrainAsync()).Sent);

        async Task WaitingAsync()
        {
            while (await erasing.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").SingleAsync() == 0) await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Papers_are_asked_for_after_a_doubt_only_read_once_and_destroyed()
    {
        var (admin, page) = await AskedAtTheDeskAsync("Access", await _app.PersonAsync("Claire", "claire@exemple.fr", "+33639981427"), proved: false);
        var files = _app.Services.GetRequiredService<PaperFiles>();
        var paper = "%PDF-1.7 carte"u8.ToArray();
        Assert.Equal(HttpStatusCode.NotFound, (await admin.PostFileAsync($"{page}/papers", paper, "carte.pdf", "Paper")).StatusCode);
        await admin.PostFormAsync($"{page}/identity", ("Doubt", "Deux personnes du même nom à la même adresse"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostFileAsync($"{page}/papers", "<svg/>"u8.ToArray(), "carte.pdf", "Paper")).StatusCode);
        Assert.Null(await KeyAsync());
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFileAsync($"{page}/papers", paper, "carte.aspx", "Paper")).StatusCode);
        var key = (await KeyAsync())!;
        Assert.True(files.Holds(key));
        var file = await admin.GetAsync($"{page}/papers?handler=File");
        Assert.Equal("application/octet-stream", file.Content.Headers.ContentType!.MediaType);
        Assert.Equal(paper, await file.Content.ReadAsByteArrayAsync());
        Assert.EndsWith(".pdf", file.Content.Headers.ContentDisposition!.FileName!.Trim('"'), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFormAsync($"{page}/papers?handler=Check", ("Accepted", "true"))).StatusCode);
        await using (var scope = _app.Services.CreateAsyncScope()) await scope.ServiceProvider.GetRequiredService<RemovalDrain>().RunAsync();

        Assert.False(files.Holds(key));
        Assert.Null(await KeyAsync());
        await using var db = _app.Db();
        Assert.Equal(IdentityState.ByPapers, (await db.RightsRequests.SingleAsync()).Identity);
        Assert.True(await db.AuditEntries.AnyAsync(a => a.Action == "request.papers"));

        // Handed over at the desk: a file, and who took it.
        var handed = await admin.PostFormAsync($"{page}/answer?handler=HandOver");
        Assert.Equal((HttpStatusCode.OK, "application/zip"), (handed.StatusCode, handed.Content.Headers.ContentType?.MediaType));
        Assert.Equal(["/requests/{id:guid}/answer", "/requests/{id:guid}/papers"], await db.AccessEntries.Where(e => e.Page.EndsWith("/papers") || e.Page.EndsWith("/answer")).Select(e => e.Page).Distinct().Order().ToListAsync());

        async Task<string?> KeyAsync()
        {
            await using var read = _app.Db();
            return await read.RightsRequests.Select(r => r.PapersKey).SingleAsync();
        }
    }

    [Fact]
    public async Task A_correction_is_closed_once_it_is_made_and_says_which_fields_it_changed_and_who_else_holds_the_old_data()
    {
        var (claire, paul) = (await _app.PersonAsync("Claire", "claire@exemple.fr", "+33639981427"), await _app.PersonAsync("Paul", "paul@exemple.fr", "+33639981427"));
        await using (var db = _app.Db())
        {
            db.Contracts.Add(new Contract(ContractKind.Deed, "V-2024-7", null, new DateOnly(2024, 3, 12), new DateOnly(2024, 3, 12), null, [new Party { ContactId = claire, Side = Side.Buyer }, new Party { ContactId = paul, Side = Side.Seller }]));
            await db.SaveChangesAsync();
        }
        var (admin, page) = await AskedAtTheDeskAsync("Rectification", claire);
        await using (var db = _app.Db())
        {
            var contact = await db.Contacts.Include(c => c.Emails).Include(c => c.Phones).Include(c => c.Addresses).SingleAsync(c => c.Id == claire);
            await new ContactEntry(ContactName.Person("Claire", "Durand"), contact.Roles, null, ["+33639981428"], ["claire@exemple.fr"], []).EditAsync(db, contact, contact.Version, new Core.Audit.Act((await db.Users.SingleAsync()).Id, _app.Time.GetUtcNow()), new DateOnly(2026, 11, 15));
        }
        foreach (var where in new[] { page, $"{page}/answer" })
        {
            var shown = WebUtility.HtmlDecode(await admin.ReadAsync(where));
            Assert.Matches("15/11/2026</div><div><b>Nom, Téléphones</b><p><bdi>admin<", shown);
            Assert.Contains("Paul Martin", shown, StringComparison.Ordinal);
        }
        Assert.Contains("corrigées (Nom, Téléphones)", WebUtility.HtmlDecode(await admin.ReadAsync($"{page}/write")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostFormAsync($"{page}/answer", ("Outcome", "Granted"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.PostFormAsync($"{page}/answer?handler=Note", ("What", "Erased"))).StatusCode);
        await admin.PostFormAsync($"{page}/answer?handler=Note", ("What", "Rectified"));
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFormAsync($"{page}/answer", ("Outcome", "Granted"))).StatusCode);
    }

    [Fact]
    public async Task Google_is_asked_only_by_who_accepts_it_and_the_request_is_still_there()
    {
        await using var app = await CrmApp.StartAsync(postgres, "2026-11-15", ("Captcha:Provider", "recaptcha"), ("Captcha:SiteKey", "site-key"), ("Captcha:Secret", "secret"));
        var visitor = app.Visitor();
        var page = await visitor.ReadAsync("/rights");
        Assert.DoesNotContain("recaptcha/api.js", page, StringComparison.Ordinal);

        var accepted = await (await visitor.PostWithoutTokenAsync("/rights", [("Token", Token().Match(page).Groups[1].Value), ("Kind", "Erasure"), ("Name", "Claire Martin"), ("accept", "google")])).Content.ReadAsStringAsync();

        Assert.Contains("recaptcha/api.js?render=site-key", accepted, StringComparison.Ordinal);
        Assert.Contains("Claire Martin", accepted, StringComparison.Ordinal);
    }

    private async Task<(Browser Admin, string Page)> AskedAtTheDeskAsync(string right, Guid person, bool proved = true)
    {
        var admin = await _app.SignInAsync(Role.Admin);
        var page = (await admin.PostFormAsync("/requests/create", ("Kind", right), ("Channel", "Letter"), ("ReceivedOn", "2026-11-12"), ("Name", "Claire Martin"))).Headers.Location!.ToString();
        await admin.PostFormAsync($"{page}/person", ("ContactId", $"{person}"));
        await using var db = _app.Db();
        if (proved) await admin.PostFormAsync($"{page}/identity", ("PhoneId", $"{await db.Phones.Where(p => p.ContactId == person).Select(p => p.Id).SingleAsync()}"));
        return (admin, page);
    }

    private async Task<string> AskAsync(Browser visitor, string email, string name = "Claire Martin")
    {
        var token = Token().Match(await visitor.ReadAsync("/rights")).Groups[1].Value;
        _app.Time.Advance(TimeSpan.FromSeconds(4));
        var answer = await visitor.PostWithoutTokenAsync("/rights", [("Token", token), ("Kind", "Access"), ("Name", name), ("Email", email)]);
        return $"{answer.StatusCode} {answer.Headers.Location}";
    }

    private static Task<HttpResponseMessage> ConfirmAsync(Browser visitor, string link) =>
        visitor.PostWithoutTokenAsync(link[..link.IndexOf('?', StringComparison.Ordinal)], [("k", Key().Match(link).Groups[1].Value)]);

    [GeneratedRegex("<textarea[^>]*>(.*?)</textarea>", RegexOptions.Singleline)]
    private static partial Regex Written();

    [GeneratedRegex("https://localhost/rights/[^\\s]+")]
    private static partial Regex Link();

    [GeneratedRegex("k=([\\w-]+)")]
    private static partial Regex Key();

    [GeneratedRegex("name=\"Token\"[^>]*value=\"([^\"]+)")]
    private static partial Regex Token();
}
