using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Mail;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Jobs;

namespace RgpdCrm.Tests.Restores;

/// <summary>A restored application, seen from outside until an admin opens it.</summary>
public sealed class ClosedDoorTests(PostgresFixture postgres, MailServer mails) : IClassFixture<MailServer>
{
    [Fact]
    public async Task A_restored_application_answers_nobody_until_an_admin_has_read_what_was_replayed_and_opens_it()
    {
        await using var app = await CrmApp.StartAsync(postgres, settings: mails.Settings);
        var claire = await app.PersonAsync("Claire", "claire@example.org");
        await QueueAsync(app, claire, "Avant");
        await app.Database.OwnerConnectionString.QueryAsync<object>("UPDATE outgoing_mails SET state = 'Quarantined'");
        await QueueAsync(app, claire, "Depuis");
        var agent = await app.SignInAsync(Role.Agent);
        await app.Database.OwnerConnectionString.QueryAsync<object>("""
            INSERT INTO restores (id, backup, restored_at, ledger, fault, verified_at, knowingly, counts)
            VALUES (gen_random_uuid(), '2026-11-10T043000Z', '2026-11-15T08:00:00Z', 0, 'Older', '2026-11-15T08:01:00Z', false, '[{"Category": "contact", "Action": "erased", "Rule": "", "Count": 3}]')
            """);

        foreach (var address in (string[])["/", "/contacts", "/contact", "/privacy", "/restores", "/photos/none"])
        {
            var answer = await agent.GetAsync(address);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("Une sauvegarde vient d’être reprise", Office.Plain(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await agent.PostFormAsync("/contacts/create")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await agent.GetAsync("/app.css")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await agent.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await agent.GetAsync("/health/retention")).StatusCode);
        await app.RunJobAsync<NightlyRetentionJob>();
        await app.RunJobAsync<OutgoingMailJob>();
        Assert.Empty(await mails.TakeAsync());
        Assert.Equal(0L, (await app.Database.OwnerConnectionString.QueryAsync<long>("SELECT count(*) FROM retention_runs")).Single());

        var admin = await app.SignInAsync(Role.Admin);
        Assert.Equal("/restores", (await admin.GetAsync("/contacts")).Headers.Location!.ToString());
        var page = Office.Plain(await admin.ReadAsync("/restores"));
        Assert.Contains("la sauvegarde du 10/11/2026, 5 h 30 vient d’être reprise", page, StringComparison.Ordinal);
        Assert.Contains("Contacts effacés de nouveau : 3", page, StringComparison.Ordinal);
        Assert.Contains("s’arrête avant cette sauvegarde", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostFormAsync("/restores", [("Sentence", "oui")], "/restores")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await agent.GetAsync("/contacts")).StatusCode);

        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFormAsync("/restores", [("Sentence", "Des personnes effacées peuvent revenir")], "/restores")).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await agent.GetAsync("/contacts")).StatusCode);
        Assert.Contains("ouverte sans registre complet", Office.Plain(await admin.ReadAsync("/register")), StringComparison.Ordinal);
        Assert.Contains("Application ouverte sans registre complet", Office.Plain(await admin.ReadAsync("/audit")), StringComparison.Ordinal);
        // What waited when the backup was taken never leaves.
        await app.RunJobAsync<OutgoingMailJob>();
        Assert.Equal("Depuis", Assert.Single(await mails.TakeAsync()).Subject);
    }

    private static async Task QueueAsync(CrmApp app, Guid contact, string subject)
    {
        await using var db = app.Db();
        db.OutgoingMails.Add(new OutgoingMail { ContactId = contact, Template = MailTemplate.Personal, Subject = subject, Text = "Bonjour", CreatedAt = app.Time.GetUtcNow() });
        await db.SaveChangesAsync();
    }
}
