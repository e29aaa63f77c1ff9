using System.Net;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Mail;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages;

/// <summary>The accounts of the team, over HTTP.</summary>
public sealed class UsersTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;
    private Browser _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres);
        _admin = await _app.SignInAsync(Role.Admin);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Claire_is_invited_sees_her_link_once_and_signs_in_with_the_password_she_chose()
    {
        const string Name = "Claire-Marie d’Estrées de la Rochefoucauld-Montmorency-Beauvoir";
        var answer = await PostAsync("/users/invite", ("Input.FullName", Name), ("Input.Email", " claire@example.org "), ("Input.Role", "Agent"));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        await using (var db = _app.Db()) Assert.Equal("account.created", await db.AuditEntries.Select(a => a.Action).SingleAsync());
        var page = WebUtility.HtmlDecode(await _admin.ReadAsync(answer.Headers.Location!.ToString()));
        var link = page[page.IndexOf("https://localhost/account/set-password?", StringComparison.Ordinal)..].Split('<')[0];
        Assert.DoesNotContain("set-password", await _admin.ReadAsync(answer.Headers.Location!.ToString()), StringComparison.Ordinal);
        Assert.Contains(Name, WebUtility.HtmlDecode(await _admin.ReadAsync("/users?state=Invited")), StringComparison.Ordinal);

        var claire = _app.Visitor();
        var query = System.Web.HttpUtility.ParseQueryString(new Uri(link).Query);
        await claire.PostFormAsync("/account/set-password", ("Id", query["id"]!), ("Code", query["code"]!), ("Password", CrmApp.Password), ("Again", CrmApp.Password));
        Assert.Equal(HttpStatusCode.Redirect, (await claire.SignInAsync("claire@example.org", CrmApp.Password)).StatusCode);
    }

    [Theory]
    [InlineData("admin@example.org", "Un compte existe déjà")]
    [InlineData("pas une adresse", "Cette adresse électronique n’est pas valable")]
    [InlineData("", "Indiquez l’adresse électronique")]
    public async Task A_known_or_malformed_address_is_refused_and_what_was_typed_stays(string email, string says)
    {
        var answer = await PostAsync("/users/invite", ("Input.FullName", "Inès O’Connor"), ("Input.Email", email), ("Input.Role", "Agent"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains(says, page, StringComparison.Ordinal);
        Assert.Contains("Inès O’Connor", page, StringComparison.Ordinal);
        Assert.Contains("href=\"#Input_Email\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7"), InlineData("Owner"), InlineData("")]
    public async Task A_role_that_does_not_exist_is_refused(string role)
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync("/users/invite", ("Input.FullName", "Inès"), ("Input.Email", "ines@example.org"), ("Input.Role", role))).StatusCode);
        Assert.Equal(1, await _app.CountAsync("accounts"));
    }

    [Fact]
    public async Task Marc_is_disabled_and_his_open_session_dies_within_a_minute()
    {
        var marc = await _app.SignInAsync(Role.Agent);
        var id = (await _app.EnsureAccountAsync("agent@example.org", Role.Agent)).Id;
        await _app.SqlAsync($"UPDATE contacts SET responsible_id = '{id}' WHERE id = '{await _app.ActiveAsync("Nora", "2026-10-01")}'");

        Assert.Equal(HttpStatusCode.Redirect, (await PostAsync($"/users/{id}/disable")).StatusCode);

        Assert.Contains($"/contacts/handover?from={id}", await _admin.ReadAsync($"/users/{id}/disable"), StringComparison.Ordinal);
        _app.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.Redirect, (await marc.GetAsync("/contacts")).StatusCode);
        Assert.NotEqual(HttpStatusCode.Redirect, (await _app.Visitor().SignInAsync("agent@example.org", CrmApp.Password)).StatusCode);

        Assert.Equal(HttpStatusCode.Redirect, (await PostAsync($"/users/{id}/disable?handler=Enable")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _app.Visitor().SignInAsync("agent@example.org", CrmApp.Password)).StatusCode);
    }

    [Fact]
    public async Task A_forged_post_against_oneself_or_the_last_admin_is_refused_and_explained()
    {
        var me = await _app.EnsureAccountAsync("admin@example.org", Role.Admin);

        var own = await PostAsync($"/users/{me.Id}/role", ("Wanted", "Agent"));
        Assert.Equal(HttpStatusCode.Conflict, own.StatusCode);
        Assert.Contains("Personne ne décide de son propre compte", await own.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync($"/users/{me.Id}/disable")).StatusCode);

        await using var db = _app.Db();
        Assert.Equal((Role.Admin, null), (await db.Users.Where(u => u.Id == me.Id).Select(u => new { u.Role, u.DisabledAt }).SingleAsync()) is var a ? (a.Role, a.DisabledAt) : default);
    }

    [Fact]
    public async Task A_new_link_kills_the_earlier_one_and_a_role_is_changed_with_its_trace()
    {
        var nora = await _app.EnsureAccountAsync("nora@example.org", Role.Agent);
        Assert.Equal(HttpStatusCode.Redirect, (await PostAsync($"/users/{nora.Id}/link")).StatusCode);
        Assert.Contains("set-password", await _admin.ReadAsync($"/users/{nora.Id}/link"), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Redirect, (await PostAsync($"/users/{nora.Id}/role", ("Wanted", "Admin"), ("Account.Email", "autre@example.org"))).StatusCode);

        await using var db = _app.Db();
        var stored = await db.Users.SingleAsync(u => u.Id == nora.Id);
        Assert.Equal((Role.Admin, "nora@example.org"), (stored.Role, stored.Email));
        Assert.NotEqual(nora.SecurityStamp, stored.SecurityStamp);
        Assert.Equal([MailTemplate.PasswordLinkMade], await db.OutgoingMails.Where(m => m.AccountId == nora.Id).Select(m => m.Template).ToListAsync());
        Assert.Equal(["account.link_made", "account.role_changed"], await db.AuditEntries.Where(a => a.SubjectId == nora.Id).OrderBy(a => a.Action).Select(a => a.Action).ToListAsync());
    }

    [Fact]
    public async Task Agents_and_ops_may_neither_see_nor_decide()
    {
        var me = await _app.EnsureAccountAsync("admin@example.org", Role.Admin);
        foreach (var role in (Role[])[Role.Agent, Role.Ops])
        {
            var browser = await _app.SignInAsync(role);
            foreach (var page in (string[])["/users", "/users/invite", $"/users/{me.Id}/role", $"/users/{me.Id}/disable", $"/users/{me.Id}/link"])
                Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(page)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostFormAsync($"/users/{me.Id}/disable", [], tokenFrom: "/error")).StatusCode);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await _admin.GetAsync($"/users/{Guid.NewGuid()}/role")).StatusCode);
    }

    private Task<HttpResponseMessage> PostAsync(string url, params (string Name, string Value)[] fields) => _admin.PostFormAsync(url, fields, tokenFrom: "/users/invite");
}
