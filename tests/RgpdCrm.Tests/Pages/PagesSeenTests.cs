using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages;

/// <summary>Who was shown whose page; that no page is forgotten is the walk's affair (<see cref="Journeys.EveryPageTests"/>).</summary>
public sealed class PagesSeenTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(postgres);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Each_page_of_a_person_leaves_one_line_lists_and_refusals_none_and_admins_read_who_looked()
    {
        var (claire, paul, marc) = (await _app.ActiveAsync("Claire", "2026-10-01"), await _app.ActiveAsync("Paul", "2026-10-01"), await _app.PendingAsync("Marc"));
        var (agent, admin) = (await _app.SignInAsync(Role.Agent), await _app.SignInAsync(Role.Admin));
        await agent.ReadAsync("/contacts?q=Claire");
        await agent.ReadAsync($"/contacts/{claire}");
        await agent.ReadAsync($"/contacts/{claire}/edit");
        Assert.Equal(HttpStatusCode.NotFound, (await agent.GetAsync($"/contacts/{Guid.NewGuid()}")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await agent.GetAsync($"/contacts/{marc}")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _app.Visitor().GetAsync($"/contacts/{claire}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await _app.SignInAsync(Role.Ops)).GetAsync($"/contacts/{claire}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await agent.PostFormAsync($"/contacts/{claire}/write?handler=Preview", ("Subject", "Bonjour"), ("Text", "Un mot"))).StatusCode);
        await agent.ReadAsync($"/contacts/{claire}/merge/{paul}");
        await admin.ReadAsync("/pending");
        await admin.ReadAsync($"/pending?open={marc}");
        await admin.ReadAsync("/contacts/export.csv");

        Assert.Equal([$"agent /contacts/{{id:guid}} {claire}", $"agent /contacts/{{id:guid}}/edit {claire}", .. new[] { claire, paul }.Select(id => $"agent /contacts/{{id:guid}}/merge/{{other:guid}} {id}").Order(StringComparer.Ordinal),
            $"agent /contacts/{{id:guid}}/write {claire}", $"admin /pending {marc}", "admin /contacts/export.csv "], (await _app.Database.OwnerConnectionString.QueryAsync<string>(
            "SELECT full_name || ' ' || page || ' ' || coalesce(subject_id::text, '') FROM access_entries e JOIN accounts a ON a.id = e.actor_id")).OrderBy(line => line.StartsWith("admin", StringComparison.Ordinal)).ThenBy(line => line.Contains("export", StringComparison.Ordinal)).ThenBy(line => line, StringComparer.Ordinal));
        Assert.DoesNotContain("Consulté par", Office.Plain(await agent.ReadAsync($"/contacts/{claire}")), StringComparison.Ordinal);
        Assert.Contains("Consulté par", Office.Plain(await admin.ReadAsync($"/contacts/{claire}")), StringComparison.Ordinal);
        var views = Office.Plain(await admin.ReadAsync($"/audit/views?id={claire}"));
        Assert.Contains("agent Contact /contacts/{id:guid}/edit", views, StringComparison.Ordinal);
        Assert.DoesNotContain("/pending", views[views.IndexOf("Quand Qui", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains($"\"/pending\";\"{marc}\"", await admin.ReadAsync("/audit/views?handler=Export"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await agent.GetAsync("/audit/views")).StatusCode);
    }

    [Fact]
    public async Task The_application_only_adds_lines_and_each_goes_after_twelve_months()
    {
        foreach (var change in (string[])["UPDATE access_entries SET page = ''", "DELETE FROM access_entries", "TRUNCATE access_entries"])
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => _app.Database.AppConnectionString.QueryAsync<int>(change))).SqlState);
        await _app.SqlAsync("INSERT INTO access_entries (id, at, actor_id, page) SELECT gen_random_uuid(), now() - age::interval, gen_random_uuid(), '/contacts/{id:guid}' FROM unnest(ARRAY['13 months', '11 months']) AS age");

        await _app.Services.GetRequiredService<RetentionRun>().RunAsync(new RunRequest());

        Assert.Equal(1, await _app.CountAsync("access_entries"));
    }

    [Fact]
    public async Task A_page_whose_line_cannot_be_written_is_not_shown()
    {
        var claire = await _app.ActiveAsync("Claire", "2026-10-01");
        var agent = await _app.SignInAsync(Role.Agent);
        await _app.SqlAsync("ALTER TABLE access_entries ADD CHECK (page = '')");

        var answer = await agent.GetAsync($"/contacts/{claire}");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("claire@example.org", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
