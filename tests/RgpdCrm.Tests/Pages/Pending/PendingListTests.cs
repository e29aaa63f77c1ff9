using System.Diagnostics;
using System.Net;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Pages.Pending;

namespace RgpdCrm.Tests.Pages.Pending;

public sealed class PendingListTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(postgres);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private AgencyClock Clock => new(_app.Time, TimeZoneInfo.FindSystemTimeZoneById(AgencyClock.DefaultZone));

    [Fact]
    public async Task The_date_that_sorts_the_queue_is_the_date_of_the_verdict()
    {
        // Month ends, postponements cut and not, people from the archive, an older version of the rules.
        await _app.SqlAsync("""
            INSERT INTO policy_versions (version, inactivity_months, pending_months, ceiling_months, margin_months, max_postponements, professionals_exempt, inquiry_months, statistics_months, published_at, reason)
            SELECT 2, inactivity_months, 3, ceiling_months, margin_months, max_postponements, professionals_exempt, inquiry_months, statistics_months, published_at, 'Trois mois' FROM policy_versions WHERE version = 1
            """);
        await _app.SqlAsync("""
            INSERT INTO contacts (id, kind, last_name, first_name, search_name, roles, language, collected_on, created_at, status, from_archive, postponements, deletion_approved, restricted,
                                  pending_since, pending_version, postponed_until, kept_until_of_destroyed, kept_until, archived_on)
            SELECT gen_random_uuid(), 'Private', 'N' || n, 'Jeanne', 'jeanne', 1, 'fr', date '2022-12-31' + n * 3, now(), 'PendingDeletion', n % 7 = 0, n % 3, false, false,
                   date '2026-08-25' + n % 82, CASE n % 5 WHEN 0 THEN NULL ELSE 1 + n % 2 END, CASE WHEN n % 3 > 0 THEN date '2026-11-25' + n END,
                   CASE WHEN n % 4 = 0 THEN date '2026-11-01' + n END, CASE WHEN n % 4 = 0 THEN date '2026-11-01' + n END, CASE WHEN n % 7 = 0 THEN date '2020-01-01' END
            FROM generate_series(0, 399) n
            """);
        await using var db = _app.Db();
        var policies = await PolicyHistory.LoadAsync(db);
        var sorted = await new PendingList(db, Clock).Lines(policies).ToDictionaryAsync(l => l.Id, l => l.DeleteOn);
        var facts = await db.Contacts.Facts(db, Clock.Today).ToListAsync();
        Assert.Equal(400, facts.Count);
        foreach (var fact in facts.Select(f => f.ToFacts()))
            Assert.Equal(policies.Decide(fact, Clock.Today).Dates.DeleteOn, sorted[fact.Id]);
    }

    [Fact]
    public async Task The_tabs_share_people_out()
    {
        var claire = await _app.PendingAsync("Claire", since: "2026-09-12");
        var marc = await _app.PendingAsync("Marc", since: "2026-10-01");
        var paul = await _app.PendingAsync("Paul", since: "2026-09-10");
        await _app.HoldAsync(paul, "2026-11-10");
        var jeanne = await _app.PendingAsync("Jeanne", since: "2026-11-20");
        await _app.SqlAsync($"UPDATE contacts SET postponements = 1, postponed_until = '2027-01-01' WHERE id = '{marc}'");

        var admin = await _app.SignInAsync(Role.Admin);
        var html = Office.Plain(await admin.ReadAsync("/pending"));
        Assert.Contains("Cette semaine 1 À venir 1 Reportés 1 Bloqués 1 Échecs 1", html, StringComparison.Ordinal);
        Assert.Contains("En retard , 12/11/2026", html, StringComparison.Ordinal);
        Assert.Contains(claire.ToString(), await admin.ReadAsync("/pending?tab=week"), StringComparison.Ordinal);
        Assert.Contains(marc.ToString(), await admin.ReadAsync("/pending?tab=upcoming"), StringComparison.Ordinal);
        Assert.Contains("1 report sur 3", Office.Plain(await admin.ReadAsync("/pending?tab=postponed")), StringComparison.Ordinal);
        Assert.Contains("À revoir le 10/11/2026, en retard", Office.Plain(await admin.ReadAsync("/pending?tab=held")), StringComparison.Ordinal);
        Assert.Contains("est dans l’avenir", Office.Plain(await admin.ReadAsync($"/pending?open={jeanne}")), StringComparison.Ordinal);
        Assert.Contains("n’est plus en attente", Office.Plain(await admin.ReadAsync($"/pending?open={Guid.NewGuid()}&tab=nowhere&p=-3")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_agency_is_told_how_to_begin()
    {
        var admin = await _app.SignInAsync(Role.Admin);
        Assert.Contains("Personne n’est en attente", Office.Plain(await admin.ReadAsync("/pending")), StringComparison.Ordinal);
        Assert.Contains("Rien n’a encore été effacé", Office.Plain(await admin.ReadAsync("/register")), StringComparison.Ordinal);
        Assert.Contains("import contacts FICHIER.csv", Office.Plain(await admin.ReadAsync("/")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_role_finds_its_own_day()
    {
        await _app.PendingAsync("Claire", since: "2026-09-15");
        await _app.ActiveAsync("Lucie", "2024-06-01");
        await _app.EnsureAccountAsync("agent@example.org", Role.Agent);
        await _app.SqlAsync("UPDATE contacts SET responsible_id = (SELECT id FROM accounts WHERE email = 'agent@example.org') WHERE first_name = 'Lucie'");

        var admin = Office.Plain(await (await _app.SignInAsync(Role.Admin)).ReadAsync("/"));
        Assert.Contains("À échéance cette semaine : 1 contact", admin, StringComparison.Ordinal);
        var agent = Office.Plain(await (await _app.SignInAsync(Role.Agent)).ReadAsync("/"));
        Assert.Contains("Lucie Martin Aucun échange depuis le 01/06/2024, soit 30 mois", agent, StringComparison.Ordinal);
        Assert.DoesNotContain("Claire", agent, StringComparison.Ordinal);
        var ops = Office.Plain(await (await _app.SignInAsync(Role.Ops)).ReadAsync("/"));
        Assert.Contains("Ce qui vous protège", ops, StringComparison.Ordinal);
        Assert.DoesNotContain("Contacts actifs", ops, StringComparison.Ordinal);
        Assert.DoesNotContain("Martin", ops, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_hundred_people_are_decided_about_at_once()
    {
        await _app.SqlAsync("""
            INSERT INTO contacts (id, kind, last_name, first_name, search_name, roles, language, collected_on, created_at, status, from_archive, postponements, deletion_approved, restricted, pending_since, pending_version)
            SELECT gen_random_uuid(), 'Private', 'N' || n, 'Jeanne', 'jeanne', 1, 'fr', date '2024-05-01', now(), 'PendingDeletion', false, 0, false, false, date '2026-11-01', 1 FROM generate_series(1, 500) n
            """);
        await using var db = _app.Db();
        var ids = await db.Contacts.Select(c => c.Id).ToListAsync();
        var admin = await _app.SignInAsync(Role.Admin);
        foreach (var (page, fields) in new (string, (string, string)[])[]
        {
            ("postpone", [("Reason", "Vacances")]), ("delete-now", [("Confirmed", "true"), ("Number", "500")]), ("hold", [("Reason", "Procédure"), ("ReviewOn", "2027-01-15")]),
        })
        {
            var clock = Stopwatch.StartNew();
            var answer = await admin.DecideAsync($"/pending/{page}", [.. ids.Select(id => ("ids", id.ToString())), .. fields]);
            TestContext.Current.SendDiagnosticMessage("{0}: {1} ms", page, clock.ElapsedMilliseconds);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        }
        var tooMany = await admin.DecideAsync("/pending/postpone", [.. Enumerable.Range(0, 501).Select(_ => ("ids", Guid.NewGuid().ToString())), ("Reason", "Trop")]);
        Assert.Equal(HttpStatusCode.BadRequest, tooMany.StatusCode);
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("@cmd", "\"'@cmd\"")]
    [InlineData("dit \"oui\"", "\"dit \"\"oui\"\"\"")]
    public void Exported_cells_are_quoted_and_never_formulas(string text, string cell) => Assert.Equal(cell, Csv.Cell(text));

    [Fact]
    public async Task The_list_leaves_as_a_file_with_every_person_of_its_part_and_the_audit_knows_who_took_it()
    {
        var admin = await _app.SignInAsync(Role.Admin);
        await _app.PendingAsync("Claire");
        await _app.PendingAsync("=Éloïse");
        var marc = await _app.PendingAsync("Marc");
        await _app.HoldAsync(marc);

        var answer = await admin.GetAsync("/pending/export?tab=upcoming");
        var file = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("\"Claire Martin\"", file, StringComparison.Ordinal);
        Assert.Contains("\"'=Éloïse Martin\"", file, StringComparison.Ordinal);
        Assert.DoesNotContain("Marc Martin", file, StringComparison.Ordinal);
        Assert.Equal(1, await _app.CountAsync("audit_entries WHERE action = 'pending.exported' AND actor_id IS NOT NULL"));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/pending/export?tab=everyone")).StatusCode);
    }
}
