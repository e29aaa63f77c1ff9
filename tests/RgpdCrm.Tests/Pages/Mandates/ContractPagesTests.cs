using System.Net;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Mandates;

public sealed class ContractPagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;
    private Browser _agent = null!;
    private Guid _nadia, _omar;

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres);
        _agent = await _app.SignInAsync(Role.Agent);
        (_nadia, _omar) = (await _app.NamedAsync("Nadia", "Lefèvre"), await _app.NamedAsync("Omar", "Diallo"));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private (string, string)[] Deed =>
    [
        ("Input.Kind", "Deed"), ("Input.Reference", " A-2026-4 "), ("Input.SignedOn", "2026-11-12"), ("Input.StartsOn", ""), ("Input.TermOn", ""),
        ("Parties.Chosen[0].ContactId", $"{_nadia}"), ("Parties.Chosen[0].Side", "Seller"), ("Parties.Chosen[1].ContactId", $"{_omar}"), ("Parties.Chosen[1].Side", "Buyer"),
    ];

    [Fact]
    public async Task A_deed_ends_at_its_signature_and_says_until_when_it_is_kept()
    {
        Assert.Contains("Aucun contrat pour l’instant", await _agent.PlainAsync("/contracts"));

        var preview = await (await _agent.SendAsync("/contracts/create?handler=Preview", Deed)).TextAsync();
        var id = (await _agent.SendAsync("/contracts/create", Deed)).IdOf();

        Assert.Contains("Nadia Lefèvre : La mise en attente passe du 01/04/2029 au 12/05/2029. Identité et pièces conservées jusqu’au 12/11/2036.", preview);
        var page = await _agent.PlainAsync($"/contracts/{id}");
        Assert.Contains("Conservé jusqu’au 12/11/2036, parce que le décret 72-678 impose dix ans après sa fin, le 12/11/2026.", page);
        Assert.Contains("Nadia Lefèvre Vendeur Omar Diallo Acquéreur", page);
        Assert.Contains("Acte A-2026-4", await _agent.PlainAsync("/contracts"));
        Assert.Contains($"/contracts/{id}", await _agent.ReadAsync($"/contacts/{_omar}"));
        Assert.Equal($"/contracts/{id}", (await _agent.GetAsync($"/contracts/{id}/complete")).Headers.Location!.ToString());
    }

    [Fact]
    public async Task People_join_on_the_side_chosen_for_them_and_leave_by_their_button()
    {
        var first = Deed.Take(7).ToArray();

        var added = await (await _agent.SendAsync("/contracts/create?handler=Add", [.. first, ("Parties.Pick", $"{_omar}"), ("Parties.As", "Buyer"), ("Parties.Search", "omar")])).HtmlAsync();
        Assert.Matches($"Parties\\.Chosen\\[1\\]\\.ContactId\" value=\"{_omar}\"[\\s\\S]*<option value=\"Buyer\" selected=\"selected\"", added);
        var removed = await (await _agent.SendAsync($"/contracts/create?handler=Remove&who={_nadia}", Deed)).HtmlAsync();
        Assert.DoesNotContain($"value=\"{_nadia}\"", removed);
        Assert.Contains($"Parties.Chosen[0].ContactId\" value=\"{_omar}\"", removed);
        Assert.Contains("A-2026-4", removed);
    }

    public static TheoryData<string, string, string> Faults { get; } = new()
    {
        { "Input.Kind", "", "Choisissez la sorte de contrat" },
        { "Input.Kind", "PreliminarySale", "Indiquez le terme" },
        { "Input.Kind", "Lease", "Les qualités ne conviennent pas" },
        { "Input.Reference", " ", "Indiquez la référence du contrat" },
        { "Input.Reference", new string('x', 41), "40" },
        { "Input.Reference", "A\u0007", "caractères de contrôle" },
        { "Input.SignedOn", "2026-11-16", "dans l’avenir" },
        { "Parties.Chosen[1].Side", "Seller", "Les qualités ne conviennent pas" },
        { "Parties.Chosen[1].Side", "99", "Cette valeur n’est pas valable" },
    };

    [Theory, MemberData(nameof(Faults))]
    public async Task A_wrong_field_is_named_and_nothing_is_written(string field, string value, string message)
    {
        var answer = await _agent.SendAsync("/contracts/create", [.. Deed.Where(f => f.Item1 != field), (field, value)]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(message, await answer.HtmlAsync());
        await using var db = _app.Db();
        Assert.Equal(0, await db.Contracts.CountAsync());
    }

    [Fact]
    public async Task A_reference_is_borne_once()
    {
        await _agent.SendAsync("/contracts/create", Deed);

        var answer = await _agent.SendAsync("/contracts/create", Deed);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("id=\"Input_Reference-erreur\"", await answer.HtmlAsync());
    }

    [Fact]
    public async Task An_open_lease_waits_on_the_worklist_after_a_year_until_it_is_confirmed_or_ended()
    {
        var old = await _app.LeaseAsync("B-OUVERT", "2025-11-15", null, _nadia, _omar);
        await _app.LeaseAsync("B-JEUNE", "2025-11-16", null, _nadia, _omar);
        var list = await _agent.PlainAsync("/contracts?open=true");
        Assert.Contains("Baux ouverts à confirmer 1", list);
        Assert.Contains("B-OUVERT", list);
        Assert.DoesNotContain("B-JEUNE", list);
        Assert.Contains("Jamais", await _agent.PlainAsync($"/contracts/{old}/confirm"));

        var confirmed = await _agent.SendAsync($"/contracts/{old}/confirm", await _agent.ShownAsync($"/contracts/{old}/confirm"));

        Assert.Equal(old, confirmed.IdOf());
        Assert.Contains("La question reviendra le 15/11/2027", await _agent.PlainAsync($"/contracts/{old}"));
        Assert.Contains("Rien à confirmer", await _agent.PlainAsync("/contracts?open=true"));

        var shown = await _agent.ShownAsync($"/contracts/{old}/complete");
        var preview = await (await _agent.SendAsync($"/contracts/{old}/complete?handler=Preview", [.. shown, ("On", "2027-01-31")])).TextAsync();
        Assert.Contains("Rien n’est supprimé tant qu’il n’y a pas de fin. Identité et pièces conservées jusqu’au 31/01/2037.", preview);
        Assert.Equal(old, (await _agent.SendAsync($"/contracts/{old}/complete", [.. shown, ("On", "2027-01-31")])).IdOf());
        Assert.Equal(HttpStatusCode.Redirect, (await _agent.GetAsync($"/contracts/{old}/confirm")).StatusCode);
    }

    [Fact]
    public async Task Confirming_what_a_colleague_just_ended_explains_itself()
    {
        var lease = await _app.LeaseAsync("B-1", "2025-01-01", null, _nadia, _omar);
        var shown = await _agent.ShownAsync($"/contracts/{lease}/confirm");
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        var admin = await _app.SignInAsync(Role.Admin);
        await admin.SendAsync($"/contracts/{lease}/confirm", await admin.ShownAsync($"/contracts/{lease}/confirm"));

        var refused = await _agent.SendAsync($"/contracts/{lease}/confirm", shown);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("admin a changé cette pièce pendant que vous la lisiez", await refused.TextAsync());
    }

    [Fact]
    public async Task A_lease_goes_on_by_a_later_term()
    {
        var lease = await _app.LeaseAsync("B-1", "2023-12-01", "2026-11-30", _nadia, _omar);

        await _agent.SendAsync($"/contracts/{lease}/renew", [.. await _agent.ShownAsync($"/contracts/{lease}/renew"), ("On", "2029-11-30")]);

        Assert.Contains("Jusqu’au 30/11/2029", await _agent.PlainAsync("/contracts?state=Running"));
        Assert.Contains("Renouvellement 30/11/2026 30/11/2029", await _agent.PlainAsync($"/contracts/{lease}"));
    }

    [Fact]
    public async Task A_hold_on_a_party_is_why_the_contract_stays()
    {
        var lease = await _app.LeaseAsync("B-1", "2023-12-01", "2026-10-31", _nadia, _omar);
        await _app.HoldAsync(_omar);

        Assert.Contains("Conservé tant que dure un blocage", await _agent.PlainAsync($"/contracts/{lease}"));
        Assert.Contains("Conservé tant que dure un blocage", await _agent.PlainAsync("/contracts?state=Ended&kind=Lease&q=b-1"));
    }

    [Fact]
    public async Task A_contract_with_someone_pending_brings_them_back_and_says_so()
    {
        await _app.SetAsideAsync(_omar, "pending");
        var admin = await _app.SignInAsync(Role.Admin);

        var id = (await admin.SendAsync("/contracts/create", Deed)).IdOf();

        Assert.Contains("Le contrat est enregistré. Omar Diallo : Attendait sa suppression et revient parmi les contacts actifs.", await admin.PlainAsync($"/contracts/{id}"));
        Assert.Equal(ContactStatus.Active, (await _app.FindAsync(_omar))!.Status);
    }

    [Theory]
    [InlineData(""), InlineData("/renew"), InlineData("/complete"), InlineData("/confirm")]
    public async Task What_does_not_exist_or_is_a_mandate_is_not_found(string path)
    {
        var mandate = await _app.MandateAsync(_nadia);

        Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/contracts/{Guid.NewGuid()}{path}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/contracts/{mandate}{path}")).StatusCode);
        if (path.Length > 0) Assert.Equal(HttpStatusCode.NotFound, (await _agent.SendAsync($"/contracts/{mandate}{path}", ("On", "2027-01-01"))).StatusCode);
    }
}
