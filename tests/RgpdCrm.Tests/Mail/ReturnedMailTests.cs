using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Matching;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Mail;

/// <summary>Mails that a real SMTP server took and that came back later, to a mailbox read over IMAP.</summary>
public sealed class ReturnedMailTests(PostgresFixture postgres, MailServer server, ReturnsServer mailbox) : IClassFixture<MailServer>, IClassFixture<ReturnsServer>, IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        await server.TakeAsync();
        await server.FailAsync();
        _app = await CrmApp.StartAsync(postgres, "2026-11-15", [.. server.Settings, .. mailbox.Settings]);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task What_came_back_is_shown_to_her_agent_and_in_the_queue_its_report_is_deleted_and_other_messages_stay_unread()
    {
        var (claire, omar) = (await _app.PersonAsync("Claire", "claire@exemple.fr"), await _app.PersonAsync("Omar", "omar@exemple.fr", collectedOn: "2024-05-14"));
        await WriteAsync(claire);
        await using (var scope = _app.Services.CreateAsyncScope()) await scope.ServiceProvider.GetRequiredService<RetentionRun>().RunAsync(new RunRequest());
        Assert.Equal(2, (await _app.DrainAsync()).Sent);
        Assert.All(await server.TakeAsync(), mail => Assert.Equal("<retours@tilleul.example>", mail.Headers["Return-Path"]));
        var (letter, notice) = (await MailOfAsync(claire), await MailOfAsync(omar));

        await mailbox.ReceiveAsync("From: claire@exemple.fr\nSubject: Re: Bonjour\n\nMerci\n");
        await mailbox.ReceiveAsync(DeliveryReportTests.Of(letter, "delayed", "4.4.1"));
        await mailbox.ReceiveAsync(DeliveryReportTests.Of(Guid.NewGuid(), "failed", "5.1.1"));
        Assert.Equal(new BouncesRead(0), await ReadAsync());
        await mailbox.ReceiveAsync(DeliveryReportTests.Of(letter, "failed", "5.1.1"));
        await mailbox.ReceiveAsync(DeliveryReportTests.Of(letter, "failed", "5.1.1"));
        await mailbox.ReceiveAsync(DeliveryReportTests.Of(notice, "failed", "5.2.2"));
        Assert.Equal(new BouncesRead(2), await ReadAsync());
        Assert.Equal(new BouncesRead(0), await ReadAsync());

        Assert.Equal([("Re: Bonjour", false)], await mailbox.ListAsync());
        var admin = await _app.SignInAsync(Role.Admin);
        var page = await admin.ReadAsync($"/contacts/{claire}");
        Assert.Contains("Cette adresse est refusée", page, StringComparison.Ordinal);
        Assert.Contains("refusée le 15/11/2026", page, StringComparison.Ordinal);
        Assert.Contains("Revenu, non distribué", await admin.ReadAsync("/pending?tab=notice"), StringComparison.Ordinal);
        // A full mailbox is still an address.
        await using var db = _app.Db();
        Assert.Null((await db.Emails.SingleAsync(e => e.ContactId == omar)).RefusedAt);
    }

    [Fact]
    public async Task A_property_that_came_back_is_told_again_at_the_next_address_and_at_the_old_one_once_she_acts_from_there_and_so_is_one_that_could_not_leave_for_three_days()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr");
        await using (var db = _app.Db())
        {
            db.Consents.Add(new Consent { ContactId = claire, Channel = Channel.Email, Purpose = Consent.SimilarProperties, Granted = true, At = _app.Time.GetUtcNow() });
            db.Subscriptions.Add(new Subscription { ContactId = claire, Topic = Subscription.MatchingProperties, StartedOn = new DateOnly(2026, 11, 1) });
            db.Searches.Add(new Search { ContactId = claire, Frequency = MailFrequency.AtOnce });
            await db.SaveChangesAsync();
            await new PropertyEntry("M-1", PropertyKind.House, "12 rue des Tilleuls", 200_000, null).CreateAsync(db, new Act(null, _app.Time.GetUtcNow()), new DateOnly(2026, 11, 15));
        }
        await TellAsync();
        var first = Assert.Single(await server.TakeAsync());
        await mailbox.ReceiveAsync(DeliveryReportTests.Of(await MailOfAsync(claire), "failed", "5.1.1"));
        Assert.Equal(1, (await ReadAsync()).Returned);
        await TellAsync();
        Assert.Empty(await server.TakeAsync());

        // Her agent types a second address; the first stays first, and is not tried.
        await EditAsync(claire, "claire@exemple.fr", "c.martin@exemple.fr");
        await TellAsync();
        Assert.Equal("c.martin@exemple.fr", Assert.Single(await server.TakeAsync()).To.Mailboxes.Single().Address);

        // She acts from the mail that was said not to have arrived: it did.
        var key = first.TextBody!.Split("preferences?k=")[1][..43];
        await _app.Visitor().PostWithoutTokenAsync("/preferences", [("k", key), ("Channels", "Email")]);
        await using (var db = _app.Db()) Assert.Empty(await db.Emails.Where(e => e.RefusedAt != null).ToListAsync());
        await using (var db = _app.Db()) await db.Database.ExecuteSqlAsync($"UPDATE matches SET told_at = NULL, mail_id = NULL");
        await TellAsync();
        Assert.Equal("claire@exemple.fr", Assert.Single(await server.TakeAsync()).To.Mailboxes.Single().Address);

        await using (var db = _app.Db()) await db.Database.ExecuteSqlAsync($"UPDATE matches SET told_at = NULL, mail_id = NULL");
        await server.FailAsync(new { stage = "rcpt", code = 452 });
        await TellAsync();
        _app.Time.Advance(TimeSpan.FromDays(MailDrain.TryDays));
        Assert.Equal(new MailDrained(0, 0), await _app.DrainAsync());
        await using (var db = _app.Db())
        {
            Assert.True(await db.OutgoingMails.AnyAsync(m => m.State == MailState.Failed && m.Failure == MailFailure.Deferred));
            Assert.Null((await db.Matches.SingleAsync()).ToldAt);
        }
        await TellAsync();
        Assert.Contains("M-1", Assert.Single(await server.TakeAsync()).HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mailbox_that_does_not_answer_or_lets_nobody_in_is_said_and_nothing_is_noted()
    {
        foreach (var wrong in new[] { ("Mail:Returns:Password", "faux"), ("Mail:Returns:Port", "1") })
        {
            await using var app = await CrmApp.StartAsync(postgres, "2026-11-15", [.. server.Settings, .. mailbox.Settings.Where(s => s.Item1 != wrong.Item1), wrong]);
            await using var scope = app.Services.CreateAsyncScope();
            Assert.Equal(new BouncesRead(0, Reached: false), await scope.ServiceProvider.GetRequiredService<Bounces>().ReadAsync());
        }
    }

    private async Task WriteAsync(Guid person)
    {
        await using var db = _app.Db();
        db.OutgoingMails.Add(new OutgoingMail { ContactId = person, Template = MailTemplate.Personal, Subject = "Bonjour", Text = "Un mot", CreatedAt = _app.Time.GetUtcNow() });
        await db.SaveChangesAsync();
    }

    private async Task EditAsync(Guid person, params string[] emails)
    {
        await using var db = _app.Db();
        var contact = await db.Contacts.AsSplitQuery().Include(c => c.Emails).Include(c => c.Phones).Include(c => c.Addresses).SingleAsync(c => c.Id == person);
        await new ContactEntry(ContactName.Person(contact.FirstName, contact.LastName), contact.Roles, null, [], emails, []).EditAsync(db, contact, contact.Version, new Act(null, _app.Time.GetUtcNow()), new DateOnly(2026, 11, 15));
    }

    private async Task TellAsync()
    {
        await using (var scope = _app.Services.CreateAsyncScope())
        {
            var matcher = scope.ServiceProvider.GetRequiredService<Matcher>();
            await matcher.FindAsync();
            await matcher.TellAsync(MailFrequency.AtOnce);
        }
        await _app.DrainAsync();
    }

    private async Task<BouncesRead> ReadAsync()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Bounces>().ReadAsync();
    }

    private async Task<Guid> MailOfAsync(Guid person)
    {
        await using var db = _app.Db();
        return await db.OutgoingMails.Where(m => m.ContactId == person).Select(m => m.Id).SingleAsync();
    }
}
