using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Public;

/// <summary>Google's captcha as the alternative, verified by a stub of its server.</summary>
public sealed class RecaptchaTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;
    private WebApplication _google = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _google = builder.Build();
        _google.Urls.Add("http://127.0.0.1:0");
        _google.MapPost("/siteverify", async (HttpContext http) =>
        {
            var form = await http.Request.ReadFormAsync();
            Assert.Equal("the secret", form["secret"]);
            if (form["response"] == "slow") await Task.Delay(TimeSpan.FromSeconds(20), http.RequestAborted);
            if (form["response"] == "down") return Results.StatusCode(503);
            return Results.Text(form["response"].ToString() switch
            {
                "human" => """{"success":true,"score":0.9,"action":"inquiry"}""",
                "robot" => """{"success":true,"score":0.1,"action":"inquiry"}""",
                "elsewhere" => """{"success":true,"score":0.9,"action":"login"}""",
                "no score" => """{"success":true,"action":"inquiry"}""",
                "replayed" => """{"success":false,"error-codes":["timeout-or-duplicate"]}""",
                "our fault" => """{"success":false,"error-codes":["invalid-input-secret"]}""",
                "endless" => $$"""{"success":true,"score":0.9,"action":"inquiry","padding":"{{new string('x', 200_000)}}"}""",
                _ => "<html>",
            }, "application/json");
        });
        await _google.StartAsync();
        _app = await CrmApp.StartAsync(postgres, settings: [("Captcha:Provider", "recaptcha"), ("Captcha:SiteKey", "site-key"), ("Captcha:Secret", "the secret"), ("Captcha:VerifyAddress", $"{_google.Urls.First()}/siteverify")]);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _google.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_of_google_is_loaded_before_it_is_accepted()
    {
        var visitor = _app.Visitor();
        var page = await visitor.GetAsync("/contact");
        var html = await page.Content.ReadAsStringAsync();
        Assert.DoesNotContain("google.com", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.DoesNotContain("recaptcha/api.js", html);
        Assert.Contains("https://policies.google.com/privacy", html);

        var accepted = await visitor.PostWithoutTokenAsync("/contact", [("accept", "google"), ("Input.Name", "Nora Roux"), ("Token", PublicInquiryTests.Token(html))]);

        var after = await accepted.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Contains("recaptcha/api.js?render=site-key", after);
        Assert.Contains("Nora Roux", after);
        Assert.DoesNotContain("data-error-summary", after);
        Assert.Contains("script-src 'self' https://www.google.com/recaptcha/", accepted.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Fact]
    public async Task Its_verdict_counts_and_when_there_is_none_the_inquiry_waits_to_be_confirmed()
    {
        foreach (var (answer, expected) in new[] { ("human", "received"), ("human", "refused"), ("robot", "refused"), ("elsewhere", "refused"), ("no score", "refused"), ("replayed", "refused"), ("our fault", "to confirm"), ("down", "to confirm"), ("slow", "to confirm"), ("nonsense", "to confirm"), ("endless", "to confirm"), ("", "to confirm"), ("gone", "to confirm") })
        {
            if (answer == "gone") await _google.StopAsync();
            await _app.Database.OwnerConnectionString.QueryAsync<object>("DELETE FROM inquiries");
            var visitor = _app.Visitor();
            var token = PublicInquiryTests.Token(await visitor.ReadAsync("/contact"));
            _app.Time.Advance(TimeSpan.FromSeconds(5));
            var sent = await visitor.PostWithoutTokenAsync("/contact", [("Input.Name", "Nora Roux"), ("Input.Email", "nora@example.org"), ("Input.Message", "Bonjour"), ("Token", token), ("Captcha", answer), ("Google", "true")]);
            await using var db = _app.Db();
            var met = await db.Inquiries.SingleOrDefaultAsync() is { } inquiry ? inquiry.ToConfirm ? "to confirm" : "received" : "refused";
            Assert.Equal((answer, expected, expected == "refused" ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.Redirect), (answer, met, sent.StatusCode));
        }
    }
}
