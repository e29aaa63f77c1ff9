using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.Core.Statistics;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Journeys;

/// <summary>Every page that the application maps, in the eyes of each role that may open it: axe in both languages and both themes, and no sideways scrolling on a telephone.</summary>
public sealed partial class EveryPageTests(PostgresFixture postgres) : IAsyncLifetime
{
    // What stands between braces is planted; a cross before an address stands for the button that leads on from there.
    private static readonly string[] Shown =
    [
        "/", "/contacts", "/contacts?q=zzz", "/contacts/create", "/contacts/{long}", "/contacts/{contact}", "/contacts/{contact}/edit", "/contacts/{contact}/log", "/contacts/{contact}/household", "/contacts/{contact}/tags",
        "/contacts/{contact}/duplicates", "/contacts/{contact}/merge/{other}", "/contacts/{contact}/write", "/contacts/{contact}/agreements", "/contacts/{contact}/search", "/contacts/{opposed}/agreements", "/objections", "+/contacts/tag", "+/contacts/assign", "/contacts/handover",
        "/mandates", "/mandates/create", "/mandates/register", "/mandates/{mandate}", "/mandates/{mandate}/renew", "/mandates/{mandate}/revoke", "/mandates/{mandate}/complete",
        "/contracts", "/contracts/create", "/contracts/{lease}", "/contracts/{termed}/renew", "/contracts/{lease}/complete", "/contracts/{lease}/confirm", "/documents/add/{mandate}", "/documents/{document}/remove",
        "/properties", "/properties/create", "/properties/{property}", "/properties/{property}/edit", "/properties/{property}/photos", "/properties/{property}/photos/{photo}/remove",
        "/inquiries", "/inquiries/{inquiry}", "/inquiries/{inquiry}/create", "/inquiries/{inquiry}/confirm", "/inquiries/keys", "/statistics", "/statistics/tools", "/statistics/tools/create", "/statistics/tools/{tool}/edit", "/statistics/tools/{tool}/remove", "/processing", "/processors", "/processors/edit", "/breaches", "/breaches/edit",
        "/pending", "/pending?tab=upcoming&open={pending}", "/pending?tab=postponed", "/pending?tab=held", "/pending?tab=failed", "/pending/postpone/{pending}", "/pending/hold/{pending}", "/pending/keep/{pending}", "/pending/delete-now/{pending}", "/pending/lift-hold/{held}", "/pending/confirm/{proposal}", "+/pending/postpone", "+/pending/hold", "+/pending/delete-now",
        "/archive", "/archive/{archived}", "+/archive/{archived}", "/register", "/register/1", "/rules", "/rules/edit", "+/rules/edit", "/rules/confirm", "/rules/version/1", "/audit", "/audit/views", "/holds", "/holds/{held}/review", "/restores",
        "/requests", "/requests/create", "/requests/{request}", "/requests/lift/{frozen}", "/requests/{request}/person", "/requests/{request}/identity", "/requests/{request}/extend", "/requests/{request}/answer", "/requests/{request}/write", "+/requests/{request}/write", "/requests/{request}/left-out", "/requests/{doubted}/papers",
        "/users", "/users/invite", "/users/{agent}/disable", "/users/{agent}/link", "/users/{agent}/role", "/users/{agent}/sign-ins", "/mail", "/mail/templates", "/jobs",
        "/account/sign-in", "/account/set-password?id={agent}&code=x", "/account/forgotten-password", "/account/second-step", "/account/sign-out", "/account", "/account/password", "/account/sessions", "/account/second-factor", "/account/second-factor/authenticator", "/account/second-factor/passkey", "/account/second-factor/codes", "/error/403", "/error/404", "/error/500",
        "/contact?property=none&lang={language}", "/contact?sent=true&lang={language}", "/contact/embed?lang={language}",
        "/privacy?lang={language}", "/privacy/versions?lang={language}", "/legal-notice?lang={language}", "/cookies?lang={language}",
        "/rights?lang={language}", "/rights/confirm?k=x&lang={language}", "/rights/package?k=x&lang={language}",
        "/preferences?k={key}&lang={language}", "/preferences?k=x&lang={language}", "/preferences/link?lang={language}", "/preferences/details?k={key}&lang={language}", "/preferences/stay?k={key}&lang={language}", "/preferences/confirm-email?k={confirm}&lang={language}",
        "/preferences/search?k={key}&lang={language}", "/preferences/search?k={key}&id={search}&lang={language}", "/preferences/remove-search?k={key}&id={search}&lang={language}", "/preferences/erase?k={key}&lang={language}", "/preferences/stop?k={key}&lang={language}",
    ];

