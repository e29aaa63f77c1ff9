using Deque.AxeCore.Commons;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Journeys;

/// <summary>Every page that the application maps, in the eyes of each role that may open it: axe in both languages, colours in both themes, and no sideways scrolling on a telephone.</summary>
public sealed class EveryPageTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private readonly List<string> _faults = [];
    private readonly HashSet<string> _seen = [];
    private LiveApp _live = null!;

    public async ValueTask InitializeAsync() => _live = await LiveApp.StartAsync(postgres);

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Fact]
    public void No_page_is_missing_from_the_list()
    {
        var missing = _live.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<PageActionDescriptor>() is not null).Select(e => "/" + e.RoutePattern.RawText!.Trim('/'))
            .Where(route => !route.EndsWith("/index", StringComparison.OrdinalIgnoreCase))
            .Where(route => !EveryAddress.Shown.Concat(EveryAddress.NotShown).Any(address => EveryAddress.IsOn(route, address.TrimStart('+').Split('?')[0])));

        Assert.Empty(missing);
    }

    [Fact]
    public async Task Every_page_passes_axe_for_every_role_in_both_languages_and_themes_and_never_scrolls_sideways()
    {
        // Empty lists first, then an agency with a past.
        await LookAsync(await _live.SignInAsync(Role.Admin), ["/", "/contacts", "/mandates", "/mandates/register", "/contracts", "/properties", "/inquiries", "/inquiries/keys", "/statistics", "/statistics/tools", "/pending", "/archive", "/register", "/holds", "/requests", "/jobs", "/mail", "/restores"], "fr");
        var planted = await EveryAddress.PlantAsync(_live.Database, _live.Services, LiveApp.Clock, contacts: 600);

        foreach (var (role, who) in new (Role?, string)[] { (null, Access.Anyone), (Role.Admin, Access.Admin), (Role.Agent, Access.Agent), (Role.Ops, Access.Ops) })
        {
            var page = role is { } known ? await _live.SignInAsync(known) : await (await _live.Chromium.NewContextAsync()).NewPageAsync();
            var open = EveryAddress.Shown.Where(address => Opens(Access.PolicyFor(address.TrimStart('+').Split('?')[0]), who)).ToList();
            foreach (var language in (string[])["fr", "en"]) await LookAsync(page, open.Select(address => EveryAddress.Filled(address, planted, language)), language);
            await page.Context.CloseAsync();
        }

        Assert.Equal("", string.Join(Environment.NewLine, _faults.Distinct()));
        Assert.Empty(await WithoutLineAsync());
    }

    // The walk has been on every page that names an id: each of them left its line, or is said to be about nobody.
    private async Task<IEnumerable<string>> WithoutLineAsync()
    {
        var seen = await _live.Database.OwnerConnectionString.QueryAsync<string>("SELECT DISTINCT page FROM access_entries WHERE subject_id IS NOT NULL");
        return _live.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<PageActionDescriptor>() is not null && e.RoutePattern.Parameters.Any(p => p.ParameterPolicies.Any(policy => policy.Content == "guid")))
            .Select(e => "/" + e.RoutePattern.RawText!.Trim('/')).Append("/pending")
            .Where(page => !PagesSeen.AboutNobody.Any(page.StartsWith) && !EveryAddress.NotShown.Any(address => EveryAddress.IsOn(page, address)) && !seen.Contains(page));
    }

    // Who is signed in does not see the public pages otherwise than a visitor.
    private static bool Opens(string policy, string who) => policy == who
        || policy is Access.SignedIn or Access.SettingUp && who != Access.Anyone
        || policy == Access.Agent && who == Access.Admin
        || policy == Access.AdminOrOps && who is Access.Admin or Access.Ops;

    private async Task LookAsync(IPage page, IEnumerable<string> addresses, string language)
    {
        await page.Context.AddCookiesAsync([new() { Name = "language", Value = language, Url = _live.Address }]);
        page.Console += Complain;
        foreach (var address in addresses)
        {
            await page.SetViewportSizeAsync(1440, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
            var answer = await page.GotoAsync(_live.Address + address.TrimStart('+'));
            if (answer!.Status != 200 && !address.StartsWith("/error", StringComparison.Ordinal) && !address.Contains("k=x", StringComparison.Ordinal)) _faults.Add($"{address}: {answer.Status}");
            if (address[0] == '+') await PressAsync(page, address[1..]);
            else if (new Uri(page.Url).PathAndQuery != address) _faults.Add($"{address}: leads to {page.Url}");
            if (address.StartsWith("/contact?property", StringComparison.Ordinal)) await page.Locator("altcha-widget input[type=checkbox]").WaitForAsync();
            if (await page.GetAttributeAsync("html", "lang") != language) _faults.Add($"{language} {address}: another language");

            // An agent's page differs from the admin's around its content, seldom in it: the same content is not examined twice.
            var content = await page.EvaluateAsync<string>("(document.querySelector('main') ?? document.body).outerHTML.replace(/<input name=\"__RequestVerificationToken\"[^>]*>/g, '')");
            if (!_seen.Add($"{language} {address} {content}") && !address.EndsWith("/contacts", StringComparison.Ordinal)) continue;
            await page.EvaluateAsync(Axe);
            // Colours are those of the same elements in either language, and their rules take most of the time.
            await FindAsync(language == "fr" ? "axe.run({ resultTypes: ['violations'] })" : "axe.run({ rules: { 'color-contrast': { enabled: false } }, resultTypes: ['violations'] })", "light");
            if (language == "fr")
            {
                await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
                await FindAsync("axe.run({ runOnly: ['color-contrast', 'link-in-text-block'], resultTypes: ['violations'] })", "dark");
            }
            foreach (var width in (int[])[390, 320])
            {
                await page.SetViewportSizeAsync(width, 800);
                if (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth")) _faults.Add($"{language} {address}: scrolls sideways at {width} px");
            }

            async Task FindAsync(string axe, string theme) =>
                _faults.AddRange((await page.EvaluateAsync<string[]>($"{axe}.then(found => found.violations.map(v => v.id + ' ' + v.nodes[0].html.slice(0, 200)))")).Select(v => $"{theme} {language} {address}: {v}"));
        }
        page.Console -= Complain;

        void Complain(object? sender, IConsoleMessage message)
        {
            if (message.Type == "error" && !message.Text.Contains("the server responded with a status", StringComparison.Ordinal)) _faults.Add($"{page.Url}: {message.Text}");
        }
    }

    // The page behind the button: rows ticked in a list, an archive opened for a reason, rules simulated.
    private static async Task PressAsync(IPage page, string address)
    {
        var button = page.Locator("main form .btn-primary");
        if (await page.Locator("tbody input[type=checkbox]").CountAsync() > 0)
        {
            await page.Locator("tbody input[type=checkbox]").First.CheckAsync();
            button = page.Locator($"button[formaction^='{address}']");
            if (await button.CountAsync() == 0) button = page.Locator("button[form=choix]:not([formaction])");
        }
        else if (await page.Locator("main input[type=radio]").CountAsync() > 0)
        {
            await page.Locator("main input[type=radio]").First.CheckAsync();
        }
        await page.RunAndWaitForResponseAsync(() => button.First.ClickAsync(), answer => answer.Request.Method == "POST");
        await page.WaitForLoadStateAsync();
    }
}
