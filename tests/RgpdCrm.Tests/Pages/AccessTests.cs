using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Pages;

/// <summary>The role table, written a second time here and compared with every endpoint that the application really has.</summary>
public sealed partial class AccessTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Anyone = "anyone";
    private const string SignedIn = "agent admin ops";

    private static readonly (string Address, string Roles)[] Expected =
    [
        ("/", SignedIn),
        ("/contacts", "agent admin"), ("/contacts/handover", "admin"), ("/contacts/export.csv", "admin"), ("/mandates", "agent admin"), ("/contracts", "agent admin"), ("/documents", "agent admin"), ("/properties", "agent admin"), ("/inquiries", "agent admin"), ("/inquiries/keys", "admin"), ("/statistics", "agent admin"), ("/statistics/tools", "admin"), ("/stats/hit", Anyone),
        ("/pending", "admin"), ("/archive", "admin"), ("/requests", "admin"), ("/register", "admin"), ("/rules", "admin"), ("/audit", "admin"), ("/users", "admin"), ("/holds", "admin"), ("/objections", "admin"), ("/processing", "admin"), ("/processors", "admin"), ("/breaches", "admin"), ("/brakes", "admin"), ("/mail", "admin"), ("/restores", "admin"),
        ("/jobs", "admin ops"), ("/jobs/approve", "admin"), ("/jobs/confirm-clock", "admin"), ("/hangfire", "admin ops"),
        ("/health", Anyone), ("/account/sign-in", Anyone), ("/account/set-password", Anyone), ("/account/forgotten-password", Anyone), ("/account/second-step", Anyone), ("/account/sign-out", SignedIn), ("/account", SignedIn), ("/theme", Anyone), ("/language", Anyone), ("/shortcuts", SignedIn), ("/error", Anyone), ("/photos", Anyone), ("/contact", Anyone), ("/preferences", Anyone), ("/rights", Anyone), ("/privacy", Anyone), ("/legal-notice", Anyone), ("/cookies", Anyone), ("/api/v1", Anyone),
    ];

    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(postgres);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Every_endpoint_opens_to_the_roles_of_the_table_and_to_no_one_else()
    {
        var people = new List<(string Role, Browser Browser)> { ("none", _app.Visitor()) };
        foreach (var role in Enum.GetValues<Role>()) people.Add((Enum.GetName(role)!.ToLowerInvariant(), await _app.SignInAsync(role)));

        var wrong = new List<string>();
        foreach (var address in Endpoints().Select(Address).Distinct().Where(address => address != "/account/sign-out"))
        {
            var roles = RolesOf(address);
            if (roles is null) wrong.Add($"{address} is not in the role table");
            foreach (var (role, browser) in people)
            {
                var met = Met(await browser.GetAsync(address));
                var meant = roles is null ? "?" : roles == Anyone || roles.Split(' ').Contains(role) ? "open" : role == "none" ? "sign-in" : "refused";
                if (met != meant) wrong.Add($"{address} for {role}: {met} instead of {meant}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Every_page_refuses_a_post_without_the_antiforgery_token()
    {
        var admin = await _app.SignInAsync(Role.Admin);
        var pages = Endpoints().Where(e => e.Metadata.GetMetadata<PageActionDescriptor>() is not null).Select(Address).Distinct().Where(a => !a.StartsWith("/error", StringComparison.Ordinal));

        var wrong = new List<string>();
        foreach (var page in pages)
        {
            var status = (await admin.PostWithoutTokenAsync(page, [("Password", "x")])).StatusCode;
            if (status != HttpStatusCode.BadRequest) wrong.Add($"{page}: {(int)status}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Our_own_files_are_open_to_everyone_and_nothing_else_is_served_as_a_file()
    {
        var files = _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is not null);

        Assert.All(files, file => Assert.NotNull(file.Metadata.GetMetadata<IAllowAnonymous>()));
    }

    [Fact]
    public void An_address_that_the_table_does_not_know_is_closed_to_everyone() => Assert.Equal(Access.Nobody, Access.PolicyFor("/backups"));

    [Theory]
    [InlineData("/nothing/here"), InlineData("/.git/config"), InlineData("/appsettings.json"), InlineData("/contacts/00000000-0000-0000-0000-000000000000")]
    public async Task What_does_not_exist_answers_404_to_a_colleague_and_sign_in_to_a_stranger(string address)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await (await _app.SignInAsync(Role.Admin)).GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _app.Visitor().GetAsync(address)).StatusCode);
    }

    [Fact]
    public async Task A_refused_page_says_so_in_french_under_its_own_address()
    {
        var answer = await (await _app.SignInAsync(Role.Ops)).GetAsync("/contacts");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("Accès réservé", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private IEnumerable<RouteEndpoint> Endpoints() => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is null);

    // A page's optional parts are left out, its ids are nobody's.
    private static string Address(RouteEndpoint endpoint)
    {
        var text = Optional().Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), "");
        return Parameter().Replace(text, match => match.Value.Contains("int", StringComparison.Ordinal) || match.Value.Contains("long", StringComparison.Ordinal) ? "1" : Guid.NewGuid().ToString()) is { Length: > 0 } address ? address : "/";
    }

    private static string? RolesOf(string address) =>
        Expected.Where(row => address == row.Address || address == "/index" && row.Address == "/" || row.Address != "/" && address.StartsWith(row.Address + "/", StringComparison.Ordinal))
            .OrderByDescending(row => row.Address.Length).Select(row => row.Roles).FirstOrDefault();

    private static string Met(HttpResponseMessage answer) => answer.StatusCode switch
    {
        HttpStatusCode.Forbidden => "refused",
        HttpStatusCode.Redirect when answer.Headers.Location!.ToString().Contains("/account/sign-in?ReturnUrl", StringComparison.Ordinal) => "sign-in",
        >= HttpStatusCode.InternalServerError => "broken",
        _ => "open",
    };

    [GeneratedRegex(@"/?\{(\*\*[^}]*|[^}]*\?)\}")]
    private static partial Regex Optional();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
