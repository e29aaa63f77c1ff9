using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Pages.Public;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Pages.Public;

/// <summary>What strangers send by the public page, the embedded page and in between.</summary>
public sealed partial class PublicInquiryTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(postgres, settings: [("PublicSite:AllowedSites", "https://www.tilleul.example, https://tilleul.example")]);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Nora_writes_without_javascript_and_waits_to_be_confirmed()
    {
        var visitor = _app.Visitor();
        var answer = await SendAsync(visitor, fields: [("Input.Name", "Nora Roux 🏡"), ("Input.Email", "Nora.Roux@Example.org"), ("Input.Message", "Bonjour,\r\n<b>À bientôt</b>")]);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Contains("Message reçu", await visitor.ReadAsync(answer.Headers.Location!.ToString()));
        var inquiry = await OnlyAsync();
        Assert.Equal(("Nora Roux 🏡", "nora.roux@example.org", "Bonjour,\n<b>À bientôt</b>", InquirySource.Page, true), (inquiry.Name, inquiry.Email, inquiry.Message, inquiry.Source, inquiry.ToConfirm));

        var agent = await _app.SignInAsync(Role.Agent);
        Assert.Contains("À confirmer", Office.Plain(await agent.ReadAsync("/inquiries")));
        await agent.PostFormAsync($"/inquiries/{inquiry.Id}/confirm", [("Version", inquiry.Version.ToString(System.Globalization.CultureInfo.InvariantCulture))], $"/inquiries/{inquiry.Id}/confirm");
        Assert.False((await OnlyAsync()).ToConfirm);
        Assert.Equal("inquiry.confirmed", (await _app.Database.OwnerConnectionString.QueryAsync<string>("SELECT action FROM audit_entries WHERE subject = 'inquiry'")).Single());
    }

    [Fact]
    public async Task A_solved_captcha_opens_the_form_once_and_a_forged_one_never()
    {
        var visitor = _app.Visitor();
        var solved = Solve(await visitor.ReadAsync("/contact/challenge"));

        Assert.Equal(HttpStatusCode.Redirect, (await SendAsync(visitor, fields: [.. Nora, ("Captcha", solved)])).StatusCode);
        Assert.False((await OnlyAsync()).ToConfirm);
        foreach (var refused in new[] { solved, Forge(solved), "bm90IGpzb24=", "{}", new string('a', 9_000), Convert.ToBase64String("""{"challenge":{"parameters":null,"signature":"x"},"solution":{"counter":-1}}"""u8) })
        {
            var answer = await SendAsync(visitor, fields: [.. Nora, ("Captcha", refused)]);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains("Une maison près du lac", await answer.TextAsync());
        }
        var late = Solve(await visitor.ReadAsync("/contact/challenge"));
        _app.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(visitor, fields: [.. Nora, ("Captcha", late)])).StatusCode);
        await OnlyAsync();
    }

    [Fact]
    public async Task What_was_spent_is_forgotten_once_it_would_be_refused_for_its_age_and_never_opens_the_form_again()
    {
        var visitor = _app.Visitor();
        var token = Token(await visitor.ReadAsync("/contact"));
        var solved = Solve(await visitor.ReadAsync("/contact/challenge"));
        _app.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.PostWithoutTokenAsync("/contact", [.. Nora, ("Token", token), ("Captcha", solved)])).StatusCode);

        foreach (var (wait, kept) in new[] { (TimeSpan.FromMinutes(29), 2), (TimeSpan.FromMinutes(2), 1), (FormTokens.Life, 0) })
        {
            _app.Time.Advance(wait);
            await _app.Services.GetRequiredService<RetentionRun>().RunAsync(new RunRequest());
            Assert.Equal((wait, kept), (wait, (await _app.Database.OwnerConnectionString.QueryAsync<long>("SELECT count(*) FROM spent_challenges")).Single()));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(visitor, fields: [.. Nora, ("Captcha", solved)])).StatusCode);
        }
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.PostWithoutTokenAsync("/contact", [.. Nora, ("Token", token)])).StatusCode);
        await OnlyAsync();
    }

    [Fact]
    public async Task Ten_megabytes_are_refused_without_a_fault()
    {
        var flood = await SendAsync(_app.Visitor(), fields: [.. Nora.Where(f => f.Name != "Input.Message"), ("Input.Message", new string('m', 10_000_000))]);

        Assert.InRange((int)flood.StatusCode, 400, 499);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task The_same_form_sent_twice_is_written_once_and_too_fast_or_too_late_not_at_all()
    {
        var visitor = _app.Visitor();
        var token = Token(await visitor.ReadAsync("/contact"));

        var fast = await visitor.PostWithoutTokenAsync("/contact", [.. Nora, ("Token", token)]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, fast.StatusCode);
        Assert.Contains("trop vite", await fast.TextAsync());
        _app.Time.Advance(TimeSpan.FromSeconds(4));
        var both = await Task.WhenAll(visitor.PostWithoutTokenAsync("/contact", [.. Nora, ("Token", token)]), visitor.PostWithoutTokenAsync("/contact", [.. Nora, ("Token", token)]));
        Assert.All(both, answer => Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode));
        await OnlyAsync();

        _app.Time.Advance(FormTokens.Life);
        foreach (var wrong in new[] { token, "forged", "" })
        {
            var answer = await visitor.PostWithoutTokenAsync("/contact", [.. Nora, ("Token", wrong)]);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("Une maison près du lac", await answer.TextAsync());
        }
        await OnlyAsync();
    }

    [Fact]
    public async Task Bad_input_is_named_beside_its_field_and_nothing_typed_is_lost()
    {
        foreach (var (field, value, said) in new[]
        {
            ("Input.Name", "", "Indiquez votre nom."), ("Input.Name", "Nora\r\nBcc: tous@example.org", "caractères de contrôle"), ("Input.Name", new string('é', 201), "trop long"),
            ("Input.Email", "nora@", "n’est pas valable"), ("Input.Email", "nora@example.org\r\nBcc: x@example.org", "n’est pas valable"), ("Input.Phone", "douze", "n’est pas valable"),
            ("Input.Message", "", "Écrivez votre message."), ("Input.Message", new string('m', 4_001), "trop long"), ("Input.Message", "a\u0007b", "caractères de contrôle"), ("Input.Email", "", "e-mail ou votre téléphone"),
        })
        {
            var answer = await SendAsync(_app.Visitor(from: $"192.0.2.{Random.Shared.Next(20, 250)}"), fields: [.. Nora.Where(f => f.Name != field), (field, value)]);
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains(said, Office.Plain(html));
            Assert.Contains("data-error-summary", html);
            if (field != "Input.Name") Assert.Contains("Nora Roux", html);
        }
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task What_fills_in_the_hidden_field_waits_among_the_spam()
    {
        Assert.Equal(HttpStatusCode.Redirect, (await SendAsync(_app.Visitor(), fields: [.. Nora, ("Website", "https://casino.example")])).StatusCode);

        Assert.Equal(InquiryStatus.Spam, (await OnlyAsync()).Status);
    }

    [Fact]
    public async Task A_property_on_the_market_is_shown_without_its_address_and_any_other_is_not()
    {
        var sold = await PropertyAsync("V-2", "Closed");
        var id = await PropertyAsync("V-1", "Available");

        foreach (var url in new[] { "/contact?property=V-1", $"/contact?property={id}" })
        {
            var page = Office.Plain(await _app.Visitor().ReadAsync(url));
            Assert.Contains("V-1", page);
            Assert.Contains("Maison · Angers · 250 000 €", page);
            Assert.DoesNotContain("rue Secrète", page);
        }
        foreach (var other in new[] { "V-2", sold.ToString(), "V-9", "<script>alert(1)</script>", "%00" })
        {
            var page = await _app.Visitor().ReadAsync($"/contact?property={Uri.EscapeDataString(other)}");
            Assert.Contains("Ce bien n’est plus proposé", page);
            Assert.DoesNotContain("<script>alert", page);
        }
        await SendAsync(_app.Visitor(), "/contact?property=V-1", [.. Nora, ("Input.Property", "V-1")]);
        Assert.Equal(id, (await OnlyAsync()).PropertyId);
    }

    [Fact]
    public async Task The_notice_tells_the_months_of_the_rules_in_force_in_both_languages()
    {
        Assert.Contains("détruite 24 mois après sa réception", Office.Plain(await _app.Visitor().ReadAsync("/contact")));
        await _app.Database.OwnerConnectionString.QueryAsync<object>("UPDATE policy_versions SET inquiry_months = 12");
        Assert.Contains("détruite 12 mois après", Office.Plain(await _app.Visitor().ReadAsync("/contact")));
        Assert.Contains("destroyed 12 months after", Office.Plain(await _app.Visitor().ReadAsync("/contact?lang=en")));
        var english = _app.Visitor();
        english.Client.DefaultRequestHeaders.Add("Accept-Language", "en-GB,en;q=0.9,fr;q=0.5");
        Assert.Contains("lang=\"en\"", await english.ReadAsync("/contact"));
    }

    [Fact]
    public async Task Agreeing_to_similar_properties_becomes_a_consent_with_its_proof_once_the_author_is_known()
    {
        Assert.DoesNotContain(" checked", await _app.Visitor().ReadAsync("/contact"));
        var phoneOnly = await SendAsync(_app.Visitor(), fields: [("Input.Name", "Nora Roux"), ("Input.Phone", "06 39 98 14 27"), ("Input.Message", "Bonjour"), ("Input.SimilarProperties", "true")]);
        Assert.Contains("indiquez votre e-mail", await phoneOnly.TextAsync());
        await SendAsync(_app.Visitor(), fields: [.. Nora, ("Input.SimilarProperties", "true")]);
        var inquiry = await OnlyAsync();
        var agreedAt = inquiry.ConsentedAt!.Value;

        _app.Time.Advance(TimeSpan.FromDays(2));
        var agent = await _app.SignInAsync(Role.Agent);
        var created = await agent.PostFormAsync($"/inquiries/{inquiry.Id}/create", [("Version", $"{inquiry.Version}"), ("Input.Kind", "Private"), ("Input.FirstName", "Nora"), ("Input.LastName", "Roux"), ("Input.Roles", "Buyer"), ("Input.Emails[0]", "nora.roux@example.org")], $"/inquiries/{inquiry.Id}/create");

        Assert.Equal(HttpStatusCode.Redirect, created.StatusCode);
        await using var db = _app.Db();
        var consent = await db.Consents.SingleAsync();
        Assert.Equal((Consent.SimilarProperties, InquiryInput.ConsentWording, "inquiry/page", agreedAt, true, Channel.Email), (consent.Purpose, consent.WordingVersion, consent.Source, consent.At, consent.Granted, consent.Channel));
    }

    [Fact]
    public async Task Only_the_sites_of_the_agency_may_frame_the_embedded_form_and_no_cookie_is_set()
    {
        var visitor = _app.Visitor();
        var (page, embed) = (await visitor.GetAsync("/contact"), await visitor.GetAsync("/contact/embed"));

        Assert.Contains("frame-ancestors 'none'", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("frame-ancestors https://www.tilleul.example https://tilleul.example;", embed.Headers.GetValues("Content-Security-Policy").Single() + ";");
        Assert.All(new[] { page, embed }, answer =>
        {
            Assert.False(answer.Headers.Contains("Set-Cookie"));
            Assert.Contains("no-store", answer.Headers.CacheControl!.ToString());
            Assert.DoesNotContain("unsafe", answer.Headers.GetValues("Content-Security-Policy").Single());
        });
        var sent = await SendAsync(visitor, "/contact/embed", Nora);
        Assert.StartsWith("/contact/embed?sent", sent.Headers.Location!.ToString());
        Assert.Equal(InquirySource.Embed, (await OnlyAsync()).Source);
    }

    [Fact]
    public async Task One_address_sends_so_many_forms_and_is_then_asked_to_wait()
    {
        var (visitor, other) = (_app.Visitor("198.51.100.7"), _app.Visitor("198.51.100.8"));
        for (var i = 0; i < PublicForms.SentInTenMinutes; i++) await visitor.PostWithoutTokenAsync("/contact", []);

        var refused = await visitor.PostWithoutTokenAsync("/contact/embed", []);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.BadRequest, (await other.PostWithoutTokenAsync("/contact", [])).StatusCode);
    }

    private static readonly (string Name, string Value)[] Nora = [("Input.Name", "Nora Roux"), ("Input.Email", "nora.roux@example.org"), ("Input.Message", "Une maison près du lac ?")];

    private async Task<HttpResponseMessage> SendAsync(Browser visitor, string url = "/contact", params (string Name, string Value)[] fields)
    {
        var token = Token(await visitor.ReadAsync(url));
        _app.Time.Advance(TimeSpan.FromSeconds(5));
        return await visitor.PostWithoutTokenAsync(url.Split('?')[0], [.. fields, ("Token", token)]);
    }

    internal static string Token(string html) => WebUtility.HtmlDecode(TokenField().Match(html).Groups[1].Value);

    // What the widget does, in the open.
    private static string Solve(string challenge)
    {
        var json = JsonNode.Parse(challenge)!;
        var parameters = json["parameters"]!;
        var (nonce, salt, prefix) = (Convert.FromHexString((string)parameters["nonce"]!), Convert.FromHexString((string)parameters["salt"]!), (string)parameters["keyPrefix"]!);
        for (var counter = 0; ; counter++)
        {
            byte[] password = [.. nonce, 0, 0, 0, 0];
            BinaryPrimitives.WriteInt32BigEndian(password.AsSpan(nonce.Length), counter);
            var key = Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2(password, salt, (int)parameters["cost"]!, HashAlgorithmName.SHA256, (int)parameters["keyLength"]!));
            if (!key.StartsWith(prefix, StringComparison.Ordinal)) continue;
            var answer = new JsonObject { ["challenge"] = JsonNode.Parse(challenge), ["solution"] = new JsonObject { ["counter"] = counter, ["derivedKey"] = key, ["time"] = 12.3 } };
            return Convert.ToBase64String(Encoding.UTF8.GetBytes(answer.ToJsonString()));
        }
    }

    private static string Forge(string solved)
    {
        var json = JsonNode.Parse(Convert.FromBase64String(solved))!;
        var signature = (string)json["challenge"]!["signature"]!;
        json["challenge"]!["signature"] = signature[..40] + (signature[40] == 'A' ? 'B' : 'A') + signature[41..];
        return Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(json));
    }

    private async Task<Inquiry> OnlyAsync()
    {
        await using var db = _app.Db();
        return await db.Inquiries.AsNoTracking().SingleAsync();
    }

    private async Task<int> CountAsync()
    {
        await using var db = _app.Db();
        return await db.Inquiries.CountAsync();
    }

    private async Task<Guid> PropertyAsync(string reference, string status)
    {
        await using var db = _app.Db();
        var property = new Property(new PropertyEntry(reference, PropertyKind.House, "3 rue Secrète, Angers", 250_000, null), new DateOnly(2026, 11, 1));
        db.Properties.Add(property);
        await db.SaveChangesAsync();
        await _app.Database.OwnerConnectionString.QueryAsync<object>($"UPDATE properties SET status = '{status}', city = 'Angers' WHERE id = '{property.Id}'");
        return property.Id;
    }

    [GeneratedRegex("""name="Token"[^>]*value="([^"]+)""")]
    private static partial Regex TokenField();
}
