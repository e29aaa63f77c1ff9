using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Mail;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Pages;

/// <summary>The second factor, as Production asks for it, over HTTP.</summary>
public sealed partial class SecondFactorTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Lea = "lea@example.org";
    private const string Step = "/account/second-step";

    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(
        postgres, services => services.AddScoped<IPasskeyHandler<Account>, LeasPasskey>().PostConfigure<PasswordHasherOptions>(hashing => hashing.IterationCount = 1_000), settings: [("environment", "Production"), ("Agency:Address", "https://localhost")]);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Lea_the_admin_and_Malik_of_ops_get_nowhere_before_their_second_factor_and_everywhere_after()
    {
        var lea = await SignInAsync();
        foreach (var page in (string[])["/", "/contacts", "/users", "/account", "/account/password", "/account/sessions"])
            Assert.Equal("/account/second-factor", (await lea.GetAsync(page)).Headers.Location?.ToString());
        Assert.Contains("Votre rôle demande un second facteur", WebUtility.HtmlDecode(await lea.ReadAsync("/account/second-factor")), StringComparison.Ordinal);

        var key = await lea.SetUpAuthenticatorAsync(_app.Time.GetUtcNow());

        Assert.Equal(HttpStatusCode.OK, (await lea.GetAsync("/users")).StatusCode);
        await using var db = _app.Db();
        Assert.DoesNotContain(key, (await db.Users.SingleAsync()).AuthenticatorSecret!, StringComparison.Ordinal);

        var malik = await _app.SignInAsync(Role.Ops);
        foreach (var page in (string[])["/", "/jobs", "/account"]) Assert.Equal("/account/second-factor", (await malik.GetAsync(page)).Headers.Location?.ToString());
        await malik.SetUpAuthenticatorAsync(_app.Time.GetUtcNow());
        Assert.Equal(HttpStatusCode.OK, (await malik.GetAsync("/jobs")).StatusCode);
    }

    [Fact]
    public async Task Sophie_the_agent_is_asked_for_none_until_she_sets_one_up()
    {
        var sophie = await _app.SignInAsync(Role.Agent);
        Assert.Equal(HttpStatusCode.OK, (await sophie.GetAsync("/contacts")).StatusCode);

        await sophie.SetUpAuthenticatorAsync(_app.Time.GetUtcNow());

        Assert.Equal(Step, (await _app.Visitor().SignInAsync("agent@example.org", CrmApp.Password)).Headers.Location?.ToString());
    }

    [Fact]
    public async Task A_code_opens_once_and_neither_it_nor_an_earlier_one_opens_again()
    {
        var key = await (await SignInAsync()).SetUpAuthenticatorAsync(_app.Time.GetUtcNow());
        _app.Time.Advance(TimeSpan.FromMinutes(5));
        var now = _app.Time.GetUtcNow();

        Assert.Equal("/", (await EnterAsync(Browser.CodeOf(key, now))).Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await EnterAsync(Browser.CodeOf(key, now))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await EnterAsync(Browser.CodeOf(key, now.AddSeconds(-30)))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await EnterAsync(Browser.CodeOf(key, now.AddSeconds(60)))).StatusCode);
        Assert.Equal("/", (await EnterAsync(Browser.CodeOf(key, now.AddSeconds(30)))).Headers.Location?.ToString());
    }

    [Fact]
    public async Task The_same_code_sent_twice_at_once_opens_one_session()
    {
        var key = await (await SignInAsync()).SetUpAuthenticatorAsync(_app.Time.GetUtcNow());
        _app.Time.Advance(TimeSpan.FromMinutes(5));
        var code = Browser.CodeOf(key, _app.Time.GetUtcNow());

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EnterAsync(code)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task A_code_of_the_rfc_is_read_as_the_rfc_says()
    {
        // RFC 6238, appendix B, SHA-1, at 59 seconds: 94287082, of which applications show the last six digits.
        Assert.Equal("287082", Browser.CodeOf("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", DateTimeOffset.FromUnixTimeSeconds(59)));
        var account = await _app.EnsureAccountAsync(Lea, Role.Admin);
        var lea = await SignInAsync();

        var refused = await lea.PostFormAsync("/account/second-factor/authenticator", [("Secret", "forged"), ("Code", "287082")], tokenFrom: "/account/second-factor/authenticator");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        await using var db = _app.Db();
        Assert.Null(await db.Users.Where(u => u.Id == account.Id).Select(u => u.AuthenticatorSecret).SingleAsync());
    }

    [Fact]
    public async Task Ten_wrong_codes_shut_the_door_to_strangers_for_a_day_and_not_to_her_own_browser()
    {
        var own = await SignInAsync();
        var key = await own.SetUpAuthenticatorAsync(_app.Time.GetUtcNow());
        await own.PostFormAsync("/account/sign-out", [], tokenFrom: "/account");
        _app.Time.Advance(TimeSpan.FromMinutes(5));
        var thief = _app.Visitor("198.51.100.40");
        await thief.SignInAsync(Lea, CrmApp.Password);
        for (var i = 0; i < FrontDoor.MostTries; i++) await thief.PostFormAsync(Step, [("Code", "000000")], tokenFrom: Step);
        var code = Browser.CodeOf(key, _app.Time.GetUtcNow());

        Assert.Equal(HttpStatusCode.OK, (await thief.PostFormAsync(Step, [("Code", code)], tokenFrom: Step)).StatusCode);
        await own.SignInAsync(Lea, CrmApp.Password);
        Assert.Equal(HttpStatusCode.Redirect, (await own.PostFormAsync(Step, [("Code", code)], tokenFrom: Step)).StatusCode);
    }

    [Fact]
    public async Task A_recovery_code_opens_once_and_new_ones_replace_the_old()
    {
        var lea = await SignInAsync();
        await lea.SetUpAuthenticatorAsync(_app.Time.GetUtcNow());
        var first = await CodesAsync(lea);
        Assert.Equal(RecoveryCode.Made, first.Count);
        Assert.Empty(await CodesAsync(lea));

        Assert.Equal("/", (await EnterAsync(first[0].ToLowerInvariant().Replace('-', ' '))).Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await EnterAsync(first[0])).StatusCode);
        Assert.Equal("/account/second-factor/codes", (await lea.PostFormAsync("/account/second-factor/codes", [], tokenFrom: "/account")).Headers.Location?.ToString());
        var second = await CodesAsync(lea);
        Assert.Equal(HttpStatusCode.OK, (await EnterAsync(first[1])).StatusCode);
        Assert.Equal("/", (await EnterAsync(second[0])).Headers.Location?.ToString());

        await using var db = _app.Db();
        Assert.Equal(RecoveryCode.Made - 1, await db.RecoveryCodes.CountAsync());
    }

    [Fact]
    public async Task One_recovery_code_sent_twice_at_once_opens_one_session()
    {
        var lea = await SignInAsync();
        await lea.SetUpAuthenticatorAsync(_app.Time.GetUtcNow());
        var code = (await CodesAsync(lea))[0];

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EnterAsync(code)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task The_same_passkey_answer_opens_once()
    {
        await _app.EnsureAccountAsync(Lea, Role.Admin);
        var state = State().Match(await _app.Visitor().ReadAsync("/account/sign-in")).Groups[1].Value;
        Task<HttpResponseMessage> ShowAsync() => _app.Visitor().PostFormAsync("/account/sign-in?handler=Passkey", ("Credential", "{}"), ("State", state));

        Assert.Single(await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ShowAsync())), answer => answer.StatusCode == HttpStatusCode.Redirect);
        Assert.Equal(HttpStatusCode.OK, (await ShowAsync()).StatusCode);
    }

    [Fact]
    public async Task A_new_password_by_link_does_not_skip_the_second_factor()
    {
        var lea = await SignInAsync();
        await lea.SetUpAuthenticatorAsync(_app.Time.GetUtcNow());
        await using var scope = _app.Services.CreateAsyncScope();
        await using var db = _app.Db();
        var account = await db.Users.SingleAsync();
        var link = new Uri(await scope.ServiceProvider.GetRequiredService<Invitations>().LinkAsync(account, new Uri("https://localhost"))).PathAndQuery;
        var thief = _app.Visitor();

        var chosen = await thief.PostFormAsync(link, [("Password", "sept hiboux sous la lampe"), ("Again", "sept hiboux sous la lampe")], tokenFrom: link);

        Assert.Equal("/account/sign-in", chosen.Headers.Location?.ToString());
        Assert.Equal(Step, (await thief.SignInAsync(Lea, "sept hiboux sous la lampe")).Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.Redirect, (await thief.GetAsync("/users")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await thief.GetAsync("/account/second-factor")).StatusCode);
        // And her own session has ended.
        _app.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.Redirect, (await lea.GetAsync("/users")).StatusCode);
    }

    [Fact]
    public async Task An_admin_resets_Leas_second_factor_with_its_trace_and_a_mail_and_never_their_own()
    {
        var lea = await SignInAsync();
        await lea.SetUpAuthenticatorAsync(_app.Time.GetUtcNow());
        var admin = await _app.SignInAsync(Role.Admin);
        await admin.SetUpAuthenticatorAsync(_app.Time.GetUtcNow());
        await using var db = _app.Db();
        var ids = await db.Users.ToDictionaryAsync(u => u.Email!, u => u.Id);

        var own = await admin.PostFormAsync($"/users/{ids["admin@example.org"]}/sign-ins", [], tokenFrom: "/account");
        var done = await admin.PostFormAsync($"/users/{ids[Lea]}/sign-ins", [], tokenFrom: "/account");

        Assert.Equal(HttpStatusCode.Conflict, own.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        Assert.Equal([Lea], await db.Users.Where(u => u.AuthenticatorSecret == null).Select(u => u.Email).ToListAsync());
        Assert.Equal(1, await db.AuditEntries.CountAsync(a => a.Action == "account.second_factor_reset" && a.SubjectId == ids[Lea]));
        Assert.Equal(1, await db.OutgoingMails.CountAsync(m => m.Template == MailTemplate.SecondFactorReset && m.AccountId == ids[Lea]));
        _app.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.Redirect, (await lea.GetAsync("/users")).StatusCode);
        var again = await SignInAsync();
        Assert.Equal("/account/second-factor", (await again.GetAsync("/users")).Headers.Location?.ToString());
    }

    [Fact]
    public async Task The_last_second_factor_of_an_admin_stays_and_a_stale_session_is_asked_for_the_password()
    {
        const string Page = "/account/second-factor/authenticator";
        var lea = await SignInAsync();
        await lea.SetUpAuthenticatorAsync(_app.Time.GetUtcNow());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lea.PostFormAsync(Page + "?handler=Remove", [], tokenFrom: "/account")).StatusCode);

        _app.Time.Advance(TimeSpan.FromMinutes(11));
        var wrong = await lea.PostFormAsync("/account/second-factor/codes", [("CurrentPassword", "x")], tokenFrom: "/account");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("href=\"#CurrentPassword\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await lea.PostFormAsync("/account/second-factor/codes", [("CurrentPassword", CrmApp.Password)], tokenFrom: "/account")).StatusCode);
    }

    private async Task<Browser> SignInAsync()
    {
        await _app.EnsureAccountAsync(Lea, Role.Admin);
        var lea = _app.Visitor();
        Assert.Equal("/", (await lea.SignInAsync(Lea, CrmApp.Password)).Headers.Location?.ToString());
        return lea;
    }

    // A browser that nobody knows gives the password, then the code.
    private async Task<HttpResponseMessage> EnterAsync(string code)
    {
        var stranger = _app.Visitor();
        Assert.Equal(Step, (await stranger.SignInAsync(Lea, CrmApp.Password)).Headers.Location?.ToString());
        return await stranger.PostFormAsync(Step, [("Code", code)], tokenFrom: Step);
    }

    private static async Task<IReadOnlyList<string>> CodesAsync(Browser browser) =>
        [.. CodeOnPage().Matches(await browser.ReadAsync("/account/second-factor/codes")).Select(match => match.Groups[1].Value)];

    // Whatever the browser answers is Léa's passkey: what is looked at is what is done with an answer.
    private sealed class LeasPasskey(UserManager<Account> accounts) : IPasskeyHandler<Account>
    {
        public Task<PasskeyRequestOptionsResult> MakeRequestOptionsAsync(Account? user, HttpContext httpContext) =>
            Task.FromResult(new PasskeyRequestOptionsResult { RequestOptionsJson = "{}", AssertionState = Guid.NewGuid().ToString() });

        public async Task<PasskeyAssertionResult<Account>> PerformAssertionAsync(PasskeyAssertionContext context)
        {
            var passkey = new UserPasskeyInfo([1], [2], DateTimeOffset.UnixEpoch, signCount: 0, transports: null, isUserVerified: true, isBackupEligible: false, isBackedUp: false, attestationObject: [3], clientDataJson: [4]);
            return PasskeyAssertionResult.Success(passkey, (await accounts.FindByEmailAsync(Lea))!);
        }

        public Task<PasskeyCreationOptionsResult> MakeCreationOptionsAsync(PasskeyUserEntity userEntity, HttpContext httpContext) => throw new NotSupportedException();

        public Task<PasskeyAttestationResult> PerformAttestationAsync(PasskeyAttestationContext context) => throw new NotSupportedException();
    }

    [GeneratedRegex("""name="State" value="([^"]+)""")]
    private static partial Regex State();

    [GeneratedRegex("<code>([A-Z0-9-]{19})</code>")]
    private static partial Regex CodeOnPage();
}
