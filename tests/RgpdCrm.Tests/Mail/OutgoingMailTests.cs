using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Matching;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Properties;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Mail;

/// <summary>The outbox against a real SMTP server that refuses, delays and breaks off.</summary>
public sealed partial class OutgoingMailTests(PostgresFixture postgres, MailServer server) : IClassFixture<MailServer>, IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        await server.TakeAsync();
        await server.FailAsync();
        _app = await CrmApp.StartAsync(postgres, "2026-11-15", server.Settings);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Her_agent_writes_to_Claire_and_she_reads_it_in_both_parts_with_the_footer_and_the_exchange_is_logged_once_it_left()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr");
        var agent = await _app.SignInAsync(Role.Agent);
        const string Words = "Bonjour **Claire** <script>alert(1)</script>\n\n- mardi\n- [le plan](https://exemple.fr/plan?a=1&b=2)\n- [piège](javascript:alert(1))";
        var preview = await WriteAsync(agent, claire, "Visite\u00a0?", Words, handler: "Preview");
        var draft = await preview.Content.ReadAsStringAsync();
        Assert.Equal(Web.Security.SecurityHeaders.MailPolicy, preview.Headers.GetValues("Content-Security-Policy").Single());
        var unwritten = await WriteAsync(agent, claire, "", Words, handler: "Preview");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unwritten.StatusCode);
        Assert.Contains("Bonjour **Claire**", await unwritten.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await using (var db = _app.Db()) Assert.False(await db.OutgoingMails.AnyAsync() || await db.ContactLinks.AnyAsync());
        Assert.Equal(HttpStatusCode.Redirect, (await WriteAsync(agent, claire, "Visite\u00a0?", Words)).StatusCode);
        await using (var db = _app.Db()) Assert.Empty(await db.Activities.ToListAsync());

        Assert.Equal(new MailDrained(1, 0), await _app.DrainAsync());

        var mail = Assert.Single(await server.TakeAsync());
        Assert.Equal("claire@exemple.fr", Assert.IsType<MailboxAddress>(Assert.Single(mail.To)).Address);
        Assert.Equal("agent@example.org", Assert.IsType<MailboxAddress>(Assert.Single(mail.ReplyTo)).Address);
        Assert.Equal("Visite\u00a0?", mail.Subject);
        Assert.Contains("<b>Claire</b> &lt;script&gt;", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("""href="https://exemple.fr/plan?a=1&amp;b=2" """.Trim(), mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"javascript", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("\n- mardi\n- le plan : https://exemple.fr/plan?a=1&b=2\n", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Matches("https://localhost/preferences\\?k=[\\w-]{43}", mail.TextBody);
        // What she previewed is what left, but for the links, which are the reader's own.
        Assert.Equal(draft.ReplaceLineEndings(), Regex.Replace(mail.HtmlBody!, "\\?k=[\\w-]{43}&amp;lang=fr", "").ReplaceLineEndings());
        await using (var db = _app.Db())
        {
            var logged = await db.Activities.SingleAsync();
            Assert.Equal((ActivityKind.PersonalMessage, true, false), (logged.Kind, logged.MovesIdle, logged.MovesSilent));
            Assert.Equal($"{(await db.OutgoingMails.SingleAsync()).Id:N}@tilleul.example", mail.MessageId);
        }
        Assert.Contains("Envoyé", await agent.ReadAsync($"/contacts/{claire}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_breaks_off_after_taking_a_mail_gets_it_once_more_with_the_same_Message_ID_and_never_a_third_time()
    {
        await QueueAsync(await _app.PersonAsync("Claire", "a@exemple.fr"), await _app.PersonAsync("Claire", "b@exemple.fr"));
        await server.FailAsync(new { stage = "data", drop = true });

        Assert.False((await _app.DrainAsync()).Reached);
        _app.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(new MailDrained(2, 0), await _app.DrainAsync());
        _app.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(new MailDrained(0, 0), await _app.DrainAsync());

        var received = await server.TakeAsync();
        Assert.Equal(3, received.Count);
        Assert.Equal(2, received.Select(mail => mail.MessageId).Distinct().Count());

        await QueueAsync(await _app.PersonAsync("Claire", "c@exemple.fr"));
        await server.FailAsync(new { stage = "data", drop = true }, new { stage = "data", drop = true }, new { stage = "data", drop = true });
        for (var minute = 0; minute < 30; minute += 5)
        {
            await _app.DrainAsync();
            _app.Time.Advance(TimeSpan.FromMinutes(5));
        }
        Assert.Equal(2, (await server.TakeAsync()).Count);
        Assert.Equal([MailFailure.Unanswered], await FailuresAsync(MailState.Failed));
    }

    [Fact]
    public async Task A_worker_killed_with_a_claim_loses_nothing_and_two_workers_never_share_a_mail()
    {
        await QueueAsync([.. await Task.WhenAll(Enumerable.Range(0, 30).Select(i => _app.PersonAsync("Claire", $"p{i}@exemple.fr")))]);
        // What a killed worker leaves: a claim on one mail, and a lock that died with its connection.
        await using (var db = _app.Db())
            await db.Database.ExecuteSqlAsync($"UPDATE outgoing_mails SET attempts = 1, next_attempt_at = {_app.Time.GetUtcNow().AddMinutes(2)} WHERE id = (SELECT id FROM outgoing_mails LIMIT 1)");

        var drained = await Task.WhenAll(_app.DrainAsync(), _app.DrainAsync(), _app.DrainAsync());
        Assert.Equal(29, drained.Sum(d => d.Sent));
        _app.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(1, (await _app.DrainAsync()).Sent);

        var received = await server.TakeAsync();
        Assert.Equal(30, received.Select(mail => mail.To.ToString()).Distinct().Count());
        Assert.Equal(30, received.Count);
    }

    [Fact]
    public async Task A_refused_address_bounces_at_once_a_full_server_is_asked_again_and_the_agent_sees_which()
    {
        var (gone, busy) = (await _app.PersonAsync("Claire", "refused@exemple.fr"), await _app.PersonAsync("Claire", "busy@exemple.fr"));
        var agent = await _app.SignInAsync(Role.Agent);
        await WriteAsync(agent, gone, "Bonjour", "Un mot");
        Assert.Equal(new MailDrained(0, 1), await _app.DrainAsync());
        Assert.Contains("Cette adresse est refusée", await agent.ReadAsync($"/contacts/{gone}"), StringComparison.Ordinal);

        await WriteAsync(agent, busy, "Bonjour", "Un mot");
        await server.FailAsync(new { stage = "rcpt", code = 452 });
        Assert.Equal(new MailDrained(0, 0), await _app.DrainAsync());
        Assert.Contains("réessayer plus tard", await agent.ReadAsync($"/contacts/{busy}"), StringComparison.Ordinal);
        _app.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(new MailDrained(1, 0), await _app.DrainAsync());
    }

    [Fact]
    public async Task Claire_changes_her_search_from_a_mail_the_next_one_follows_it_and_once_she_stops_there_is_none()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr");
        await using (var db = _app.Db())
        {
            db.Consents.Add(new Consent { ContactId = claire, Channel = Channel.Email, Purpose = Consent.SimilarProperties, Granted = true, At = _app.Time.GetUtcNow() });
            db.Subscriptions.Add(new Subscription { ContactId = claire, Topic = Subscription.MatchingProperties, StartedOn = new DateOnly(2026, 11, 1) });
            db.Searches.Add(new Search { ContactId = claire, Frequency = MailFrequency.AtOnce, Kinds = [PropertyKind.House] });
            await db.SaveChangesAsync();
        }
        await PropertyAsync("M-1", PropertyKind.House);
        await PropertyAsync("A-1", PropertyKind.Apartment);
        var cover = StoredFiles.NewKey();
        await using (var db = _app.Db())
        {
            db.Photos.Add(new Photo { PropertyId = await db.Properties.Where(p => p.Reference == "M-1").Select(p => p.Id).SingleAsync(), Key = cover, State = PhotoState.Published, AddedAt = _app.Time.GetUtcNow() });
            await db.SaveChangesAsync();
        }
        await MatchAsync();
        await _app.DrainAsync();

        var first = Assert.Single(await server.TakeAsync());
        Assert.Contains("property=M-1", first.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("A-1", first.HtmlBody, StringComparison.Ordinal);
        Assert.Matches($"<img[^>]+src=\"https://[^\"]+{cover}[^\"]+\"", first.HtmlBody);
        Assert.Equal("List-Unsubscribe=One-Click", first.Headers["List-Unsubscribe-Post"]);
        var key = Regex.Match(first.TextBody!, "preferences\\?k=([\\w-]{43})").Groups[1].Value;
        Guid search;
        await using (var db = _app.Db()) search = (await db.Searches.SingleAsync()).Id;
        var visitor = _app.Visitor();
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.PostWithoutTokenAsync("/preferences/search", [("k", key), ("id", $"{search}"), ("Input.Transaction", "Sale"), ("Input.Frequency", "AtOnce"), ("Input.Kinds", "Apartment")])).StatusCode);

        await PropertyAsync("M-2", PropertyKind.House);
        await PropertyAsync("A-2", PropertyKind.Apartment);
        await MatchAsync();
        await _app.DrainAsync();
        var second = Assert.Single(await server.TakeAsync());
        Assert.Contains("property=A-2", second.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("M-2", second.HtmlBody, StringComparison.Ordinal);

        // Found and queued, then she stops: nothing of it leaves. Sold in between, a property is not shown either.
        await PropertyAsync("A-3", PropertyKind.Apartment);
        await MatchAsync();
        await visitor.PostWithoutTokenAsync("/preferences/stop", [("k", key)]);
        await PropertyAsync("A-4", PropertyKind.Apartment);
        await MatchAsync();
        Assert.Equal(new MailDrained(0, 0), await _app.DrainAsync());
        Assert.Empty(await server.TakeAsync());
        await using (var db = _app.Db()) Assert.Equal(ContactStatus.Active, (await db.Contacts.SingleAsync(c => c.Id == claire)).Status);

        async Task PropertyAsync(string reference, PropertyKind kind)
        {
            await using var db = _app.Db();
            await new PropertyEntry(reference, kind, "12 rue des Tilleuls", 200_000, null).CreateAsync(db, new Act(null, _app.Time.GetUtcNow()), new DateOnly(2026, 11, 15));
        }
    }

    [Fact]
    public async Task The_limits_of_a_minute_and_of_a_day_are_kept_across_drains()
    {
        await QueueAsync([.. await Task.WhenAll(Enumerable.Range(0, 7).Select(i => _app.PersonAsync("Claire", $"p{i}@exemple.fr")))]);
        await using var scope = _app.Services.CreateAsyncScope();
        var slow = ActivatorUtilities.CreateInstance<MailDrain>(scope.ServiceProvider, new MailLimits(2, 5));
        Assert.Equal(2, (await slow.RunAsync()).Sent);
        Assert.Equal(0, (await slow.RunAsync()).Sent);
        foreach (var sent in new[] { 2, 1, 0 })
        {
            _app.Time.Advance(TimeSpan.FromSeconds(61));
            Assert.Equal(sent, (await slow.RunAsync()).Sent);
        }
        _app.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(3 * 61 + 1));
        Assert.Equal(0, (await slow.RunAsync()).Sent);
        _app.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, (await slow.RunAsync()).Sent);
    }

    [Fact]
    public async Task A_server_that_takes_a_mail_and_says_nothing_gets_it_once_more()
    {
        await QueueAsync(await _app.PersonAsync("Claire", "claire@exemple.fr"));
        await using var scope = _app.Services.CreateAsyncScope();
        var port = server.Settings.Single(s => s.Item1 == "Mail:Smtp:Port").Item2;
        var transport = new SmtpTransport(new SmtpServer("127.0.0.1", int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), MailKit.Security.SecureSocketOptions.None, new MailboxAddress("Agence", "agence@tilleul.example")) { Patience = TimeSpan.FromSeconds(1) });
        var hurried = ActivatorUtilities.CreateInstance<MailDrain>(scope.ServiceProvider, transport);
        await server.FailAsync(new { stage = "data", silent = true });

        Assert.Equal(new MailDrained(0, 0, Reached: false), await hurried.RunAsync());
        _app.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(new MailDrained(1, 0), await hurried.RunAsync());

        var received = await server.TakeAsync();
        Assert.Equal(2, received.Count);
        Assert.Single(received.Select(mail => mail.MessageId).Distinct());
    }

    [Fact]
    public async Task Long_and_foreign_addresses_are_written_to_and_one_with_a_line_end_is_none()
    {
        // 254 characters, the most there are: 64 before the @, labels of 63 at most.
        var longest = $"{new string('a', 64)}@{new string('b', 63)}.{new string('c', 63)}.{new string('d', 58)}.fr";
        Assert.Equal(254, longest.Length);
        Assert.Equal(longest, Email.Normalise(longest));
        Assert.Null(Email.Normalise("x" + longest));
        foreach (var wrong in new[] { "claire@exemple.fr\r\nBcc: tout@exemple.fr", "claire@exemple.fr\n", "claire\0@exemple.fr", "cla ire@exemple.fr" }.Where(w => Email.Normalise(w) is not (null or "claire@exemple.fr"))) Assert.Fail(wrong);

        // This server takes 253 at most: what it refuses is shown, and the rest leaves.
        await QueueAsync(await _app.PersonAsync("Claire", longest), await _app.PersonAsync("Claire", longest[1..]), await _app.PersonAsync("Claire", "claire@élysée.example"), await _app.PersonAsync("Claire", "hélène@exemple.fr"));
        Assert.Equal(new MailDrained(3, 1), await _app.DrainAsync());
        Assert.Equal([MailFailure.AddressRefused], await FailuresAsync(MailState.Bounced));
        Assert.Equal([longest[1..], "claire@élysée.example", "hélène@exemple.fr"], (await server.TakeAsync()).Select(mail => MailboxAddress.DecodeAddrspec(mail.To.Mailboxes.Single().Address)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_subject_with_a_line_end_is_refused_by_the_form_and_by_the_message_itself()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr");
        var agent = await _app.SignInAsync(Role.Agent);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await WriteAsync(agent, claire, "Bonjour\r\nBcc: tout@exemple.fr", "Un mot")).StatusCode);
        await using (var db = _app.Db())
        {
            db.OutgoingMails.Add(new OutgoingMail { ContactId = claire, Template = MailTemplate.Personal, Subject = "Bonjour\r\nBcc: tout@exemple.fr", Text = "Un mot", CreatedAt = _app.Time.GetUtcNow() });
            await db.SaveChangesAsync();
        }
        Assert.Equal(new MailDrained(0, 1), await _app.DrainAsync());
        Assert.Empty(await server.TakeAsync());
        Assert.Equal([MailFailure.NotRendered], await FailuresAsync(MailState.Failed));
    }

    [Fact]
    public async Task Nobody_pending_or_gone_is_written_to()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr");
        await QueueAsync(claire);
        await _app.Database.OwnerConnectionString.QueryAsync<object>($"UPDATE contacts SET status = 'PendingDeletion', pending_since = '2026-11-15', pending_version = 1 WHERE id = '{claire}'");
        Assert.Equal(HttpStatusCode.Conflict, (await WriteAsync(await _app.SignInAsync(Role.Agent), claire, "Bonjour", "Un mot")).StatusCode);
        Assert.Equal(new MailDrained(0, 1), await _app.DrainAsync());
        Assert.Equal([MailFailure.NotAllowed], await FailuresAsync(MailState.Failed));
    }

    [Fact]
    public async Task A_forgotten_password_is_answered_alike_for_known_and_unknown_and_the_link_in_the_mail_opens()
    {
        await _app.EnsureAccountAsync("sophie@example.org", Role.Agent);
        var visitor = _app.Visitor();
        var answers = new List<string>();
        foreach (var email in new[] { "sophie@example.org", "personne@example.org" })
        {
            var answer = await visitor.PostFormAsync("/account/forgotten-password", ("Email", email));
            answers.Add($"{answer.StatusCode} {answer.Headers.Location} {await answer.Content.ReadAsStringAsync()}");
        }
        Assert.Equal(answers[0], answers[1]);
        await using (var db = _app.Db()) Assert.Equal(2, await db.OutgoingMails.CountAsync());

        Assert.Equal(1, (await _app.DrainAsync()).Sent);
        var mail = Assert.Single(await server.TakeAsync());
        var link = SetPassword().Match(mail.TextBody!).Value;
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(link)).StatusCode);
        await using (var db = _app.Db()) Assert.Equal(1, await db.OutgoingMails.CountAsync());
    }

    [Fact]
    public async Task Without_a_server_mails_are_caught_in_development_and_wait_in_production_where_their_page_does_not_exist()
    {
        await using var app = await CrmApp.StartAsync(postgres);
        var admin = await app.SignInAsync(Role.Admin);
        await admin.PostFormAsync("/users/invite", [("Input.FullName", "Zoé Petit"), ("Input.Email", "zoe@example.org"), ("Input.Role", "Agent")], tokenFrom: "/users/invite");
        await app.DrainAsync();
        var list = await admin.ReadAsync("/mail");
        Assert.Contains("zoe@example.org", list, StringComparison.Ordinal);
        Assert.Contains("/account/set-password", await admin.ReadAsync(CaughtMail().Match(list).Value + "?part=text"), StringComparison.Ordinal);
        foreach (var template in MailTemplate.All)
            foreach (var language in new[] { "fr", "en" })
                Assert.Contains($"lang=\"{language}\"", await admin.ReadAsync($"/mail/read/{template}/{language}"), StringComparison.Ordinal);

        await using var production = await CrmApp.StartAsync(postgres, "2026-11-15", ("environment", "Production"), ("Agency:Address", "https://localhost"));
        var theirs = await production.SignInAsync(Role.Admin);
        await theirs.SetUpAuthenticatorAsync(production.Time.GetUtcNow());
        Assert.Equal(HttpStatusCode.NotFound, (await theirs.GetAsync("/mail")).StatusCode);
        await using var waiting = production.Services.CreateAsyncScope();
        Assert.False(waiting.ServiceProvider.GetRequiredService<IMailTransport>().Ready);
    }

    private static Task<HttpResponseMessage> WriteAsync(Browser agent, Guid contact, string subject, string text) => WriteAsync(agent, contact, subject, text, handler: null);

    private static async Task<HttpResponseMessage> WriteAsync(Browser agent, Guid contact, string subject, string text, string? handler)
    {
        var emailId = Option().Match(await (await agent.GetAsync($"/contacts/{contact}/write")).Content.ReadAsStringAsync()).Groups[1].Value;
        return await agent.PostFormAsync($"/contacts/{contact}/write{(handler is null ? "" : $"?handler={handler}")}", [("EmailId", emailId), ("Subject", subject), ("Text", text)]);
    }

    private async Task QueueAsync(params Guid[] people)
    {
        await using var db = _app.Db();
        db.OutgoingMails.AddRange(people.Select(id => new OutgoingMail { ContactId = id, Template = MailTemplate.Personal, Subject = "Bonjour", Text = "Un mot", CreatedAt = _app.Time.GetUtcNow() }));
        await db.SaveChangesAsync();
    }

    private async Task MatchAsync()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var matcher = scope.ServiceProvider.GetRequiredService<Matcher>();
        await matcher.FindAsync();
        await matcher.TellAsync(MailFrequency.AtOnce);
    }

    private async Task<IReadOnlyList<MailFailure?>> FailuresAsync(MailState state)
    {
        await using var db = _app.Db();
        return await db.OutgoingMails.Where(m => m.State == state).Select(m => m.Failure).ToListAsync();
    }

    [GeneratedRegex("<option value=\"([^\"]+)\"")]
    private static partial Regex Option();

    [GeneratedRegex(@"/account/set-password\?\S+")]
    private static partial Regex SetPassword();

    [GeneratedRegex("/mail/read/[0-9a-f-]{36}")]
    private static partial Regex CaughtMail();
}
