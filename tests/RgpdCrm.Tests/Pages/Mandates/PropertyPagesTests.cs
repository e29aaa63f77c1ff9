using System.Net;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
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

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres);
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
}
