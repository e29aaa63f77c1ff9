using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Pages;

public sealed class SignInTests(PostgresFixture postgres) : IAsyncLifetime
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
            await db.Users.Where(a => a.Email == "locked@example.org").ExecuteUpdateAsync(a => a.SetProperty(x => x.LockoutEnd, DateTimeOffset.MaxValue));
            await db.Users.Where(a => a.Email == "disabled@example.org").ExecuteUpdateAsync(a => a.SetProperty(x => x.DisabledAt, _app.Time.GetUtcNow()));
        }

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

    [Theory]
    [InlineData("nobody@example.org"), InlineData("wrong@example.org"), InlineData("left@example.org"), InlineData("locked@example.org")]
    public async Task Whoever_fails_to_sign_in_costs_the_same_one_password_check(string email)
    {
        var hasher = new CountingHasher();
        await using var app = await CrmApp.StartAsync(postgres, services => services.AddSingleton<IPasswordHasher<Account>>(hasher));
        foreach (var known in new[] { "wrong@example.org", "left@example.org", "locked@example.org" }) await app.EnsureAccountAsync(known, Role.Agent);
        await app.Database.OwnerConnectionString.QueryAsync<object>("""
            UPDATE accounts SET disabled_at = now() WHERE email = 'left@example.org';
            UPDATE accounts SET lockout_end = '2099-01-01Z' WHERE email = 'locked@example.org'
            """);
        var visitor = app.Visitor();
        await visitor.SignInAsync("nobody@example.org", "warm up");

        hasher.Checks = 0;
        await visitor.SignInAsync(email, "x");

        Assert.Equal(1, hasher.Checks);
    }

    [Fact]
    public async Task Ten_wrong_passwords_close_the_account_for_a_while_even_to_the_right_one()
    {
        await _app.EnsureAccountAsync("sophie@example.org", Role.Agent);
        for (var i = 0; i < 10; i++) await TryAsync("sophie@example.org", "x");

        var (status, _) = await TryAsync("sophie@example.org", CrmApp.Password);

        await using var db = _app.Db();
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotNull((await db.Users.SingleAsync(a => a.Email == "sophie@example.org")).LockoutEnd);
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

    private sealed class CountingHasher : PasswordHasher<Account>
    {
        public int Checks { get; set; }

        public override PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
        {
            Checks++;
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }

    private static string Summary(string html) =>
        html.Split("validation-summary-errors").ElementAtOrDefault(1)?.Split("</ul>")[0] ?? "";
}
