using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages;

/// <summary>The rules page: simulate, publish, look back.</summary>
public sealed class RulesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;
    private Browser _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres);
        _admin = await _app.SignInAsync(Role.Admin);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Lea_simulates_24_months_sees_whom_it_reaches_and_publishes_with_a_reason()
    {
        await _app.ActiveAsync("Claire", "2024-10-19");
        await _app.PendingAsync("Marc");

        var simulated = await PostAsync("Simulate", ("Input.InactivityMonths", "24"));
        Assert.Equal(HttpStatusCode.OK, simulated.StatusCode);
        var text = await simulated.TextAsync();
        Assert.Contains("Claire Martin", text, StringComparison.Ordinal);
        Assert.Contains("24 + 2 + 1 = 27 mois, sous le plafond de 36 mois", text, StringComparison.Ordinal);
        Assert.Contains("16/11/2026", text, StringComparison.Ordinal);
        Assert.Equal(1, await _app.CountAsync("policy_versions"));

        Assert.Contains("attend 72 heures", text, StringComparison.Ordinal);
        var published = await PostAsync("Publish", ("Input.InactivityMonths", "24"), ("Reason", "Note du délégué"), ("PublishedAt", "2001-01-01"), ("Version", "9"));
        Assert.Equal(HttpStatusCode.Redirect, published.StatusCode);
        var waiting = Office.Plain(await _admin.ReadAsync("/rules"));
        Assert.Contains("La version 2 est proposée", waiting, StringComparison.Ordinal);
        Assert.Contains("à la première exécution après le 18/11/2026 à 10 h", waiting, StringComparison.Ordinal);
        Assert.Equal(1, await _app.CountAsync("policy_versions"));

        _app.Time.Advance(TimeSpan.FromHours(72));
        await _app.Services.GetRequiredService<RetentionRun>().RunAsync(new RunRequest());
        _admin = await _app.SignInAsync(Role.Admin);
        var history = Office.Plain(await _admin.ReadAsync("/rules"));
        Assert.Contains("Sans échange pendant : 30 mois, désormais 24 mois", history, StringComparison.Ordinal);
        Assert.Contains("Note du délégué", history, StringComparison.Ordinal);
        Assert.Contains("Version 2 en vigueur depuis le 18/11/2026", history, StringComparison.Ordinal);
        Assert.Contains("1 contact en attente sous cette version", Office.Plain(await _admin.ReadAsync("/rules/version/1")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _admin.GetAsync("/rules/version/3")).StatusCode);
    }

    [Fact]
    public async Task Lea_proposes_a_shorter_period_cannot_confirm_it_and_Nora_sees_whom_it_reaches_and_does()
    {
        var nora = await _app.SignInAsync("nora@example.org", Role.Admin);
        await _app.ActiveAsync("Claire", "2024-10-19");
        await PostAsync("Publish", ("Input.InactivityMonths", "24"), ("Reason", "Note du délégué"));
        var id = (await _app.Database.OwnerConnectionString.QueryAsync<Guid>("SELECT id FROM rule_proposals")).Single().ToString();

        var other = await PostAsync("Publish", ("Input.InactivityMonths", "31"), ("Reason", "Plus long"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Contains("D’autres règles attendent déjà", await other.TextAsync(), StringComparison.Ordinal);
        var own = await _admin.PostFormAsync("/rules/confirm", ("Id", id));
        Assert.Equal(HttpStatusCode.Conflict, own.StatusCode);
        Assert.Contains("un autre administrateur doit confirmer, ou les 72 heures passer", await own.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("Confirmer ou retirer une règle raccourcie", Office.Plain(await nora.ReadAsync("/")), StringComparison.Ordinal);
        Assert.Contains("Claire Martin", Office.Plain(await nora.ReadAsync("/rules/confirm")), StringComparison.Ordinal);
        Assert.Equal(1, await _app.CountAsync("policy_versions"));

        Assert.Equal(HttpStatusCode.Redirect, (await nora.PostFormAsync("/rules/confirm", ("Id", id))).StatusCode);
        Assert.Equal(2, await _app.CountAsync("policy_versions"));
        Assert.Equal(HttpStatusCode.Redirect, (await _admin.PostFormAsync("/rules/confirm?handler=Withdraw", ("Id", id))).StatusCode);
        Assert.Contains("Aucune règle n’attend", Office.Plain(await _admin.ReadAsync("/rules")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sum_beyond_the_ceiling_is_explained_next_to_the_ceiling()
    {
        var answer = await PostAsync("Simulate", ("Input.InactivityMonths", "34"), ("Input.InquiryMonths", "25"), ("Input.MarginMonths", "0"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Contains("href=\"#Input_InquiryMonths\"", html, StringComparison.Ordinal);
        Assert.Contains("id=\"Input_MarginMonths-erreur\"", html, StringComparison.Ordinal);
        Assert.Contains("value=\"34\"", html, StringComparison.Ordinal);

        var sum = await PostAsync("Publish", ("Input.InactivityMonths", "34"), ("Reason", "Plus long"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, sum.StatusCode);
        Assert.Contains("34 + 2 + 1 = 37 mois : la somme dépasse le plafond de 36 mois", await sum.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await _app.CountAsync("policy_versions"));
    }

    [Theory]
    [InlineData("vingt-quatre"), InlineData(""), InlineData("99999999999"), InlineData("-3"), InlineData("2147483647")]
    public async Task What_is_no_sensible_number_is_refused_and_stays_typed(string typed)
    {
        var answer = await PostAsync("Simulate", ("Input.InactivityMonths", typed));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains($"value=\"{typed}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_published_meanwhile_answers_409_and_keeps_what_was_typed()
    {
        await using (var db = _app.Db())
            Assert.True((await new Publication(db).PublishAsync(new RetentionPolicy { Version = 2, InactivityMonths = 32 }, "Moins vite", new Act(null, _app.Time.GetUtcNow()))).Done);

        foreach (var handler in (string[])["Simulate", "Publish"])
        {
            var answer = await PostAsync(handler, ("Input.InactivityMonths", "24"), ("Reason", "Note"));
            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Contains("La version 2 a été publiée entre-temps", Office.Plain(html), StringComparison.Ordinal);
            Assert.Contains("value=\"24\"", html, StringComparison.Ordinal);
        }
        Assert.Equal(2, await _app.CountAsync("policy_versions"));
    }

    [Fact]
    public async Task Beyond_the_brake_the_page_asks_for_the_number_and_a_wrong_one_publishes_nothing()
    {
        for (var i = 0; i < 27; i++) await _app.ActiveAsync($"Client {i}", "2024-10-19");
        Assert.Contains("Le frein retiendra 2 contacts", await (await PostAsync("Simulate", ("Input.InactivityMonths", "24"))).TextAsync(), StringComparison.Ordinal);

        var wrong = await PostAsync("Publish", ("Input.InactivityMonths", "24"), ("Reason", "Note"), ("Number", "26"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("Note</textarea>", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await _app.CountAsync("policy_versions"));

        Assert.Equal(HttpStatusCode.Redirect, (await PostAsync("Publish", ("Input.InactivityMonths", "24"), ("Reason", "Note"), ("Number", "27"))).StatusCode);
        Assert.Equal(1, await _app.CountAsync("rule_proposals WHERE entries = 27"));
    }

    [Fact]
    public async Task Without_a_reason_or_a_change_nothing_is_published()
    {
        var silent = await PostAsync("Publish", ("Input.InactivityMonths", "24"), ("Reason", " "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, silent.StatusCode);
        Assert.Contains("Rien n’a encore changé", await silent.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync("Publish", ("Reason", "Pour rien"))).StatusCode);
        Assert.Equal(1, await _app.CountAsync("policy_versions"));
    }

    [Fact]
    public async Task Agents_and_ops_are_refused()
    {
        foreach (var role in (Role[])[Role.Agent, Role.Ops])
        {
            var browser = await _app.SignInAsync(role);
            foreach (var page in (string[])["/rules", "/rules/edit", "/rules/confirm", "/rules/version/1"]) Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(page)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostFormAsync("/rules/edit?handler=Publish", [], tokenFrom: "/error")).StatusCode);
        }
    }

    private Task<HttpResponseMessage> PostAsync(string handler, params (string Name, string Value)[] changed)
    {
        (string Name, string Value)[] stored =
        [
            ("Next", "2"), ("Input.InactivityMonths", "30"), ("Input.PendingMonths", "2"), ("Input.MarginMonths", "1"), ("Input.CeilingMonths", "36"),
            ("Input.MaxPostponements", "3"), ("Input.ProfessionalsExempt", "true"), ("Input.InquiryMonths", "24"), ("Input.StatisticsMonths", "24"),
        ];
        return _admin.PostFormAsync($"/rules/edit?handler={handler}", stored.Where(s => !changed.Any(c => c.Name == s.Name)).Concat(changed), tokenFrom: "/rules/edit");
    }
}
