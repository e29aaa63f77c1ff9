using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Jobs;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Deployment;

/// <summary>The deployed product, from outside.</summary>
[Collection(nameof(Deployed))]
public sealed partial class SiteTests(Site site)
{
    private const string Password = "quatre tilleuls au bord de la Loire";

    [Fact]
    public async Task The_first_account_follows_its_link_and_signs_in_over_https()
    {
        var link = await AddAsync("lea.fontaine@example.org", "Léa Fontaine");
        Assert.StartsWith(Site.Home + "/account/set-password?", link, StringComparison.Ordinal);
        var lea = site.Visitor();

        var chosen = await lea.PostFormAsync(link, [("Password", Password), ("Again", Password)], tokenFrom: link);
        var signedIn = await lea.SignInAsync("lea.fontaine@example.org", Password);
        var stopped = await lea.GetAsync("/");
        var key = await lea.SetUpAuthenticatorAsync(TimeProvider.System.GetUtcNow());
        var home = await lea.ReadAsync("/");

        Assert.Equal("/account/sign-in", chosen.Headers.Location!.ToString());
        Assert.Equal("/", signedIn.Headers.Location!.ToString());
        Assert.Equal("/account/second-factor", stopped.Headers.Location!.ToString());
        var elsewhere = site.Visitor();
        var asked = await elsewhere.SignInAsync("lea.fontaine@example.org", Password);
        Assert.Equal("/account/second-step", asked.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Redirect, (await elsewhere.GetAsync("/")).StatusCode);
        // The code of the next half minute: the one of the set-up has been used.
        var entered = await elsewhere.PostFormAsync("/account/second-step", [("Code", Browser.CodeOf(key, TimeProvider.System.GetUtcNow().AddSeconds(30)))], tokenFrom: "/account/second-step");
        Assert.Equal("/", entered.Headers.Location!.ToString());
        Assert.Contains("Agence du Port", home, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await lea.GetAsync(Stylesheet().Match(home).Groups[1].Value)).StatusCode);
        var cookies = signedIn.Headers.GetValues("Set-Cookie").ToList();
        Assert.Contains(cookies, cookie => cookie.StartsWith("__Host-rgpdcrm-session=", StringComparison.Ordinal));
        Assert.All(cookies, cookie => Assert.Matches("^__Host-[^;]+; (.*; )?path=/; secure; samesite=(lax|strict); httponly$", cookie));
    }

    [Fact]
    public async Task Every_page_is_sealed_and_no_answer_names_a_version()
    {
        var page = await site.Visitor().GetAsync("/account/sign-in");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("max-age=31536000", Header(page, "Strict-Transport-Security"), StringComparison.Ordinal);
        Assert.Equal(SecurityHeaders.Policy, Header(page, "Content-Security-Policy"));
        Assert.Equal("no-referrer", Header(page, "Referrer-Policy"));
        Assert.False(page.Headers.Contains("Server"));
        Assert.False(page.Headers.Contains("Alt-Svc"));
        Assert.False((await site.Visitor().GetAsync("/nowhere")).Headers.Contains("Server"));
        Assert.False((await Inside(site.WebPort).GetAsync("/health/live")).Headers.Contains("Server"));
    }

    [Fact]
    public async Task The_first_public_page_weighs_under_100_kB_with_all_it_loads()
    {
        var visitor = site.Visitor();
        visitor.Client.DefaultRequestHeaders.Add("Accept-Encoding", "br, gzip");
        var weights = new Dictionary<string, int>();
        var wanted = new Queue<string>(["/contact"]);
        while (wanted.TryDequeue(out var url))
        {
            var answer = await visitor.GetAsync(url);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var sent = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            weights.Add(url, sent.Length);
            if (url is not ("/contact" or "/contact.js")) continue;
            var text = answer.Content.Headers.ContentEncoding.Contains("br") ? await DecompressAsync(sent) : Encoding.UTF8.GetString(sent);
            foreach (var loaded in LoadedFile().Matches(text).Select(m => m.Groups[1].Value).Where(f => !weights.ContainsKey(f) && !wanted.Contains(f))) wanted.Enqueue(loaded);
        }

        Assert.Contains("/lib/altcha/altcha.min.js", weights.Keys);
        Assert.Contains("/lib/bootstrap/bootstrap.min.css", weights.Keys);
        Assert.True(weights.Values.Sum() <= 100_000, string.Join('\n', weights));
    }

    [Fact]
    public async Task Plain_http_is_sent_to_https()
    {
        var answer = await site.Visitor().GetAsync($"http://{Site.Host}/account/sign-in?ReturnUrl=%2Fcontacts");

        Assert.Equal(HttpStatusCode.PermanentRedirect, answer.StatusCode);
        Assert.Equal($"{Site.Home}/account/sign-in?ReturnUrl=%2Fcontacts", answer.Headers.Location!.ToString());
        Assert.DoesNotMatch("[0-9]", answer.Headers.Server.ToString());
    }

    [Fact]
    public async Task The_worker_runs_jobs_and_the_pages_do_not()
    {
        var servers = new List<string>();
        await site.Worker.UntilAsync(async () => (servers = await site.AppConnectionString.QueryAsync<string>("SELECT id FROM hangfire.server")).Count > 0);

        var server = Assert.Single(servers);
        Assert.Contains($":{site.Worker.Id}:", server, StringComparison.Ordinal);
        Assert.Equal(RecurringJobs.Table.Count, (await site.AppConnectionString.QueryAsync<string>("SELECT value FROM hangfire.set WHERE key = 'recurring-jobs'")).Count);
    }

    [Fact]
    public async Task The_worker_alone_backs_up_with_a_role_that_only_reads()
    {
        Assert.Contains("SHA-256", await site.RunAsync("worker", "backup"), StringComparison.Ordinal);
        Assert.Equal(["database.pgp", "manifest.json"], site.BackedUp);
        Assert.Contains("ConnectionStrings__RgpdCrmBackup", (await Assert.ThrowsAnyAsync<Exception>(() => site.RunAsync("web", "backup"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forged_address_does_not_escape_the_limit_and_hinders_nobody_else()
    {
        var attacker = site.Visitor(OperatingSystem.IsLinux() ? IPAddress.Parse("127.0.0.9") : IPAddress.IPv6Loopback);
        for (var attempt = 0; attempt < Accounts.AttemptsPerMinute; attempt++)
        {
            attacker.Client.DefaultRequestHeaders.Remove("X-Forwarded-For");
            attacker.Client.DefaultRequestHeaders.Add("X-Forwarded-For", $"203.0.113.{attempt}");
            Assert.Equal(HttpStatusCode.OK, (await attacker.SignInAsync("nobody@example.org", "")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await attacker.SignInAsync("nobody@example.org", "")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await site.Visitor().SignInAsync("nobody@example.org", "")).StatusCode);
    }

    [Fact]
    public async Task Health_is_told_outside_and_to_the_containers_own_check()
    {
        Assert.Equal(HttpStatusCode.OK, (await site.Visitor().GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await site.Visitor().GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Inside(site.WebPort).GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Inside(site.WorkerPort).GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Inside(site.WebPort, "evil.example").GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task A_copy_of_the_database_opens_no_session()
    {
        await site.Visitor().ReadAsync("/account/sign-in");

        var keys = await site.AppConnectionString.QueryAsync<string>("SELECT xml FROM data_protection_keys");

        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.Contains("EncryptedData", key, StringComparison.Ordinal));
        Assert.All(keys, key => Assert.DoesNotContain("<masterKey", key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_database_writes_down_no_value_of_a_row()
    {
        Assert.Equal(["terse"], await site.AppConnectionString.QueryAsync<string>("SHOW log_error_verbosity"));
        Assert.Equal(["panic"], await site.AppConnectionString.QueryAsync<string>("SHOW log_min_error_statement"));
    }

    [Fact]
    public async Task No_log_holds_an_address_a_path_a_query_a_cookie_or_a_name()
    {
        var link = await AddAsync("zephyrine@example.org", "Zéphyrine Quatrebarbes");
        var zephyrine = site.Visitor();
        await zephyrine.PostFormAsync(link, [("Password", Password), ("Again", Password)], tokenFrom: link);
        var cookies = (await zephyrine.SignInAsync("zephyrine@example.org", Password)).Headers.GetValues("Set-Cookie");
        var session = cookies.Single(cookie => cookie.StartsWith("__Host-rgpdcrm-session=", StringComparison.Ordinal)).Split('=')[1][..24];
        await zephyrine.SetUpAuthenticatorAsync(TimeProvider.System.GetUtcNow());
        await zephyrine.ReadAsync("/contacts?q=quatrebarbes");
        await zephyrine.GetAsync("/contacts/quatrebarbes");
        (string, string)[] message = [("Token", "quatrebarbes"), ("Input.Name", "Zéphyrine"), ("Input.Email", "zephyrine@example.org"), ("Input.Phone", "quatrebarbes"), ("Input.Message", "quatrebarbes")];
        Assert.Equal(HttpStatusCode.BadRequest, (await zephyrine.PostWithoutTokenAsync("/contact?property=quatrebarbes", message)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await zephyrine.PostWithoutTokenAsync("/api/v1/inquiries", message)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await zephyrine.PostWithoutTokenAsync("/stats/hit", [("page", "/quatrebarbes"), ("source", "quatrebarbes")])).StatusCode);

        // The same Caddy with nobody behind it has something to complain about.
        var doors = site.NewDoors();
        var alone = await site.StartCaddyAsync(Doors.FreePort(), doors);
        var lost = doors.Visitor();
        lost.Client.DefaultRequestHeaders.Add("Cookie", "secret=quatrebarbes");
        var refused = await lost.GetAsync("/contacts/quatrebarbes?q=quatrebarbes");
        Assert.InRange((int)refused.StatusCode, 502, 503);
        Assert.False(refused.Headers.Contains("Server"));
        Assert.Contains("Ce service redémarre", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await alone.UntilAsync(() => Task.FromResult(alone.Log.Contains("connection refused", StringComparison.Ordinal)));

        foreach (var log in new[] { site.Web.Log, site.Worker.Log, site.Caddy.Log, alone.Log })
        {
            Assert.NotEmpty(log);
            foreach (var secret in new[] { "quatrebarbes", "zephyrine", "Zéphyrine", "/contacts", "set-password?", "code=", session, "127.0.0.9", "203.0.113." })
                Assert.DoesNotContain(secret, log, StringComparison.OrdinalIgnoreCase);
        }
        Assert.Contains("GET contacts 200", site.Web.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("/health", site.Web.Log, StringComparison.Ordinal);
    }

    private async Task<string> AddAsync(string email, string name) =>
        (await site.RunAsync("web", "users", "add", email, "--role", "admin", "--name", name)).Split('\n').Single(line => line.StartsWith("https:", StringComparison.Ordinal));

    // As the process itself is asked, without proxy or certificate.
    private static Browser Inside(int port, string host = Site.Host) =>
        new(new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), DefaultRequestHeaders = { Host = host } });

    private static async Task<string> DecompressAsync(byte[] sent)
    {
        using var text = new StreamReader(new BrotliStream(new MemoryStream(sent), CompressionMode.Decompress));
        return await text.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    [GeneratedRegex("<link[^>]*href=\"([^\"]*app[^\"]*\\.css)\"")]
    private static partial Regex Stylesheet();

    [GeneratedRegex("[\"'](/[a-z0-9./-]+\\.(?:css|js|svg|woff2))[\"']")]
    private static partial Regex LoadedFile();
}
