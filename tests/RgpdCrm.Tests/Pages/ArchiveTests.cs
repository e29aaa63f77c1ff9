using System.Net;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages;

/// <summary>The archive: listed for admins, opened for a reason, never by an address alone.</summary>
public sealed class ArchiveTests(PostgresFixture postgres) : IAsyncLifetime
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
    public async Task Claire_is_found_by_part_of_her_name_and_opened_only_for_a_reason()
    {
        Assert.Contains("Aucune archive", Office.Plain(await _admin.ReadAsync("/archive")), StringComparison.Ordinal);
        var claire = await ArchivedAsync("Évelyne-Claire");
        var list = Office.Plain(await _admin.ReadAsync("/archive?q=velyne"));
        Assert.Contains("Évelyne-Claire Martin", list, StringComparison.Ordinal);
        Assert.Contains("Jusqu’au 31/12/2033 inclus", list, StringComparison.Ordinal);
        Assert.Contains("Bail B-17 · fin le 31/12/2023", list, StringComparison.Ordinal);
        Assert.Contains("Personne de ce nom", Office.Plain(await _admin.ReadAsync("/archive?q=dupond")), StringComparison.Ordinal);
        Assert.DoesNotContain("Personne de ce nom", Office.Plain(await _admin.ReadAsync("/archive?q=evelyne-claire martin")), StringComparison.Ordinal);

        var closed = await _admin.ReadAsync($"/archive/{claire}?Reason=Dispute");
        Assert.DoesNotContain("33639980000", closed, StringComparison.Ordinal);
        Assert.DoesNotContain("@example.org", closed, StringComparison.Ordinal);
        Assert.Equal(0, await _app.CountAsync("audit_entries"));

        var opened = Office.Plain(await (await PostAsync(claire, ("Reason", "Dispute"))).Content.ReadAsStringAsync());
        Assert.Contains("@example.org", opened, StringComparison.Ordinal);
        Assert.Contains("Bail B-17", opened, StringComparison.Ordinal);
        Assert.Contains("Litige", opened, StringComparison.Ordinal);
        Assert.Equal(1, await _app.CountAsync($"audit_entries WHERE action = 'archive.opened' AND subject_id = '{claire}' AND fields = '{{Dispute}}'"));
        Assert.Contains("Archive ouverte", Office.Plain(await _admin.ReadAsync("/audit")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""), InlineData("Curiosity"), InlineData("9"), InlineData("parce que Claire Martin doit 3000 euros")]
    public async Task A_reason_outside_the_list_opens_nothing_and_is_not_logged(string reason)
    {
        var claire = await ArchivedAsync("Claire");

        var answer = await PostAsync(claire, ("Reason", reason));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.DoesNotContain("@example.org", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await _app.CountAsync("audit_entries"));
    }

    [Fact]
    public async Task The_contact_page_of_someone_archived_leads_an_admin_to_the_reason_and_an_agent_nowhere()
    {
        var claire = await ArchivedAsync("Claire");
        var answer = await _admin.GetAsync($"/contacts/{claire}");
        Assert.Equal((HttpStatusCode.Redirect, $"/archive/{claire}"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        var agent = await _app.SignInAsync(Role.Agent);
        Assert.Equal(HttpStatusCode.NotFound, (await agent.GetAsync($"/contacts/{claire}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await agent.PostFormAsync($"/archive/{claire}", [("Reason", "Dispute")], tokenFrom: "/contacts")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await _app.SignInAsync(Role.Ops)).GetAsync("/archive")).StatusCode);
    }

    [Fact]
    public async Task Someone_in_daily_use_is_not_opened_as_an_archive()
    {
        var marc = await _app.ActiveAsync("Marc", "2026-10-01");
        Assert.Equal(HttpStatusCode.NotFound, (await _admin.GetAsync($"/archive/{marc}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(marc, ("Reason", "Dispute"))).StatusCode);
        Assert.Equal(0, await _app.CountAsync("audit_entries"));
    }

    private Task<HttpResponseMessage> PostAsync(Guid id, params (string Name, string Value)[] fields) => _admin.PostFormAsync($"/archive/{id}", fields, tokenFrom: "/pending");

    private async Task<Guid> ArchivedAsync(string firstName)
    {
        var id = await _app.ActiveAsync(firstName, "2023-05-02");
        await using var db = _app.Db();
        db.Contracts.Add(new Contract(ContractKind.Lease, "B-17", null, Office.D("2020-01-01"), Office.D("2020-01-01"), Office.D("2023-12-31"), new Party { ContactId = id, Side = Side.Tenant }));
        await db.SaveChangesAsync();
        await _app.SqlAsync($"DELETE FROM activities WHERE contact_id = '{id}'; UPDATE contacts SET status = 'Archived', archived_on = '2026-07-04' WHERE id = '{id}'");
        return id;
    }
}
