using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Public;

/// <summary>The two-month notice as it arrives, and what its reader does from it: every act starts from a mail that a real SMTP server received.</summary>
public sealed partial class PersonalPagesTests(PostgresFixture postgres, MailServer server) : IClassFixture<MailServer>, IAsyncLifetime
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
    public async Task The_notice_tells_the_date_and_what_stays_its_footer_stops_by_one_POST_and_a_hundred_readings_change_nothing()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr", collectedOn: "2024-05-14");
        await using (var db = _app.Db())
        {
            db.Searches.Add(new Search { ContactId = claire });
            db.Subscriptions.Add(new Subscription { ContactId = claire, Topic = Subscription.MatchingProperties, StartedOn = new DateOnly(2024, 5, 1) });
            db.Consents.Add(new Consent { ContactId = claire, Channel = Channel.Email, Purpose = Consent.SimilarProperties, Granted = true, At = _app.Time.GetUtcNow() });
            await db.SaveChangesAsync();
        }
        var mail = await NoticeAsync(claire);
        Assert.Equal("Vos données seront effacées le 15/01/2027", mail.Subject);
        Assert.Contains("Il ne restera rien", mail.TextBody, StringComparison.Ordinal);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers[HeaderId.ListUnsubscribePost]);
        Assert.Equal("auto-generated", mail.Headers[HeaderId.AutoSubmitted]);
        var before = await _app.Database.DumpAsync();
        var scanner = _app.Visitor();
        foreach (var link in Links().Matches(mail.TextBody!).Select(m => m.Value).Distinct().SelectMany(link => Enumerable.Repeat(link, 100)))
            Assert.Equal(HttpStatusCode.OK, (await scanner.GetAsync(link)).StatusCode);
        Assert.Equal(Stable(before), Stable(await _app.Database.DumpAsync()));
        Assert.DoesNotContain("Set-Cookie", (await scanner.GetAsync(Link(mail, "stay"))).Headers.ToString(), StringComparison.Ordinal);

        var stop = mail.Headers[HeaderId.ListUnsubscribe]!.Trim('<', '>');
        Assert.Equal(HttpStatusCode.OK, (await _app.Visitor().PostWithoutTokenAsync(stop, [("List-Unsubscribe", "One-Click")])).StatusCode);
        await using (var db = _app.Db())
        {
            Assert.Equal(MailFrequency.Never, (await db.Searches.SingleAsync()).Frequency);
            Assert.NotNull((await db.Subscriptions.SingleAsync()).StoppedOn);
            Assert.NotNull((await db.Consents.SingleAsync()).WithdrawnAt);
            // Stopping is no sign of life: she still awaits her deletion.
            Assert.Equal(ContactStatus.PendingDeletion, (await db.Contacts.SingleAsync()).Status);
            Assert.All(await db.Activities.Where(a => a.On == new DateOnly(2026, 11, 15)).ToListAsync(), a => Assert.False(a.MovesIdle || a.MovesSilent));
        }
        // A link to stop opens nothing else.
        Assert.Equal(HttpStatusCode.NotFound, (await scanner.GetAsync(stop.Replace("/stop?", "?", StringComparison.Ordinal))).StatusCode);
    }

    [Fact]
    public async Task Who_stays_registered_leaves_the_queue_and_who_asks_for_erasure_suspends_it_with_a_request_received_today()
    {
        var (claire, omar) = (await _app.PersonAsync("Claire", "claire@exemple.fr", collectedOn: "2024-05-14"), await _app.PersonAsync("Claire", "omar@exemple.fr", collectedOn: "2024-05-14"));
        var mails = await NoticesAsync();
        var visitor = _app.Visitor();
        foreach (var _ in Enumerable.Range(0, 2)) Assert.Equal(HttpStatusCode.OK, (await PostAsync(visitor, Link(mails["claire@exemple.fr"], "stay"))).StatusCode);
        foreach (var _ in Enumerable.Range(0, 2)) Assert.Equal(HttpStatusCode.OK, (await PostAsync(visitor, Link(mails["omar@exemple.fr"], "erase"))).StatusCode);

        await using var db = _app.Db();
        var stayed = await db.Contacts.SingleAsync(c => c.Id == claire);
        Assert.Equal((ContactStatus.Active, ActivityKind.StayRegistered, new DateOnly(2026, 11, 15)), (stayed.Status, stayed.SilentKind!.Value, stayed.SilentSince));
        var request = await db.RightsRequests.SingleAsync();
        Assert.Equal((omar, RightKind.Erasure, new DateOnly(2026, 11, 15), (DateOnly?)null), (request.ContactId!.Value, request.Kind, request.ReceivedOn, request.ClosedOn));
        Assert.Equal(ContactStatus.PendingDeletion, (await db.Contacts.SingleAsync(c => c.Id == omar)).Status);
    }

    [Fact]
    public async Task She_adds_changes_and_removes_a_search_and_only_starting_or_changing_counts()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr", collectedOn: "2024-05-14");
        var page = Link(await NoticeAsync(claire), "stay").Replace("/preferences/stay", "/preferences", StringComparison.Ordinal);
        var (visitor, key) = (_app.Visitor(), Key().Match(page).Groups[1].Value);
        (string, string)[] fields = [("k", key), ("Input.Transaction", "Sale"), ("Input.Frequency", "Daily"), ("Input.Kinds", "House"), ("Input.Communes", "Angers, 49240 avrillé"), ("Input.MaxPrice", "340 000"), ("Input.MinRooms", "4")];

        var wrong = await visitor.PostWithoutTokenAsync("/preferences/search", [("k", key), ("Input.Communes", "Nullepart, Angers"), ("Input.MaxPrice", "beaucoup")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("Nullepart", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.PostWithoutTokenAsync("/preferences/search", fields)).StatusCode);
        await using (var db = _app.Db())
        {
            var search = await db.Searches.SingleAsync();
            Assert.Equal((Transaction.Sale, "House", "49007 49015", 340_000, 4, MailFrequency.Daily), (search.Transaction, string.Join(' ', search.Kinds), string.Join(' ', search.Communes), search.MaxPrice!.Value, search.MinRooms!.Value, search.Frequency));
            Assert.Equal((ContactStatus.Active, ActivityKind.CriteriaChanged), (await db.Contacts.Select(c => new ValueTuple<ContactStatus, ActivityKind>(c.Status, c.SilentKind!.Value)).SingleAsync()));
            fields = [.. fields.Where(f => f.Item1 != "Input.Frequency"), ("id", $"{search.Id}"), ("Input.Frequency", "Weekly")];
        }
        Assert.Contains("49240 Avrillé", await visitor.ReadAsync(page), StringComparison.Ordinal);
        _app.Time.Advance(TimeSpan.FromDays(1));
        await visitor.PostWithoutTokenAsync("/preferences/search", fields);
        await visitor.PostWithoutTokenAsync("/preferences/remove-search", fields);
        await visitor.PostWithoutTokenAsync("/preferences", [("k", key), ("Channels", "Email"), ("Channels", "Post")]);
        await visitor.PostWithoutTokenAsync("/preferences", [("k", key), ("Channels", "Post")]);
        await using (var db = _app.Db())
        {
            Assert.Empty(await db.Searches.ToListAsync());
            Assert.Equal([ActivityKind.SubscriptionReduced, ActivityKind.SubscriptionReduced, ActivityKind.SubscriptionStarted, ActivityKind.ConsentWithdrawn],
                await db.Activities.Where(a => a.On == new DateOnly(2026, 11, 16)).OrderBy(a => a.Kind == ActivityKind.ConsentWithdrawn).ThenBy(a => a.Kind == ActivityKind.SubscriptionStarted).Select(a => a.Kind).ToListAsync());
            Assert.Equal([Channel.Post], await Choices.AgreedAsync(db, claire, new DateOnly(2026, 11, 16)));
            Assert.NotNull((await db.Subscriptions.SingleAsync()).StoppedOn);
        }
        var corrected = await visitor.PostWithoutTokenAsync("/preferences/details", [("k", key), ("FirstName", "Claire"), ("LastName", "Durand"), ("Phones[0]", "06 39 98 14 27"), ("City", "Angers"), ("Language", "en")]);
        Assert.Equal(HttpStatusCode.Redirect, corrected.StatusCode);
        await using (var db = _app.Db()) Assert.Equal(("Durand", "en", "+33639981427"), await db.Contacts.Select(c => new ValueTuple<string, string, string>(c.LastName, c.Language, c.Phones.Single().Value)).SingleAsync());
    }

    [Fact]
    public async Task Wrong_old_and_erased_links_and_another_persons_search_answer_alike_and_a_new_link_is_asked_alike_for_everyone()
    {
        var (claire, omar) = (await _app.PersonAsync("Claire", "claire@exemple.fr", collectedOn: "2024-05-14"), await _app.PersonAsync("Claire", "omar@exemple.fr", collectedOn: "2024-05-14"));
        var mails = await NoticesAsync();
        var visitor = _app.Visitor();
        var hers = Link(mails["claire@exemple.fr"], "stay");
        var his = Link(mails["omar@exemple.fr"], "stay");
        await using (var db = _app.Db())
        {
            db.Searches.Add(new Search { ContactId = omar });
            await db.SaveChangesAsync();
            await visitor.PostWithoutTokenAsync("/preferences/remove-search", [("k", Key().Match(hers).Groups[1].Value), ("id", $"{(await db.Searches.SingleAsync()).Id}")]);
            Assert.Equal(1, await db.Searches.CountAsync());
        }

        // Claire is erased; Omar's link grows old.
        await EraseAsync(claire);
        await using (var db = _app.Db()) Assert.False(await db.ContactLinks.AnyAsync(l => l.ContactId == claire) || await db.OutgoingMails.AnyAsync(m => m.ContactId == claire));
        var erased = await ClosedAsync(hers);
        Assert.Equal(erased, await ClosedAsync(hers[..^12] + "AAAAAAAAAAA"));
        _app.Time.Advance(TimeSpan.FromDays(91));
        Assert.Equal(erased, await ClosedAsync(his));
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(visitor, his)).StatusCode);

        var answers = new List<string>();
        foreach (var email in new[] { "omar@exemple.fr", "personne@exemple.fr" })
        {
            var answer = await visitor.PostWithoutTokenAsync("/preferences/link", [("Email", email)]);
            answers.Add($"{answer.StatusCode} {answer.Headers.Location}");
        }
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(1, (await _app.DrainAsync()).Sent);
        var fresh = Assert.Single(await server.TakeAsync());
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(Links().Match(fresh.TextBody!).Value)).StatusCode);

        async Task<string> ClosedAsync(string link)
        {
            var answer = await visitor.GetAsync(link);
            return $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        }
    }

    [Fact]
    public async Task A_notice_that_bounced_or_waited_seven_days_goes_to_a_person_and_one_under_a_hold_waits()
    {
        var (gone, held) = (await _app.PersonAsync("Claire", "refused@exemple.fr", collectedOn: "2024-05-14"), await _app.PersonAsync("Claire", "claire@exemple.fr", collectedOn: "2024-05-14"));
        await using (var scope = _app.Services.CreateAsyncScope()) await scope.ServiceProvider.GetRequiredService<RetentionRun>().RunAsync(new RunRequest());
        await using (var db = _app.Db())
        {
            db.Holds.Add(new Hold { ContactId = held, Reason = "Litige", ReviewOn = new DateOnly(2027, 3, 1), PlacedAt = _app.Time.GetUtcNow() });
            await db.SaveChangesAsync();
        }
        await _app.DrainAsync();
        Assert.Empty(await server.TakeAsync());
        var admin = await _app.SignInAsync(Core.Accounts.Role.Admin);
        Assert.Contains("Adresse invalide", await admin.ReadAsync("/pending?tab=notice"), StringComparison.Ordinal);
        Assert.Contains("/pending?tab=notice", await admin.ReadAsync("/"), StringComparison.Ordinal);

        _app.Time.Advance(TimeSpan.FromDays(7));
        await _app.DrainAsync();
        await using (var db = _app.Db())
            Assert.Equal([(gone, MailState.Bounced), (held, MailState.Expired)], (await db.OutgoingMails.ToListAsync()).Select(m => (m.ContactId!.Value, m.State)).OrderBy(m => m.State == MailState.Expired));
        Assert.Empty(await server.TakeAsync());
    }

    private async Task EraseAsync(Guid id)
    {
        await using var db = _app.Db();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await new Core.Erasure.PersonErasure(db, new DateOnly(2026, 11, 15), _app.Time.GetUtcNow()).EraseAsync([new(id, Rule.RequestedByPerson, 1, Core.Erasure.Trigger.Request, null, null)]);
        await transaction.CommitAsync();
    }

    private async Task<MimeMessage> NoticeAsync(Guid person)
    {
        var mails = await NoticesAsync();
        await using var db = _app.Db();
        return mails[await db.Emails.Where(e => e.ContactId == person).Select(e => e.Value).SingleAsync()];
    }

    /// <summary>The night passes, everyone enters the queue, and the outbox is drained.</summary>
    private async Task<Dictionary<string, MimeMessage>> NoticesAsync()
    {
        await using (var scope = _app.Services.CreateAsyncScope())
            Assert.Equal(RunOutcome.Succeeded, (await scope.ServiceProvider.GetRequiredService<RetentionRun>().RunAsync(new RunRequest())).Outcome);
        await _app.DrainAsync();
        return (await server.TakeAsync()).ToDictionary(mail => mail.To.Mailboxes.Single().Address);
    }

    private static Task<HttpResponseMessage> PostAsync(Browser visitor, string link) => visitor.PostWithoutTokenAsync(link.Split('?')[0], [("k", Key().Match(link).Groups[1].Value)]);

    private static string Link(MimeMessage mail, string page) => Links().Matches(mail.TextBody!).Select(m => m.Value).First(link => link.Contains($"/preferences/{page}?", StringComparison.Ordinal));

    // pg_dump marks each dump with a random word.
    private static string Stable(string dump) => string.Join('\n', dump.Split('\n').Where(line => !line.StartsWith("\\restrict", StringComparison.Ordinal) && !line.StartsWith("\\unrestrict", StringComparison.Ordinal)));

    [GeneratedRegex(@"https://localhost/preferences\S+")]
    private static partial Regex Links();

    [GeneratedRegex("k=([^&]+)")]
    private static partial Regex Key();
}
