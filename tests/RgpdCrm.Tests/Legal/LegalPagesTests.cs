using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Legal;
using RgpdCrm.Core.Photos;
using RgpdCrm.Tests.Components;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Jobs;

namespace RgpdCrm.Tests.Legal;

/// <summary>The public legal pages and the register of processing say what the engine, the settings and the declarations say.</summary>
public sealed partial class LegalPagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;
    private Browser _admin = null!;

    public async ValueTask InitializeAsync()
    {
        // Nothing is published to the bucket that the settings name.
        _app = await CrmApp.StartAsync(postgres, services => services.AddSingleton<IPhotoStore>(new FolderPhotoStore(Directory.CreateTempSubdirectory().FullName)), "2026-11-15", ("Agency:Name", "Agence du Port"), ("Agency:PostalAddress", "4 quai Ney"), ("Host:Name", "Hébergeur Ouest"), ("Host:Site", "France, Nantes"),
            ("Storage:S3:Bucket", "photos"), ("Mail:Smtp:Host", "smtp.relais.example"), ("Mail:From", "contact@example.org"));
        _admin = await _app.SignInAsync(Role.Admin);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_visitor_reads_the_rules_in_force_and_every_earlier_text()
    {
        var before = await ReadAsync("/privacy");
        Assert.Contains("30 mois sans échange, suppression 2 mois plus tard", before, StringComparison.Ordinal);
        Assert.Contains("24 mois après leur réception", before, StringComparison.Ordinal);
        await KeepAsync();
        await KeepAsync();
        Assert.Equal(6, await _app.CountAsync("notice_versions"));

        await using (var db = _app.Db())
        {
            var rules = await db.Policies.SingleAsync();
            db.Policies.Add(rules with { Version = 2, InactivityMonths = 24, InquiryMonths = 12, PublishedAt = _app.Time.GetUtcNow(), Reason = "Moins" });
            await db.SaveChangesAsync();
        }
        var after = await ReadAsync("/privacy");
        Assert.Contains("24 mois sans échange", after, StringComparison.Ordinal);
        Assert.Contains("12 mois après leur réception", after, StringComparison.Ordinal);
        Assert.Contains("24 mois sans échange", await ReadAsync("/processing", _admin), StringComparison.Ordinal);

        _app.Time.Advance(TimeSpan.FromHours(1));
        await Task.WhenAll(KeepAsync(), KeepAsync());
        await using var kept = _app.Db();
        var versions = await kept.NoticeVersions.Where(v => v.Page == "privacy" && v.Language == "fr").OrderBy(v => v.Since).ToListAsync();
        Assert.Equal(2, versions.Count);
        Assert.Contains(versions[0].Id.ToString(), await ReadAsync("/privacy/versions"), StringComparison.Ordinal);
        Assert.Contains("30 mois sans échange", await ReadAsync($"/privacy/versions/{versions[0].Id}"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _app.Visitor().GetAsync($"/privacy/versions/{Guid.NewGuid()}")).StatusCode);
    }

    [Fact]
    public async Task Settings_are_told_and_what_is_missing_is_said()
    {
        var notice = await ReadAsync("/legal-notice");
        foreach (var said in new[] { "Agence du Port", "4 quai Ney", "Hébergeur Ouest", "France, Nantes", "Carte professionnelle : non renseigné" }) Assert.Contains(said, notice, StringComparison.Ordinal);
        Assert.Contains("Not filled in", await ReadAsync("/legal-notice?lang=en"), StringComparison.OrdinalIgnoreCase);
        var register = await ReadAsync("/processing", _admin);
        Assert.Contains("Agency__Card, ", register, StringComparison.Ordinal);
        Assert.DoesNotContain("Host__Name", register, StringComparison.Ordinal);
        foreach (var page in new[] { "/privacy", "/legal-notice", "/cookies", "/privacy/versions" })
        {
            var answer = await _app.Visitor().GetAsync(page);
            Assert.False(answer.Headers.Contains("Set-Cookie"), page);
        }
        Assert.Contains("Les pages publiques ne posent aucun cookie", await ReadAsync("/cookies"), StringComparison.Ordinal);
        foreach (var page in new[] { "/contact", "/rights", "/preferences/link" }) Assert.Contains("/privacy?lang=fr", await ReadAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_cookie_that_the_code_sets_stands_on_the_page_of_cookies_and_every_log_in_the_register()
    {
        var code = WebSource.All.Select(source => source.Code.ToFullString()).ToList();
        var names = code.SelectMany(text => Named().Matches(text)).Select(match => match.Groups[1].Value).ToList();
        // Every place that sets one is known here, the three choices share theirs: a cookie that gets its name in another way is noticed.
        Assert.Equal((8, 6), (names.Count, code.Sum(text => Setting().Count(text))));
        var page = await ReadAsync("/cookies");
        foreach (var name in names) Assert.Contains(name, page, StringComparison.Ordinal);

        var register = await ReadAsync("/processing", _admin);
        foreach (var said in new[] { "Connexions des collègues", "Journal des fiches consultées", "Journaux techniques", "6 mois au plus." }) Assert.Contains(said, register, StringComparison.Ordinal);
        Assert.Contains("Journal des fiches consultées", await ReadAsync("/privacy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recipients_of_every_kind_stand_in_notice_and_register()
    {
        await _admin.PostFormAsync("/statistics/tools/create", ("Input.Name", "Audience"), ("Input.Provider", "Mesure SAS"), ("Input.KeptMonths", "13"), ("Input.Proof", "Capture du 3 mars"), ("Input.ReviewOn", "2027-03-03"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SaveAsync("/processors/edit", "")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await SaveAsync("/processors/edit", "=Imprimerie")).StatusCode);
        var csv = WebUtility.HtmlDecode(await _admin.ReadAsync("/processing/export.csv"));
        foreach (var page in new[] { await ReadAsync("/privacy"), await ReadAsync("/processing", _admin), csv })
            foreach (var recipient in new[] { "Hébergeur Ouest", "Amazon Web Services EMEA SARL (S3)", "Irlande (Dublin)", "smtp.relais.example", "Mesure SAS (Audience)", "13", "=Imprimerie" })
                Assert.Contains(recipient, page, StringComparison.Ordinal);
        Assert.DoesNotContain("reCAPTCHA", csv, StringComparison.Ordinal);
        Assert.All(csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries), line => Assert.Equal(10, line.Split("\";\"").Length));
        Assert.Equal(HttpStatusCode.Forbidden, (await (await _app.SignInAsync(Role.Agent)).GetAsync("/processing")).StatusCode);

        await using var google = await CrmApp.StartAsync(postgres, "2026-11-15", ("Captcha:Provider", "recaptcha"), ("Captcha:SiteKey", "x"), ("Captcha:Secret", "y"));
        var privacy = WebUtility.HtmlDecode(await google.Visitor().ReadAsync("/privacy"));
        Assert.Contains("Google Ireland Ltd (reCAPTCHA)", privacy, StringComparison.Ordinal);
        Assert.Contains("policies.google.com/privacy", WebUtility.HtmlDecode(await google.Visitor().ReadAsync("/cookies")), StringComparison.Ordinal);
        Assert.DoesNotContain("Amazon", privacy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_processor_is_changed_once_at_a_time_and_removed()
    {
        await SaveAsync("/processors/edit", "Imprimerie");
        var shown = await OneAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await SaveAsync($"/processors/edit/{shown.Id}", "Imprimerie du Port", shown.Version)).StatusCode);
        var second = await SaveAsync($"/processors/edit/{shown.Id}", "Autre", shown.Version);
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Contains("Imprimerie du Port", WebUtility.HtmlDecode(await second.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Equal("Imprimerie du Port", (await OneAsync()).Name);
        Assert.Equal(HttpStatusCode.Redirect, (await _admin.PostFormAsync($"/processors/edit/{shown.Id}?handler=Remove")).StatusCode);
        Assert.Equal(0, await _app.CountAsync("processors"));
        Assert.Equal(HttpStatusCode.NotFound, (await _admin.GetAsync($"/processors/edit/{shown.Id}")).StatusCode);
        await using var db = _app.Db();
        Assert.Equal(["processor.created", "processor.edited", "processor.removed"], await db.AuditEntries.Where(a => a.SubjectId == shown.Id).OrderBy(a => a.Action).Select(a => a.Action).ToListAsync());
    }

    private Task<HttpResponseMessage> SaveAsync(string page, string name, uint version = 0) =>
        _admin.PostFormAsync(page, [("Name", name), ("Country", "France"), ("Purpose", "Imprime les courriers"), ("Safeguard", "Contrat du 3 mars"), ("Version", $"{version}"), ("ShownAt", "2026-11-15T08:59:00Z")], tokenFrom: "/processors/edit");

    private async Task<Processor> OneAsync()
    {
        await using var db = _app.Db();
        return await db.Processors.AsNoTracking().SingleAsync();
    }

    private async Task KeepAsync()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<NoticeVersionsJob>(scope.ServiceProvider).RunAsync(CancellationToken.None);
    }

    private async Task<string> ReadAsync(string page, Browser? browser = null) => WebUtility.HtmlDecode(await (browser ?? _app.Visitor()).ReadAsync(page)).Replace('\u00a0', ' ');

    [GeneratedRegex("""(?:CookieName\(|CookieName => .* \+ |const string Cookie = )"([\w-]+)""")]
    private static partial Regex Named();

    [GeneratedRegex(@"\bCookie\.Name\b|\bCookies\.Append\(")]
    private static partial Regex Setting();
}
