using System.Globalization;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Deployment;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Journeys;

/// <summary>What people do, in a real browser on the real application.</summary>
public sealed class JourneyTests(PostgresFixture postgres) : IAsyncLifetime
{
    // The agency's own site, elsewhere.
    private static readonly Uri Site = new($"http://127.0.0.1:{Doors.FreePort()}");

    private readonly AgencyClock _clock = LiveApp.Clock;
    private LiveApp _live = null!;
    private TestDatabase _database = null!;
    private IBrowser _chromium = null!;
    private string _address = "";

    public async ValueTask InitializeAsync()
    {
        _live = await LiveApp.StartAsync(postgres, $"--PublicSite:AllowedSites={Site}");
        (_database, _chromium, _address) = (_live.Database, _live.Chromium, _live.Address);
    }

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Fact]
    public async Task Sophie_sends_photos_drags_one_to_the_front_makes_another_the_cover_and_removes_it()
    {
        var house = new Core.Properties.Property(new Core.Properties.PropertyEntry("V-214", Core.Properties.PropertyKind.House, "12 rue des Tilleuls, Angers", 315_000, null), _clock.Today);
        await using (var db = CrmDbContext.Open(_database.AppConnectionString))
        {
            db.Properties.Add(house);
            await db.SaveChangesAsync();
        }
        var page = await SignInAsync(Role.Agent);
        List<string> complaints = [];
        page.Console += (_, message) => { if (message.Type == "error") complaints.Add(message.Text); };
        await page.GotoAsync($"{_address}/properties/{house.Id}/photos");

        await page.SetInputFilesAsync("input[type=file]", [File("salon.jpg", 900, 600), File("cuisine.jpg", 600, 900), new() { Name = "plan.svg", MimeType = "image/svg+xml", Buffer = "<svg/>"u8.ToArray() }]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ajouter les photos" }).ClickAsync();
        await page.GetByText("Les dessins SVG ne sont pas acceptés").WaitForAsync();
        Assert.Equal(2, await page.GetByText("Ajoutée", new() { Exact = true }).CountAsync());
        await page.GetByRole(AriaRole.Link, new() { Name = "Afficher les photos ajoutées" }).ClickAsync();
        await page.Locator("[data-photo]").Nth(1).WaitForAsync();
        Assert.True(await page.EvaluateAsync<bool>("""
            async () => {
              const images = [...document.querySelectorAll('[data-photo] picture img')];
              await Promise.all(images.map(image => { image.loading = 'eager'; return image.decode(); }));
              return images.every(image => image.currentSrc.endsWith('.webp'));
            }
            """));
        var (salon, cuisine) = (await IdAsync(0), await IdAsync(1));

        await page.Locator("[data-photo]").Nth(1).Locator("picture").DragToAsync(page.Locator("[data-photo]").Nth(0).Locator("picture"));
        await page.WaitForURLAsync($"**/photos#photo-{cuisine}");
        Assert.Equal([cuisine, salon], [await IdAsync(0), await IdAsync(1)]);
        await page.GetByRole(AriaRole.Button, new() { Name = "En faire la couverture" }).ClickAsync();
        await page.WaitForURLAsync($"**/photos#photo-{salon}");
        Assert.Equal([salon, cuisine], [await IdAsync(0), await IdAsync(1)]);
        Assert.Empty((await page.RunAxe()).Violations.Select(v => v.Id));

        await page.GetByRole(AriaRole.Link, new() { Name = "Retirer la photo 1" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Retirer la photo" }).ClickAsync();
        await page.WaitForURLAsync($"**/properties/{house.Id}/photos");
        Assert.Equal(1, await page.Locator("[data-photo]").CountAsync());
        Assert.DoesNotContain(complaints, text => text.Contains("Content Security Policy", StringComparison.Ordinal));

        Task<string?> IdAsync(int place) => page.Locator("[data-photo]").Nth(place).GetAttributeAsync("data-photo");
        static FilePayload File(string name, int width, int height) => new() { Name = name, MimeType = "image/jpeg", Buffer = Pictures.Jpeg(width, height, width) };
    }

    [Fact]
    public async Task A_list_of_24_covers_is_light_on_a_telephone()
    {
        await using (var scope = _live.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<CrmDbContext>();
            for (var n = 1; n <= 24; n++)
            {
                var house = new Core.Properties.Property(new Core.Properties.PropertyEntry($"V-{n:00}", Core.Properties.PropertyKind.House, "12 rue des Tilleuls, Angers", 315_000, null), _clock.Today);
                db.Properties.Add(house);
                await db.SaveChangesAsync();
                using var photo = new MemoryStream(Pictures.Jpeg(1600, 1200, n));
                Assert.NotNull(await new PhotoAlbum(db, scope.ServiceProvider.GetRequiredService<PhotoPipeline>(), house.Id).AddAsync("a.jpg", photo, new Act(null, _clock.Now)));
            }
        }
        var page = await SignInAsync(Role.Agent);
        var loaded = new System.Collections.Concurrent.ConcurrentBag<IResponse>();
        page.Response += (_, answer) => { if (answer.Request.ResourceType == "image" && answer.Url.StartsWith("http", StringComparison.Ordinal)) loaded.Add(answer); };
        await page.SetViewportSizeAsync(390, 844);
        await page.GotoAsync($"{_address}/properties");

        // As someone who reads to the end of the page.
        foreach (var cover in await page.Locator("picture img").AllAsync())
        {
            await cover.ScrollIntoViewIfNeededAsync();
            await cover.EvaluateAsync("async image => { image.loading = 'eager'; await image.decode(); }");
        }

        var sizes = await Task.WhenAll(loaded.Select(async answer => (answer.Url, Bytes: (await answer.BodyAsync()).Length)));
        Assert.Equal(24, sizes.Count(s => s.Url.EndsWith("/480.webp", StringComparison.Ordinal)));
        Assert.InRange(sizes.Sum(s => s.Bytes), 24 * 2_000, 300_000 - 1);
    }

    [Fact]
    public async Task The_form_works_inside_the_agencys_own_site_and_on_no_other()
    {
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var site = builder.Build();
        site.Urls.Add($"http://*:{Site.Port}");
        site.MapGet("/", () => Results.Content($"<!doctype html><title>Agence</title><h1>Nous écrire</h1><iframe src=\"{_address}/contact/embed\" title=\"Nous écrire\" width=\"600\" height=\"900\"></iframe>", "text/html; charset=utf-8"));
        await site.StartAsync();
        var page = await (await _chromium.NewContextAsync(new() { Locale = "fr-FR" })).NewPageAsync();
        List<string> complaints = [];
        page.Console += (_, message) => { if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal)) complaints.Add(message.Text); };

        await page.GotoAsync(Site.AbsoluteUri);
        var form = page.FrameLocator("iframe");
        await form.Locator("altcha-widget input[type=checkbox]").WaitForAsync();
        await form.Locator("[name='Input.Name']").FillAsync("Nora Roux");
        await form.Locator("[name='Input.Email']").FillAsync("nora.roux@example.org");
        await form.Locator("[name='Input.Message']").FillAsync("La maison est-elle encore libre ?");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        await form.Locator("[data-send]").ClickAsync();
        await form.GetByRole(AriaRole.Heading, new() { Name = "Message reçu" }).WaitForAsync();

        Assert.Equal("Embed false", await ScalarAsync<string>("SELECT source || ' ' || to_confirm FROM inquiries"));
        Assert.Empty(await page.Context.CookiesAsync());
        Assert.Empty(complaints);

        // The same page under another name is another site.
        await page.GotoAsync($"http://localhost:{Site.Port}");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nous écrire" })).ToBeVisibleAsync();
        for (var tries = 0; tries < 100 && complaints.Count == 0; tries++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Contains(complaints, text => text.Contains("frame-ancestors", StringComparison.Ordinal));
        Assert.Equal(0, await form.Locator("form").CountAsync());
    }

    [Fact]
    public async Task Sophie_finds_a_contact_logs_a_call_and_sees_the_clock_move()
    {
        var helene = await PersonAsync("Hélène", "Garnier", monthsSilent: 20);
        var page = await SignInAsync(Role.Agent);

        await page.FillAsync(".top input[type=search]", "gar");
        await page.PressAsync(".top input[type=search]", "Enter");
        await page.GetByRole(AriaRole.Link, new() { Name = "Hélène Garnier" }).First.ClickAsync();
        Assert.Contains(French(_clock.Today.AddMonths(-20).AddMonths(30)), await page.InnerTextAsync("main"), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Link, new() { Name = "Consigner un échange" }).ClickAsync();
        await page.SelectOptionAsync("select[name$='Kind']", nameof(ActivityKind.InboundCall));
        await page.FillAsync("input[type=date]", _clock.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await page.GetByRole(AriaRole.Button, new() { Name = "Consigner l’échange" }).ClickAsync();

        await page.WaitForURLAsync($"**/contacts/{helene}*");
        Assert.Contains(French(_clock.Today.AddMonths(30)), await page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lea_postpones_holds_and_keeps_each_from_the_panel()
    {
        var postponed = await PendingAsync("Camille", "Aubry");
        var held = await PendingAsync("Bernard", "Lescure");
        var kept = await PendingAsync("Nadia", "Cherif");
        var page = await SignInAsync(Role.Admin);

        await OpenAsync(page, postponed);
        var postpone = await SectionAsync(page, "Reporter");
        await postpone.Locator("[name=Reason]").FillAsync("Rendez-vous promis en janvier");
        await postpone.GetByRole(AriaRole.Button).ClickAsync();
        Assert.Equal(1, await ScalarAsync<int>($"SELECT postponements FROM contacts WHERE id = '{postponed}'"));

        await OpenAsync(page, held);
        var hold = await SectionAsync(page, "Bloquer");
        await hold.Locator("[name=Reason]").FillAsync("Litige sur le dépôt de garantie");
        await hold.Locator("[name=ReviewOn]").FillAsync(_clock.Today.AddMonths(6).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await hold.GetByRole(AriaRole.Button).ClickAsync();
        Assert.Equal(1, await ScalarAsync<long>($"SELECT count(*) FROM holds WHERE contact_id = '{held}' AND lifted_at IS NULL"));

        await OpenAsync(page, kept);
        var keep = await SectionAsync(page, "Conserver");
        await keep.Locator("[name=On]").FillAsync(_clock.Today.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await keep.Locator("[name=Kind]").SelectOptionAsync(nameof(ActivityKind.InboundCall));
        await keep.GetByRole(AriaRole.Button).ClickAsync();
        Assert.Equal("Active", await ScalarAsync<string>($"SELECT status FROM contacts WHERE id = '{kept}'"));
    }

    [Fact]
    public async Task Lea_deletes_now_only_with_the_box_ticked_and_withdraws_in_time()
    {
        var etienne = await PendingAsync("Étienne", "Roussel");
        var page = await SignInAsync(Role.Admin);
        await page.GotoAsync($"{_address}/pending/delete-now/{etienne}");
        await page.Locator("button.btn-final").ClickAsync();
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM deletion_orders"));

        await page.Locator("main form input[type=checkbox]").CheckAsync();
        await page.Locator("button.btn-final").ClickAsync();
        Assert.Equal("Waiting", await ScalarAsync<string>("SELECT state FROM deletion_orders"));

        await page.GotoAsync($"{_address}/pending?tab=week");
        if (await page.GetByRole(AriaRole.Button, new() { Name = "Annuler" }).CountAsync() == 0) await page.GotoAsync($"{_address}/pending?tab=upcoming");
        await page.GetByRole(AriaRole.Button, new() { Name = "Annuler" }).First.ClickAsync();
        Assert.Equal("Withdrawn", await ScalarAsync<string>("SELECT state FROM deletion_orders"));
    }

    [Fact]
    public async Task An_agent_sees_no_queue_and_no_dashboard_of_jobs_ops_see_the_jobs_and_no_person()
    {
        var id = await PendingAsync("Maëlle", "Kerouanton");
        var agent = await SignInAsync(Role.Agent);
        Assert.Equal(0, await agent.GetByRole(AriaRole.Link, new() { Name = "En attente de suppression" }).CountAsync());
        Assert.Equal(403, (await agent.GotoAsync($"{_address}/pending"))!.Status);
        Assert.Equal(403, (await agent.GotoAsync($"{_address}/hangfire"))!.Status);
        var ops = await SignInAsync(Role.Ops);
        Assert.Equal(200, (await ops.GotoAsync($"{_address}/hangfire"))!.Status);
        Assert.Equal(403, (await ops.GotoAsync($"{_address}/contacts/{id}"))!.Status);
    }

    [Fact]
    public async Task A_day_with_Nadia_from_her_inquiry_to_the_deed_and_ten_years_later_only_the_register_number_is_left()
    {
        var buyer = await PersonAsync("Hugo", "Pasquier", monthsSilent: 1);
        await _database.OwnerConnectionString.QueryAsync<object>($"""
            INSERT INTO inquiries (id, received_on, status, name, email, message) VALUES (gen_random_uuid(), '{_clock.Today:yyyy-MM-dd}', 'New', 'Nadia Ferré', 'nadia.ferre@example.org', 'Je vends ma maison.')
            """);
        var page = await SignInAsync(Role.Agent);

        await page.GotoAsync($"{_address}/inquiries");
        await page.GetByRole(AriaRole.Link, new() { Name = "Nadia Ferré" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Créer la fiche" }).ClickAsync();
        await page.GetByLabel("Vendeur").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Créer la fiche et rattacher la demande" }).ClickAsync();
        var nadia = await ScalarAsync<Guid>("SELECT id FROM contacts WHERE last_name = 'Ferré' AND silent_kind = 'InquiryReceived'");

        await page.GotoAsync($"{_address}/contacts/{nadia}/log");
        await page.SelectOptionAsync("[name='Exchange.Kind']", "VisitAttended");
        await page.GetByRole(AriaRole.Button, new() { Name = "Voir l’effet sur les dates" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Consigner l’échange" }).ClickAsync();
        await Assertions.Expect(page.Locator(".time")).ToContainTextAsync("Visite");

        await page.GotoAsync($"{_address}/mandates/create");
        await page.SelectOptionAsync("[name='Input.Kind']", "Sale");
        await page.FillAsync("[name='Input.TermOn']", $"{_clock.Today.AddMonths(6):yyyy-MM-dd}");
        await ChooseAsync(page, "Ferré");
        await page.GetByRole(AriaRole.Button, new() { Name = "Voir l’effet" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Inscrire le mandat" }).ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("create", StringComparison.OrdinalIgnoreCase));
        var mandate = await ScalarAsync<Guid>("SELECT id FROM obligations WHERE register_number = 1");

        await page.GotoAsync($"{_address}/contracts/create");
        await page.SelectOptionAsync("[name='Input.Kind']", "Deed");
        await page.FillAsync("[name='Input.Reference']", "A-1");
        await ChooseAsync(page, "Ferré", "Seller");
        await ChooseAsync(page, "Pasquier", "Buyer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer le contrat" }).ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("create", StringComparison.OrdinalIgnoreCase));

        await page.GotoAsync($"{_address}/mandates/{mandate}/complete");
        await page.FillAsync("[name='On']", $"{_clock.Today:yyyy-MM-dd}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Constater la fin" }).ClickAsync();
        await page.GotoAsync($"{_address}/contacts/{nadia}");
        await Assertions.Expect(page.Locator("#pieces").Locator("xpath=ancestor::section")).ToContainTextAsync("Acte A-1");

        var ended = _clock.Today;
        foreach (var night in new[] { ended.AddDays(1), ended.AddMonths(31), ended.AddMonths(34), ended.AddYears(10).AddMonths(-1), ended.AddYears(10) }) await RunAsync(night);
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM obligations"));
        await RunAsync(ended.AddYears(10).AddDays(1));

        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM obligations"));
        Assert.Equal(0, await ScalarAsync<long>($"SELECT count(*) FROM contacts WHERE id IN ('{nadia}', '{buyer}')"));
        await page.GotoAsync($"{_address}/mandates");
        await Assertions.Expect(page.Locator("tbody tr")).ToContainTextAsync("Mandat détruit dix ans après sa fin, numéro conservé");
        Assert.Equal(404, (await page.GotoAsync($"{_address}/contacts/{nadia}"))!.Status);
    }

    [Fact]
    public async Task A_stranger_writes_the_captcha_is_solved_and_Sophie_finds_the_inquiry()
    {
        var page = await (await _chromium.NewContextAsync(new() { Locale = "fr-FR" })).NewPageAsync();
        var (faults, foreign) = (new List<string>(), new List<string>());
        page.Console += (_, message) => { if (message.Type == "error") faults.Add(message.Text); };
        page.PageError += (_, error) => faults.Add(error);
        page.Request += (_, request) => { if (!request.Url.StartsWith(_address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) foreign.Add(request.Url); };
        await page.GotoAsync($"{_address}/contact");
        await page.Locator("altcha-widget input[type=checkbox]").WaitForAsync();

        await page.FillAsync("[name='Input.Name']", "Nora Roux");
        await page.FillAsync("[name='Input.Email']", "nora.roux@example.org");
        await page.FillAsync("[name='Input.Message']", "La maison est-elle encore libre ?");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        await page.Locator("[data-send]").ClickAsync();
        await page.WaitForURLAsync("**/contact?sent=True*", new() { Timeout = 60_000 });
        Assert.Empty(faults.Concat(foreign));
        Assert.Empty(await page.Context.CookiesAsync());

        Assert.False(await ScalarAsync<bool>("SELECT to_confirm FROM inquiries"));
        var sophie = await SignInAsync(Role.Agent);
        await sophie.GotoAsync($"{_address}/inquiries");
        Assert.Contains("Nora Roux", await sophie.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    // A party is searched for, ticked and added, on their side where sides are asked for.
    private static async Task ChooseAsync(IPage page, string name, string? side = null)
    {
        await page.FillAsync("[name='Parties.Search']", name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Chercher parmi les contacts" }).ClickAsync();
        await page.Locator("[name='Parties.Pick']").CheckAsync();
        if (side is not null) await page.SelectOptionAsync("[name='Parties.As']", side);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ajouter" }).ClickAsync();
        await Assertions.Expect(page.Locator("#Parties table")).ToContainTextAsync(name);
    }

    private async Task RunAsync(DateOnly night) =>
        Assert.Equal(RunOutcome.Succeeded, (await new RetentionRun(_database.AppConnectionString, _clock, NullLogger<RetentionRun>.Instance).RunAsync(new RunRequest(night))).Outcome);

    private static string French(DateOnly date) => date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    private Task<IPage> SignInAsync(Role role) => _live.SignInAsync(role);

    private async Task OpenAsync(IPage page, Guid id)
    {
        foreach (var tab in (string[])["week", "upcoming"])
        {
            await page.GotoAsync($"{_address}/pending?tab={tab}&open={id}");
            if (await page.Locator(".decide").CountAsync() > 0) return;
        }
        Assert.Fail("The panel does not open.");
    }

    private static async Task<ILocator> SectionAsync(IPage page, string title)
    {
        var section = page.Locator(".decide details").Filter(new() { Has = page.Locator("summary", new() { HasText = title }) });
        if (await section.GetAttributeAsync("open") is null) await section.Locator("summary").ClickAsync();
        return section;
    }

    private async Task<Guid> PersonAsync(string firstName, string lastName, int monthsSilent)
    {
        await using var db = CrmDbContext.Open(_database.AppConnectionString);
        var last = _clock.Today.AddMonths(-monthsSilent);
        var contact = new Contact(ContactName.Person(firstName, lastName), last.AddMonths(-2), ContactRoles.Buyer, null, _clock.Now);
        contact.Emails.Add(new Email { Value = $"{ContactName.Fold(firstName).Replace(' ', '.')}@example.org" });
        contact.Phones.Add(new Phone { Value = "+33639980000" });
        db.Contacts.Add(contact);
        await db.SaveChangesAsync();
        db.Activities.Add(new Activity(contact.Id, last, ActivityKind.InboundCall, Outcome.None, null, _clock.Now));
        await db.SaveChangesAsync();
        return contact.Id;
    }

    private async Task<Guid> PendingAsync(string firstName, string lastName)
    {
        var id = await PersonAsync(firstName, lastName, monthsSilent: 31);
        await _database.OwnerConnectionString.QueryAsync<object>($"UPDATE contacts SET status = 'PendingDeletion', pending_since = '{_clock.Today.AddMonths(-1):yyyy-MM-dd}', pending_version = 1 WHERE id = '{id}'");
        return id;
    }

    private async Task<T> ScalarAsync<T>(string sql) => (await _database.OwnerConnectionString.QueryAsync<T>(sql)).Single();
}
