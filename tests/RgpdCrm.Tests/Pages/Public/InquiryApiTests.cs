using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Pages.Mandates;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Api;
using RgpdCrm.Web.Pages.Public;

namespace RgpdCrm.Tests.Pages.Public;

/// <summary>What the agency's own site sends with its key.</summary>
public sealed class InquiryApiTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Nora = """{"name":"Nora Roux","phone":"06 39 98 14 27","message":"Bonjour 🏡"}""";

    private CrmApp _app = null!;
    private Browser _admin = null!;
    private string _key = "";

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres);
        _admin = await _app.SignInAsync(Role.Admin);
        await _admin.PostFormAsync("/inquiries/keys", [("Name", "Site")], "/inquiries/keys");
        _key = Regex.Match(await _admin.ReadAsync("/inquiries/keys"), "rgpdcrm_[A-Za-z0-9_-]{43}").Value;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_key_is_shown_once_stored_hashed_and_opens_until_it_is_revoked()
    {
        Assert.NotEmpty(_key);
        Assert.DoesNotContain(_key, await _admin.ReadAsync("/inquiries/keys"));
        Assert.DoesNotContain(_key, await _app.Database.DumpAsync());

        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(Nora)).StatusCode);
        await using var db = _app.Db();
        var (key, inquiry) = (await db.ApiKeys.AsNoTracking().SingleAsync(), await db.Inquiries.SingleAsync());
        Assert.Equal(("Nora Roux", "+33639981427", "Bonjour 🏡", InquirySource.Api, false), (inquiry.Name, inquiry.Phone, inquiry.Message, inquiry.Source, inquiry.ToConfirm));
        Assert.Equal(inquiry.ReceivedOn, key.LastUsedOn);

        await _admin.PostFormAsync("/inquiries/keys?handler=Revoke", [("id", $"{key.Id}")], "/inquiries/keys");
        foreach (var wrong in new[] { _key, "rgpdcrm_nothing", "" }) Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(Nora, key: wrong)).StatusCode);
        Assert.Equal(["api-key.created", "api-key.revoked"], await db.AuditEntries.Where(a => a.Subject == "api-key").OrderBy(a => a.At).ThenBy(a => a.Action).Select(a => a.Action).ToListAsync());
    }

    [Fact]
    public async Task Wrong_content_is_refused_field_by_field_in_the_language_asked()
    {
        foreach (var (body, field) in new[]
        {
            ("""{"name":"","email":"x","message":"m"}""", "name"), ("""{"name":"N","email":"x","message":"m"}""", "email"), ("""{"name":"N","message":"m"}""", "email"), ("""{"name":"N","email":"n@example.org"}""", "message"),
            ("""{"name":{"a":1},"email":"n@example.org","message":"m"}""", "name"), ("""{"name":"N","email":"n@example.org","message":"m","admin":true}""", ""),
            ("""{"name":"N","email":"n@example.org","message":"m","property":"nowhere"}""", "property"), ("""{"name":"N\r\nBcc: x","email":"n@example.org","message":"m"}""", "name"),
            ("""{"name":"N","email":"n@example.org","message":"m","similarProperties":"yes"}""", "similarProperties"),
        })
        {
            var answer = await SendAsync(body);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.True(json.RootElement.GetProperty("errors").TryGetProperty(field, out _), body);
        }
        Assert.Contains("Enter your name.", await (await SendAsync("""{"email":"n@example.org","message":"m"}""", language: "en")).Content.ReadAsStringAsync());
        foreach (var broken in new[] { "[]", "\"x\"", "{", "", """{"name":"a","name":"b"}""", """{"name":"\ud800"}""" }) Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(broken)).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync(Nora, type: "text/plain")).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await SendAsync($$"""{"message":"{{new string('m', 10_000_000)}}"}""")).StatusCode);
        await using var db = _app.Db();
        Assert.Equal(0, await db.Inquiries.CountAsync());
    }

    [Fact]
    public async Task The_same_request_under_one_idempotency_key_is_written_once_and_another_is_not_lost()
    {
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(Nora, idempotency: "abc")).StatusCode);
        await SendAsync(Nora.Replace("Bonjour", "Bonsoir", StringComparison.Ordinal), idempotency: "abc");

        await using var db = _app.Db();
        Assert.Equal(2, await db.Inquiries.CountAsync());
    }

    [Fact]
    public async Task A_key_sends_so_many_a_minute()
    {
        for (var i = 0; i < InquiryApi.SentPerMinute; i++) await SendAsync("{}");

        var refused = await SendAsync(Nora);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task The_description_names_the_fields_and_answers_that_exist()
    {
        using var described = JsonDocument.Parse(await _app.Visitor().ReadAsync("/api/v1/openapi.json"));
        var schema = described.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("Inquiry").GetProperty("properties");
        var fields = typeof(InquiryInput).GetProperties().Where(p => p.CanWrite).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));

        Assert.Equal(fields.Order(StringComparer.Ordinal), schema.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["202", "400", "401", "413", "415", "422", "429"], described.RootElement.GetProperty("paths").GetProperty("/api/v1/inquiries").GetProperty("post").GetProperty("responses").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Twenty_four_months_later_nothing_of_what_came_by_page_and_key_is_left()
    {
        const string mark = "canarizmo";
        var visitor = _app.Visitor();
        var token = Regex.Match(await visitor.ReadAsync("/contact"), "name=\"Token\"[^>]*value=\"([^\"]+)").Groups[1].Value;
        _app.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.PostWithoutTokenAsync("/contact", [("Token", token), ("Input.Name", mark), ("Input.Email", $"{mark}@example.org"), ("Input.Message", $"Je suis {mark}")])).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync($$"""{"name":"{{mark}}","email":"{{mark}}@example.org","message":"{{mark}}"}""", idempotency: mark)).StatusCode);
        var run = _app.Services.GetRequiredService<RetentionRun>();
        var due = _app.Today().AddMonths(24);

        await run.RunAsync(new RunRequest(due.AddDays(-1)));
        Assert.Contains(mark, await _app.Database.DumpAsync());
        await run.RunAsync(new RunRequest(due));

        Assert.DoesNotContain(mark, await _app.Database.DumpAsync());
        await using var db = _app.Db();
        Assert.Equal((0, 2), (await db.Inquiries.CountAsync(), await db.Ledger.CountAsync(e => e.Category == "inquiry")));
    }

    private async Task<HttpResponseMessage> SendAsync(string body, string? key = null, string type = "application/json", string? idempotency = null, string? language = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/inquiries", UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, type) };
        if ((key ?? _key).Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? _key);
        if (idempotency is not null) request.Headers.Add("Idempotency-Key", idempotency);
        if (language is not null) request.Headers.Add("Accept-Language", language);
        return await _app.Visitor().Client.SendAsync(request);
    }
}
