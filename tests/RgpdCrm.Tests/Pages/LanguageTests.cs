using System.Net;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages;

/// <summary>French unless someone chose English; the choice is the account's.</summary>
public sealed class LanguageTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(postgres);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task English_can_be_chosen_before_signing_in()
    {
        var visitor = _app.Visitor();

        Assert.Contains("<h1>Se connecter</h1>", await visitor.ReadAsync("/account/sign-in"), StringComparison.Ordinal);
        await visitor.PostFormAsync("/language", ("language", "en"), ("returnUrl", "/account/sign-in"));
        var page = await visitor.ReadAsync("/account/sign-in");

        Assert.Contains("<html lang=\"en\"", page, StringComparison.Ordinal);
        Assert.Contains("<h1>Sign in</h1>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_language_browsers_ask_for_is_not_read()
    {
        var visitor = _app.Visitor();
        visitor.Client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en-GB,en");

        Assert.Contains("<html lang=\"fr\"", await visitor.ReadAsync("/account/sign-in"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sophie_finds_her_language_again_on_another_computer()
    {
        var sophie = await _app.SignInAsync(Role.Agent);
        await sophie.PostFormAsync("/language", [("language", "en"), ("returnUrl", "/contacts")], tokenFrom: "/contacts");
        await sophie.PostFormAsync("/account/sign-out", [], tokenFrom: "/contacts");

        var elsewhere = await _app.SignInAsync(Role.Agent);
        var page = await elsewhere.ReadAsync("/contacts");

        Assert.Contains("<html lang=\"en\"", page, StringComparison.Ordinal);
        Assert.Contains("No contact yet", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_account_keeps_its_own()
    {
        var admin = await _app.SignInAsync(Role.Admin);
        await admin.PostFormAsync("/language", [("language", "en")], tokenFrom: "/contacts");
        await _app.SignInAsync(Role.Agent);

        await using var db = _app.Db();
        Assert.Equal(["en", "fr"], await db.Users.OrderBy(u => u.Email).Where(u => u.Role != Role.Ops).Select(u => u.Language).ToListAsync());
    }

    [Theory]
    [InlineData("de"), InlineData("EN\r\nSet-Cookie: x=1"), InlineData("")]
    public async Task Anything_but_English_is_French(string forged)
    {
        var admin = await _app.SignInAsync(Role.Admin);

        await admin.PostFormAsync("/language", [("language", forged)], tokenFrom: "/contacts");

        Assert.Contains("<html lang=\"fr\"", await admin.ReadAsync("/contacts"), StringComparison.Ordinal);
        await using var db = _app.Db();
        Assert.All(await db.Users.Select(u => u.Language).ToListAsync(), language => Assert.Equal("fr", language));
    }

    [Theory]
    [InlineData("/contacts?q=mar&p=2", "/contacts?q=mar&p=2"), InlineData("https://evil.example/", "/"), InlineData("//evil.example", "/"), InlineData("/\\evil.example", "/")]
    public async Task The_switch_stays_on_the_page_and_on_the_site(string returnUrl, string landing)
    {
        var agent = await _app.SignInAsync(Role.Agent);

        var answer = await agent.PostFormAsync("/language", [("language", "en"), ("returnUrl", returnUrl)], tokenFrom: "/contacts");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(landing, answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_form_complains_in_English()
    {
        var agent = await _app.SignInAsync(Role.Agent);
        await agent.PostFormAsync("/language", [("language", "en")], tokenFrom: "/contacts");

        var answer = await agent.PostFormAsync("/contacts/create", [("Input.Kind", "Private"), ("Input.Addresses[0].Country", "France"), ("Exchange.On", "2026-11-14")], tokenFrom: "/contacts/create");
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("things need correcting.", page, StringComparison.Ordinal);
        Assert.Contains("Give the last name.", page, StringComparison.Ordinal);
        Assert.Contains("Give the country in two letters, for example FR.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Indiquez", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fr", "14/11/2026"), InlineData("en", "14/11/2026"), InlineData("en", "2026-11-14")]
    public async Task A_French_date_is_understood_in_both_languages(string language, string date)
    {
        var agent = await _app.SignInAsync(Role.Agent);
        await agent.PostFormAsync("/language", [("language", language)], tokenFrom: "/contacts");

        var answer = await agent.PostFormAsync("/contacts/create",
            [("Input.Kind", "Private"), ("Input.LastName", "Marchal"), ("Input.Roles", "Buyer"), ("Exchange.Kind", "InboundCall"), ("Exchange.On", date)], tokenFrom: "/contacts/create");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        await using var db = _app.Db();
        Assert.Equal(new DateOnly(2026, 11, 14), (await db.Activities.SingleAsync()).On);
    }
}
