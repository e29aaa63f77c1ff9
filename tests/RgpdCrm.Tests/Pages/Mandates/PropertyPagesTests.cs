using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Properties;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Mandates;

public sealed class PropertyPagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly (string, string)[] House =
        [("Input.Reference", " M-12 "), ("Input.Kind", "House"), ("Input.Address", "8 quai Ligny, Angers"), ("Input.Price", "250 000 €")];

    private CrmApp _app = null!;
    private Browser _agent = null!;
    private Guid _nadia;

    private int _statements;

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres, services => services.ConfigureDbContext<CrmDbContext>(options =>
            options.LogTo(_ => Interlocked.Increment(ref _statements), [RelationalEventId.CommandExecuted])));
        _agent = await _app.SignInAsync(Role.Agent);
        _nadia = await _app.NamedAsync("Nadia", "Lefèvre");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_property_is_created_with_its_owner_found_and_linked_both_ways()
    {
        Assert.Contains("Aucun bien pour l’instant", await _agent.PlainAsync("/properties"));
        var searched = await (await _agent.SendAsync("/properties/create?handler=Search", [.. House, ("Owner.Search", "lefevre")])).HtmlAsync();
        Assert.Contains($"type=\"radio\" name=\"Owner.Pick\" value=\"{_nadia}\"", searched);
        Assert.Contains("value=\"8 quai Ligny, Angers\"", searched);
        Assert.Contains("action=\"/properties/create\"", searched);

        var id = (await _agent.SendAsync("/properties/create", [.. House, ("Owner.Pick", $"{_nadia}")])).IdOf();

        var page = await _agent.ReadAsync($"/properties/{id}");
        Assert.Contains($"/contacts/{_nadia}", page);
        Assert.Contains("250 000 €", Office.Plain(page));
        Assert.Contains("Effacé le 15/11/2028 sans modification, mandat ni contrat d’ici là.", Office.Plain(page));
        Assert.Contains($"/properties/{id}", await _agent.ReadAsync($"/contacts/{_nadia}"));
        foreach (var query in new[] { "?q=m-1", "?q=LIGNY", "?kind=House" }) Assert.Contains("M-12", await _agent.PlainAsync("/properties" + query));
        Assert.Contains("Aucun bien ne correspond", await _agent.PlainAsync("/properties?kind=Land"));
        await using var db = _app.Db();
        var stored = await db.Properties.SingleAsync();
        Assert.Equal(("M-12", PropertyKind.House, 250_000m, _nadia, Office.D("2026-11-15")), (stored.Reference, stored.Kind, stored.Price!.Value, stored.OwnerId!.Value, stored.ChangedOn));
        Assert.Equal("property.created", (await db.AuditEntries.SingleAsync(a => a.SubjectId == id)).Action);
    }

    public static TheoryData<string, string, string> Faults { get; } = new()
    {
        { "Input.Reference", " ", "Indiquez la référence du bien" },
        { "Input.Reference", "M-1", "porte déjà cette référence" },
        { "Input.Reference", new string('x', 41), "40" },
        { "Input.Kind", "", "Choisissez la nature du bien" },
        { "Input.Kind", "42", "Choisissez la nature du bien" },
        { "Input.Address", "", "Indiquez l’adresse du bien" },
        { "Input.Address", "8 \u202Equai", "caractères de contrôle" },
        { "Input.Price", "-1", "Indiquez le prix" },
        { "Input.Price", "1e9", "Indiquez le prix" },
        { "Input.Price", "9999999999", "Indiquez le prix" },
        { "Input.Price", "0", "Indiquez le prix" },
        { "Input.Surface", "0", "de 1 à 10 000 000" },
        { "Input.Surface", "12,5", "Indiquez la surface" },
        { "Input.Rooms", "1000", "de 1 à 999" },
        { "Input.Town", "Trifouilly-les-Oies", "Aucune commune de France" },
        { "Input.Town", "Angers", "Cochez la commune" },
        { "Input.Transaction", "42", "n’est pas valable" },
        { "Input.Status", "Haunted", "n’est pas valable" },
        { "Input.EnergyClass", "42", "n’est pas valable" },
        { "Input.Description", "a\u202Eb", "caractères de contrôle" },
        { "Input.Description", new string('x', 4001), "4000" },
        { "Owner.Chosen[0].ContactId", "7d9c0f0e-0000-4000-8000-000000000000", "n’est plus disponible" },
    };

    [Theory, MemberData(nameof(Faults))]
    public async Task A_wrong_field_is_named_and_nothing_is_written(string field, string value, string message)
    {
        await _app.PropertyAsync("M-1");

        var answer = await _agent.SendAsync("/properties/create", [.. House.Where(f => f.Item1 != field), (field, value)]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(message, await answer.HtmlAsync());
        await using var db = _app.Db();
        Assert.Equal(1, await db.Properties.CountAsync());
    }

    [Fact]
    public async Task A_correction_notes_the_fields_and_starts_the_24_months_again()
    {
        var id = await _app.PropertyAsync("M-1", owner: _nadia);
        _app.Time.Advance(TimeSpan.FromDays(10));
        _agent = await _app.SignInAsync(Role.Agent);
        var shown = await _agent.ShownAsync($"/properties/{id}/edit");
        Assert.Contains($"Owner.Chosen[0].ContactId\" value=\"{_nadia}\"", await _agent.ReadAsync($"/properties/{id}/edit"));

        var saved = await _agent.SendAsync($"/properties/{id}/edit", [.. House, .. shown, ("Owner.Chosen[0].ContactId", $"{_nadia}"), ("Stored.ChangedOn", "2001-01-01"), ("Input.ChangedOn", "2001-01-01"), ("ChangedOn", "2001-01-01")]);

        Assert.Equal(id, saved.IdOf());
        await using var db = _app.Db();
        var property = await db.Properties.SingleAsync();
        Assert.Equal(("M-12", _nadia, Office.D("2026-11-25")), (property.Reference, property.OwnerId!.Value, property.ChangedOn));
        Assert.Equal(["Reference", "Address"], (await db.AuditEntries.SingleAsync(a => a.Action == "property.edited")).Fields);
    }

    [Fact]
    public async Task Two_colleagues_correcting_one_property_the_second_sees_what_is_stored()
    {
        var id = await _app.PropertyAsync("M-1");
        var shown = await _agent.ShownAsync($"/properties/{id}/edit");
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        var admin = await _app.SignInAsync(Role.Admin);
        await admin.SendAsync($"/properties/{id}/edit", [.. House, .. await admin.ShownAsync($"/properties/{id}/edit")]);

        (string, string)[] mine = [.. House.Where(f => f.Item1 != "Input.Address"), ("Input.Address", "9 quai Ligny, Angers")];
        var refused = await _agent.SendAsync($"/properties/{id}/edit", [.. mine, .. shown]);
        var page = await refused.HtmlAsync();
        var saved = await _agent.SendAsync($"/properties/{id}/edit", [.. mine, .. Desk.Shown(page)]);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("admin a changé cette pièce", page);
        Assert.Contains("8 quai Ligny", page);
        Assert.Contains("value=\"9 quai Ligny, Angers\"", page);
        Assert.Equal(id, saved.IdOf());
    }

    [Fact]
    public async Task An_owner_out_of_daily_screens_is_hidden_from_agents_and_survives_their_correction()
    {
        var id = await _app.PropertyAsync("M-1", owner: _nadia);
        await _app.SetAsideAsync(_nadia, "pending");
        var admin = await _app.SignInAsync(Role.Admin);

        foreach (var page in new[] { "/properties", $"/properties/{id}", $"/properties/{id}/edit" })
        {
            Assert.DoesNotContain("Lefèvre", await _agent.PlainAsync(page));
            Assert.Contains("Nadia Lefèvre", await admin.PlainAsync(page));
        }
        await _agent.SendAsync($"/properties/{id}/edit", [.. House, .. await _agent.ShownAsync($"/properties/{id}/edit")]);

        await using var db = _app.Db();
        Assert.Equal(("M-12", _nadia), await db.Properties.Select(p => new ValueTuple<string, Guid>(p.Reference, p.OwnerId!.Value)).SingleAsync());
        var hint = await (await admin.SendAsync("/properties/create?handler=Search", [.. House, ("Owner.Search", "Nadia Lefèvre")])).HtmlAsync();
        Assert.Contains("Une fiche attend sa suppression", hint);
        Assert.DoesNotContain("Owner.Pick", hint);
    }

    [Fact]
    public async Task An_address_in_another_script_is_shown_and_an_unknown_property_is_not_found()
    {
        var id = await _app.PropertyAsync("🏠-1", "شارع <b>الحمراء</b> 12");

        Assert.Contains("<bdi>شارع <b>الحمراء</b> 12</bdi>", WebUtility.HtmlDecode(await _agent.ReadAsync($"/properties/{id}")));
        Assert.DoesNotContain("<b>الحمراء", await _agent.ReadAsync("/properties"));
        foreach (var path in new[] { "", "/edit" }) Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/properties/{Guid.NewGuid()}{path}")).StatusCode);
    }

    [Fact]
    public async Task A_property_is_described_in_full_and_its_town_chosen_among_those_that_match()
    {
        (string, string)[] full =
        [
            .. House, ("Input.Transaction", "Rental"), ("Input.Status", "UnderOffer"), ("Input.Surface", "64 "), ("Input.Rooms", "3"), ("Input.EnergyClass", "D"),
            ("Input.Description", "Au calme.\r\n<b>Vue</b> sur la Maine."),
        ];
        var searched = await (await _agent.SendAsync("/properties/create?handler=Search", [.. full, ("Input.Town", "st barthelemy d anjou")])).HtmlAsync();
        Assert.Contains("value=\"49124 Saint-Barthélemy-d’Anjou\"", searched);
        Assert.DoesNotContain("type=\"radio\" name=\"Input.Pick\"", searched);
        var several = await (await _agent.SendAsync("/properties/create?handler=Search", [.. full, ("Input.Town", "angers")])).HtmlAsync();
        Assert.Contains("type=\"radio\" name=\"Input.Pick\" value=\"49100 Angers\"", several);
        Assert.Contains("value=\"8 quai Ligny, Angers\"", several);
        Assert.Contains("<option value=\"49000 Angers\">", WebUtility.HtmlDecode(await _agent.ReadAsync("/properties/communes?q=49000+an")));

        var id = (await _agent.SendAsync("/properties/create", [.. full, ("Input.Town", "angers"), ("Input.Pick", "49100 Angers")])).IdOf();

        await using var db = _app.Db();
        var stored = await db.Properties.SingleAsync();
        Assert.Equal((Transaction.Rental, PropertyStatus.UnderOffer, 64, 3, EnergyClass.D), (stored.Transaction, stored.Status, stored.Surface!.Value, stored.Rooms!.Value, stored.EnergyClass!.Value));
        Assert.Equal(("49007", "49100", "Angers", "Au calme.\n<b>Vue</b> sur la Maine."), (stored.CommuneCode, stored.PostalCode, stored.City, stored.Description));
        var page = await _agent.PlainAsync($"/properties/{id}");
        foreach (var text in new[] { "Sous offre", "Location", "250 000 € par mois", "64 m²", "3 pièces", "49100 Angers", "Vue", "Bien créé" }) Assert.Contains(text, page);
        var edited = await _agent.SendAsync($"/properties/{id}/edit", [.. full.Where(f => f.Item1 != "Input.Status"), .. await _agent.ShownAsync($"/properties/{id}/edit"), ("Input.Town", "49000 Angers"), ("Input.Status", "Closed")]);
        Assert.Equal(id, edited.IdOf());
        Assert.Equal(["Status", "City"], (await db.AuditEntries.SingleAsync(a => a.Action == "property.edited")).Fields);
        Assert.Contains("État, Commune", await _agent.PlainAsync($"/properties/{id}"));
    }

    [Fact]
    public async Task A_list_of_24_covers_asks_the_database_eight_times_at_most()
    {
        for (var n = 1; n <= 25; n++) await _app.MandateAsync(_nadia, property: await _app.PropertyAsync($"M-{n:00}", owner: _nadia));
        await _app.SqlAsync("""
            INSERT INTO photos (id, property_id, key, position, alt, state, width, height, bytes, placeholder, added_at)
            SELECT gen_random_uuid(), p.id, md5(p.id || ' ' || n), n, '', 'Published', 3000, 2000, 3, '', now() FROM properties p, generate_series(0, 2) n
            """);
        var agent = await _app.SignInAsync(Role.Agent);
        await agent.ReadAsync("/properties");
        _statements = 0;

        var page = await agent.ReadAsync("/properties");

        Assert.InRange(_statements, 1, 8);
        Assert.Equal(24, System.Text.RegularExpressions.Regex.Count(page, "<picture>"));
        Assert.Contains("1 à 24 sur 25", Office.Plain(page));
    }

    [Fact]
    public async Task What_can_still_be_sold_or_let_comes_first()
    {
        foreach (var (reference, status) in new[] { ("A-1", "Closed"), ("A-2", "Available"), ("A-3", "Withdrawn"), ("A-4", "UnderOffer") })
        {
            var id = await _app.PropertyAsync(reference);
            await _app.SqlAsync($"UPDATE properties SET status = '{status}' WHERE id = '{id}'");
        }

        foreach (var (query, expected) in new[] { ("", "A-2 A-4 A-1 A-3"), ("?sort=reference", "A-1 A-2 A-3 A-4") })
            Assert.Equal(expected, string.Join(' ', System.Text.RegularExpressions.Regex.Matches(await _agent.ReadAsync("/properties" + query), "class=\"who[^>]*>(A-\\d)<").Select(m => m.Groups[1].Value)));
    }

    [Fact]
    public async Task A_property_lists_its_inquiries_but_neither_spam_nor_those_of_someone_set_aside()
    {
        var id = await _app.PropertyAsync("M-1");
        await _app.SqlAsync($"""
            INSERT INTO inquiries (id, received_on, status, name, message, property_id) SELECT gen_random_uuid(), date '2026-10-01' + n, 'Handled', 'Visiteur ' || n, 'Est-elle libre ?', '{id}' FROM generate_series(1, 12) n;
            INSERT INTO inquiries (id, received_on, status, name, message, property_id) VALUES (gen_random_uuid(), '2026-11-14', 'Spam', 'Casino', 'Gagnez', '{id}');
            INSERT INTO inquiries (id, received_on, status, name, message, property_id, contact_id) VALUES (gen_random_uuid(), '2026-11-13', 'Handled', 'Nadia Lefèvre', 'Bonjour', '{id}', '{_nadia}');
            """);
        await _app.SetAsideAsync(_nadia, "pending");
        var admin = await _app.SignInAsync(Role.Admin);

        var first = await _agent.PlainAsync($"/properties/{id}");
        Assert.Contains("1 à 10 sur 12", first);
        Assert.Contains("Visiteur 12", first);
        foreach (var hidden in new[] { "Visiteur 2 ", "Casino", "Nadia Lefèvre" }) Assert.DoesNotContain(hidden, first);
        Assert.Contains("Visiteur 2", await _agent.PlainAsync($"/properties/{id}?p=2"));
        Assert.Contains("Nadia Lefèvre", await admin.PlainAsync($"/properties/{id}"));
        await using var db = _app.Db();
        var latest = await db.Inquiries.Where(i => i.Name == "Visiteur 12").Select(i => i.Id).SingleAsync();
        Assert.Contains($"href=\"/inquiries/{latest}\"", await _agent.ReadAsync($"/properties/{id}"));
    }

    [Fact]
    public async Task Before_a_photo_is_added_after_the_mandate_the_page_tells_when_it_will_be_destroyed()
    {
        var house = await _app.PropertyAsync("M-1");
        async Task<string> PageAsync() => await _agent.PlainAsync($"/properties/{house}/photos");
        Assert.DoesNotContain("Le dernier mandat", await PageAsync());
        var mandate = await _app.MandateAsync(_nadia, property: house);
        async Task EndsAsync(string on) => await _app.SqlAsync($"UPDATE obligations SET signed_on = '2020-01-01', starts_on = '2020-01-01', term_on = '{on}' WHERE id = '{mandate}'");

        foreach (var (endedOn, destroyedOn) in new[] { ("2026-11-14", "14/11/2027"), ("2025-11-17", "17/11/2026"), ("2025-11-16", "16/11/2026"), ("2024-03-31", "16/11/2026") })
        {
            await EndsAsync(endedOn);
            Assert.Contains($"terminé depuis le {Office.D(endedOn):dd/MM/yyyy} : une photo ajoutée maintenant quitte le site la nuit prochaine, et elle est détruite le {destroyedOn}", await PageAsync());
        }
        await EndsAsync("2026-11-15");
        Assert.DoesNotContain("Le dernier mandat", await PageAsync());
    }

    [Fact]
    public async Task The_list_narrows_sorts_and_ignores_what_it_cannot_read()
    {
        foreach (var (reference, town, price, surface) in new[] { ("A-1", "49000 Angers", "200000", "50"), ("A-2", "49240 Avrillé", "300000", "90"), ("A-3", "49240 Avrillé", "", "") })
            await _agent.SendAsync("/properties/create", [.. House.Where(f => f.Item1 is not ("Input.Reference" or "Input.Price")), ("Input.Reference", reference), ("Input.Town", town), ("Input.Price", price), ("Input.Surface", surface)]);

        foreach (var (query, expected) in new[]
        {
            ("", "A-1 A-2 A-3"), ("?town=avrille", "A-2 A-3"), ("?town=490", "A-1"), ("?town=zzz", ""), ("?min=250000", "A-2"), ("?max=250000", "A-1"), ("?surface=60", "A-2"), ("?rooms=1", ""), ("?q=49240", "A-2 A-3"),
            ("?transaction=Rental", ""), ("?status=Available", "A-1 A-2 A-3"), ("?sort=price", "A-1 A-2 A-3"), ("?sort=-price", "A-2 A-1 A-3"), ("?sort=-reference", "A-3 A-2 A-1"), ("?min=abc&status=42&p=99&sort=%27", "A-1 A-2 A-3"),
        })
        {
            var listed = System.Text.RegularExpressions.Regex.Matches(await _agent.ReadAsync("/properties" + query), "class=\"who[^>]*>(A-\\d)<").Select(m => m.Groups[1].Value);
            Assert.Equal((query, expected), (query, string.Join(' ', listed)));
        }
    }
}
