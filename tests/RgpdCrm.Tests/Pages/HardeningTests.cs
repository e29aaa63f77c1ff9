using System.Buffers.Binary;
using System.Net;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Pages;

public sealed class HardeningTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Home = "https://crm.example.org";

    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() =>
        _app = await CrmApp.StartAsync(postgres, settings: [("environment", "Production"), ("Agency:Address", Home), ("Proxy:Known", "10.0.0.5, 172.31.250.0/29")]);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Every_answer_forbids_foreign_code_framing_sniffing_and_keeping()
    {
        var answer = await _app.Visitor(at: Home).GetAsync("/account/sign-in");

        Assert.Equal(SecurityHeaders.Policy, Header(answer, "Content-Security-Policy"));
        Assert.DoesNotContain("unsafe", SecurityHeaders.Policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", SecurityHeaders.Policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Contains("no-store", Header(answer, "Cache-Control"), StringComparison.Ordinal);
        Assert.Contains("max-age=31536000", Header(answer, "Strict-Transport-Security"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_holds_no_inline_script_style_or_handler()
    {
        var html = await _app.Visitor(at: Home).ReadAsync("/account/sign-in");

        Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" onclick=", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?![^>]*src=)", html);
    }

    [Fact]
    public async Task Plain_http_is_sent_to_https_except_for_the_load_balancer()
    {
        var answer = await _app.Visitor(at: "http://crm.example.org").GetAsync("/contacts?q=martin");

        Assert.Equal(HttpStatusCode.PermanentRedirect, answer.StatusCode);
        Assert.Equal($"{Home}/contacts?q=martin", answer.Headers.Location!.AbsoluteUri);
        Assert.Equal(HttpStatusCode.OK, (await _app.Visitor(at: "http://crm.example.org").GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task A_foreign_host_name_is_refused() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await _app.Visitor(at: "https://evil.example").GetAsync("/account/sign-in")).StatusCode);

    [Theory]
    [InlineData("10.0.0.5", HttpStatusCode.OK), InlineData("10.0.0.6", HttpStatusCode.PermanentRedirect)]
    [InlineData("172.31.250.7", HttpStatusCode.OK), InlineData("172.31.250.8", HttpStatusCode.PermanentRedirect)]
    public async Task Forwarding_headers_count_from_the_known_proxy_only(string from, HttpStatusCode expected)
    {
        var browser = _app.Visitor(from, "http://crm.example.org");
        browser.Client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        browser.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.4");

        Assert.Equal(expected, (await browser.GetAsync("/account/sign-in")).StatusCode);
    }

    [Fact]
    public async Task Cookies_are_bound_to_this_host_over_https_and_hidden_from_scripts()
    {
        await _app.EnsureAccountAsync("lea@example.org", Role.Admin);
        var answer = await _app.Visitor(at: Home).SignInAsync("lea@example.org", CrmApp.Password);
        var session = Assert.Single(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("__Host-rgpdcrm-session=", StringComparison.Ordinal));

        Assert.Contains("secure", session, StringComparison.Ordinal);
        Assert.Contains("httponly", session, StringComparison.Ordinal);
        Assert.Contains("samesite=lax", session, StringComparison.Ordinal);
        Assert.DoesNotContain("expires", session, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_kept_as_pbkdf2_with_sha512_and_220000_rounds()
    {
        var lea = await _app.EnsureAccountAsync("lea@example.org", Role.Admin);

        // Identity's third format: its number, the function (2 is HMAC-SHA512), the rounds.
        var hash = Convert.FromBase64String(lea.PasswordHash!);
        Assert.Equal((1, 2u), (hash[0], BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1))));
        Assert.InRange(BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)), 220_000u, 10_000_000u);
    }

    [Fact]
    public async Task Details_of_the_dead_mans_switch_are_not_for_strangers()
    {
        Assert.DoesNotContain("alarms", await (await _app.Visitor(at: Home).GetAsync("/health/retention")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("alarms", await (await _app.Visitor("127.0.0.1", Home).GetAsync("/health/retention")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));
}
