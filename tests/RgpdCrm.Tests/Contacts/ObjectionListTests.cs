using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Matching;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Contacts;

/// <summary>Who refused marketing is left alone: after an erasure, through an import, a form, a colleague, and another record.</summary>
public sealed class ObjectionListTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(postgres);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Claire_objects_and_is_erased_and_no_import_brings_her_back_into_mailings()
    {
        var claire = await _app.PersonAsync("Zoralune", "zoralune@exemple.fr", "+33639981427");
        var agent = await _app.SignInAsync(Role.Agent);
        Assert.Equal(HttpStatusCode.Redirect, (await agent.PostFormAsync($"/contacts/{claire}/agreements?handler=Object")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await agent.PostFormAsync($"/contacts/{claire}/agreements?handler=Object", [], tokenFrom: "/contacts/create")).StatusCode);
        await using (var db = _app.Db()) Assert.Equal(1, await db.Activities.CountAsync(a => a.Kind == ActivityKind.Objection));
        var admin = await _app.SignInAsync(Role.Admin);
        var page = (await admin.PostFormAsync("/requests/create", ("Kind", "Erasure"), ("Channel", "Letter"), ("ReceivedOn", "2026-11-12"), ("Name", "Z"))).Headers.Location!.ToString();
        await admin.PostFormAsync($"{page}/person", ("ContactId", $"{claire}"));
        await using (var db = _app.Db()) await admin.PostFormAsync($"{page}/identity", ("PhoneId", $"{await db.Phones.Select(p => p.Id).SingleAsync()}"));
        await admin.PostFormAsync($"{page}/answer?handler=Grant", ("Confirmed", "true"));
        var dump = await _app.Database.DumpAsync();
        Assert.DoesNotContain("zoralune", dump, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("39981427", dump, StringComparison.Ordinal);

        // She stands in an old file, written otherwise; so does someone who objected to nothing.
        var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "reprise.csv");
        await File.WriteAllTextAsync(file, "nom;prenom;email;telephone;collecte_le\nMartin;Zoralune;ZORALUNE@Exemple.fr;0033 6 39 98 14 27;01/02/2026\nMartin;Paul;paul@exemple.fr;;01/02/2026\n");
        var import = new ContactImport(_app.Database.AppConnectionString, _app.Services.GetRequiredService<AgencyClock>(), _app.Services.GetRequiredService<PersonalFiles>(), _app.Services.GetRequiredService<Fingerprints>());
        var result = await import.RunAsync(file, new ImportOptions());
        Assert.Equal((2, 1), (result.Created, result.Objected));

        await using (var db = _app.Db())
        {
            foreach (var contact in await db.Contacts.ToListAsync())
            {
                db.Consents.Add(new Consent { ContactId = contact.Id, Channel = Channel.Email, Purpose = Consent.SimilarProperties, Granted = true, At = _app.Time.GetUtcNow() });
                db.Subscriptions.Add(new Subscription { ContactId = contact.Id, Topic = Subscription.MatchingProperties, StartedOn = new DateOnly(2026, 11, 15) });
                db.Searches.Add(new Search { ContactId = contact.Id, Frequency = MailFrequency.AtOnce });
            }
            await db.SaveChangesAsync();
            await new PropertyEntry("B-1", PropertyKind.House, "12 rue des Tilleuls", null, null).CreateAsync(db, new(null, _app.Time.GetUtcNow()), new DateOnly(2026, 11, 15));
            var matcher = new Matcher(db, _app.Services.GetRequiredService<AgencyClock>());
            Assert.Equal(1, await matcher.FindAsync());
            Assert.Equal("Paul", await db.Contacts.Where(c => db.Matches.Any(m => m.ContactId == c.Id)).Select(c => c.FirstName).SingleAsync());
        }
    }

    [Fact]
    public async Task A_colleague_who_creates_her_again_is_told_and_under_another_record_her_address_is_enough()
    {
        await using (var scope = _app.Services.CreateAsyncScope()) await scope.ServiceProvider.GetRequiredService<ObjectionList>().AddAsync(null, ["claire@exemple.fr"], []);
        var agent = await _app.SignInAsync(Role.Agent);
        var created = await agent.PostFormAsync("/contacts/create", ("Input.Kind", "Private"), ("Input.FirstName", "Claire"), ("Input.LastName", "Martin"), ("Input.Roles", "Buyer"), ("Input.Emails[0]", "Claire@Exemple.FR"), ("Exchange.Kind", "InboundCall"), ("Exchange.On", "2026-11-14"));
        var page = created.Headers.Location!.ToString();
        Assert.Contains("s’est opposée au démarchage le 15/11/2026", WebUtility.HtmlDecode(await agent.ReadAsync(page)), StringComparison.Ordinal);
        // Nobody agrees in her place.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await agent.PostFormAsync($"{page}/agreements", [("Channel", "Email"), ("Source", "Au téléphone")], tokenFrom: "/contacts/create")).StatusCode);

        // A record that nothing was tied to: the mail is not sent either.
        var other = await _app.PersonAsync("Clara", "claire@exemple.fr", "+33639981400");
        await using var db = _app.Db();
        var mail = new OutgoingMail { ContactId = other, Template = MailTemplate.PendingNotice, CreatedAt = _app.Time.GetUtcNow() };
        db.OutgoingMails.Add(mail);
        await db.SaveChangesAsync();
        await db.Database.ExecuteSqlAsync($"UPDATE contacts SET status = 'PendingDeletion', pending_since = '2026-11-14', pending_version = 1 WHERE id = {other}");
        Assert.Equal(0, (await _app.DrainAsync()).Sent);
        Assert.False(await db.OutgoingMails.AnyAsync(m => m.Id == mail.Id));
    }

    [Fact]
    public async Task An_agreement_to_be_called_is_good_for_a_year_and_withdrawn_in_one_click()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr", "+33639981427");
        var agent = await _app.SignInAsync(Role.Agent);
        Assert.DoesNotContain("tel:+33639981427", WebUtility.HtmlDecode(await agent.ReadAsync($"/contacts/{claire}")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await agent.PostFormAsync($"/contacts/{claire}/agreements", ("Channel", "Phone"))).StatusCode);
        await agent.PostFormAsync($"/contacts/{claire}/agreements", ("Channel", "Phone"), ("Source", "Visite du 12 novembre"));
        Assert.Contains("tel:+33639981427", WebUtility.HtmlDecode(await agent.ReadAsync($"/contacts/{claire}")), StringComparison.Ordinal);

        await using (var db = _app.Db())
        {
            var consent = await db.Consents.SingleAsync();
            Assert.Equal(new DateOnly(2027, 11, 14), consent.ExpiresOn);
            Assert.Equal((true, false), (consent.Stands(new DateOnly(2027, 11, 14)), consent.Stands(new DateOnly(2027, 11, 15))));
        }
        await agent.PostFormAsync($"/contacts/{claire}/agreements?handler=Withdraw", ("Channel", "Phone"));
        var page = WebUtility.HtmlDecode(await agent.ReadAsync($"/contacts/{claire}"));
        Assert.DoesNotContain("tel:+33639981427", page, StringComparison.Ordinal);
        Assert.Contains("aucun accord en cours pour le téléphone", page, StringComparison.Ordinal);
        Assert.Contains("Retiré le", page, StringComparison.Ordinal);
        await using (var db = _app.Db()) Assert.False(await db.Activities.AnyAsync(a => a.ContactId == claire && a.MovesIdle));
    }

    [Fact]
    public async Task The_list_answers_whoever_types_an_address_keeps_it_three_years_and_forgets_it_when_she_agrees_herself()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr", "+33639981427");
        var admin = await _app.SignInAsync(Role.Admin);
        Assert.Contains("Personne ne s’est opposé", WebUtility.HtmlDecode(await admin.ReadAsync("/objections")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostFormAsync("/objections?handler=Add", ("Sought", "claire@"))).StatusCode);
        await admin.PostFormAsync("/objections?handler=Add", ("Sought", "06.39.98.14.27"));
        Assert.Contains("Opposition le 15/11/2026, gardée jusqu’au 14/11/2029", await AnswerAsync("+33 6 39 98 14 27"), StringComparison.Ordinal);
        Assert.Contains("n’est pas sur la liste", await AnswerAsync("claire@exemple.fr"), StringComparison.Ordinal);

        _app.Time.SetUtcNow(new DateTimeOffset(2029, 11, 14, 9, 0, 0, TimeSpan.Zero));
        await using (var scope = _app.Services.CreateAsyncScope())
        {
            var list = scope.ServiceProvider.GetRequiredService<ObjectionList>();
            Assert.NotNull(await list.LatestAsync(null, "+33639981427"));
            _app.Time.Advance(TimeSpan.FromDays(1));
            Assert.Null(await list.LatestAsync(null, "+33639981427"));
            await scope.ServiceProvider.GetRequiredService<RetentionRun>().RunAsync(new RunRequest());
            Assert.False(await scope.ServiceProvider.GetRequiredService<CrmDbContext>().Objections.AnyAsync());

            await list.AddAsync(claire);
            // A tick in a form, by whoever typed her address: it stands for nothing until she says so herself.
            var db = scope.ServiceProvider.GetRequiredService<CrmDbContext>();
            db.Consents.Add(new Consent { ContactId = claire, Channel = Channel.Email, Purpose = Consent.SimilarProperties, Granted = true, At = _app.Time.GetUtcNow() });
            await db.SaveChangesAsync();
            Assert.Empty(await Choices.AgreedAsync(db, claire, new DateOnly(2029, 11, 15)));
            await scope.ServiceProvider.GetRequiredService<Choices>().ChooseChannelsAsync(claire, [Channel.Email], "2026-11-p-fr");
            Assert.Null(await list.LatestAsync("claire@exemple.fr", "+33639981427"));
        }

        async Task<string> AnswerAsync(string sought) => WebUtility.HtmlDecode(await (await admin.PostFormAsync("/objections", ("Sought", sought))).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Another_key_knows_nobody_and_production_does_not_start_without_one()
    {
        var (ours, theirs) = (Support.Agency.Fingerprints, new Fingerprints(new string('x', Fingerprints.LeastCharacters)));
        Assert.Equal(ours.OfEmail("claire@exemple.fr"), ours.OfEmail(Email.Normalise(" Claire@Exemple.FR ")!));
        Assert.Equal(ours.OfPhone("+33639981427"), ours.OfPhone(Phone.Normalise("0033 6.39.98.14.27")!));
        Assert.NotEqual(ours.OfEmail("claire@exemple.fr"), theirs.OfEmail("claire@exemple.fr"));
        Assert.Throws<ArgumentException>(() => new Fingerprints("short"));
        using var served = new Verb(("Agency__Address", "https://crm.example.org"), ("ConnectionStrings__RgpdCrm", _app.Database.AppConnectionString)).Start();
        Assert.Contains("Objections__Key manque", await served.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        await served.WaitForExitAsync();
        Assert.Equal(1, served.ExitCode);
    }
}
