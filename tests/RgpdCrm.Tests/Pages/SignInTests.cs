using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Pages;

public sealed partial class SignInTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(postgres);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Sophie_signs_in_and_lands_where_she_was_going()
    {
        await _app.EnsureAccountAsync("sophie@example.org", Role.Agent);
        var sophie = _app.Visitor();

        var refused = await sophie.GetAsync("/contacts");
        var answer = await sophie.PostFormAsync("/account/sign-in", ("Email", "sophie@example.org"), ("Password", CrmApp.Password), ("ReturnUrl", "/contacts?q=mar"));

        Assert.Equal("/account/sign-in", refused.Headers.Location!.AbsolutePath);
        Assert.Equal("/contacts?q=mar", answer.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("https://evil.example/"), InlineData("//evil.example"), InlineData("/\\evil.example"), InlineData("javascript:alert(1)")]
    public async Task A_forged_return_address_leads_home(string returnUrl)
    {
        await _app.EnsureAccountAsync("sophie@example.org", Role.Agent);

        var answer = await _app.Visitor().PostFormAsync("/account/sign-in", ("Email", "sophie@example.org"), ("Password", CrmApp.Password), ("ReturnUrl", returnUrl));

        Assert.Equal("/", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Ops_land_on_the_jobs_page() =>
        Assert.Equal("/jobs", (await (await AccountOf(Role.Ops)).SignInAsync("ops@example.org", CrmApp.Password)).Headers.Location!.ToString());

    [Fact]
    public async Task Unknown_wrong_locked_and_disabled_get_one_answer()
    {
        await _app.EnsureAccountAsync("wrong@example.org", Role.Agent);
        await _app.EnsureAccountAsync("locked@example.org", Role.Agent);
        await _app.EnsureAccountAsync("disabled@example.org", Role.Agent);
        await using (var db = _app.Db())
        {
            await db.Users.Where(a => a.Email == "disabled@example.org").ExecuteUpdateAsync(a => a.SetProperty(x => x.DisabledAt, _app.Time.GetUtcNow()));
        }

        for (var i = 0; i < FrontDoor.MostTries; i++) await TryAsync("locked@example.org", "x");

        var answers = new[]
        {
            await TryAsync("nobody@example.org", "x"),
            await TryAsync("wrong@example.org", "x"),
            await TryAsync("locked@example.org", CrmApp.Password),
            await TryAsync("disabled@example.org", CrmApp.Password),
        };

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Single(answers.Select(answer => answer.Summary).Distinct());
        Assert.Contains("Adresse ou mot de passe inconnus", answers[0].Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_who_exhausts_the_tries_locks_out_strangers_and_not_Sophies_own_browser()
    {
        var id = (await _app.EnsureAccountAsync("sophie@example.org", Role.Agent)).Id;
        var own = _app.Visitor();
        own.Client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        await own.SignInAsync("sophie@example.org", CrmApp.Password);
        await own.PostFormAsync("/account/sign-out");
        var attacker = _app.Visitor("198.51.100.7");
        for (var i = 0; i < FrontDoor.MostTries; i++) await attacker.SignInAsync("sophie@example.org", "x");

        Assert.Equal(HttpStatusCode.OK, (await attacker.SignInAsync("sophie@example.org", CrmApp.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _app.Visitor("203.0.113.9").SignInAsync("SOPHIE@example.org", CrmApp.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await own.SignInAsync("sophie@example.org", CrmApp.Password)).StatusCode);
        _app.Time.Advance(FrontDoor.PasswordPeriod);
        Assert.Equal(HttpStatusCode.Redirect, (await _app.Visitor("203.0.113.9").SignInAsync("sophie@example.org", CrmApp.Password)).StatusCode);

        await using var db = _app.Db();
        var noted = (await db.SignIns.Where(s => s.AccountId == id).Select(s => s.Outcome).ToListAsync()).CountBy(outcome => outcome).ToDictionary();
        Assert.Equal(new() { [SignInOutcome.Password] = 3, [SignInOutcome.WrongPassword] = FrontDoor.MostTries - 1, [SignInOutcome.Braked] = 1 }, noted);

        // She and an admin read the same: what was tried, and from what kind of browser.
        var admin = await _app.SignInAsync(Role.Admin);
        foreach (var page in new[] { await own.ReadAsync("/account/sessions"), await admin.ReadAsync($"/users/{id}/sign-ins") })
            Assert.Equal(new() { ["Mot de passe, Firefox, Linux"] = 2, ["Mot de passe, Inconnu"] = 1, ["Mot de passe faux, Inconnu"] = FrontDoor.MostTries - 1, ["Trop d’essais : attente imposée, Inconnu"] = 1 },
                Tried().Matches(Texts.Key(WebUtility.HtmlDecode(page))).Select(row => $"{row.Groups[1].Value}, {row.Groups[2].Value}").CountBy(row => row).ToDictionary());
    }

    [Fact]
    public async Task A_known_browser_has_tries_of_its_own_and_no_more()
    {
        await _app.EnsureAccountAsync("sophie@example.org", Role.Agent);
        await _app.EnsureAccountAsync("marc@example.org", Role.Agent);
        var stolen = _app.Visitor("198.51.100.20");
        await stolen.SignInAsync("sophie@example.org", CrmApp.Password);
        await stolen.PostFormAsync("/account/sign-out");
        for (var i = 0; i < FrontDoor.MostTries; i++) await stolen.SignInAsync("sophie@example.org", "x");

        Assert.Equal(HttpStatusCode.OK, (await stolen.SignInAsync("sophie@example.org", CrmApp.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _app.Visitor("198.51.100.21").SignInAsync("sophie@example.org", CrmApp.Password)).StatusCode);
    }

    [Fact]
    public async Task One_password_tried_on_many_accounts_is_stopped_by_its_address()
    {
        await _app.EnsureAccountAsync("sophie@example.org", Role.Agent);
        var wrong = _app.Services.GetRequiredService<WrongAnswers>();
        for (var i = 0; i < WrongAnswers.PerHour; i++) wrong.Note("198.51.100.30");

        Assert.Equal(HttpStatusCode.OK, (await _app.Visitor("198.51.100.30").SignInAsync("sophie@example.org", CrmApp.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _app.Visitor("198.51.100.31").SignInAsync("sophie@example.org", CrmApp.Password)).StatusCode);
    }

    [Fact]
    public async Task One_address_has_twenty_attempts_a_minute_and_another_is_not_hindered()
    {
        await _app.EnsureAccountAsync("sophie@example.org", Role.Agent);
        var attacker = _app.Visitor("198.51.100.7");
        for (var i = 0; i < Accounts.AttemptsPerMinute; i++) await attacker.SignInAsync("nobody@example.org", "");

        Assert.Equal(HttpStatusCode.TooManyRequests, (await attacker.SignInAsync("nobody@example.org", "")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _app.Visitor("203.0.113.9").SignInAsync("sophie@example.org", CrmApp.Password)).StatusCode);
    }

    [Fact]
    public async Task A_forged_forwarding_header_does_not_escape_the_limit()
    {
        var attacker = _app.Visitor("198.51.100.8");
        for (var i = 0; i < Accounts.AttemptsPerMinute; i++) await attacker.SignInAsync("nobody@example.org", "");
        attacker.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "127.0.0.1");

        Assert.Equal(HttpStatusCode.TooManyRequests, (await attacker.SignInAsync("nobody@example.org", "")).StatusCode);
    }

    [Fact]
    public async Task A_disabled_account_loses_its_session_within_a_minute()
    {
        var ops = await _app.SignInAsync(Role.Ops);
        Assert.Equal(HttpStatusCode.OK, (await ops.GetAsync("/jobs")).StatusCode);

        await using var db = _app.Db();
        await db.Users.ExecuteUpdateAsync(a => a.SetProperty(x => x.DisabledAt, _app.Time.GetUtcNow()));
        _app.Time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(HttpStatusCode.Redirect, (await ops.GetAsync("/jobs")).StatusCode);
    }

    [Fact]
    public async Task A_change_of_role_is_felt_within_a_minute()
    {
        var ops = await _app.SignInAsync(Role.Ops);
        await using var db = _app.Db();
        await db.Users.ExecuteUpdateAsync(a => a.SetProperty(x => x.Role, Role.Agent));
        _app.Time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(HttpStatusCode.Forbidden, (await ops.GetAsync("/jobs")).StatusCode);
    }

    [Fact]
    public async Task A_session_ends_after_eight_idle_hours_and_after_a_whole_day_whatever_happens()
    {
        var idle = await _app.SignInAsync(Role.Ops);
        var busy = await _app.SignInAsync(Role.Admin);
        for (var hour = 0; hour < 23; hour++)
        {
            _app.Time.Advance(TimeSpan.FromHours(1));
            Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("/jobs")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await idle.GetAsync("/jobs")).StatusCode);
        _app.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(HttpStatusCode.Redirect, (await busy.GetAsync("/jobs")).StatusCode);
    }

    [Fact]
    public async Task Signing_out_needs_a_post_and_ends_the_session()
    {
        var ops = await _app.SignInAsync(Role.Ops);

        await ops.GetAsync("/account/sign-out");
        Assert.Equal(HttpStatusCode.OK, (await ops.GetAsync("/jobs")).StatusCode);
        await ops.PostFormAsync("/account/sign-out");
        Assert.Equal(HttpStatusCode.Redirect, (await ops.GetAsync("/jobs")).StatusCode);
    }

    [Fact]
    public async Task A_set_password_link_changes_nothing_when_opened_and_dies_when_used()
    {
        var account = await _app.EnsureAccountAsync("lea@example.org", Role.Admin);
        await using var scope = _app.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var code = await accounts.GeneratePasswordResetTokenAsync((await accounts.FindByIdAsync(account.Id.ToString()))!);
        var link = $"/account/set-password?id={account.Id}&code={Uri.EscapeDataString(code)}";
        var lea = _app.Visitor();

        await lea.ReadAsync(link);
        Assert.Equal(HttpStatusCode.Redirect, (await _app.Visitor().SignInAsync("lea@example.org", CrmApp.Password)).StatusCode);
        var tooShort = await SetAsync(lea, link, "court");
        var set = await SetAsync(lea, link, "une phrase toute neuve");
        var again = await SetAsync(lea, link, "une autre phrase neuve");

        Assert.Equal(HttpStatusCode.OK, tooShort.StatusCode);
        Assert.Contains("field-validation-error\" data-valmsg-for=\"Password\"", await tooShort.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("/account/sign-in", set.Headers.Location!.ToString());
        Assert.Contains("Ce lien ne sert plus", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await _app.Visitor().SignInAsync("lea@example.org", "une phrase toute neuve")).StatusCode);
    }

    [Fact]
    public async Task A_forged_link_and_an_unknown_account_are_answered_alike()
    {
        var account = await _app.EnsureAccountAsync("lea@example.org", Role.Admin);

        var forged = await SetAsync(_app.Visitor(), $"/account/set-password?id={account.Id}&code=abc", "une phrase toute neuve");
        var unknown = await SetAsync(_app.Visitor(), $"/account/set-password?id={Guid.NewGuid()}&code=abc", "une phrase toute neuve");

        Assert.Equal(Summary(await forged.Content.ReadAsStringAsync()), Summary(await unknown.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Sophie_ends_her_other_sessions_and_not_Marcs()
    {
        var id = (await _app.EnsureAccountAsync("sophie@example.org", Role.Agent)).Id;
        var marc = await _app.SignInAsync(Role.Agent);
        var (here, there) = (_app.Visitor(), _app.Visitor());
        await there.SignInAsync("sophie@example.org", CrmApp.Password);
        await here.SignInAsync("sophie@example.org", CrmApp.Password);
        await using var db = _app.Db();
        var ofMarc = await db.Sessions.Where(s => s.AccountId != id).Select(s => s.Id).SingleAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await here.PostFormAsync("/account/sessions", ("id", ofMarc.ToString()))).StatusCode);
        await here.PostFormAsync("/account/sessions?handler=Others");
        _app.Time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(HttpStatusCode.Redirect, (await there.GetAsync("/contacts")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/contacts")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await marc.GetAsync("/contacts")).StatusCode);
    }

    [Fact]
    public async Task Signing_in_again_makes_a_new_session_and_ends_the_one_that_was_there()
    {
        await _app.EnsureAccountAsync("sophie@example.org", Role.Agent);
        var browser = await _app.SignInAsync(Role.Agent);
        await using var db = _app.Db();
        var earlier = await db.Sessions.Select(s => s.Id).SingleAsync();

        await browser.SignInAsync("sophie@example.org", CrmApp.Password);

        Assert.NotEqual(earlier, await db.Sessions.Select(s => s.Id).SingleAsync());
    }

    [Fact]
    public async Task An_admin_ends_Sophies_sessions_and_nobodys_cookie_outlives_the_end_of_all()
    {
        var sophie = await _app.SignInAsync(Role.Agent);
        var admin = await _app.SignInAsync(Role.Admin);
        var id = (await _app.EnsureAccountAsync("agent@example.org", Role.Agent)).Id;

        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFormAsync($"/users/{id}/sign-ins?handler=End")).StatusCode);
        _app.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.Redirect, (await sophie.GetAsync("/contacts")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/contacts")).StatusCode);

        await using var db = _app.Db();
        await AccountSession.EndAllAsync(db);
        _app.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.Redirect, (await admin.GetAsync("/contacts")).StatusCode);
    }

    [Fact]
    public async Task Sophie_changes_her_password_for_who_knows_the_old_one()
    {
        await _app.EnsureAccountAsync("sophie@example.org", Role.Agent);
        var (sophie, elsewhere) = (_app.Visitor(), _app.Visitor());
        await elsewhere.SignInAsync("sophie@example.org", CrmApp.Password);
        await sophie.SignInAsync("sophie@example.org", CrmApp.Password);

        var wrong = await ChangeAsync("x", "sept hiboux sous la lampe");
        var common = await ChangeAsync(CrmApp.Password, "passwordpassword1");
        var changed = await ChangeAsync(CrmApp.Password, "sept hiboux sous la lampe");
        _app.Time.Advance(TimeSpan.FromSeconds(61));

        Assert.Contains("href=\"#CurrentPassword\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("href=\"#NewPassword\"", await common.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Redirect), (wrong.StatusCode, common.StatusCode, changed.StatusCode));
        Assert.Equal(HttpStatusCode.OK, (await sophie.GetAsync("/contacts")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await elsewhere.GetAsync("/contacts")).StatusCode);

        Task<HttpResponseMessage> ChangeAsync(string old, string wanted) => sophie.PostFormAsync("/account/password", ("CurrentPassword", old), ("NewPassword", wanted), ("Again", wanted));
    }

    private static Task<HttpResponseMessage> SetAsync(Browser browser, string link, string password) =>
        browser.PostFormAsync(link, [("Password", password), ("Again", password)], tokenFrom: link);

    private async Task<Browser> AccountOf(Role role)
    {
        await _app.EnsureAccountAsync($"{role}@example.org".ToLowerInvariant(), role);
        return _app.Visitor();
    }

    private async Task<(HttpStatusCode Status, string Summary)> TryAsync(string email, string password)
    {
        var answer = await _app.Visitor().SignInAsync(email, password);
        return (answer.StatusCode, Summary(await answer.Content.ReadAsStringAsync()));
    }

    private static string Summary(string html) =>
        html.Split("validation-summary-errors").ElementAtOrDefault(1)?.Split("</ul>")[0] ?? "";

    [GeneratedRegex("""<td data-th="Résultat"><span[^>]*>([^<]+)</span></td>\s*<td data-th="Appareil"><span>([^<]+)</span></td>""")]
    private static partial Regex Tried();
}
