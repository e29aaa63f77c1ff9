using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Contacts;

public sealed class PeoplePagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;
    private Browser _agent = null!, _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres);
        (_agent, _admin) = (await _app.SignInAsync(Role.Agent), await _app.SignInAsync(Role.Admin));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Paul_and_Nora_are_found_joined_and_shown_on_both_pages()
    {
        var (paul, nora) = (await ActiveAsync("Paul"), await ActiveAsync("Nora"));
        Assert.Contains(nora.ToString(), await _agent.ReadAsync($"/contacts/{paul}/household?q=nora"));

        var joined = await PostAsync(_agent, $"/contacts/{paul}/household", ("other", nora.ToString()));

        Assert.Equal(HttpStatusCode.Redirect, joined.StatusCode);
        foreach (var (id, other) in new[] { (paul, "Nora Martin"), (nora, "Paul Martin") })
        {
            var page = Office.Plain(await _agent.ReadAsync($"/contacts/{id}"));
            Assert.Contains($"Même foyer que {other}", page);
            Assert.Contains("chacun garde ses propres dates de conservation", page);
        }
        await PostAsync(_agent, $"/contacts/{nora}/household?handler=Leave");
        Assert.Contains("Aucun foyer", Office.Plain(await _agent.ReadAsync($"/contacts/{paul}")));
    }

    [Fact]
    public async Task Two_records_of_Paul_are_compared_and_become_one_only_with_the_box_ticked()
    {
        var (paul, again) = (await ActiveAsync("Paul"), await ActiveAsync("Paul"));
        Assert.Contains($"/contacts/{paul}/merge/{again}", await _agent.ReadAsync($"/contacts/{paul}/duplicates"));
        var address = $"/contacts/{paul}/merge/{again}";
        var versions = await VersionsAsync(address);

        var unticked = await PostAsync(_agent, address, versions);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unticked.StatusCode);
        Assert.Contains("Cochez la case", await unticked.TextAsync());
        await _app.SqlAsync($"UPDATE contacts SET roles = 2 WHERE id = '{again}'");
        var stale = await PostAsync(_agent, address, [.. versions, ("Sure", "true")]);
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        Assert.Equal(2, await _app.CountAsync("contacts"));
        var merged = await PostAsync(_agent, address, [.. await VersionsAsync(address), ("Sure", "true")]);

        Assert.Equal($"/contacts/{paul}", merged.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/contacts/{again}")).StatusCode);
        Assert.Contains("Fusion de fiches", Office.Plain(await _agent.ReadAsync($"/contacts/{paul}")));

        async Task<(string, string)[]> VersionsAsync(string page)
        {
            var html = await _agent.ReadAsync(page);
            return [.. new[] { "Version", "OtherVersion" }.Select(name => (name, Regex.Match(html, $"name=\"{name}\" value=\"(\\d+)\"").Groups[1].Value))];
        }
    }

    [Fact]
    public async Task Someone_pending_is_compared_by_an_admin_alone()
    {
        var (paul, jeanne) = (await ActiveAsync("Paul"), await _app.PendingAsync("Jeanne"));

        foreach (var page in new[] { $"/contacts/{paul}/merge/{jeanne}", $"/contacts/{jeanne}/merge/{paul}", $"/contacts/{jeanne}/duplicates" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync(page)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await _admin.GetAsync(page)).StatusCode);
        }
    }

    [Fact]
    public async Task Someone_pending_is_neither_found_nor_joined_nor_shown()
    {
        var (paul, jeanne) = (await ActiveAsync("Paul"), await _app.PendingAsync("Jeanne"));
        await _app.SqlAsync($"UPDATE contacts SET household_id = '7d9c0f0e-0000-4000-8000-000000000000'");

        Assert.DoesNotContain(jeanne.ToString(), await _agent.ReadAsync($"/contacts/{paul}/household?q=jeanne"));
        Assert.DoesNotContain("Jeanne", await _agent.ReadAsync($"/contacts/{paul}"));
        var forged = await PostAsync(_agent, $"/contacts/{paul}/household", ("other", jeanne.ToString()));
        Assert.Equal(HttpStatusCode.Conflict, forged.StatusCode);
        Assert.DoesNotContain("Jeanne", await forged.TextAsync());
        foreach (var page in new[] { "household", "tags" }) Assert.Equal(HttpStatusCode.Redirect, (await _agent.GetAsync($"/contacts/{jeanne}/{page}")).StatusCode);
        await PostAsync(_agent, $"/contacts/{jeanne}/tags", ("Input.Name", "Perdue de vue"));
        Assert.Equal(0, await _app.CountAsync("tags"));
        foreach (var page in new[] { "household", "tags" }) Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/contacts/{Guid.NewGuid()}/{page}")).StatusCode);
    }

    [Fact]
    public async Task A_label_is_put_on_shown_filtered_by_and_taken_off()
    {
        var (paul, nora) = (await ActiveAsync("Paul"), await ActiveAsync("Nora"));

        foreach (var name in new[] { "Investisseur", "<script>alert(1)</script>", "👩‍👩‍👧 عائلة" }) Assert.Equal(HttpStatusCode.Redirect, (await PostAsync(_agent, $"/contacts/{paul}/tags", ("Input.Name", name))).StatusCode);
        var list = await _agent.ReadAsync("/contacts?tag=INVESTISSEUR");
        var page = await _agent.ReadAsync($"/contacts/{paul}");

        Assert.Contains(paul.ToString(), list);
        Assert.DoesNotContain(nora.ToString(), list);
        Assert.DoesNotContain("<script>alert", page);
        Assert.Contains("👩‍👩‍👧 عائلة", WebUtility.HtmlDecode(page));
        await PostAsync(_agent, $"/contacts/{paul}/tags?handler=Remove", ("name", "investisseur"));
        Assert.Equal(2, await _app.CountAsync("tags"));
    }

    [Theory]
    [InlineData("", "Écrivez l’étiquette"), InlineData("  ... ", "Écrivez l’étiquette"), InlineData("a\u202Eb", "caractères de contrôle"), InlineData("12345678901234567890123456789012345678901", "40 caractères au plus")]
    public async Task A_wrong_label_is_named_and_kept(string name, string message)
    {
        var paul = await ActiveAsync("Paul");

        var answer = await PostAsync(_agent, $"/contacts/{paul}/tags", ("Input.Name", name));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(message, await answer.TextAsync());
        Assert.Equal(0, await _app.CountAsync("tags"));
    }

    [Fact]
    public async Task Ticked_contacts_are_named_given_and_the_rest_explained()
    {
        var (paul, nora, jeanne) = (await ActiveAsync("Paul"), await ActiveAsync("Nora"), await _app.PendingAsync("Jeanne"));
        var marc = await _app.EnsureAccountAsync("marc@example.org", Role.Agent);
        await _app.SqlAsync($"UPDATE contacts SET responsible_id = '{marc.Id}' WHERE id = '{nora}'");
        (string, string)[] ticked = [("ids", paul.ToString()), ("ids", nora.ToString()), ("ids", jeanne.ToString())];

        var chosen = await PostAsync(_agent, "/contacts/assign?handler=Choose", ticked);
        var without = await PostAsync(_agent, "/contacts/assign", ticked);
        var done = await PostAsync(_agent, "/contacts/assign", [.. ticked, ("To", marc.Id.ToString())]);

        Assert.Contains("<bdi>Nora Martin</bdi>, <bdi>Paul Martin</bdi>", await chosen.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, without.StatusCode);
        var report = await done.TextAsync();
        Assert.Contains("1 sur 3 faits", report);
        Assert.Contains("déjà suivi par cette personne", report);
        Assert.Contains("Contact inconnu", report);
        Assert.DoesNotContain("Jeanne", report + await chosen.TextAsync());
        Assert.Equal((marc.Id, null), ((await _app.FindAsync(paul))!.ResponsibleId, (await _app.FindAsync(jeanne))!.ResponsibleId));
    }

    [Fact]
    public async Task All_pages_of_a_filtered_list_are_labelled_at_once()
    {
        for (var i = 0; i < 30; i++) await ActiveAsync($"Nora{i}");
        await ActiveAsync("Zoé");

        var list = await _agent.ReadAsync("/contacts?q=nora&sort=name");
        var chosen = await (await PostAsync(_agent, "/contacts/tag?handler=Choose", ("q", "nora"), ("Everyone", "true"))).Content.ReadAsStringAsync();
        var ids = Regex.Matches(chosen, "name=\"ids\" value=\"([^\"]+)\"").Select(m => ("ids", m.Groups[1].Value)).ToArray();
        var done = await PostAsync(_agent, "/contacts/tag", [.. ids, ("Input.Name", "Salon 2026")]);

        Assert.Contains("Les 30 de la liste", Office.Plain(list));
        Assert.Equal(30, ids.Length);
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        Assert.Equal(30, await _app.CountAsync("tags"));
    }

    [Fact]
    public async Task Nobody_chosen_too_many_and_nonsense_are_refused()
    {
        Assert.Contains("Choisissez d’abord", await (await PostAsync(_agent, "/contacts/assign?handler=Choose")).TextAsync());
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(_agent, "/contacts/tag", ("ids", "' OR 1=1"), ("Input.Name", "x1"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(_agent, "/contacts/tag", [.. Enumerable.Range(0, 501).Select(_ => ("ids", Guid.NewGuid().ToString())), ("Input.Name", "x1")])).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _agent.GetAsync("/contacts/assign")).StatusCode);
    }

    [Fact]
    public async Task The_list_leaves_as_a_file_for_admins_without_formulas_or_people_set_aside()
    {
        var paul = await ActiveAsync("=HYPERLINK(\"http://example.org\")");
        await ActiveAsync("Nora");
        await _app.PendingAsync("Jeanne");
        await _app.SqlAsync($"INSERT INTO tags (id, contact_id, name) VALUES (gen_random_uuid(), '{paul}', '@cmd'), (gen_random_uuid(), '{paul}', 'b')");

        var answer = await _admin.GetAsync("/contacts/export.csv");
        var file = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await _agent.GetAsync("/contacts/export.csv")).StatusCode);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(3, file.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("\"'=HYPERLINK(\"\"http", file);
        Assert.Contains("\"'@cmd, b\"", file);
        Assert.Contains("\"06 39 98 00 00\";\"nora@example.org\"", file);
        Assert.DoesNotContain("Jeanne", file);
        Assert.DoesNotContain("Nora", await (await _admin.GetAsync("/contacts/export.csv?tag=B")).Content.ReadAsStringAsync());
        await using var db = _app.Db();
        Assert.Equal(2, await db.AuditEntries.CountAsync(a => a.Action == "contacts.exported"));
    }

    [Fact]
    public async Task A_handover_shows_its_numbers_then_moves_everything_once()
    {
        var (sophie, marc) = (await _app.EnsureAccountAsync("sophie@example.org", Role.Agent), await _app.EnsureAccountAsync("marc@example.org", Role.Agent));
        var paul = await ActiveAsync("Paul");
        await _app.SqlAsync($"UPDATE contacts SET responsible_id = '{sophie.Id}'; UPDATE accounts SET disabled_at = now() WHERE id = '{sophie.Id}'");

        var page = await _admin.ReadAsync($"/contacts/handover?from={sophie.Id}&to={marc.Id}");
        var back = await PostAsync(_admin, "/contacts/handover", ("From", marc.Id.ToString()), ("To", sophie.Id.ToString()));
        var done = await PostAsync(_admin, "/contacts/handover", ("From", sophie.Id.ToString()), ("To", marc.Id.ToString()));

        Assert.Contains("sophie (compte désactivé)", Office.Plain(page));
        Assert.Contains("1 contact et 0 demande à traiter passeraient", Office.Plain(page));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, back.StatusCode);
        Assert.Contains("un compte désactivé", await back.TextAsync());
        Assert.Equal($"/contacts?agent={marc.Id}", done.Headers.Location!.ToString());
        Assert.Equal(marc.Id, (await _app.FindAsync(paul))!.ResponsibleId);
        Assert.Equal(HttpStatusCode.Forbidden, (await _agent.GetAsync("/contacts/handover")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(_agent, "/contacts/handover", ("From", marc.Id.ToString()), ("To", marc.Id.ToString()))).StatusCode);
    }

    [Fact]
    public async Task Only_an_admin_turns_someone_pending_into_a_professional_and_it_is_audited()
    {
        var jeanne = await _app.PendingAsync("Jeanne");
        (string, string)[] form = [("Input.Kind", "Professional"), ("Input.LastName", "Martin"), ("Input.Organisation", "Étude Martin"), ("Input.Siren", "732 829 320"), ("Input.Roles", "Other")];

        var agent = await PostAsync(_agent, $"/contacts/{jeanne}/edit", [.. form, ("Version", "1"), ("ShownAt", "2026-11-15T09:00:00Z")]);
        var edit = await _admin.ReadAsync($"/contacts/{jeanne}/edit");
        var version = Regex.Match(edit, "name=\"Version\"[^>]*value=\"(\\d+)").Groups[1].Value;
        var wrong = await PostAsync(_admin, $"/contacts/{jeanne}/edit", [.. form.Where(f => f.Item1 != "Input.Siren"), ("Input.Siren", "732 829 321"), ("Version", version), ("ShownAt", "2026-11-15T09:00:00Z")]);
        var admin = await PostAsync(_admin, $"/contacts/{jeanne}/edit", [.. form, ("Version", version), ("ShownAt", "2026-11-15T09:00:00Z")]);

        Assert.Equal(HttpStatusCode.Redirect, agent.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("ne forment pas un numéro valable", await wrong.TextAsync());
        Assert.Equal(HttpStatusCode.Redirect, admin.StatusCode);
        await using var db = _app.Db();
        Assert.Contains(nameof(Contact.Kind), (await db.AuditEntries.SingleAsync(a => a.Action == "contact.edited")).Fields);
        Assert.Equal(ContactKind.Professional, (await _app.FindAsync(jeanne))!.Kind);
    }

    [Fact]
    public async Task The_view_of_silent_professionals_is_one_click()
    {
        var notary = await ActiveAsync("Aude");
        await _app.SqlAsync($"UPDATE contacts SET kind = 'Professional', organisation = 'Étude', siren = '732829320', collected_on = '2020-01-01'; UPDATE activities SET happened_on = '2023-11-01'");

        Assert.Contains("Professionnels silencieux depuis 36 mois 1", Office.Plain(await _agent.ReadAsync("/contacts")));
        Assert.Contains(notary.ToString(), await _agent.ReadAsync("/contacts?view=SilentProfessionals"));
    }

    private Task<Guid> ActiveAsync(string firstName) => _app.ActiveAsync(firstName, "2026-06-01");

    private static Task<HttpResponseMessage> PostAsync(Browser browser, string url, params (string Name, string Value)[] fields) => browser.PostFormAsync(url, fields, tokenFrom: "/contacts/create");
}
