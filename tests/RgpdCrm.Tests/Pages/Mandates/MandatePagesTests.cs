using System.Net;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Mandates;

public sealed class MandatePagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly (string, string)[] Sale =
        [("Input.Kind", "Sale"), ("Input.Exclusive", "true"), ("Input.SignedOn", "2026-11-10"), ("Input.StartsOn", ""), ("Input.TermOn", "2027-02-09")];

    private CrmApp _app = null!;
    private Browser _agent = null!;
    private Browser _admin = null!;
    private Guid _nadia;

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres);
        (_agent, _admin) = (await _app.SignInAsync(Role.Agent), await _app.SignInAsync(Role.Admin));
        _nadia = await _app.NamedAsync("Nadia", "Lefèvre");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task An_empty_register_says_which_number_comes_first()
    {
        Assert.Contains("portera le numéro 1", await _agent.PlainAsync("/mandates"));
        Assert.Contains("Le registre est vide", await _agent.PlainAsync("/mandates/register"));
    }

    [Fact]
    public async Task Signing_Nadia_s_mandate_goes_from_the_search_to_the_effect_to_the_register()
    {
        var house = await _app.PropertyAsync("M-12", "8 quai Ligny, Angers", _nadia);

        var searched = await (await _agent.SendAsync("/mandates/create?handler=Search", [.. Sale, ("Parties.Search", "lefevre"), ("Property.Search", "LIGNY")])).HtmlAsync();
        Assert.Contains($"name=\"Parties.Pick\" value=\"{_nadia}\"", searched);
        Assert.Contains($"name=\"Property.Pick\" value=\"{house}\"", searched);
        Assert.Contains("value=\"2027-02-09\"", searched);
        Assert.Contains("<option value=\"Sale\" selected=\"selected\"", searched);
        Assert.DoesNotContain("Rien n’a été enregistré", searched);
        Assert.Contains("action=\"/mandates/create\"", searched);

        var added = await (await _agent.SendAsync("/mandates/create?handler=Add", [.. Sale, ("Parties.Pick", $"{_nadia}"), ("Property.Pick", $"{house}")])).HtmlAsync();
        Assert.Contains($"name=\"Parties.Chosen[0].ContactId\" value=\"{_nadia}\"", added);
        Assert.Contains($"name=\"Property.Id\" value=\"{house}\"", added);
        var form = added[added.IndexOf("action=\"/mandates/create\"", StringComparison.Ordinal)..];
        Assert.StartsWith("handler=Search", form[form.IndexOf("handler=", StringComparison.Ordinal)..], StringComparison.Ordinal);

        (string, string)[] chosen = [.. Sale, ("Parties.Chosen[0].ContactId", $"{_nadia}"), ("Property.Id", $"{house}")];
        var preview = await (await _agent.SendAsync("/mandates/create?handler=Preview", chosen)).TextAsync();
        Assert.Contains("sans autre échange, mise en attente le 09/08/2029. Identité et pièces conservées jusqu’au 09/02/2037.", preview);
        await using var db = _app.Db();
        Assert.Equal(0, await db.Obligations.CountAsync() + await db.RegisterLines.CountAsync());

        var id = (await _agent.SendAsync("/mandates/create", chosen)).IdOf();
        var page = await _agent.PlainAsync($"/mandates/{id}");
        Assert.Contains("inscrit au registre sous le numéro 1. Nadia Lefèvre : Rien n’est supprimé d’ici la fin", page);
        Assert.Contains("Conservé jusqu’au 09/02/2037, parce que le décret 72-678 impose dix ans après sa fin, prévue le 09/02/2027.", page);
        Assert.Contains("8 quai Ligny", page);
        Assert.Contains($"/mandates/{id}", await _agent.ReadAsync("/mandates"));
        Assert.Contains($"/mandates/{id}", await _agent.ReadAsync($"/contacts/{_nadia}"));
        Assert.Contains($"/properties/{house}", await _agent.ReadAsync($"/contacts/{_nadia}"));
        Assert.Contains($"/mandates/{id}", await _agent.ReadAsync($"/properties/{house}"));
        var stored = await db.Mandates.SingleAsync();
        Assert.Equal((true, Office.D("2026-11-10"), house), (stored.Exclusive, stored.StartsOn, stored.PropertyId));
    }

    public static TheoryData<string, string, string> Faults { get; } = new()
    {
        { "Input.Kind", "", "Choisissez la nature du mandat" },
        { "Input.Kind", "7", "Cette valeur n’est pas valable" },
        { "Input.Kind", "Gift", "Cette valeur n’est pas valable" },
        { "Input.SignedOn", "", "Indiquez la date de signature" },
        { "Input.SignedOn", "2026-11-16", "Une signature ne peut pas être dans l’avenir" },
        { "Input.SignedOn", "2026-02-31", "Cette valeur n’est pas valable" },
        { "Input.StartsOn", "0001-01-01", "Vérifiez l’année" },
        { "Input.TermOn", "", "Indiquez le terme" },
        { "Input.TermOn", "2026-11-09", "Le terme est avant le début" },
        { "Input.TermOn", "9999-12-31", "Vérifiez l’année" },
        { "Parties.Chosen[0].ContactId", "", "Choisissez au moins une partie" },
        { "Parties.Chosen[0].ContactId", "7d9c0f0e-0000-4000-8000-000000000000", "n’est plus disponible" },
        { "Property.Id", "7d9c0f0e-0000-4000-8000-000000000000", "n’est plus disponible" },
    };

    [Theory, MemberData(nameof(Faults))]
    public async Task A_wrong_field_is_named_and_nothing_typed_is_lost(string field, string value, string message)
    {
        (string Name, string Value)[] fields = [.. Sale, ("Parties.Chosen[0].ContactId", $"{_nadia}")];
        var answer = await _agent.SendAsync("/mandates/create", [.. fields.Where(f => f.Name != field), .. value.Length > 0 || !field.StartsWith("Parties", StringComparison.Ordinal) ? [(field, value)] : Array.Empty<(string, string)>()]);
        var page = await answer.HtmlAsync();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(message, page);
        Assert.Contains("data-error-summary", page);
        if (field != "Input.TermOn") Assert.Contains("value=\"2027-02-09\"", page);
        await using var db = _app.Db();
        Assert.Equal(0, await db.Obligations.CountAsync());
    }

    [Fact]
    public async Task The_same_person_twice_is_refused()
    {
        var answer = await _agent.SendAsync("/mandates/create", [.. Sale, ("Parties.Chosen[0].ContactId", $"{_nadia}"), ("Parties.Chosen[1].ContactId", $"{_nadia}")]);

        Assert.Contains("figure deux fois", await answer.TextAsync());
    }

    [Fact]
    public async Task An_exclusive_mandate_beside_another_one_is_refused_at_the_property()
    {
        var house = await _app.PropertyAsync("M-12");
        await _app.MandateAsync(_nadia, property: house);

        var answer = await _agent.SendAsync("/mandates/create?handler=Preview", [.. Sale, ("Parties.Chosen[0].ContactId", $"{_nadia}"), ("Property.Id", $"{house}")]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("id=\"Property_Search-erreur\"", await answer.HtmlAsync());
    }

    [Theory]
    [InlineData("pending", "Une fiche attend sa suppression", "Attendait sa suppression et revient"), InlineData("archived", "Adressez-vous à un administrateur", "Revient de l’archive")]
    public async Task Someone_set_aside_is_a_hint_to_an_agent_and_a_choice_to_an_admin_who_brings_them_back(string state, string hint, string back)
    {
        var jeanne = await _app.NamedAsync("Jeanne", "Marchand", "2024-03-10");
        await _app.SetAsideAsync(jeanne, state);
        (string, string)[] chosen = [.. Sale, ("Parties.Chosen[0].ContactId", $"{jeanne}")];

        var toAgent = await (await _agent.SendAsync("/mandates/create?handler=Search", [.. Sale, ("Parties.Search", "Jeanne Marchand")])).HtmlAsync();
        Assert.Contains(hint, toAgent);
        Assert.DoesNotContain("Parties.Pick", toAgent);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _agent.SendAsync("/mandates/create", chosen)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/mandates/create?contact={jeanne}")).StatusCode);
        Assert.DoesNotContain($"{jeanne}", await (await _agent.SendAsync("/mandates/create?handler=Add", [.. Sale, ("Parties.Pick", $"{jeanne}")])).HtmlAsync());

        Assert.Contains($"value=\"{jeanne}\"", await (await _admin.SendAsync("/mandates/create?handler=Search", [.. Sale, ("Parties.Search", "Jeanne Marchand")])).HtmlAsync());
        Assert.Contains(back, await (await _admin.SendAsync("/mandates/create?handler=Preview", chosen)).TextAsync());
        Assert.NotEqual(ContactStatus.Active, (await _app.FindAsync(jeanne))!.Status);
        var id = (await _admin.SendAsync("/mandates/create", chosen)).IdOf();
        Assert.Contains(back, await _admin.PlainAsync($"/mandates/{id}"));
        Assert.Equal(ContactStatus.Active, (await _app.FindAsync(jeanne))!.Status);
        Assert.Equal(HttpStatusCode.OK, (await _agent.GetAsync($"/contacts/{jeanne}")).StatusCode);
    }

    [Fact]
    public async Task The_register_shows_every_number_also_of_a_mandate_that_is_gone()
    {
        for (var i = 0; i < 22; i++) await _app.MandateAsync(_nadia);
        await _app.SqlAsync("SELECT set_config('rgpdcrm.today', '2050-01-01', false); DELETE FROM activities; DELETE FROM parties p USING obligations o WHERE o.id = p.obligation_id AND o.reference = '2'; DELETE FROM obligations WHERE reference = '2'");

        var first = await _agent.PlainAsync("/mandates");
        Assert.Contains("2 Inscrit le 15/11/2026 Mandat détruit dix ans après sa fin, numéro conservé Mandat n° 3 Inscrit", first);
        Assert.Contains("1 à 20 sur 22", first);
        Assert.Contains("Mandat n° 22", await _agent.PlainAsync("/mandates?p=2"));
        Assert.Contains("Mandat n° 22", await _agent.PlainAsync("/mandates?sort=-number"));
        Assert.Contains("1 à 1 sur 1", await _agent.PlainAsync("/mandates?q=2"));
        Assert.Contains("1 à 1 sur 1", await _agent.PlainAsync("/mandates?state=Ended"));
        Assert.Contains("Aucun mandat ne correspond", await _agent.PlainAsync("/mandates?state=Soon"));
        Assert.Contains("sur 21", await _agent.PlainAsync("/mandates?kind=Sale&state=Running"));
        Assert.Contains("Aucun mandat ne correspond", await _agent.PlainAsync("/mandates?kind=Search"));
        var printed = await _agent.ReadAsync("/mandates/register?year=2026");
        Assert.Contains("data-print", printed);
        Assert.Contains("Mandat n° 22 Inscrit", Office.Plain(printed));
    }

    [Theory]
    [InlineData("", "2", "1"), InlineData("?year=1999", "2", "1"), InlineData("?year=2026", "1", "2"), InlineData("?year=0", "1", null), InlineData("?year=0", "2", null)]
    public async Task The_printed_register_opens_on_its_newest_year_and_shows_another_one_or_all_of_it(string asked, string shown, string? hidden)
    {
        await _app.MandateAsync(_nadia);
        _app.Time.SetUtcNow(new DateTimeOffset(2027, 2, 1, 9, 0, 0, TimeSpan.Zero));
        await _app.MandateAsync(_nadia, "2027-02-01", "2027-05-01");

        var printed = await (await _app.SignInAsync(Role.Agent)).PlainAsync($"/mandates/register{asked}");

        Assert.Contains($"Mandat n° {shown} Inscrit", printed);
        if (hidden is not null) Assert.DoesNotContain($"Mandat n° {hidden} Inscrit", printed);
    }

    [Theory]
    [InlineData("2027-01-14", false), InlineData("2027-01-15", true)]
    public async Task Ending_soon_begins_sixty_days_before_the_term(string today, bool soon)
    {
        await _app.MandateAsync(_nadia, termOn: "2027-03-16");
        _app.Time.SetUtcNow(new DateTimeOffset(Office.D(today), new TimeOnly(9, 0), TimeSpan.Zero));

        Assert.Equal(soon, (await (await _app.SignInAsync(Role.Agent)).PlainAsync("/mandates?state=Soon")).Contains("Se termine bientôt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mandate_of_an_older_register_has_a_list_of_its_own()
    {
        await using (var db = _app.Db())
        {
            db.Add(new Mandate(MandateKind.Rental, "2019-7", null, false, null, Office.D("2020-01-01"), Office.D("2020-01-01"), Office.D("2020-04-01"), new Party { ContactId = _nadia, Side = Side.Principal }));
            await db.SaveChangesAsync();
        }

        Assert.Contains("Repris d’un ancien registre 1", await _agent.PlainAsync("/mandates"));
        Assert.Contains("Mandat n° 2019-7", await _agent.PlainAsync("/mandates?older=true&q=2019"));
        Assert.DoesNotContain("2019-7", await _agent.PlainAsync("/mandates"));
    }

    [Fact]
    public async Task A_party_out_of_daily_screens_has_a_name_for_admins_only()
    {
        var id = await _app.MandateAsync(_nadia);
        await _app.SqlAsync($"UPDATE contacts SET restricted = true WHERE id = '{_nadia}'");

        foreach (var page in new[] { "/mandates", $"/mandates/{id}", "/mandates/register" })
        {
            Assert.DoesNotContain("Lefèvre", await _agent.PlainAsync(page));
            Assert.Contains("Personne hors des écrans courants", await _agent.PlainAsync(page));
            Assert.Contains("Nadia Lefèvre", await _admin.PlainAsync(page));
        }
    }

    [Fact]
    public async Task A_renewal_shows_its_effect_first_and_its_history_afterwards()
    {
        var id = await _app.MandateAsync(_nadia);
        var shown = await _agent.ShownAsync($"/mandates/{id}/renew");

        var answer = await (await _agent.SendAsync($"/mandates/{id}/renew?handler=Preview", [.. shown, ("On", "2027-05-09")])).HtmlAsync();
        Assert.Contains($"action=\"/mandates/{id}/renew\"", answer);
        var preview = Office.Plain(answer);
        var saved = await _agent.SendAsync($"/mandates/{id}/renew", [.. shown, ("On", "2027-05-09"), ("EndRecorded", "true"), ("Record.Obligation.RegisterNumber", "99"), ("RegisterNumber", "99")]);

        Assert.Contains("Identité et pièces conservées jusqu’au 09/05/2037 au lieu du 09/02/2037", preview);
        Assert.Equal(id, saved.IdOf());
        var page = await _agent.PlainAsync($"/mandates/{id}");
        Assert.Contains("La fin est maintenant le 09/05/2027", page);
        Assert.Contains("Renouvellement 09/02/2027 09/05/2027 agent", page);
        await using var db = _app.Db();
        Assert.Equal((1, false), await db.Mandates.Select(m => new ValueTuple<int, bool>(m.RegisterNumber!.Value, m.EndRecorded)).SingleAsync());
    }

    [Theory]
    [InlineData("renew", "2027-02-09", "doit être après l’actuel"), InlineData("renew", "", "Indiquez la date"), InlineData("renew", "demain", "Cette valeur n’est pas valable")]
    [InlineData("revoke", "2026-11-09", "avant le début"), InlineData("revoke", "2027-02-10", "après le terme"), InlineData("complete", "2026-11-16", "dans l’avenir")]
    public async Task An_end_that_cannot_be_is_refused_beside_its_field(string act, string on, string message)
    {
        var id = await _app.MandateAsync(_nadia);

        var answer = await _agent.SendAsync($"/mandates/{id}/{act}", [.. await _agent.ShownAsync($"/mandates/{id}/{act}"), ("On", on)]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.HtmlAsync();
        Assert.Contains(message, page);
        Assert.Contains("id=\"On-erreur\"", page);
    }

    [Fact]
    public async Task Two_colleagues_ending_one_mandate_the_second_learns_of_the_first()
    {
        var id = await _app.MandateAsync(_nadia);
        var shown = await _agent.ShownAsync($"/mandates/{id}/renew");
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        await _admin.SendAsync($"/mandates/{id}/renew", [.. await _admin.ShownAsync($"/mandates/{id}/renew"), ("On", "2027-04-01")]);

        var refused = await _agent.SendAsync($"/mandates/{id}/renew", [.. shown, ("On", "2027-05-09")]);
        var page = await refused.HtmlAsync();
        var saved = await _agent.SendAsync($"/mandates/{id}/renew", [.. Desk.Shown(page), ("On", "2027-05-09")]);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("admin a changé cette pièce", page);
        Assert.Contains("01/04/2027", page);
        Assert.Contains("value=\"2027-05-09\"", page);
        Assert.Equal(id, saved.IdOf());
        await using var db = _app.Db();
        Assert.Equal(2, await db.EndChanges.CountAsync());
    }

    [Fact]
    public async Task What_has_ended_offers_no_new_end()
    {
        var id = await _app.MandateAsync(_nadia);
        await _agent.SendAsync($"/mandates/{id}/revoke", [.. await _agent.ShownAsync($"/mandates/{id}/revoke"), ("On", "2026-11-14")]);

        Assert.Equal($"/mandates/{id}", (await _agent.GetAsync($"/mandates/{id}/renew")).Headers.Location!.ToString());
        Assert.Equal($"/mandates/{id}", (await _agent.GetAsync($"/mandates/{id}/complete")).Headers.Location!.ToString());
        Assert.Contains("Révoqué", await _agent.PlainAsync($"/mandates/{id}"));
    }

    [Theory]
    [InlineData("👩‍👩‍👧", "Nguyễn"), InlineData("محمد", "علي"), InlineData("O", "d’Aÿ <script>alert(1)</script>"), InlineData("Maximilienne-Alexandrine-Bérengère", "de La Tour d’Auvergne-Lauraguais et de Saint-Paulet")]
    public async Task Names_of_the_world_are_shown_as_typed(string firstName, string lastName)
    {
        var person = await _app.NamedAsync(firstName, lastName);
        var id = (await _agent.SendAsync("/mandates/create", [.. Sale, ("Parties.Chosen[0].ContactId", $"{person}")])).IdOf();

        foreach (var page in new[] { $"/mandates/{id}", "/mandates", $"/mandates/create?contact={person}" })
        {
            var html = await _agent.ReadAsync(page);
            Assert.Contains($"<bdi>{firstName} {lastName}</bdi>", WebUtility.HtmlDecode(html));
            Assert.DoesNotContain("<script>alert", html);
        }
    }

    [Theory]
    [InlineData(""), InlineData("/renew"), InlineData("/revoke"), InlineData("/complete")]
    public async Task What_does_not_exist_or_is_a_contract_is_not_found(string path)
    {
        var lease = await _app.LeaseAsync("B-1", "2026-11-10", null, _nadia, await _app.NamedAsync("Omar", "Diallo"));

        Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/mandates/{Guid.NewGuid()}{path}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/mandates/{lease}{path}")).StatusCode);
        if (path.Length > 0) Assert.Equal(HttpStatusCode.NotFound, (await _agent.SendAsync($"/mandates/{lease}{path}", ("On", "2027-01-01"))).StatusCode);
    }

    [Theory]
    [InlineData("?kind=99&state=zz&p=-4"), InlineData("?q=%00%ff%25_%27&p=abc"), InlineData("?older=yes&sort=evil"), InlineData("?q=2147483648"), InlineData("?kind=Sale&state=Ended&q=1&p=999999999")]
    public async Task A_mangled_address_shows_a_list(string query)
    {
        await _app.MandateAsync(_nadia);

        Assert.Equal(HttpStatusCode.OK, (await _agent.GetAsync("/mandates" + query)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _agent.GetAsync("/contracts" + query)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _agent.GetAsync("/properties" + query)).StatusCode);
    }

    [Fact]
    public async Task Who_chose_English_reads_the_register_in_English()
    {
        var id = await _app.MandateAsync(_nadia);
        await _agent.SendAsync("/language", ("language", "en"));

        Assert.Contains("Every number since the first", await _agent.PlainAsync("/mandates"));
        Assert.Contains("Kept until 09/02/2037, because décret 72-678 requires ten years after its end, due on 09/02/2027.", await _agent.PlainAsync($"/mandates/{id}"));
    }
}
