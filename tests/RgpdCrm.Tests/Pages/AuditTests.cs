using System.Net;
using System.Text.RegularExpressions;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Tests.Components;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Pages.Audit;

namespace RgpdCrm.Tests.Pages;

/// <summary>The audit log, over HTTP.</summary>
public sealed partial class AuditTests(PostgresFixture postgres) : IAsyncLifetime
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
    public async Task The_log_is_empty_then_says_who_did_what_to_which_record()
    {
        Assert.Contains("Rien n’a encore été fait", Office.Plain(await _admin.ReadAsync("/audit")), StringComparison.Ordinal);

        var (claire, marc) = (await _app.PendingAsync("Claire"), await _app.PendingAsync("Marc"));
        await _admin.DecideAsync($"/pending/postpone/{claire}", ("Reason", "Attend une réponse"));
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        await _app.HoldAsync(marc);
        await _admin.PostFormAsync($"/pending/lift-hold/{marc}", [], tokenFrom: "/pending");

        var html = await _admin.ReadAsync("/audit");
        var page = Office.Plain(html);
        Assert.Contains("Suppression reportée", page, StringComparison.Ordinal);
        Assert.Contains("Reportée jusqu’au", page, StringComparison.Ordinal);
        var rows = page[page.IndexOf("Quand Qui Quoi", StringComparison.Ordinal)..];
        Assert.InRange(rows.IndexOf("Blocage levé Contact", StringComparison.Ordinal), 0, rows.IndexOf("Suppression reportée Contact", StringComparison.Ordinal));
        Assert.Contains($"href=\"/contacts/{claire}\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Attend une réponse", page, StringComparison.Ordinal);

        await _app.SqlAsync($"UPDATE contacts SET status = 'Active' WHERE false; DELETE FROM emails WHERE contact_id = '{claire}'; DELETE FROM phones WHERE contact_id = '{claire}'; DELETE FROM postponements WHERE contact_id = '{claire}'; DELETE FROM activities WHERE contact_id = '{claire}'; DELETE FROM contacts WHERE id = '{claire}'");
        Assert.DoesNotContain($"href=\"/contacts/{claire}\"", await _admin.ReadAsync("/audit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_by_person_action_day_and_object_narrow_the_page_and_the_export_alike()
    {
        var (nora, subject) = (await _app.EnsureAccountAsync("nora@example.org", Role.Admin), Guid.NewGuid());
        await using (var db = _app.Db())
        {
            // 23:30 in Paris on the 10th is 22:30 in UTC; half an hour later is another day.
            db.AuditEntries.Add(new AuditEntry(At("2026-11-10T22:30:00Z"), nora.Id, "contact.edited", "contact", subject, "LastName"));
            db.AuditEntries.Add(new AuditEntry(At("2026-11-10T23:00:00Z"), null, "contacts.imported", "import", null));
            db.AuditEntries.Add(new AuditEntry(At("2026-11-12T09:00:00Z"), null, "hold.lifted", "contact", Guid.NewGuid(), "=1+1"));
            await db.SaveChangesAsync();
        }

        foreach (var (query, lines) in new[] { ($"by={nora.Id}", 1), ("done=contacts.imported", 1), ("from=2026-11-11&to=2026-11-11", 1), ("to=2026-11-10", 1), ($"id={subject}", 1), ("from=2026-11-11", 2), ("id=nobody", 0), ("", 3), ("by=x&from=31-02", 3) })
        {
            var csv = await _admin.ReadAsync($"/audit/export.csv?{query}");
            Assert.Equal(lines, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length - 1);
            var page = await _admin.ReadAsync($"/audit?{query}");
            Assert.Equal(lines, page.Split("<td data-th=\"Quand\">").Length - 1);
        }
        var whole = await _admin.ReadAsync("/audit/export.csv");
        Assert.Contains("\"'=1+1\"", whole, StringComparison.Ordinal);
        Assert.Contains("\"2026-11-10 23:30:00+01:00\";\"nora\";\"Contact corrigé\";\"Contact\";", whole, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_thousand_entries_are_leafed_through_and_a_page_beyond_the_last_is_the_last()
    {
        await _app.SqlAsync("""
            INSERT INTO audit_entries (id, at, action, subject, subject_id, fields)
            SELECT gen_random_uuid(), timestamptz '2026-11-14' - make_interval(mins => n), 'contact.edited', 'contact', gen_random_uuid(), '{LastName}' FROM generate_series(1, 100100) n
            """);
        await _app.SqlAsync("ANALYZE audit_entries");

        Assert.Contains("1 à 20 sur 100 000", Office.Plain(await _admin.ReadAsync("/audit")), StringComparison.Ordinal);
        Assert.Contains("99 981 à 100 000 sur 100 000", Office.Plain(await _admin.ReadAsync("/audit?p=999999")), StringComparison.Ordinal);
        Assert.Equal(100_102, (await _admin.ReadAsync("/audit/export.csv")).Split('\n').Length);
    }

    [Fact]
    public async Task Agents_and_ops_are_refused_and_english_is_spoken()
    {
        foreach (var role in (Role[])[Role.Agent, Role.Ops])
        {
            var browser = await _app.SignInAsync(role);
            foreach (var page in (string[])["/audit", "/audit/export.csv"]) Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(page)).StatusCode);
        }
        await _admin.PostFormAsync("/language", [("language", "en"), ("returnUrl", "/audit")], tokenFrom: "/audit");
        Assert.Contains("Nothing has been done yet", await _admin.ReadAsync("/audit"), StringComparison.Ordinal);
    }

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Every_action_the_product_records_has_words()
    {
        var source = Directory.EnumerateFiles(Path.Combine(WebSource.Root, ".."), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal));
        var recorded = source.SelectMany(file => Recorded().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToHashSet();

        Assert.Contains("deletion.ordered", recorded);
        Assert.Empty(recorded.Except(AuditWords.Actions));
        Assert.DoesNotContain(AuditWords.Actions, action => AuditWords.Action(action) == action);
    }

    [GeneratedRegex("""(?:AuditEntry\([^"\n]*|Audit\([^"\n]*|Publish\([^"\n]*|[?:] |=> )"([a-z]+\.[a-z_-]+)"(?=[,);\s])""")]
    private static partial Regex Recorded();
}
