using System.Net;
using System.Text.RegularExpressions;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Statistics;

/// <summary>The statistics page and the declared tools, over HTTP. Today is 15 November 2026.</summary>
public sealed class StatisticsPagesTests(PostgresFixture postgres) : IAsyncLifetime
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
    public async Task An_agent_reads_the_days_the_pages_and_the_sources_of_the_period_in_the_address()
    {
        Assert.Contains("Aucune page vue", Office.Plain(await _admin.ReadAsync("/statistics")), StringComparison.Ordinal);
        await _app.SqlAsync("""
            INSERT INTO daily_totals (seen_on, page, source, count) VALUES ('2026-10-16', '/vieux', '', 700), ('2026-10-17', '/biens', 'leboncoin.fr', 41), ('2026-11-14', '/*', '', 2);
            INSERT INTO hits (seen_on, page, source) VALUES ('2026-11-15', '/<b>', '')
            """);
        var agent = await _app.SignInAsync(Role.Agent);

        var html = await agent.ReadAsync("/statistics");
        var text = Office.Plain(html);
        Assert.Contains("44 pages vues", text, StringComparison.Ordinal);
        Assert.Contains("leboncoin.fr 41", text, StringComparison.Ordinal);
        Assert.Contains("Autres pages 2", text, StringComparison.Ordinal);
        Assert.Contains("/&lt;b&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("/vieux", html, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(html, "<rect class=\"used\" x="));

        Assert.Contains("744 pages vues", Office.Plain(await agent.ReadAsync("/statistics?from=2025-12-01&to=2026-11-15")), StringComparison.Ordinal);
        Assert.Contains("700 pages vues", Office.Plain(await agent.ReadAsync("/statistics?from=2026-10-16&to=2026-10-16")), StringComparison.Ordinal);
        Assert.DoesNotContain("/statistics/tools", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from=2026-11-15&to=2026-11-14"), InlineData("from=hier"), InlineData("from=0001-01-01&to=9999-12-31"), InlineData("from=2016-11-01&to=2026-11-15")]
    public async Task A_period_that_cannot_be_shown_is_refused_politely_and_the_usual_days_are_there(string query)
    {
        var answer = await _admin.GetAsync("/statistics?" + query);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("Voici les 30 derniers jours", await answer.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_keeps_longer_than_24_months_is_refused_next_to_its_field_and_nothing_typed_is_lost()
    {
        foreach (var (months, review, says) in new[]
                 {
                     ("25", "2027-11-15", "24 mois au plus"), ("0", "2027-11-15", "durée en mois entiers"), ("vingt", "2027-11-15", "durée en mois entiers"),
                     ("24", "2026-11-15", "à une date à venir"), ("24", "2027-11-16", "Au plus tard le 15/11/2027"), ("24", "", "Indiquez la date"),
                 })
        {
            var answer = await DeclareAsync(months, review);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Contains(says, Office.Plain(text), StringComparison.Ordinal);
            Assert.Contains("value=\"Google Analytics 4\"", text, StringComparison.Ordinal);
        }
        Assert.Equal(0, await _app.CountAsync("statistics_tools"));

        Assert.Equal(HttpStatusCode.Redirect, (await DeclareAsync("24", "2027-11-15")).StatusCode);
        Assert.Equal(1, await _app.CountAsync("audit_entries WHERE action = 'statistics_tool.created' AND actor_id IS NOT NULL"));
    }

    [Fact]
    public async Task A_colleagues_change_is_shown_before_it_is_replaced()
    {
        await DeclareAsync("14", "2027-11-15");
        var id = (await _app.Database.OwnerConnectionString.QueryAsync<Guid>("SELECT id FROM statistics_tools")).Single();
        var version = Hidden(await _admin.ReadAsync($"/statistics/tools/{id}/edit"), "Version");
        Assert.Equal(HttpStatusCode.Redirect, (await EditAsync(id, version, "13")).StatusCode);

        var late = await EditAsync(id, version, "12");
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        var html = await late.Content.ReadAsStringAsync();
        Assert.Contains("admin a changé cet outil", Office.Plain(html), StringComparison.Ordinal);
        Assert.Contains("value=\"12\"", html, StringComparison.Ordinal);
        Assert.Equal(1, await _app.CountAsync("statistics_tools WHERE kept_months = 13"));

        Assert.Equal(HttpStatusCode.Redirect, (await EditAsync(id, Hidden(html, "Version"), "12")).StatusCode);
        Assert.Equal(2, await _app.CountAsync("audit_entries WHERE action = 'statistics_tool.edited' AND fields = '{KeptMonths}'"));
        Assert.Contains("Outil de statistiques modifié", Office.Plain(await _admin.ReadAsync("/audit")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_overdue_review_is_red_in_the_list_and_a_task_on_the_admins_dashboard()
    {
        await _app.ActiveAsync("Marc", "2026-10-01");
        await DeclareAsync("14", "2026-11-16");
        Assert.DoesNotContain("outil de statistiques", Office.Plain(await _admin.ReadAsync("/")), StringComparison.Ordinal);

        _app.Time.Advance(TimeSpan.FromHours(20));
        _admin = await _app.SignInAsync(Role.Admin);
        Assert.Contains("Revoir 1 outil de statistiques", Office.Plain(await _admin.ReadAsync("/")), StringComparison.Ordinal);
        Assert.Contains("<b>16/11/2026</b>", await _admin.ReadAsync("/statistics/tools"), StringComparison.Ordinal);
        Assert.DoesNotContain("outil de statistiques", Office.Plain(await (await _app.SignInAsync(Role.Agent)).ReadAsync("/")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_no_longer_used_is_taken_off_the_list_with_its_trace()
    {
        await DeclareAsync("14", "2027-11-15");
        var id = (await _app.Database.OwnerConnectionString.QueryAsync<Guid>("SELECT id FROM statistics_tools")).Single();
        Assert.Equal(HttpStatusCode.Redirect, (await _admin.PostFormAsync($"/statistics/tools/{id}/remove", [], tokenFrom: "/statistics/tools/create")).StatusCode);
        Assert.Equal(0, await _app.CountAsync("statistics_tools"));
        Assert.Equal(1, await _app.CountAsync("audit_entries WHERE action = 'statistics_tool.removed'"));
        Assert.Equal(HttpStatusCode.NotFound, (await _admin.GetAsync($"/statistics/tools/{id}/edit")).StatusCode);
    }

    private Task<HttpResponseMessage> DeclareAsync(string months, string review) =>
        _admin.PostFormAsync("/statistics/tools/create", Fields(months, review), tokenFrom: "/statistics/tools/create");

    private Task<HttpResponseMessage> EditAsync(Guid id, string version, string months) =>
        _admin.PostFormAsync($"/statistics/tools/{id}/edit", Fields(months, "2027-11-15").Concat([("Version", version), ("ShownAt", "2026-11-15T08:59:00Z")]), tokenFrom: "/statistics/tools/create");

    private static IEnumerable<(string, string)> Fields(string months, string review) =>
        [("Input.Name", "Google Analytics 4"), ("Input.Provider", "Google Ireland"), ("Input.KeptMonths", months), ("Input.Proof", "Capture du 3 novembre, dossier RGPD"), ("Input.ReviewOn", review)];

    private static string Hidden(string html, string name) => Regex.Match(html, $"name=\"{name}\" value=\"([^\"]*)\"").Groups[1].Value;
}
