using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Inquiries;

public sealed partial class InquiryPagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;
    private Browser _agent = null!, _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres);
        (_agent, _admin) = (await _app.SignInAsync(Role.Agent), await _app.SignInAsync(Role.Admin));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task An_empty_inbox_says_what_will_come()
    {
        Assert.Contains("Aucune demande pour l’instant", Office.Plain(await _agent.ReadAsync("/inquiries")));
        await InquiryAsync("Paul Martin", status: InquiryStatus.Handled);
        Assert.Contains("Tout est traité", Office.Plain(await _agent.ReadAsync("/inquiries")));
        Assert.Contains("ne vous est confiée", Office.Plain(await _agent.ReadAsync("/inquiries?tab=handled&mine=true")));
    }

    [Fact]
    public async Task Many_are_paged_and_each_part_shows_its_own()
    {
        for (var i = 0; i < 25; i++) await InquiryAsync($"Nora{i:00}");
        await InquiryAsync("Casino 777", status: InquiryStatus.Spam);

        var (first, last, beyond, spam) = (await _agent.ReadAsync("/inquiries"), await _agent.ReadAsync("/inquiries?p=2"), await _agent.ReadAsync("/inquiries?p=99&tab=evil"), await _agent.ReadAsync("/inquiries?tab=spam"));

        Assert.Equal((20, 5, 5, 1), (Rows(first), Rows(last), Rows(beyond), Rows(spam)));
        Assert.Contains("Casino 777", spam);
        Assert.Contains("1 à 20 sur 25", Office.Plain(first));

        static int Rows(string page) => Regex.Count(page, "class=\"who");
    }

    [Fact]
    public async Task Mine_shows_what_was_given_to_me()
    {
        var (mine, other) = (await InquiryAsync("Paul Martin"), await InquiryAsync("Nora Roux"));
        var me = await _app.EnsureAccountAsync("agent@example.org", Role.Agent);
        await PostAsync(_admin, mine, "Assign", ("to", me.Id.ToString()));

        var page = await _agent.ReadAsync("/inquiries?mine=true");

        Assert.Contains(mine.ToString(), page);
        Assert.DoesNotContain(other.ToString(), page);
    }

    [Fact]
    public async Task A_message_is_text_and_keeps_its_lines()
    {
        var id = await InquiryAsync("<img src=x onerror=alert(1)>", "\"><script>alert(2)</script>@example.org", "Bonjour,\n\n<script>alert(3)</script>\nمرحبا 👩‍👩‍👧\r\nMerci");

        foreach (var raw in new[] { await _agent.ReadAsync($"/inquiries/{id}"), await _agent.ReadAsync("/inquiries"), await _agent.ReadAsync($"/inquiries/{id}/create") })
        {
            Assert.DoesNotContain("<script>alert", raw);
            Assert.DoesNotContain("<img src=x", raw);
        }
        var page = await _agent.ReadAsync($"/inquiries/{id}");
        Assert.Equal(5, Regex.Count(page, "<div class=\"text-break\" dir=\"auto\">"));
        Assert.Contains("مرحبا 👩‍👩‍👧", WebUtility.HtmlDecode(page));
        Assert.Contains("Sera détruite le 10/11/2028", Office.Plain(page));
    }

    [Theory]
    [InlineData("Bartholomé-Maximilien de Saint-Aubin-d’Écrosville von Württemberg"), InlineData("محمد علي"), InlineData("👩‍👩‍👧"), InlineData("Y"), InlineData("O'Brien d’Aÿ")]
    public async Task Any_name_becomes_a_record(string name)
    {
        var id = await InquiryAsync(name);
        var form = await _agent.ReadAsync($"/inquiries/{id}/create");

        var answer = await CreateAsync(_agent, id, Version(form), ValueOf(form, "Input.FirstName"), ValueOf(form, "Input.LastName"));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains(name, WebUtility.HtmlDecode(await _agent.ReadAsync(answer.Headers.Location!.ToString())));
    }

    [Fact]
    public async Task Creating_Helene_asks_for_roles_then_dates_everything_from_her_message()
    {
        var id = await InquiryAsync("GARNIER Hélène", "H.Garnier@example.org", phone: "+33639981427", receivedOn: "2026-10-02");
        var form = await _agent.ReadAsync($"/inquiries/{id}/create");
        Assert.Equal(("Hélène", "GARNIER", "06 39 98 14 27"), (ValueOf(form, "Input.FirstName"), ValueOf(form, "Input.LastName"), ValueOf(form, "Input.Phones[0]")));

        var without = await CreateAsync(_agent, id, Version(form), "Hélène", "Garnier", role: null);
        var answer = await CreateAsync(_agent, id, Version(form), "Hélène", "Garnier");
        var again = await CreateAsync(_agent, id, Version(form), "Hélène", "Garnier");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, without.StatusCode);
        Assert.Contains("value=\"Garnier\"", await without.Content.ReadAsStringAsync());
        Assert.Equal(answer.Headers.Location, again.Headers.Location);
        await using var db = _app.Db();
        var helene = await db.Contacts.SingleAsync();
        Assert.Equal((new DateOnly(2026, 10, 2), new DateOnly(2026, 10, 2)), (helene.CollectedOn, helene.SilentOn!.Value));
        Assert.Contains("rien n’a été fait deux fois", Office.Plain(await _agent.ReadAsync($"/contacts/{helene.Id}")));
    }

    [Fact]
    public async Task Someone_known_is_announced_before_a_second_record()
    {
        await _app.ActiveAsync("Paul", "2026-01-10");
        var id = await InquiryAsync("Paul Martin", "paul@example.org");
        var version = await VersionAsync(_agent, id);

        var warned = await CreateAsync(_agent, id, version, "Paul", "Martin");
        var confirmed = await CreateAsync(_agent, id, version, "Paul", "Martin", extra: ("SomeoneElse", "true"));

        Assert.Equal(HttpStatusCode.Conflict, warned.StatusCode);
        Assert.Contains("a déjà une fiche", await warned.TextAsync());
        Assert.Equal(HttpStatusCode.Redirect, confirmed.StatusCode);
    }

    [Fact]
    public async Task One_button_links_Paul_whose_address_agrees()
    {
        var paul = await _app.ActiveAsync("Paul", "2026-01-10");
        var id = await InquiryAsync("P. Martin", "Paul@Example.org");
        Assert.Contains("Même e-mail, autre nom", Office.Plain(await _agent.ReadAsync($"/inquiries/{id}")));

        var answer = await PostAsync(_agent, id, "Link", ("contactId", paul.ToString()));

        Assert.Equal($"/contacts/{paul}", answer.Headers.Location!.ToString());
        Assert.Contains("l’échange consigné au 10/11/2026", Office.Plain(await _agent.ReadAsync($"/contacts/{paul}")));
        Assert.Contains("Sera détruite avec la fiche, au plus tard le 10/11/2028", Office.Plain(await _agent.ReadAsync($"/inquiries/{id}")));
    }

    [Fact]
    public async Task Jeanne_pending_is_a_line_with_her_name_and_comes_back_by_one_button()
    {
        var jeanne = await _app.PendingAsync("Jeanne");
        var id = await InquiryAsync("Jeanne Martin", "jeanne@example.org");

        var page = await _agent.ReadAsync($"/inquiries/{id}");
        Assert.Contains("Une fiche attend sa suppression", Office.Plain(page));
        Assert.DoesNotContain("Cherche un T3", page);
        Assert.DoesNotContain($"href=\"/contacts/{jeanne}\"", page);
        await PostAsync(_agent, id, "Link", ("contactId", jeanne.ToString()));

        Assert.Equal(ContactStatus.Active, (await _app.FindAsync(jeanne))!.Status);
        Assert.Contains("la fiche redevient active", Office.Plain(await _agent.ReadAsync($"/contacts/{jeanne}")));
    }

    [Fact]
    public async Task What_hangs_on_someone_pending_or_archived_is_closed_to_agents()
    {
        var (jeanne, karim) = (await _app.PendingAsync("Jeanne"), await _app.ActiveAsync("Karim", "2026-01-10"));
        await _app.SqlAsync($"UPDATE contacts SET restricted = true WHERE id = '{karim}'");
        var (pending, restricted) = (await InquiryAsync("Jeanne Martin", message: "Mon secret"), await InquiryAsync("Karim Martin", message: "Mon secret"));
        await _app.SqlAsync($"UPDATE inquiries SET status = 'Handled', contact_id = CASE WHEN id = '{pending}' THEN '{jeanne}'::uuid ELSE '{karim}'::uuid END");

        Assert.Equal($"/contacts/{jeanne}/log", (await _agent.GetAsync($"/inquiries/{pending}")).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/inquiries/{restricted}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/inquiries/{pending}/create")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _agent.PostFormAsync($"/inquiries/{restricted}?handler=Sort", [("Version", "1"), ("into", "New")], "/contacts/create")).StatusCode);
        Assert.DoesNotContain("Mon secret", await _agent.ReadAsync("/inquiries?tab=handled"));
        Assert.Contains("Mon secret", await _admin.ReadAsync("/inquiries?tab=handled"));
        Assert.Contains("Mon secret", await _admin.ReadAsync($"/inquiries/{pending}"));
    }

    [Fact]
    public async Task A_forged_contact_is_refused_and_says_nothing_about_them()
    {
        var jeanne = await _app.PendingAsync("Jeanne");
        var id = await InquiryAsync("Paul Roux");

        foreach (var forged in new[] { jeanne, Guid.NewGuid(), Guid.Empty })
        {
            var answer = await PostAsync(_agent, id, "Link", ("contactId", forged.ToString()));
            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
            Assert.DoesNotContain("Jeanne", await answer.TextAsync());
        }
        Assert.Equal(ContactStatus.PendingDeletion, (await _app.FindAsync(jeanne))!.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/inquiries/{Guid.NewGuid()}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _agent.GetAsync($"/inquiries/{Guid.NewGuid()}/create")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(_agent, id, "Assign", ("to", "nobody"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(_agent, id, "Sort", ("into", "Erased"))).StatusCode);
    }

    [Fact]
    public async Task The_second_of_two_colleagues_learns_what_the_first_did()
    {
        var paul = await _app.ActiveAsync("Paul", "2026-01-10");
        var id = await InquiryAsync("Paul Martin", "paul@example.org");
        var version = await VersionAsync(_agent, id);
        await PostAsync(_admin, id, "Link", ("contactId", paul.ToString()));

        var spam = await PostAsync(_agent, id, "Sort", version, ("into", "Spam"));
        var create = await CreateAsync(_agent, id, version, "Paul", "Martin");

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (spam.StatusCode, create.StatusCode));
        Assert.Contains("admin l’a rattachée à une fiche pendant que vous la lisiez", await spam.TextAsync());
        Assert.Contains("Aucune fiche n’a été créée", await create.TextAsync());
        Assert.Equal(1, await _app.CountAsync("contacts"));
    }

    [Fact]
    public async Task A_demand_destroyed_meanwhile_explains_itself()
    {
        var id = await InquiryAsync("Paul Martin");
        var version = await VersionAsync(_agent, id);
        await _app.SqlAsync("DELETE FROM inquiries");

        var answer = await _agent.PostFormAsync($"/inquiries/{id}?handler=Sort", [("Version", version), ("into", "Handled")], "/contacts/create");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("elle a été détruite avec la fiche de la personne", await answer.TextAsync());
    }

    [Fact]
    public async Task State_and_person_cannot_be_posted_past_the_buttons()
    {
        var id = await InquiryAsync("Paul Martin");

        await PostAsync(_agent, id, "Assign", ("Status", "Spam"), ("Record.Inquiry.ContactId", Guid.NewGuid().ToString()), ("ReceivedOn", "2030-01-01"));

        await using var db = _app.Db();
        var inquiry = await db.Inquiries.SingleAsync();
        Assert.Equal((InquiryStatus.New, (Guid?)null, new DateOnly(2026, 11, 10)), (inquiry.Status, inquiry.ContactId, inquiry.ReceivedOn));
    }

    private async Task<Guid> InquiryAsync(string name, string? email = null, string message = "Bonjour", string? phone = null, string receivedOn = "2026-11-10", InquiryStatus status = InquiryStatus.New)
    {
        await using var db = _app.Db();
        var inquiry = new Inquiry { Name = name, Email = email, Phone = phone, Message = message, ReceivedOn = Office.D(receivedOn) };
        inquiry.Sort(status);
        db.Inquiries.Add(inquiry);
        await db.SaveChangesAsync();
        return inquiry.Id;
    }

    private static Task<HttpResponseMessage> CreateAsync(Browser browser, Guid id, string version, string firstName, string lastName, string? role = "Buyer", params (string, string)[] extra) =>
        browser.PostFormAsync($"/inquiries/{id}/create", [("Version", version), ("Input.Kind", "Private"), ("Input.FirstName", firstName), ("Input.LastName", lastName), .. role is null ? Array.Empty<(string, string)>() : [("Input.Roles", role)], .. extra], "/contacts/create");

    private static async Task<HttpResponseMessage> PostAsync(Browser browser, Guid id, string handler, params (string Name, string Value)[] fields) =>
        await PostAsync(browser, id, handler, await VersionAsync(browser, id), fields);

    private static Task<HttpResponseMessage> PostAsync(Browser browser, Guid id, string handler, string version, params (string Name, string Value)[] fields) =>
        browser.PostFormAsync($"/inquiries/{id}?handler={handler}", [("Version", version), .. fields], "/contacts/create");

    private static async Task<string> VersionAsync(Browser browser, Guid id) => Version(await browser.ReadAsync($"/inquiries/{id}"));

    private static string Version(string page) => VersionField().Match(page).Groups[1].Value;

    private static string ValueOf(string page, string field) =>
        WebUtility.HtmlDecode(Regex.Match(page, $"<input[^>]*name=\"{Regex.Escape(field)}\"[^>]*>").Value is var input ? Regex.Match(input, "value=\"([^\"]*)\"").Groups[1].Value : "");

    [GeneratedRegex("""name="Version"[^>]*value="(\d+)""")]
    private static partial Regex VersionField();
}
