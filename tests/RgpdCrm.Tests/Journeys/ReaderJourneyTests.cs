using System.IO.Compression;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Matching;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Journeys;

/// <summary>From a mail that a real server received to the page it opens, in a real browser.</summary>
public sealed partial class ReaderJourneyTests(PostgresFixture postgres, MailServer server) : IClassFixture<MailServer>, IAsyncLifetime
{
    private LiveApp _live = null!;
    private IPage _reader = null!;

    public async ValueTask InitializeAsync()
    {
        await server.TakeAsync();
        _live = await LiveApp.StartAsync(postgres, [.. server.Settings.Where(s => s.Item1 != "Agency:Address").Select(s => $"--{s.Item1}={s.Item2}")]);
        _reader = await (await _live.Chromium.NewContextAsync(new() { Locale = "fr-FR", AcceptDownloads = true })).NewPageAsync();
    }

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Fact]
    public async Task Claire_asks_for_her_data_proves_who_she_is_downloads_it_and_opens_it()
    {
        await PersonAsync();
        await _reader.GotoAsync($"{_live.Address}/rights");
        await _reader.SelectOptionAsync("[name=Kind]", "Access");
        await _reader.FillAsync("[name=Name]", "Claire Martin");
        await _reader.FillAsync("[name=Email]", "claire@exemple.fr");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        await _reader.Locator("[data-send]").ClickAsync();
        await _reader.GetByText("Votre demande est reçue aujourd’hui").WaitForAsync(new() { Timeout = 60_000 });
        await OpenMailAsync("confirm");
        await _reader.GetByRole(AriaRole.Button, new() { Name = "Cette demande vient de moi" }).ClickAsync();
        await _reader.GetByText("votre demande est confirmée").WaitForAsync();

        var lea = await _live.SignInAsync(Role.Admin);
        await lea.GotoAsync($"{_live.Address}/requests");
        await lea.GetByRole(AriaRole.Link, new() { Name = "Claire Martin" }).ClickAsync();
        await lea.GetByRole(AriaRole.Link, new() { Name = "Répondre" }).ClickAsync();
        await lea.GetByRole(AriaRole.Button, new() { Name = "Envoyer le lien à claire@exemple.fr" }).ClickAsync();
        await lea.GetByText("Le lien part dans la minute").WaitForAsync();

        await OpenMailAsync("package");
        var download = await _reader.RunAndWaitForDownloadAsync(() => _reader.GetByRole(AriaRole.Button, new() { Name = "Télécharger mes données" }).ClickAsync());
        var folder = Directory.CreateTempSubdirectory("package").FullName;
        await download.SaveAsAsync(Path.Combine(folder, "donnees.zip"));
        await ZipFile.ExtractToDirectoryAsync(Path.Combine(folder, "donnees.zip"), folder);
        await _reader.GotoAsync($"file://{folder}/index.html");
        var text = await _reader.InnerTextAsync("body");
        Assert.Contains("Cherche une maison au calme", text, StringComparison.Ordinal);
        Assert.Contains("claire@exemple.fr", text, StringComparison.Ordinal);
        Assert.DoesNotContain("last_name", text, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Lea_erases_what_she_may_and_the_letter_and_the_archive_say_the_same_date()
    {
        var claire = await PersonAsync();
        await using (var db = CrmDbContext.Open(_live.Database.AppConnectionString))
        {
            db.Contracts.Add(new Contract(ContractKind.Deed, "V-2024-7", null, new DateOnly(2024, 3, 12), new DateOnly(2024, 3, 12), null, [new Party { ContactId = claire, Side = Side.Buyer }]));
            await db.SaveChangesAsync();
        }
        var lea = await _live.SignInAsync(Role.Admin);
        await lea.GotoAsync($"{_live.Address}/requests/create");
        await lea.SelectOptionAsync("[name=Kind]", "Erasure");
        await lea.SelectOptionAsync("[name=Channel]", "Phone");
        await lea.FillAsync("[name=Name]", "Claire Martin");
        await lea.GetByRole(AriaRole.Button, new() { Name = "Enregistrer la demande" }).ClickAsync();
        await lea.GetByRole(AriaRole.Link, new() { Name = "Choisir la personne" }).ClickAsync();
        await lea.GetByRole(AriaRole.Button, new() { Name = "C’est cette personne Claire Martin" }).ClickAsync();
        await lea.GetByRole(AriaRole.Link, new() { Name = "Vérifier l’identité" }).ClickAsync();
        await lea.GetByRole(AriaRole.Button, new() { Name = "Au 06 39 98 14 27, la personne a confirmé" }).ClickAsync();
        await lea.GetByRole(AriaRole.Link, new() { Name = "Écrire à la personne" }).ClickAsync();
        await lea.GetByRole(AriaRole.Button, new() { Name = "Envoyer l’e-mail" }).ClickAsync();
        await DrainAsync();
        Assert.Contains("12/03/2034", Assert.Single(await server.TakeAsync()).TextBody, StringComparison.Ordinal);

        await lea.GetByRole(AriaRole.Link, new() { Name = "Répondre" }).ClickAsync();
        await lea.Locator("#Confirmed").CheckAsync();
        await lea.GetByRole(AriaRole.Button, new() { Name = "Accorder la demande" }).ClickAsync();
        await lea.GetByText("La demande est exécutée et close").WaitForAsync();
        await lea.GotoAsync($"{_live.Address}/archive");
        Assert.Contains("Jusqu’au 12/03/2034", await lea.Locator("tr", new() { HasText = "Claire Martin" }).InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claire_changes_her_search_from_a_mail_stops_everything_and_leaves_the_queue_by_staying()
    {
        var claire = await PersonAsync();
        await using (var db = CrmDbContext.Open(_live.Database.AppConnectionString))
        {
            db.Consents.Add(new Consent { ContactId = claire, Channel = Channel.Email, Purpose = Consent.SimilarProperties, Granted = true, At = LiveApp.Clock.Now });
            db.Subscriptions.Add(new Subscription { ContactId = claire, Topic = Subscription.MatchingProperties, StartedOn = LiveApp.Clock.Today });
            db.Searches.Add(new Search { ContactId = claire, Frequency = MailFrequency.AtOnce });
            await db.SaveChangesAsync();
        }
        await OfferAsync("M-1", PropertyKind.House);
        await OpenMailAsync("preferences?");
        await _reader.GetByRole(AriaRole.Link, new() { Name = "Modifier la recherche 1" }).ClickAsync();
        await _reader.GetByLabel("Appartement").CheckAsync();
        await _reader.GetByRole(AriaRole.Button, new() { Name = "Enregistrer la recherche" }).ClickAsync();
        await _reader.GetByText("C’est enregistré").WaitForAsync();

        await OfferAsync("M-2", PropertyKind.House);
        await DrainAsync();
        Assert.Empty(await server.TakeAsync());
        await OfferAsync("A-1", PropertyKind.Apartment);
        await OpenMailAsync("stop?");
        await _reader.GetByRole(AriaRole.Button, new() { Name = "Tout arrêter" }).ClickAsync();
        await _reader.GetByText("vous ne recevrez plus aucune proposition").WaitForAsync();
        await OfferAsync("A-2", PropertyKind.Apartment);
        await DrainAsync();
        Assert.Empty(await server.TakeAsync());

        // Months later she is set aside: the notice is owed all the same, and one press brings her back.
        await _live.Database.OwnerConnectionString.QueryAsync<object>($"""
            DELETE FROM activities WHERE contact_id = '{claire}';
            UPDATE contacts SET collected_on = '{LiveApp.Clock.Today.AddMonths(-31):yyyy-MM-dd}', status = 'PendingDeletion', pending_since = '{LiveApp.Clock.Today:yyyy-MM-dd}', pending_version = 1 WHERE id = '{claire}';
            SELECT refresh_clocks(ARRAY['{claire}'::uuid]);
            INSERT INTO outgoing_mails (id, contact_id, template, created_at, state) VALUES (gen_random_uuid(), '{claire}', 'pending-notice', now(), 'Recorded')
            """);
        await OpenMailAsync("stay?");
        await _reader.GetByRole(AriaRole.Button, new() { Name = "Rester inscrit" }).First.ClickAsync();
        await _reader.GetByText("C’est noté : vous restez inscrit").WaitForAsync();
        await using var after = CrmDbContext.Open(_live.Database.AppConnectionString);
        Assert.Equal(ContactStatus.Active, await after.Contacts.Select(c => c.Status).SingleAsync());
    }

    // The link of the one mail that has arrived, as if it had been pressed in the mailbox.
    private async Task OpenMailAsync(string path)
    {
        await DrainAsync();
        var text = Assert.Single(await server.TakeAsync()).TextBody!;
        await _reader.GotoAsync(_live.Address + Link().Matches(text).Select(m => m.Groups[1].Value).First(link => link.Contains($"/{path}", StringComparison.Ordinal)));
    }

    private async Task DrainAsync()
    {
        await using var scope = _live.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<MailDrain>().RunAsync();
    }

    private async Task OfferAsync(string reference, PropertyKind kind)
    {
        await using var scope = _live.Services.CreateAsyncScope();
        await new PropertyEntry(reference, kind, "12 rue des Tilleuls", 200_000, null).CreateAsync(scope.ServiceProvider.GetRequiredService<CrmDbContext>(), new Act(null, LiveApp.Clock.Now), LiveApp.Clock.Today);
        var matcher = scope.ServiceProvider.GetRequiredService<Matcher>();
        await matcher.FindAsync();
        await matcher.TellAsync(MailFrequency.AtOnce);
    }

    private async Task<Guid> PersonAsync()
    {
        await using var db = CrmDbContext.Open(_live.Database.AppConnectionString);
        var contact = new Contact(ContactName.Person("Claire", "Martin"), LiveApp.Clock.Today.AddMonths(-3), ContactRoles.Buyer, null, LiveApp.Clock.Now);
        contact.Emails.Add(new Email { Value = "claire@exemple.fr" });
        contact.Phones.Add(new Phone { Value = "+33639981427" });
        db.Contacts.Add(contact);
        db.Notes.Add(new Note { ContactId = contact.Id, Text = "Cherche une maison au calme", At = LiveApp.Clock.Now });
        await db.SaveChangesAsync();
        return contact.Id;
    }

    [GeneratedRegex(@"https?://[^/\s]+(/[^\s]+)")]
    private static partial Regex Link();
}
