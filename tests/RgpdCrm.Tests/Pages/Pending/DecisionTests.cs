using System.Net;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Pending;

public sealed class DecisionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;
    private Browser _admin = null!;

    // Sunday 15 November 2026: who entered on 20 September goes on the 20th of this month.
    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres);
        _admin = await _app.SignInAsync(Role.Admin);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Marc_who_is_an_agent_may_neither_see_the_queue_nor_decide()
    {
        var claire = await _app.PendingAsync("Claire");
        var marc = await _app.SignInAsync(Role.Agent);
        foreach (var page in new[] { "/pending", $"/pending/hold/{claire}", $"/pending/delete-now/{claire}", "/register", "/register/1", "/register/export.csv" })
            Assert.Equal(HttpStatusCode.Forbidden, (await marc.GetAsync(page)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await marc.PostFormAsync($"/pending/postpone/{claire}", [("Reason", "Je voudrais")], tokenFrom: "/")).StatusCode);
        Assert.Equal(0, (await _app.FindAsync(claire))!.Postponements);
    }

    [Fact]
    public async Task Claire_called_last_week_and_is_kept_from_that_day()
    {
        var claire = await _app.PendingAsync("Claire");
        var answer = await _admin.DecideAsync($"/pending/keep/{claire}", ("On", "2026-11-09"), ("Kind", "InboundCall"), ("Text", "Cherche toujours"));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains("Claire Martin est conservé", Office.Plain(await _admin.ReadAsync("/pending")), StringComparison.Ordinal);
        var contact = await _app.FindAsync(claire);
        Assert.Equal((ContactStatus.Active, Office.D("2026-11-09")), (contact!.Status, contact.IdleSince));
    }

    [Fact]
    public async Task An_old_call_does_not_keep_Marc_and_nothing_typed_is_lost()
    {
        var marc = await _app.PendingAsync("Marc");
        var answer = await _admin.DecideAsync($"/pending/keep/{marc}", ("On", "2024-04-02"), ("Kind", "InboundEmail"), ("Text", "Message retrouvé"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Contains("02/10/2026", Office.Plain(html), StringComparison.Ordinal);
        Assert.Contains("value=\"2024-04-02\"", html, StringComparison.Ordinal);
        Assert.Contains("data-error-summary", html, StringComparison.Ordinal);
        Assert.Contains("href=\"#On\"", html, StringComparison.Ordinal);
        Assert.Contains("Message retrouv", html, StringComparison.Ordinal);
        Assert.Equal(1, await _app.CountAsync("activities"));
    }

    [Theory]
    [InlineData("2026-12-01", "InboundCall", "", "l’avenir")]
    [InlineData("hier", "InboundCall", "", "Cette date n’existe pas")]
    [InlineData("", "InboundCall", "", "Indiquez la date")]
    [InlineData("2026-11-09", "AutomaticEmailSent", "", "nature")]
    [InlineData("2026-11-09", "99", "", "nature")]
    [InlineData("2026-11-09", "OutboundCall", "", "a donné")]
    public async Task Keeping_Jeanne_needs_a_real_exchange(string on, string kind, string outcome, string expected)
    {
        var jeanne = await _app.PendingAsync("Jeanne");
        var answer = await _admin.DecideAsync($"/pending/keep/{jeanne}", ("On", on), ("Kind", kind), ("Outcome", outcome));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, await answer.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(ContactStatus.PendingDeletion, (await _app.FindAsync(jeanne))!.Status);
    }

    [Fact]
    public async Task Jeanne_is_postponed_three_times_and_never_a_fourth()
    {
        var jeanne = await _app.PendingAsync("Jeanne", lastCall: "2024-05-10");
        for (var n = 1; n <= 3; n++)
            Assert.Equal(HttpStatusCode.Redirect, (await _admin.DecideAsync($"/pending/postpone/{jeanne}", ("Reason", "Échange en cours"))).StatusCode);
        Assert.Equal(Office.D("2027-02-20"), (await _app.FindAsync(jeanne))!.PostponedUntil);

        var panel = Office.Plain(await _admin.ReadAsync($"/pending?open={jeanne}"));
        Assert.Contains("3 reports sur 3", panel, StringComparison.Ordinal);
        Assert.Contains("Plus aucun report possible", panel, StringComparison.Ordinal);
        var fourth = await _admin.DecideAsync($"/pending/postpone/{jeanne}", ("Reason", "Encore un"));
        Assert.Equal(HttpStatusCode.Conflict, fourth.StatusCode);
        Assert.Equal(3, (await _app.FindAsync(jeanne))!.Postponements);
    }

    [Fact]
    public async Task The_same_form_sent_twice_postpones_Jeanne_once_and_a_new_form_once_more()
    {
        var (jeanne, paul) = (await _app.PendingAsync("Jeanne", lastCall: "2024-05-10"), await _app.PendingAsync("Paul", lastCall: "2024-05-10"));
        await _app.SqlAsync($"UPDATE contacts SET postponements = 3 WHERE id = '{paul}'");
        var form = new (string, string)[] { ("once", Guid.NewGuid().ToString()), ("Reason", "Échange en cours"), ("ids", jeanne.ToString()), ("ids", paul.ToString()) };

        var first = await _admin.DecideAsync("/pending/postpone", form);
        var reloaded = await _admin.DecideAsync("/pending/postpone", form);

        Assert.Contains("1 sur 2", await first.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("1 sur 2", await reloaded.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(1, (await _app.FindAsync(jeanne))!.Postponements);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _admin.PostFormAsync($"/pending/postpone/{jeanne}", [("once", "7c3e1f8e-5b8a-4a53-9d1e-0c6a8b1f2d3e"), ("Reason", "Doigt lourd")], tokenFrom: "/pending")));
        Assert.Equal(2, (await _app.FindAsync(jeanne))!.Postponements);
    }

    [Fact]
    public async Task Postponing_without_a_reason_or_for_a_stranger_is_refused()
    {
        var jeanne = await _app.PendingAsync("Jeanne");
        Assert.Equal(HttpStatusCode.BadRequest, (await _admin.DecideAsync($"/pending/postpone/{jeanne}", ("Reason", "  "))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _admin.DecideAsync($"/pending/postpone/{jeanne}", ("Reason", new string('x', 501)))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _admin.DecideAsync($"/pending/postpone/{jeanne}", ("Reason", "a\0b"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _admin.DecideAsync($"/pending/postpone/{Guid.NewGuid()}", ("Reason", "Motif"))).StatusCode);
        Assert.Equal(0, (await _app.FindAsync(jeanne))!.Postponements);
    }

    [Theory]
    [InlineData("2026-11-15", HttpStatusCode.BadRequest)]
    [InlineData("2027-11-16", HttpStatusCode.BadRequest)]
    [InlineData("2027-11-15", HttpStatusCode.Redirect)]
    public async Task A_hold_on_Paul_is_reviewed_within_twelve_months(string reviewOn, HttpStatusCode expected)
    {
        var paul = await _app.PendingAsync("Paul");
        var answer = await _admin.DecideAsync($"/pending/hold/{paul}", ("Reason", "Litige"), ("Reference", "RG 26/0412"), ("ReviewOn", reviewOn));
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.Redirect ? 1 : 0, await _app.CountAsync("holds"));
    }

    [Fact]
    public async Task A_hold_reaches_Lucie_who_is_active_and_leads_back_to_her_file()
    {
        var lucie = await _app.ActiveAsync("Lucie", "2026-10-01");
        Assert.Contains("Lucie Martin", Office.Plain(await _admin.ReadAsync($"/pending/hold/{lucie}")), StringComparison.Ordinal);
        var answer = await _admin.DecideAsync($"/pending/hold/{lucie}", ("Reason", "Procédure"), ("ReviewOn", "2027-01-15"));
        Assert.Equal($"/contacts/{lucie}", answer.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Conflict, (await _admin.DecideAsync($"/pending/hold/{lucie}", ("Reason", "Encore"), ("ReviewOn", "2027-01-15"))).StatusCode);
    }

    [Fact]
    public async Task Lifting_the_hold_on_Paul_says_first_that_he_is_due()
    {
        var paul = await _app.PendingAsync("Paul", since: "2026-09-10");
        await _app.HoldAsync(paul);
        Assert.Contains("Sans ce blocage, l’échéance est atteinte : effacement dès la prochaine exécution", Office.Plain(await _admin.ReadAsync($"/pending/lift-hold/{paul}")), StringComparison.Ordinal);
        // Frozen at his own request as well, he stays.
        await using (var db = _app.Db())
        {
            db.Holds.Add(new Hold { ContactId = paul, Kind = HoldKind.Restriction, Reason = "Limitation", ReviewOn = Office.D("2027-03-01"), PlacedAt = _app.Time.GetUtcNow() });
            await db.SaveChangesAsync();
        }
        var frozen = Office.Plain(await _admin.ReadAsync($"/pending/lift-hold/{paul}"));
        Assert.Contains("La fiche reste gelée à la demande de la personne", frozen, StringComparison.Ordinal);
        Assert.DoesNotContain("l’échéance est atteinte", frozen, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await _admin.DecideAsync($"/pending/lift-hold/{paul}")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await _admin.DecideAsync($"/pending/lift-hold/{paul}")).StatusCode);
    }

    [Fact]
    public async Task Claire_is_ordered_deleted_withdrawn_and_can_be_ordered_again()
    {
        var claire = await _app.PendingAsync("Claire");
        var unticked = await _admin.DecideAsync($"/pending/delete-now/{claire}");
        Assert.Equal(HttpStatusCode.BadRequest, unticked.StatusCode);
        Assert.Equal(0, await _app.CountAsync("deletion_orders"));

        Assert.Equal(HttpStatusCode.Redirect, (await _admin.DecideAsync($"/pending/delete-now/{claire}", ("Confirmed", "true"))).StatusCode);
        var queue = Office.Plain(await _admin.ReadAsync("/pending"));
        Assert.Contains("Suppression à 10 h 10", queue, StringComparison.Ordinal);
        Assert.Contains("Annuler la suppression de Claire Martin", queue, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await _admin.DecideAsync($"/pending/delete-now/{claire}", ("Confirmed", "true"))).StatusCode);

        Assert.Equal(HttpStatusCode.Redirect, (await _admin.DecideAsync($"/pending/withdraw/{claire}")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await _admin.DecideAsync($"/pending/withdraw/{claire}")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _admin.DecideAsync($"/pending/delete-now/{claire}", ("Confirmed", "true"))).StatusCode);
    }

    [Fact]
    public async Task A_forged_order_for_Paul_who_is_held_is_refused()
    {
        var paul = await _app.PendingAsync("Paul");
        await _app.HoldAsync(paul);
        var answer = await _admin.DecideAsync($"/pending/delete-now/{paul}", ("Confirmed", "true"));
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("Levez d’abord le blocage", await answer.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await _app.CountAsync("deletion_orders"));
        Assert.Equal(HttpStatusCode.NotFound, (await _admin.DecideAsync($"/pending/delete-now/{Guid.NewGuid()}", ("Confirmed", "true"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _admin.PostWithoutTokenAsync($"/pending/delete-now/{paul}", [("Confirmed", "true")])).StatusCode);
    }

    [Fact]
    public async Task A_wrong_number_deletes_nobody_and_keeps_the_selection()
    {
        var (claire, marc) = (await _app.PendingAsync("Claire"), await _app.PendingAsync("Marc"));
        (string, string)[] both = [("ids", claire.ToString()), ("ids", marc.ToString())];
        var chosen = await _admin.DecideAsync("/pending/delete-now?handler=Choose", both);
        Assert.Equal(HttpStatusCode.OK, chosen.StatusCode);
        Assert.Contains("2 contacts choisis", await chosen.TextAsync(), StringComparison.Ordinal);

        foreach (var wrong in new[] { "", "1", "3", "02x", "deux" })
        {
            var answer = await _admin.DecideAsync("/pending/delete-now", [.. both, ("Confirmed", "true"), ("Number", wrong)]);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Contains($"name=\"ids\" value=\"{claire}\"", html, StringComparison.Ordinal);
            Assert.Contains($"name=\"ids\" value=\"{marc}\"", html, StringComparison.Ordinal);
        }
        Assert.Equal(0, await _app.CountAsync("deletion_orders"));

        Assert.Equal(HttpStatusCode.Redirect, (await _admin.DecideAsync("/pending/delete-now", [.. both, ("Confirmed", "true"), ("Number", "2")])).StatusCode);
        Assert.Equal(2, await _app.CountAsync("deletion_orders"));
    }

    [Fact]
    public async Task Where_there_are_two_admins_a_list_is_proposed_shown_to_both_and_confirmed_by_the_other()
    {
        var nora = await _app.SignInAsync("nora@example.org", Role.Admin);
        var (claire, marc) = (await _app.PendingAsync("Claire"), await _app.PendingAsync("Marc"));
        (string, string)[] both = [("ids", claire.ToString()), ("ids", marc.ToString())];
        Assert.Contains("Proposer de supprimer 2 contacts", await (await _admin.DecideAsync("/pending/delete-now?handler=Choose", both)).TextAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await _admin.DecideAsync("/pending/delete-now", [.. both, ("Confirmed", "true"), ("Number", "2")])).StatusCode);
        var proposal = (await _app.Database.OwnerConnectionString.QueryAsync<Guid>("SELECT DISTINCT proposal_id FROM deletion_orders")).Single();
        var page = $"/pending/confirm/{proposal}";

        Assert.Contains("admin propose de supprimer 2 contacts", Office.Plain(await nora.ReadAsync("/pending")), StringComparison.Ordinal);
        Assert.Contains("Confirmer ou retirer la suppression de 2 contacts", Office.Plain(await nora.ReadAsync("/")), StringComparison.Ordinal);
        Assert.Contains("Vous l’avez proposée", Office.Plain(await _admin.ReadAsync(page)), StringComparison.Ordinal);
        Assert.Contains("Claire Martin", Office.Plain(await nora.ReadAsync(page)), StringComparison.Ordinal);

        var own = await _admin.DecideAsync(page, ("Number", "2"));
        Assert.Equal(HttpStatusCode.Conflict, own.StatusCode);
        Assert.Contains("un autre administrateur doit confirmer", await own.TextAsync(), StringComparison.Ordinal);
        var wrong = await nora.DecideAsync(page, ("Number", "3"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("value=\"3\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await _app.CountAsync("deletion_orders WHERE state = 'Waiting'"));

        Assert.Equal(HttpStatusCode.Redirect, (await nora.DecideAsync(page, ("Number", "2"))).StatusCode);
        Assert.Equal(2, await _app.CountAsync("deletion_orders WHERE state = 'Waiting'"));
        Assert.Equal(HttpStatusCode.Redirect, (await nora.DecideAsync($"{page}?handler=TakeBack")).StatusCode);
        Assert.Contains("n’attend plus", Office.Plain(await nora.ReadAsync("/pending")), StringComparison.Ordinal);
        Assert.Equal(2, await _app.CountAsync("deletion_orders WHERE state = 'Waiting'"));
    }

    [Fact]
    public async Task Deciding_about_several_names_each_refusal()
    {
        var (claire, paul, lucie) = (await _app.PendingAsync("Claire"), await _app.PendingAsync("Paul"), await _app.ActiveAsync("Lucie", "2026-10-01"));
        await _app.HoldAsync(paul);
        var stranger = Guid.NewGuid();
        var answer = await _admin.DecideAsync("/pending/delete-now", ("ids", claire.ToString()), ("ids", paul.ToString()), ("ids", stranger.ToString()), ("Confirmed", "true"), ("Number", "3"));
        var text = await answer.TextAsync();
        Assert.Contains("1 sur 3 fait", text, StringComparison.Ordinal);
        Assert.Contains("Paul Martin Sa suppression est bloquée", text, StringComparison.Ordinal);
        Assert.Contains("Contact inconnu Ce contact n’existe plus", text, StringComparison.Ordinal);

        var postponed = await (await _admin.DecideAsync("/pending/postpone", ("ids", claire.ToString()), ("ids", lucie.ToString()), ("Reason", "Vacances"))).TextAsync();
        Assert.Contains("Lucie Martin Ce contact n’est plus en attente", postponed, StringComparison.Ordinal);
        Assert.Equal(1, (await _app.FindAsync(claire))!.Postponements);
        Assert.Equal(HttpStatusCode.BadRequest, (await _admin.DecideAsync("/pending/postpone", ("Reason", "Personne"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _admin.DecideAsync("/pending/postpone", ("ids", "n’importe quoi"), ("Reason", "Motif"))).StatusCode);
    }

    [Fact]
    public async Task Looking_at_a_decision_changes_nothing()
    {
        var (claire, paul) = (await _app.PendingAsync("Claire"), await _app.PendingAsync("Paul"));
        await _app.HoldAsync(paul);
        var before = await StateAsync();
        foreach (var id in new[] { claire, paul, Guid.NewGuid() })
            foreach (var page in new[] { "keep", "postpone", "hold", "lift-hold", "delete-now", "withdraw" })
            {
                Assert.True((int)(await _admin.GetAsync($"/pending/{page}/{id}?Confirmed=true&Reason=x&Number=1&handler=Choose")).StatusCode < 500);
                Assert.True((int)(await _admin.GetAsync($"/pending/{page}?ids={id}&Confirmed=true&Reason=x&Number=1")).StatusCode < 500);
            }
        await _admin.DecideAsync("/pending/delete-now?handler=Choose", ("ids", claire.ToString()), ("Confirmed", "true"), ("Number", "1"));
        await _admin.DecideAsync("/pending/postpone?handler=Choose", ("ids", claire.ToString()), ("Reason", "x"));
        Assert.Equal(before, await StateAsync());
    }

    private async Task<string> StateAsync() => string.Join('|', await _app.Database.OwnerConnectionString.QueryAsync<string>(
        "SELECT c.status || c.xmin FROM contacts c UNION ALL SELECT 'h' || xmin FROM holds UNION ALL SELECT 'p' || id FROM postponements UNION ALL SELECT 'o' || id FROM deletion_orders UNION ALL SELECT 'a' || id FROM activities ORDER BY 1"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_panel_announces_exactly_what_is_destroyed(bool owed)
    {
        var claire = await _app.PendingAsync("Claire", since: "2026-09-15");
        await using (var db = _app.Db())
        {
            db.Notes.Add(new Note { ContactId = claire, At = _app.Time.GetUtcNow(), Text = "Appelle le soir" });
            db.Searches.Add(new Search { ContactId = claire });
            db.Searches.Add(new Search { ContactId = claire });
            db.Tags.Add(new Tag { ContactId = claire, Name = "maison" });
            db.Consents.Add(new Consent { ContactId = claire });
            db.Postponements.Add(new Postponement { ContactId = claire, Reason = "Motif", Until = Office.D("2026-11-14") });
            await db.SaveChangesAsync();
            if (owed)
            {
                db.Contracts.Add(new Core.Obligations.Contract(Core.Obligations.ContractKind.Lease, "B-12", null, Office.D("2020-01-01"), Office.D("2020-01-01"), Office.D("2023-01-01"), new Core.Obligations.Party { ContactId = claire, Side = Core.Obligations.Side.Tenant }));
                await db.SaveChangesAsync();
                await _app.SqlAsync("UPDATE obligations SET end_recorded = true");
            }
        }
        var html = await _admin.ReadAsync($"/pending?open={claire}");
        var announced = System.Text.RegularExpressions.Regex.Matches(html, "data-table=\"(\\w+)\">(\\d+)<").ToDictionary(m => m.Groups[1].Value, m => int.Parse(m.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture));

        var clock = new AgencyClock(_app.Time, TimeZoneInfo.FindSystemTimeZoneById(AgencyClock.DefaultZone));
        await new RetentionRun(_app.Database.AppConnectionString, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<RetentionRun>.Instance).RunAsync(new RunRequest());
        await using var after = _app.Db();
        var entry = Assert.Single(after.Ledger);
        Assert.Equal(owed ? Core.Erasure.LedgerAction.Archived : Core.Erasure.LedgerAction.Erased, entry.Action);
        var destroyed = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, int>>(entry.Counts)!;
        Assert.Equal(destroyed.OrderBy(d => d.Key), announced.OrderBy(a => a.Key));
        Assert.NotEmpty(destroyed);

        var register = Office.Plain(await _admin.ReadAsync("/register"));
        Assert.DoesNotContain("Claire", register, StringComparison.Ordinal);
        Assert.Contains("ce que d’autres fiches disent d’une personne dans un texte libre n’est pas effacé par le programme, qui ne distingue pas un homonyme", register, StringComparison.Ordinal);
        var certificate = Office.Plain(await _admin.ReadAsync("/register/1"));
        Assert.Contains(Convert.ToHexStringLower(entry.Hash), certificate, StringComparison.Ordinal);
        Assert.DoesNotContain("Claire", certificate, StringComparison.Ordinal);
        var csv = await _admin.ReadAsync("/register/export.csv");
        Assert.Contains($"\"1\";\"{entry.Id}\"", csv, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _admin.GetAsync("/register/2")).StatusCode);
    }
}
