using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages;

public sealed partial class ContactPagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly (string, string)[] Helene =
    [
        ("Input.Kind", "Private"), ("Input.FirstName", "Hélène"), ("Input.LastName", "Garnier"), ("Input.Roles", "Buyer"), ("Input.Roles", "Seller"),
        ("Input.Phones[0]", "06 39 98 14 27"), ("Input.Emails[0]", "H.Garnier@example.org"),
        ("Exchange.Kind", "VisitAttended"), ("Exchange.On", "2026-11-02"), ("Exchange.Text", "Visite rue des Tanneurs"),
    ];

    private CrmApp _app = null!;
    private Browser _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres);
        _agent = await _app.SignInAsync(Role.Agent);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task An_empty_agency_sees_how_to_begin() => Assert.Contains("Aucun contact pour l’instant", await ReadAsync(_agent, "/contacts"));

    [Fact]
    public async Task Creating_Helene_logs_the_visit_she_comes_from_and_starts_her_clocks()
    {
        var answer = await PostAsync("/contacts/create", Helene);

        var id = IdOf(answer);
        await using var db = _app.Db();
        var helene = await db.Contacts.Include(c => c.Phones).Include(c => c.Emails).SingleAsync(c => c.Id == id);
        Assert.Equal((new DateOnly(2026, 11, 15), new DateOnly(2026, 11, 2), ActivityKind.VisitAttended), (helene.CollectedOn, helene.SilentOn!.Value, helene.SilentKind!.Value));
        Assert.Equal((ContactRoles.Buyer | ContactRoles.Seller, "+33639981427", "h.garnier@example.org"), (helene.Roles, helene.Phones.Single().Value, helene.Emails.Single().Value));
        Assert.Contains(await db.AuditEntries.ToListAsync(), a => a.Action == "contact.created" && a.SubjectId == id && a.Fields.Length == 0);
        var page = await ReadAsync(_agent, $"/contacts/{id}");
        Assert.Contains("Rien à décider avant le 15/05/2029", page);
        Assert.Contains("Visite rue des Tanneurs", page);
        Assert.Contains("signe du contact", page);
    }

    [Fact]
    public async Task Fields_of_the_schedule_cannot_be_posted()
    {
        var id = IdOf(await PostAsync("/contacts/create", [.. Helene, ("Input.Status", "Archived"), ("Status", "Archived"), ("Input.CollectedOn", "2001-01-01"), ("Input.IdleOn", "2031-01-01"), ("Input.Restricted", "true"), ("Role", "Admin")]));
        var (version, shownAt) = await VersionAsync(id);
        await PostAsync($"/contacts/{id}/edit", [.. Helene.Take(7), ("Version", version), ("ShownAt", shownAt), ("Input.Status", "PendingDeletion"), ("Contact.Status", "PendingDeletion"), ("Contact.CollectedOn", "2001-01-01"), ("Input.SilentOn", "2031-01-01")]);

        await using var db = _app.Db();
        var helene = await db.Contacts.SingleAsync(c => c.Id == id);
        Assert.Equal((ContactStatus.Active, new DateOnly(2026, 11, 15), new DateOnly(2026, 11, 2), false), (helene.Status, helene.CollectedOn, helene.IdleOn!.Value, helene.Restricted));
        Assert.Equal(Role.Agent, (await db.Users.SingleAsync(u => u.Email == "agent@example.org")).Role);
    }

    public static TheoryData<string, string, string> Faults { get; } = new()
    {
        { "Input.LastName", "", "Indiquez le nom." },
        { "Input.LastName", new string('x', 101), "100 caractères au plus" },
        { "Input.FirstName", "Hé\u0007lène", "caractères de contrôle" },
        { "Input.FirstName", "Hé\u202Elène", "caractères de contrôle" },
        { "Input.Phones[0]", "12", "numéro de téléphone" },
        { "Input.Phones[0]", new string('1', 5000), "numéro de téléphone" },
        { "Input.Emails[0]", "pas une adresse", "adresse e-mail" },
        { "Input.Emails[0]", new string('a', 60) + "@" + new string('b', 200) + ".fr", "adresse e-mail" },
        { "Input.Kind", "Professional", "SIREN" },
        { "Input.Roles", "Owner", "au moins un rôle" },
        { "Input.ResponsibleId", "7d9c0f0e-0000-4000-8000-000000000000", "personne de la liste" },
        { "Exchange.Kind", "", "sorte d’échange" },
        { "Exchange.Kind", "Merge", "sorte d’échange" },
        { "Exchange.Kind", "OutboundCall", "donné l’appel" },
        { "Exchange.On", "", "date de l’échange" },
        { "Exchange.On", "2026-02-31", "Cette valeur n’est pas valable" },
        { "Exchange.On", "2026-11-16", "dans l’avenir" },
        { "Exchange.On", "0001-01-01", "Vérifiez l’année" },
        { "Exchange.Text", new string('x', 2001), "2000 caractères au plus" },
    };

    [Theory, MemberData(nameof(Faults))]
    public async Task A_wrong_field_is_named_and_nothing_typed_is_lost(string field, string value, string message)
    {
        var answer = await PostAsync("/contacts/create", [.. Helene.Where(f => f.Item1 != field), (field, value)]);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(message, page);
        Assert.Contains("data-error-summary", page);
        if (field != "Input.LastName") Assert.Contains("value=\"Garnier\"", page);
        if (field != "Exchange.Text") Assert.Contains("Visite rue des Tanneurs", page);
        await using var db = _app.Db();
        Assert.Equal(0, await db.Contacts.CountAsync());
    }

    [Theory]
    [InlineData("Œdipe-Élie", "d’Aÿ <script>alert(1)</script>"), InlineData("👩‍👩‍👧", "Nguyễn"), InlineData("محمد", "علي"), InlineData("O'Brien", "\"Smith\" & Fils")]
    public async Task Names_of_the_world_are_kept_as_typed(string firstName, string lastName)
    {
        var answer = await PostAsync("/contacts/create", [.. Helene.Where(f => f.Item1 is not ("Input.FirstName" or "Input.LastName")), ("Input.FirstName", firstName), ("Input.LastName", lastName)]);

        var raw = await (await _agent.GetAsync($"/contacts/{IdOf(answer)}")).Content.ReadAsStringAsync();
        Assert.Contains($"{firstName} {lastName}", WebUtility.HtmlDecode(raw));
        Assert.DoesNotContain("<script>alert", raw);
        Assert.Contains($"{firstName} {lastName}", await ReadAsync(_agent, "/contacts?q=" + Uri.EscapeDataString(lastName)));
    }

    [Fact]
    public async Task The_longest_names_are_shown_and_found()
    {
        var answer = await PostAsync("/contacts/create", [.. Helene.Where(f => f.Item1 is not ("Input.FirstName" or "Input.LastName")), ("Input.FirstName", new string('É', 100)), ("Input.LastName", new string('W', 100))]);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains(new string('W', 100), await ReadAsync(_agent, "/contacts?q=www"));
    }

    [Fact]
    public async Task A_professional_keeps_a_checked_siren()
    {
        var id = IdOf(await PostAsync("/contacts/create", [.. Helene.Where(f => f.Item1 != "Input.Kind"), ("Input.Kind", "Professional"), ("Input.Organisation", "Étude Garnier"), ("Input.Siren", "732 829 320")]));

        await using var db = _app.Db();
        Assert.Equal((ContactKind.Professional, "732829320"), await db.Contacts.Where(c => c.Id == id).Select(c => new ValueTuple<ContactKind, string>(c.Kind, c.Siren!)).SingleAsync());
        Assert.Contains("Pas de suppression automatique", await ReadAsync(_agent, $"/contacts/{id}"));
    }

    [Fact]
    public async Task A_known_address_is_announced_before_a_second_record_is_made()
    {
        await PostAsync("/contacts/create", Helene);

        var warned = await PostAsync("/contacts/create", Helene);
        var page = WebUtility.HtmlDecode(await warned.Content.ReadAsStringAsync());
        var confirmed = await PostAsync("/contacts/create", [.. Helene, ("SomeoneElse", "true")]);

        Assert.Equal(HttpStatusCode.Conflict, warned.StatusCode);
        Assert.Contains("a déjà une fiche", page);
        Assert.Equal(HttpStatusCode.Redirect, confirmed.StatusCode);
    }

    [Fact]
    public async Task Two_colleagues_editing_at_once_the_second_learns_what_the_first_did()
    {
        var id = IdOf(await PostAsync("/contacts/create", Helene));
        var (version, shownAt) = await VersionAsync(id);
        var admin = await _app.SignInAsync(Role.Admin);
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        await PostAsync($"/contacts/{id}/edit", [.. Without("Input.Phones[0]"), ("Input.Phones[0]", "02 61 91 40 16"), ("Version", version), ("ShownAt", shownAt)], admin);

        var refused = await PostAsync($"/contacts/{id}/edit", [.. Without("Input.LastName"), ("Input.LastName", "Garnier-Roux"), ("Version", version), ("ShownAt", shownAt)]);
        var page = WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync());
        var (newVersion, newShownAt) = Hidden(page);
        var saved = await PostAsync($"/contacts/{id}/edit", [.. Without("Input.LastName"), ("Input.LastName", "Garnier-Roux"), ("Version", newVersion), ("ShownAt", newShownAt)]);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("admin a corrigé cette fiche", page);
        Assert.Contains("02 61 91 40 16", page);
        Assert.Contains("value=\"Garnier-Roux\"", page);
        Assert.Equal(HttpStatusCode.Redirect, saved.StatusCode);
        await using var db = _app.Db();
        var contact = await db.Contacts.Include(c => c.Phones).SingleAsync(c => c.Id == id);
        Assert.Equal(("Garnier-Roux", "+33639981427"), (contact.LastName, contact.Phones.Single().Value));
        var fields = (await db.AuditEntries.Where(a => a.Action == "contact.edited").OrderBy(a => a.At).ToListAsync()).Select(a => string.Join(",", a.Fields));
        Assert.Equal(["Phones", "LastName,Phones"], fields);
        Assert.Equal(new DateOnly(2026, 11, 2), contact.IdleOn);
    }

    [Fact]
    public async Task A_change_of_the_nightly_run_is_told_apart()
    {
        var id = IdOf(await PostAsync("/contacts/create", Helene));
        var (version, shownAt) = await VersionAsync(id);
        await SqlAsync($"UPDATE contacts SET kept_until = '2030-01-01' WHERE id = '{id}'");

        var refused = await PostAsync($"/contacts/{id}/edit", [.. Without("Input.LastName"), ("Input.LastName", "Roux"), ("Version", version), ("ShownAt", shownAt)]);

        Assert.Contains("Le passage automatique de la conservation a changé cette fiche", WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Logging_a_call_says_what_it_changes_then_moves_the_clock()
    {
        var id = IdOf(await PostAsync("/contacts/create", Helene));
        await WaitAsync(days: 40);

        var preview = await PostAsync($"/contacts/{id}/log?handler=Preview", [("Exchange.Kind", "InboundCall"), ("Exchange.On", "2026-12-20")]);
        var logged = await PostAsync($"/contacts/{id}/log", [("Exchange.Kind", "InboundCall"), ("Exchange.On", "2026-12-20"), ("Exchange.Text", "Cherche toujours")]);

        Assert.Contains("passerait du 15/05/2029 au 20/06/2029", WebUtility.HtmlDecode(await preview.Content.ReadAsStringAsync()));
        Assert.Equal($"/contacts/{id}", logged.Headers.Location!.ToString());
        var page = await ReadAsync(_agent, $"/contacts/{id}");
        Assert.Contains("Prochaine mise en attente : le 20/06/2029", page);
        Assert.Contains("Rien à décider avant le 20/06/2029", page);
    }

    [Fact]
    public async Task An_unanswered_call_moves_only_one_clock()
    {
        var id = IdOf(await PostAsync("/contacts/create", Helene));
        await WaitAsync(days: 300);

        await PostAsync($"/contacts/{id}/log", [("Exchange.Kind", "OutboundCall"), ("Exchange.Outcome", "NoAnswer"), ("Exchange.On", "2027-09-01")]);

        var page = await ReadAsync(_agent, $"/contacts/{id}");
        Assert.Contains("Rien à décider avant le 15/08/2029", page);
        Assert.Contains("Appel passé, sans réponse", page);
    }

    [Fact]
    public async Task Someone_pending_calls_and_the_agent_brings_them_back_from_the_search()
    {
        var id = IdOf(await PostAsync("/contacts/create", Helene));
        await SqlAsync($"UPDATE contacts SET collected_on = '2024-01-01', status = 'PendingDeletion', pending_since = '2026-11-01', pending_version = 1 WHERE id = '{id}'; UPDATE activities SET happened_on = '2024-01-05' WHERE contact_id = '{id}'");

        var search = await ReadAsync(_agent, "/contacts?q=" + Uri.EscapeDataString("06 39 98 14 27"));
        var part = await ReadAsync(_agent, "/contacts?q=garnier");
        var record = await _agent.GetAsync($"/contacts/{id}");
        var form = await ReadAsync(_agent, $"/contacts/{id}/log");
        var creating = WebUtility.HtmlDecode(await (await PostAsync("/contacts/create", Helene)).Content.ReadAsStringAsync());
        var edit = await _agent.GetAsync($"/contacts/{id}/edit");

        Assert.Contains("Une fiche attend sa suppression", search);
        Assert.Contains($"/contacts/{id}/log", search);
        Assert.DoesNotContain("h.garnier@example.org", search);
        Assert.DoesNotContain(id.ToString(), part);
        Assert.Equal($"/contacts/{id}/log", record.Headers.Location!.ToString());
        Assert.Contains("Hélène Garnier", form);
        Assert.DoesNotContain("h.garnier@example.org", form);
        Assert.DoesNotContain("Tanneurs", form);
        Assert.Contains("Une fiche attend sa suppression", creating);
        Assert.Equal(HttpStatusCode.Redirect, edit.StatusCode);

        var back = await PostAsync($"/contacts/{id}/log", [("Exchange.Kind", "InboundCall"), ("Exchange.On", "2026-11-15")]);
        Assert.Equal($"/contacts/{id}", back.Headers.Location!.ToString());
        await using var db = _app.Db();
        Assert.Equal(ContactStatus.Active, (await db.Contacts.SingleAsync(c => c.Id == id)).Status);
    }

    [Fact]
    public async Task An_exchange_too_old_leaves_them_pending_and_closed_to_the_agent()
    {
        var id = IdOf(await PostAsync("/contacts/create", Helene));
        await SqlAsync($"UPDATE contacts SET collected_on = '2024-01-01', status = 'PendingDeletion', pending_since = '2026-11-01', pending_version = 1 WHERE id = '{id}'; UPDATE activities SET happened_on = '2024-01-05' WHERE contact_id = '{id}'");

        var answer = await PostAsync($"/contacts/{id}/log", [("Exchange.Kind", "InboundCall"), ("Exchange.On", "2024-02-01")]);

        Assert.Equal("/contacts", answer.Headers.Location!.ToString());
        Assert.Contains("attend toujours sa suppression", await ReadAsync(_agent, "/contacts"));
    }

    [Fact]
    public async Task An_archived_record_is_nothing_to_an_agent_and_asks_an_admin_why()
    {
        var id = IdOf(await PostAsync("/contacts/create", Helene));
        await SqlAsync($"UPDATE contacts SET status = 'Archived', archived_on = '2026-11-10', kept_until = '2033-09-22' WHERE id = '{id}'");
        var admin = await _app.SignInAsync(Role.Admin);

        foreach (var path in new[] { "", "/log" }) Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/contacts/{id}{path}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync($"/contacts/{id}/log", [("Exchange.Kind", "InboundCall"), ("Exchange.On", "2026-11-15")])).StatusCode);
        Assert.Contains("Adressez-vous à un administrateur", await ReadAsync(_agent, "/contacts?q=" + Uri.EscapeDataString("Hélène Garnier")));
        Assert.Equal($"/archive/{id}", (await admin.GetAsync($"/contacts/{id}")).Headers.Location!.ToString());
        Assert.DoesNotContain("h.garnier@example.org", await ReadAsync(admin, $"/archive/{id}"));
    }

    [Theory]
    [InlineData("/contacts/7d9c0f0e-0000-4000-8000-000000000000"), InlineData("/contacts/7d9c0f0e-0000-4000-8000-000000000000/edit"), InlineData("/contacts/7d9c0f0e-0000-4000-8000-000000000000/log"), InlineData("/contacts/nobody")]
    public async Task An_unknown_person_is_not_found(string path) => Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync(path)).StatusCode);

    [Theory]
    [InlineData("?sort=evil;--&p=abc&view=9&role=zz&agent=x&retention=-1"), InlineData("?p=-4&sort=-date"), InlineData("?p=999999999&sort=agent"), InlineData("?q=%00%ff%25_%27"), InlineData("?view=Quiet&retention=DueSoon&role=Buyer&sort=-activity")]
    public async Task A_mangled_address_of_the_list_shows_a_list(string query)
    {
        await PostAsync("/contacts/create", Helene);

        Assert.Equal(HttpStatusCode.OK, (await _agent.GetAsync("/contacts" + query)).StatusCode);
    }

    private async Task WaitAsync(int days)
    {
        _app.Time.Advance(TimeSpan.FromDays(days));
        _agent = await _app.SignInAsync(Role.Agent);
    }

    private static IEnumerable<(string, string)> Without(string field) => Helene.Take(7).Where(f => f.Item1 != field);

    private static async Task<string> ReadAsync(Browser browser, string url) => WebUtility.HtmlDecode(await browser.ReadAsync(url)).Replace('\u00a0', ' ').Replace('\u202f', ' ');

    private Task<HttpResponseMessage> PostAsync(string url, (string, string)[] fields, Browser? browser = null) => (browser ?? _agent).PostFormAsync(url, fields, tokenFrom: "/contacts/create");

    private static Guid IdOf(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return Guid.Parse(answer.Headers.Location!.ToString().Split('/')[^1]);
    }

    private async Task<(string Version, string ShownAt)> VersionAsync(Guid id) => Hidden(WebUtility.HtmlDecode(await _agent.ReadAsync($"/contacts/{id}/edit")));

    private static (string Version, string ShownAt) Hidden(string page) => (VersionField().Match(page).Groups[1].Value, ShownAtField().Match(page).Groups[1].Value);

    private async Task SqlAsync(string sql)
    {
        await using var db = _app.Db();
        await db.Database.ExecuteSqlRawAsync(sql);
    }

    [GeneratedRegex("""name="Version"[^>]*value="(\d+)""")]
    private static partial Regex VersionField();

    [GeneratedRegex("""name="ShownAt"[^>]*value="([^"]+)""")]
    private static partial Regex ShownAtField();
}