    // Pages that show nothing of their own, and one's own passkey, which only a device makes (PasskeyTests): files to download, fragments of another page, and addresses that only take a POST.
    private static readonly string[] NotShown =
    [
        "/contacts/export.csv", "/register/export.csv", "/processing/export.csv", "/audit/export.csv", "/pending/export", "/documents/{document}", "/properties/communes", "/account/second-factor/passkey/{passkey}", "/theme", "/language", "/shortcuts", "/pending/withdraw/{pending}", "/jobs/approve", "/jobs/confirm-clock",
        "/properties/{property}/photos/add", "/properties/{property}/photos/order", "/properties/{property}/photos/describe",
    ];

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
            .Where(route => !Shown.Concat(NotShown).Any(address => IsOn(route, address.TrimStart('+').Split('?')[0])));

        Assert.Empty(missing);
    }

    [Fact]
    public async Task Every_page_passes_axe_for_every_role_in_both_languages_and_themes_and_never_scrolls_sideways()
    {
        // Empty lists first, then an agency with a past.
        await LookAsync(await _live.SignInAsync(Role.Admin), ["/", "/contacts", "/mandates", "/mandates/register", "/contracts", "/properties", "/inquiries", "/inquiries/keys", "/statistics", "/statistics/tools", "/pending", "/archive", "/register", "/holds", "/requests", "/jobs", "/mail", "/restores"], "fr");
        var planted = await PlantAsync();

        foreach (var (role, who) in new (Role?, string)[] { (null, Access.Anyone), (Role.Admin, Access.Admin), (Role.Agent, Access.Agent), (Role.Ops, Access.Ops) })
        {
            var page = role is { } known ? await _live.SignInAsync(known) : await (await _live.Chromium.NewContextAsync()).NewPageAsync();
            var open = Shown.Where(address => Opens(Access.PolicyFor(address.TrimStart('+').Split('?')[0]), who)).ToList();
            foreach (var language in (string[])["fr", "en"]) await LookAsync(page, open.Select(address => Filled(address, planted, language)), language);
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
            .Where(page => !PagesSeen.AboutNobody.Any(page.StartsWith) && !NotShown.Any(address => IsOn(page, address)) && !seen.Contains(page));
    }

    private static bool IsOn(string route, string address) => Regex.IsMatch(address, $"^{OptionalPart().Replace(AnyPart().Replace(route, "/[^/]+"), "(/[^/]+)?")}$", RegexOptions.IgnoreCase);

    // Who is signed in does not see the public pages otherwise than a visitor.
    private static bool Opens(string policy, string who) => policy == who
        || policy is Access.SignedIn or Access.SettingUp && who != Access.Anyone
        || policy == Access.Agent && who == Access.Admin
        || policy == Access.AdminOrOps && who is Access.Admin or Access.Ops;

    private static string Filled(string address, Dictionary<string, string> planted, string language) =>
        Braces().Replace(address, match => match.Groups[1].Value == "language" ? language : planted[match.Groups[1].Value]);

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
            await FindAsync("axe.run({ resultTypes: ['violations'] })", "light");
            // Colours are those of the same elements in either language.
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

    // The agency of the demonstration, and what it has none of.
    private async Task<Dictionary<string, string>> PlantAsync()
    {
        await DemoData.SeedAsync(_live.Database.OwnerConnectionString, _live.Database.AppConnectionString, LiveApp.Clock, Agency.Fingerprints, contacts: 600, seed: 1, cancel: TestContext.Current.CancellationToken);
        await using var scope = _live.Services.CreateAsyncScope();
        await using var db = CrmDbContext.Open(_live.Database.AppConnectionString);
        var act = new Act(null, LiveApp.Clock.Now);
        var anne = new Contact(ContactName.Person("Anne-Charlotte-Élisabeth", "de la Tour du Pin Chambly de La Charce Montmorency"), LiveApp.Clock.Today.AddMonths(-3), ContactRoles.Seller, null, LiveApp.Clock.Now);
        var email = new Email { Value = "anne-charlotte-elisabeth.de-la-tour-du-pin-chambly@une-adresse-tres-longue.example.org" };
        anne.Emails.Add(email);
        db.Contacts.Add(anne);
        await db.SaveChangesAsync();
        var search = new Search { ContactId = anne.Id };
        db.Searches.Add(search);
        db.Tags.Add(new Tag { ContactId = anne.Id, Name = "vue sur la Loire" });
        var key = ContactLink.Add(db, anne.Id, email.Id, LinkPurpose.Preferences, LiveApp.Clock.Now);
        var asked = new EmailChange { ContactId = anne.Id, ReplacesId = email.Id, Value = "anne@example.org", ExpiresAt = LiveApp.Clock.Now.AddDays(1) };
        db.EmailChanges.Add(asked);
        var confirm = ContactLink.Add(db, anne.Id, asked.Id, LinkPurpose.NewEmail, LiveApp.Clock.Now);
        await db.SaveChangesAsync();
        var tool = await new StatisticsToolEntry("Google Analytics", "Google Ireland", 14, "Capture du 3 mars", LiveApp.Clock.Today.AddMonths(6)).CreateAsync(db, act);

        var mandate = await db.Mandates.Where(m => m.RevokedOn == null && m.CompletedOn == null && m.TermOn >= LiveApp.Clock.Today).Select(m => m.Id).FirstAsync();
        var property = await db.Properties.Select(p => p.Id).FirstAsync();
        var photo = await new PhotoAlbum(db, scope.ServiceProvider.GetRequiredService<PhotoPipeline>(), property).AddAsync("salon.jpg", new MemoryStream(Pictures.Jpeg()), act);
        var document = await Document.AddAsync(db, scope.ServiceProvider.GetRequiredService<DocumentFiles>(), mandate, "mandat-signé.pdf", new MemoryStream("%PDF-1.4 %%EOF"u8.ToArray()), act);
        var lease = new Contract(ContractKind.Lease, "B-2019-7", null, new DateOnly(2019, 6, 1), new DateOnly(2019, 6, 1), null, [new Party { ContactId = anne.Id, Side = Side.Tenant }]);
        var termed = new Contract(ContractKind.Lease, "B-2025-1", null, new DateOnly(2025, 6, 1), new DateOnly(2025, 6, 1), LiveApp.Clock.Today.AddYears(1), [new Party { ContactId = anne.Id, Side = Side.Tenant }]);
        db.Contracts.AddRange(lease, termed);
        var request = new RightsRequest { ContactId = anne.Id, Kind = RightKind.Access, ReceivedOn = LiveApp.Clock.Today };
        var doubted = new RightsRequest { ContactId = anne.Id, Kind = RightKind.Rectification, ReceivedOn = LiveApp.Clock.Today, Identity = IdentityState.InDoubt };
        db.RightsRequests.AddRange(request, doubted);
        db.Notes.Add(new Note { ContactId = anne.Id, Text = "Sa voisine, joignable au 06 39 98 14 27, vend aussi", At = LiveApp.Clock.Now });
        db.Holds.Add(new Hold { ContactId = anne.Id, Kind = HoldKind.Restriction, Reason = "Limitation demandée par la personne", ReviewOn = LiveApp.Clock.Today.AddMonths(6), PlacedAt = LiveApp.Clock.Now });
        await db.SaveChangesAsync();

        await _live.Database.OwnerConnectionString.QueryAsync<object>("""
            INSERT INTO restores (id, backup, restored_at, ledger, fault, verified_at, opened_at, knowingly, counts)
            VALUES (gen_random_uuid(), '2026-11-10T043000Z', now(), 0, 'Older', now(), now(), true, '[{"Category": "contact", "Action": "erased", "Rule": "", "Count": 3}]')
            """);
        var people = await db.Contacts.Where(c => c.Status == ContactStatus.Active && c.Kind == ContactKind.Private && !c.Restricted && c.Id != anne.Id && db.Activities.Count(a => a.ContactId == c.Id) > 2 && db.Emails.Any(e => e.ContactId == c.Id)).OrderBy(c => c.Id).Select(c => c.Id).Take(2).ToListAsync();
        db.ChangeTracker.Clear();
        await Household.JoinAsync(db, anne.Id, people[0], act);
        var pending = db.Contacts.Where(c => c.Status == ContactStatus.PendingDeletion && !c.FromArchive);
        var held = await db.Holds.Where(h => h.LiftedAt == null && pending.Any(c => c.Id == h.ContactId)).FirstAsync();
        // What a second admin proposed: to delete two contacts, to let a brake go; and rules that wait.
        var (proposal, nora) = (Guid.NewGuid(), new Account { Id = Guid.NewGuid(), UserName = "nora", FullName = "Nora Petit", Role = Role.Admin });
        db.Users.Add(nora);
        db.Brakes.Add(new Brake { Category = "contact", Budget = Budget.Deleting, Count = 412, FrozenAt = act.At, Date = LiveApp.Clock.Today, ProposedAt = act.At, ProposedById = nora.Id });
        foreach (var person in people) db.DeletionOrders.Add(new DeletionOrder { ContactId = person, ById = nora.Id, OrderedAt = act.At, DueAt = act.At, Together = 2, ProposalId = proposal, State = OrderState.Proposed });
        await db.SaveChangesAsync();
        Assert.True((await new Publication(db).PublishAsync((await PolicyHistory.LoadAsync(db)).Current with { Version = 2, InactivityMonths = 24 }, "Note du délégué", act)).Waits);
        return new()
        {
            ["proposal"] = $"{proposal}",
            ["long"] = $"{anne.Id}",
            ["contact"] = $"{people[0]}",
            ["other"] = $"{people[1]}",
            ["search"] = $"{search.Id}",
            ["key"] = key,
            ["confirm"] = confirm,
            ["tool"] = $"{tool}",
            ["mandate"] = $"{mandate}",
            ["lease"] = $"{lease.Id}",
            ["termed"] = $"{termed.Id}",
            ["opposed"] = $"{await db.Objections.Where(o => db.Contacts.Any(c => c.Id == o.ContactId && c.Status == ContactStatus.Active && !c.Restricted)).Select(o => o.ContactId).FirstAsync()}",
            ["doubted"] = $"{doubted.Id}",
            ["request"] = $"{request.Id}",
            ["frozen"] = $"{anne.Id}",
            ["property"] = $"{property}",
            ["photo"] = $"{photo}",
            ["document"] = $"{document.Id}",
            ["held"] = $"{held.ContactId}",
            ["pending"] = $"{await pending.Where(c => c.Postponements == 0 && !db.Holds.Any(h => h.ContactId == c.Id) && !db.RightsRequests.Any(r => r.ContactId == c.Id)).OrderByDescending(c => c.PendingSince).Select(c => c.Id).FirstAsync()}",
            ["archived"] = $"{await db.Contacts.Where(c => c.Status == ContactStatus.Archived).Select(c => c.Id).FirstAsync()}",
            ["inquiry"] = $"{await db.Inquiries.Where(i => i.Status == Core.Inquiries.InquiryStatus.New).Select(i => i.Id).FirstAsync()}",
            ["agent"] = $"{await db.Users.Where(u => u.Role == Role.Agent).Select(u => u.Id).FirstAsync()}",
        };
    }

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@"/\{[^?}]*\}")]
    private static partial Regex AnyPart();

    [GeneratedRegex(@"/\{[^}]*\?\}")]
    private static partial Regex OptionalPart();
}
