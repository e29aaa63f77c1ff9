using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Pages.Mandates;

public sealed partial class DocumentPagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n");

    private readonly string _storage = Directory.CreateTempSubdirectory("rgpdcrm-").FullName;
    private CrmApp _app = null!;
    private Browser _agent = null!;
    private Guid _nadia;
    private Guid _mandate;

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres, "2026-11-15", ("Storage:Folder", _storage));
        _agent = await _app.SignInAsync(Role.Agent);
        _nadia = await _app.NamedAsync("Nadia", "Lefèvre");
        _mandate = await _app.MandateAsync(_nadia);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_storage, recursive: true);
    }

    [Fact]
    public async Task A_document_is_added_handed_over_and_removed_with_a_trace_of_each()
    {
        Assert.Contains("Aucun document pour l’instant", await _agent.PlainAsync($"/mandates/{_mandate}"));
        var added = await UploadAsync(_agent, Pdf, "C:\\Dossiers\\Mandat signé: \u202E\"Lefèvre\".PDF");

        Assert.Equal($"/mandates/{_mandate}#documents", added.Headers.Location!.ToString());
        await using var db = _app.Db();
        var document = await db.Documents.SingleAsync();
        Assert.Equal(("Mandat signé-  -Lefèvre-", _mandate, Pdf.LongLength), (document.Name, document.ObligationId, document.Bytes));
        Assert.True(Files.Holds(document.Key));

        var answer = await _agent.GetAsync(await LinkAsync(_agent));
        Assert.Equal(Pdf, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(("application/pdf", "attachment", "Mandat signé-  -Lefèvre-.pdf"), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.DispositionType, answer.Content.Headers.ContentDisposition.FileNameStar));
        Assert.Equal((SecurityHeaders.DocumentPolicy, "nosniff", "no-store"), (Header(answer, "Content-Security-Policy"), Header(answer, "X-Content-Type-Options"), Header(answer, "Cache-Control")));

        Assert.Contains("Garder le document", await _agent.PlainAsync($"/documents/{document.Id}/remove"));
        await _agent.SendAsync($"/documents/{document.Id}/remove");
        Assert.Equal(0, await db.Documents.CountAsync());
        Assert.Equal((StoredObject.Document, document.Key), await db.ObjectRemovals.Select(r => new ValueTuple<StoredObject, string>(r.What, r.Key)).SingleAsync());
        Assert.Equal(["document.added", "document.opened", "document.removed"], await db.AuditEntries.Where(a => a.SubjectId == document.Id).OrderBy(a => a.Action).Select(a => a.Action).ToListAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/documents/{document.Id}")).StatusCode);
    }

    [Fact]
    public async Task A_link_opens_for_one_account_and_a_few_minutes()
    {
        await UploadAsync(_agent, Pdf, "a.pdf");
        var link = await LinkAsync(_agent);
        var admin = await _app.SignInAsync(Role.Admin);

        Assert.Equal(HttpStatusCode.OK, (await _agent.GetAsync(link)).StatusCode);
        Assert.Contains($"{(await _app.Database.OwnerConnectionString.QueryAsync<Guid>("SELECT subject_id FROM access_entries WHERE page = '/documents/{id:guid}'")).Single()}", link, StringComparison.Ordinal);
        foreach (var (reader, address) in new[] { (admin, link), (_agent, link.Split('?')[0]), (_agent, link[..^4] + "abcd"), (_agent, link.Split('?')[0] + "?key=%00") })
            Assert.Equal($"/mandates/{_mandate}#documents", (await reader.GetAsync(address)).Headers.Location?.ToString());
        _app.Time.Advance(TimeSpan.FromMinutes(DocumentLinks.Minutes + 1));
        Assert.Equal(HttpStatusCode.Redirect, (await _agent.GetAsync(link)).StatusCode);
        Assert.Contains($"Ce lien ne valait que {DocumentLinks.Minutes} minutes", await _agent.PlainAsync($"/mandates/{_mandate}"));
    }

    [Fact]
    public async Task Documents_of_someone_out_of_daily_screens_are_for_admins()
    {
        await UploadAsync(_agent, Pdf, "Nadia Lefèvre.pdf");
        var link = await LinkAsync(_agent);
        await _app.SetAsideAsync(_nadia, "pending");
        var admin = await _app.SignInAsync(Role.Admin);

        Assert.DoesNotContain("Nadia", await _agent.PlainAsync($"/mandates/{_mandate}"));
        foreach (var address in new[] { link, link.Split('?')[0] + "/remove", $"/documents/add/{_mandate}" }) Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await UploadAsync(_agent, Pdf, "b.pdf")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync(await LinkAsync(admin))).StatusCode);
    }

    public static TheoryData<string, string, string> Refused { get; } = new()
    {
        { "", "a.pdf", "n’est pas vide" },
        { "<svg xmlns='http://www.w3.org/2000/svg'/>", "a.pdf", "n’est pas un PDF" },
        { "GIF89a %PDF-1.7 %%EOF", "a.pdf", "n’est pas un PDF" },
        { "%PDF-1.7 cut midway", "a.pdf", "n’est pas un PDF" },
        { "%PDF", "a.pdf", "n’est pas un PDF" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task What_is_no_whole_pdf_is_refused_beside_its_field(string content, string name, string message)
    {
        var answer = await UploadAsync(_agent, Encoding.ASCII.GetBytes(content), name);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(message, await answer.HtmlAsync());
        await using var db = _app.Db();
        Assert.Equal(0, await db.Documents.CountAsync());
    }

    [Fact]
    public async Task Twenty_megabytes_are_the_limit_and_far_more_is_refused_unread()
    {
        Assert.Equal(HttpStatusCode.Redirect, (await UploadAsync(_agent, Large(Document.MostBytes), "a.txt")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await UploadAsync(_agent, Large(Document.MostBytes + 1), "a.pdf")).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await UploadAsync(_agent, new byte[Document.MostBytes + (11 << 20)], "a.pdf")).StatusCode);
    }

    [Fact]
    public async Task A_storage_folder_that_takes_nothing_leaves_nothing_and_says_so()
    {
        await File.WriteAllTextAsync(Path.Combine(_storage, "documents"), "");

        var answer = await UploadAsync(_agent, Pdf, "a.pdf");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("n’accepte pas le fichier", await answer.HtmlAsync());
        await using var db = _app.Db();
        Assert.Equal((0, 1), (await db.Documents.CountAsync(), await db.ObjectRemovals.CountAsync()));
    }

    [Theory]
    [InlineData("../../etc/passwd.pdf", "passwd"), InlineData("CON:.pdf", "CON-"), InlineData("a\r\nb.pdf", "a  b"), InlineData(" ... .pdf", "Document"), InlineData("عقد.pdf", "عقد")]
    public void A_name_is_safe_to_show_and_to_save_under(string sent, string kept) => Assert.Equal(kept, Document.NameOf(sent));

    [Fact]
    public void A_very_long_name_is_cut() => Assert.Equal(200, Document.NameOf(new string('é', 4000) + ".pdf").Length);

    private static byte[] Large(long bytes)
    {
        var large = new byte[bytes];
        Pdf.CopyTo(large, 0);
        Pdf.CopyTo(large, bytes - Pdf.Length);
        return large;
    }

    private DocumentFiles Files => _app.Services.GetRequiredService<DocumentFiles>();

    private Task<HttpResponseMessage> UploadAsync(Browser browser, byte[] content, string name) => browser.PostFileAsync($"/documents/add/{_mandate}", content, name);

    private async Task<string> LinkAsync(Browser browser) => WebUtility.HtmlDecode(LinkAddress().Match(await browser.ReadAsync($"/mandates/{_mandate}")).Groups[1].Value);

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    [GeneratedRegex("""href="(/documents/[0-9a-f-]{36}\?key=[^"]+)""")]
    private static partial Regex LinkAddress();
}
