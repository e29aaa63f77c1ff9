using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Public;

/// <summary>Someone changes the address that the agency writes to, from their own page: nothing changes before the new one is proved.</summary>
public sealed partial class NewEmailTests(PostgresFixture postgres, MailServer server) : IClassFixture<MailServer>, IAsyncLifetime
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
    public async Task Nothing_changes_before_the_new_address_is_confirmed_then_the_former_links_die_no_clock_moves_and_what_was_objected_there_still_stands()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr", collectedOn: "2024-05-14");
        await using (var scope = _app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<RetentionRun>().RunAsync(new RunRequest());
            await scope.ServiceProvider.GetRequiredService<ObjectionList>().NoteAsync(["claire@élysée.example"], []);
        }
        await _app.DrainAsync();
        var key = Key().Match(Assert.Single(await server.TakeAsync()).TextBody!).Groups[1].Value;
        var visitor = _app.Visitor();

        var asked = await AskAsync(visitor, key, " Claire@Élysée.example ");
        Assert.Contains("Un lien part", await visitor.ReadAsync(asked.Headers.Location!.ToString()), StringComparison.Ordinal);
        Assert.Equal(new MailDrained(2, 0), await _app.DrainAsync());
        var mails = (await server.TakeAsync()).ToDictionary(mail => MailboxAddress.DecodeAddrspec(mail.To.Mailboxes.Single().Address));
        Assert.DoesNotContain("lysée", mails["claire@exemple.fr"].TextBody, StringComparison.Ordinal);
        // A mistyped address is a stranger's: it learns no name and gets no other link.
        var proof = mails["claire@élysée.example"];
        Assert.DoesNotContain("Claire", proof.To.ToString() + proof.HtmlBody, StringComparison.Ordinal);
        Assert.Null(proof.Headers[HeaderId.ListUnsubscribe]);
        var link = Assert.Single(Links().Matches(proof.TextBody!)).Value;
        foreach (var _ in Enumerable.Range(0, 100)) Assert.DoesNotContain("Claire", await visitor.ReadAsync(link), StringComparison.Ordinal);
        Assert.Equal("claire@exemple.fr", await EmailAsync(claire));

        Assert.Equal(HttpStatusCode.OK, (await ConfirmAsync(visitor, link)).StatusCode);
        Assert.Equal("claire@élysée.example", await EmailAsync(claire));
        await using (var db = _app.Db())
        {
            Assert.Equal(ContactStatus.PendingDeletion, (await db.Contacts.SingleAsync()).Status);
            Assert.Equal([ActivityKind.Correction], await db.Activities.Where(a => a.On == new DateOnly(2026, 11, 15) && !a.MovesIdle && !a.MovesSilent).Select(a => a.Kind).Distinct().ToListAsync());
            var audit = await db.AuditEntries.SingleAsync(a => a.SubjectId == claire && a.Fields.Contains(nameof(Contact.Emails)));
            Assert.Equal(("contact.edited", null, 1), (audit.Action, audit.ActorId, audit.Fields.Length));
            Assert.True(await db.Objections.AnyAsync(o => o.ContactId == claire));
        }
        Assert.Equal(HttpStatusCode.BadRequest, (await ConfirmAsync(visitor, link)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/preferences?k={key}")).StatusCode);
        await visitor.PostWithoutTokenAsync("/preferences/link", [("Email", "claire@élysée.example")]);
        Assert.Equal(new MailDrained(1, 0), await _app.DrainAsync());
    }

    [Fact]
    public async Task Wrong_known_and_frequent_addresses_someone_elses_a_frozen_record_an_old_link_and_an_erased_person_each_get_their_answer()
    {
        var (claire, omar) = (await _app.PersonAsync("Claire", "claire@exemple.fr"), await _app.PersonAsync("Omar", "omar@exemple.fr"));
        var (hers, his) = (await LinkAsync(claire), await LinkAsync(omar));
        var (visitor, other) = (_app.Visitor(), _app.Visitor("192.0.2.20"));
        // 254 characters, the most there are.
        var longest = $"{new string('a', 64)}@{new string('b', 63)}.{new string('c', 63)}.{new string('d', 58)}.fr";
        foreach (var wrong in new[] { "Claire@exemple.fr", "pas une adresse", "x" + longest, "claire@exemple.org\r\nBcc: tout@exemple.fr" })
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AskAsync(visitor, hers, wrong)).StatusCode);
        await using (var db = _app.Db()) Assert.False(await db.EmailChanges.AnyAsync() || await db.OutgoingMails.AnyAsync() || await db.Phones.AnyAsync());

        // Three in an hour: one that is Omar's, one that is nobody's, one as long as can be; the answer is the same.
        var answers = new List<string>();
        foreach (var email in new[] { "omar@exemple.fr", "personne@exemple.org", longest })
        {
            var answer = await AskAsync(visitor, hers, email);
            answers.Add($"{answer.StatusCode} {answer.Headers.Location}");
        }
        Assert.Single(answers.Distinct());
        Assert.Contains("Attendez une heure", await TextAsync(await AskAsync(visitor, hers, "encore@exemple.org")), StringComparison.Ordinal);
        await _app.DrainAsync();
        var proofs = (await server.TakeAsync()).Where(mail => mail.TextBody!.Contains("confirm-email", StringComparison.Ordinal)).ToDictionary(mail => mail.To.Mailboxes.Single().Address, mail => Links().Match(mail.TextBody!).Value);
        Assert.Equal(HttpStatusCode.OK, (await ConfirmAsync(visitor, proofs["omar@exemple.fr"])).StatusCode);
        Assert.Equal("omar@exemple.fr", await EmailAsync(claire));
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(proofs["personne@exemple.org"])).StatusCode);

        var proof = await ProofAsync();
        await FreezeAsync(omar);
        Assert.Contains("article 18", await TextAsync(await AskAsync(other, his, "autre@exemple.org")), StringComparison.Ordinal);
        var frozen = await ConfirmAsync(other, proof);
        Assert.Equal(HttpStatusCode.Conflict, frozen.StatusCode);
        Assert.Contains("article 18", await TextAsync(frozen), StringComparison.Ordinal);
        Assert.Equal("omar@exemple.fr", await EmailAsync(omar));
        await _app.Database.OwnerConnectionString.QueryAsync<object>("UPDATE holds SET lifted_at = now()");
        _app.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(HttpStatusCode.BadRequest, (await ConfirmAsync(other, proof)).StatusCode);

        var erased = await ProofAsync();
        await using (var db = _app.Db())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await new Core.Erasure.PersonErasure(db, new DateOnly(2026, 11, 22), _app.Time.GetUtcNow()).EraseAsync([new(omar, Rule.RequestedByPerson, 1, Core.Erasure.Trigger.Request, null, null)]);
            await transaction.CommitAsync();
            Assert.False(await db.EmailChanges.AnyAsync());
        }
        Assert.Equal(await TextAsync(await other.GetAsync(proof)), await TextAsync(await other.GetAsync(erased)));

        async Task<string> ProofAsync()
        {
            await AskAsync(other, his, "nouvelle@exemple.org");
            await _app.DrainAsync();
            return Links().Match((await server.TakeAsync()).Single(mail => mail.To.Mailboxes.Single().Address == "nouvelle@exemple.org").TextBody!).Value;
        }
    }

    private async Task<string> LinkAsync(Guid person)
    {
        await using var db = _app.Db();
        var key = ContactLink.Add(db, person, await db.Emails.Where(e => e.ContactId == person).Select(e => e.Id).SingleAsync(), LinkPurpose.Preferences, _app.Time.GetUtcNow());
        await db.SaveChangesAsync();
        return key;
    }

    private async Task FreezeAsync(Guid person)
    {
        await using var db = _app.Db();
        db.Holds.Add(new Hold { ContactId = person, Kind = HoldKind.Restriction, Reason = "Limitation", ReviewOn = new DateOnly(2027, 3, 1), PlacedAt = _app.Time.GetUtcNow() });
        await db.SaveChangesAsync();
    }

    private async Task<string> EmailAsync(Guid person)
    {
        await using var db = _app.Db();
        return await db.Emails.Where(e => e.ContactId == person).Select(e => e.Value).SingleAsync();
    }

    private static Task<HttpResponseMessage> AskAsync(Browser visitor, string key, string email) =>
        visitor.PostWithoutTokenAsync("/preferences/details", [("k", key), ("FirstName", "Claire"), ("LastName", "Martin"), ("Phones[0]", "06 39 98 14 27"), ("Language", "fr"), ("NewEmail", email)]);

    private static Task<HttpResponseMessage> ConfirmAsync(Browser visitor, string link) => visitor.PostWithoutTokenAsync(link.Split('?')[0], [("k", Key().Match(link).Groups[1].Value)]);

    private static async Task<string> TextAsync(HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

    [GeneratedRegex(@"https://localhost/preferences/confirm-email\S+")]
    private static partial Regex Links();

    [GeneratedRegex("k=([^&]+)")]
    private static partial Regex Key();
}
