using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.Core.Statistics;

namespace RgpdCrm.Tests.Support;

/// <summary>An address of every page that the application maps, and an agency that has something to show on each.</summary>
internal static partial class EveryAddress
{
    /// <summary>Addresses of pages. What stands between braces is planted; a cross before an address stands for the button that leads on from there.</summary>
    public static readonly string[] Shown =
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

    /// <summary>Pages that show nothing of their own, and one's own passkey, which only a device makes (PasskeyTests): files to download, fragments of another page, and addresses that only take a POST.</summary>
    public static readonly string[] NotShown =
    [
        "/contacts/export.csv", "/register/export.csv", "/processing/export.csv", "/audit/export.csv", "/pending/export", "/documents/{document}", "/properties/communes", "/account/second-factor/passkey/{passkey}", "/theme", "/language", "/shortcuts", "/pending/withdraw/{pending}", "/jobs/approve", "/jobs/confirm-clock",
        "/properties/{property}/photos/add", "/properties/{property}/photos/order", "/properties/{property}/photos/describe",
    ];

    /// <summary>Whether an address is one of a route's.</summary>
    public static bool IsOn(string route, string address) => Regex.IsMatch(address, $"^{OptionalPart().Replace(AnyPart().Replace(route, "/[^/]+"), "(/[^/]+)?")}$", RegexOptions.IgnoreCase);

    /// <summary>The address with what was planted.</summary>
    public static string Filled(string address, Dictionary<string, string> planted, string language) =>
        Braces().Replace(address, match => match.Groups[1].Value == "language" ? language : planted[match.Groups[1].Value]);

    /// <summary>The agency of the demonstration, and what it has none of.</summary>
    /// <returns>What stands for each name between braces.</returns>
    public static async Task<Dictionary<string, string>> PlantAsync(TestDatabase database, IServiceProvider services, AgencyClock clock, int contacts)
    {
        await DemoData.SeedAsync(database.OwnerConnectionString, database.AppConnectionString, clock, Agency.Fingerprints, contacts, seed: 1, cancel: TestContext.Current.CancellationToken);
        await using var scope = services.CreateAsyncScope();
        await using var db = CrmDbContext.Open(database.AppConnectionString);
        var act = new Act(null, clock.Now);
        var anne = new Contact(ContactName.Person("Anne-Charlotte-Élisabeth", "de la Tour du Pin Chambly de La Charce Montmorency"), clock.Today.AddMonths(-3), ContactRoles.Seller, null, clock.Now);
        var email = new Email { Value = "anne-charlotte-elisabeth.de-la-tour-du-pin-chambly@une-adresse-tres-longue.example.org" };
        anne.Emails.Add(email);
        db.Contacts.Add(anne);
        await db.SaveChangesAsync();
        var search = new Search { ContactId = anne.Id };
        db.Searches.Add(search);
        db.Tags.Add(new Tag { ContactId = anne.Id, Name = "vue sur la Loire" });
        var key = ContactLink.Add(db, anne.Id, email.Id, LinkPurpose.Preferences, clock.Now);
        var asked = new EmailChange { ContactId = anne.Id, ReplacesId = email.Id, Value = "anne@example.org", ExpiresAt = clock.Now.AddDays(1) };
        db.EmailChanges.Add(asked);
        var confirm = ContactLink.Add(db, anne.Id, asked.Id, LinkPurpose.NewEmail, clock.Now);
        await db.SaveChangesAsync();
        var tool = await new StatisticsToolEntry("Google Analytics", "Google Ireland", 14, "Capture du 3 mars", clock.Today.AddMonths(6)).CreateAsync(db, act);

        var mandate = await db.Mandates.Where(m => m.RevokedOn == null && m.CompletedOn == null && m.TermOn >= clock.Today).Select(m => m.Id).FirstAsync();
        var property = await db.Properties.Select(p => p.Id).FirstAsync();
        var photo = await new PhotoAlbum(db, scope.ServiceProvider.GetRequiredService<PhotoPipeline>(), property).AddAsync("salon.jpg", new MemoryStream(Pictures.Jpeg()), act);
        var document = await Document.AddAsync(db, scope.ServiceProvider.GetRequiredService<DocumentFiles>(), mandate, "mandat-signé.pdf", new MemoryStream("%PDF-1.4 %%EOF"u8.ToArray()), act);
        var lease = new Contract(ContractKind.Lease, "B-2019-7", null, new DateOnly(2019, 6, 1), new DateOnly(2019, 6, 1), null, [new Party { ContactId = anne.Id, Side = Side.Tenant }]);
        var termed = new Contract(ContractKind.Lease, "B-2025-1", null, new DateOnly(2025, 6, 1), new DateOnly(2025, 6, 1), clock.Today.AddYears(1), [new Party { ContactId = anne.Id, Side = Side.Tenant }]);
        db.Contracts.AddRange(lease, termed);
        var request = new RightsRequest { ContactId = anne.Id, Kind = RightKind.Access, ReceivedOn = clock.Today };
        var doubted = new RightsRequest { ContactId = anne.Id, Kind = RightKind.Rectification, ReceivedOn = clock.Today, Identity = IdentityState.InDoubt };
        db.RightsRequests.AddRange(request, doubted);
        db.Notes.Add(new Note { ContactId = anne.Id, Text = "Sa voisine, joignable au 06 39 98 14 27, vend aussi", At = clock.Now });
        db.Holds.Add(new Hold { ContactId = anne.Id, Kind = HoldKind.Restriction, Reason = "Limitation demandée par la personne", ReviewOn = clock.Today.AddMonths(6), PlacedAt = clock.Now });
        await db.SaveChangesAsync();

        await database.OwnerConnectionString.QueryAsync<object>("""
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
        db.Brakes.Add(new Brake { Category = "contact", Budget = Budget.Deleting, Count = 412, FrozenAt = act.At, Date = clock.Today, ProposedAt = act.At, ProposedById = nora.Id });
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
            ["inquiry"] = $"{await db.Inquiries.Where(i => i.Status == InquiryStatus.New).Select(i => i.Id).FirstAsync()}",
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
