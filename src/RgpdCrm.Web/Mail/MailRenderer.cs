using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Matching;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Pages.Properties;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Mail;

/// <summary>Renders a mail at the moment it leaves, in the language of who receives it: from ids, with fresh links.</summary>
public sealed class MailRenderer(CrmDbContext db, AgencyClock clock, Agency agency, Invitations invitations, IConfiguration settings, IHostEnvironment environment, IServiceProvider services, ILoggerFactory loggers)
{
    private const string Name = "Hélène Garnier", Agent = "Sophie Marchal";

    /// <summary>Renders a row of the outbox.</summary>
    public async Task<RenderedMail?> RenderAsync(OutgoingMail mail, MailRecipient recipient, CancellationToken cancel)
    {
        using var spoken = new Spoken(recipient.Language);
        var address = settings.PublicAddress(environment);
        var links = MailTemplate.LeadsToOwnPage(mail.Template) && mail.ContactId is { } contact && recipient.EmailId is { } email ? await LinksAsync(contact, email, address, recipient.Language, cancel) : null;
        var around = Around(recipient.Language, links);
        var page = mail.Template switch
        {
            MailTemplate.PendingNotice => await NoticeAsync(mail.ContactId!.Value, around, recipient, cancel),
            MailTemplate.PropertyMatches => MailPages.PropertyMatches(around, recipient.Name, await OffersAsync(mail.Id, address, cancel)),
            MailTemplate.Personal => await PersonalAsync(mail, around, cancel),
            MailTemplate.PreferencesLink => MailPages.PreferencesLink(around, recipient.Name),
            MailTemplate.NewEmail => MailPages.NewEmail(around, await LinkAsync(mail, recipient, LinkPurpose.NewEmail, address, "preferences/confirm-email", cancel)),
            MailTemplate.NewEmailAsked => MailPages.NewEmailAsked(around),
            MailTemplate.RightsIdentity => MailPages.RightsIdentity(around, recipient.Name, await LinkAsync(mail, recipient, LinkPurpose.Identity, address, "rights/confirm", cancel)),
            MailTemplate.RightsPackage => MailPages.RightsPackage(around, recipient.Name, await LinkAsync(mail, recipient, LinkPurpose.Package, address, "rights/package", cancel)),
            MailTemplate.RightsMessage => MailPages.RightsMessage(around, mail.Subject!, mail.Text!, agency.Name),
            MailTemplate.Invitation => MailPages.Invitation(around, recipient.Name, await PasswordLinkAsync(mail, address)),
            MailTemplate.ForgottenPassword => MailPages.ForgottenPassword(around, recipient.Name, await PasswordLinkAsync(mail, address)),
            MailTemplate.SecondFactorReset => MailPages.SecondFactorReset(around, recipient.Name, new Uri(address, "/account/sign-in")),
            MailTemplate.PasswordLinkMade => MailPages.PasswordLinkMade(around, recipient.Name, new Uri(address, "/account/sign-in")),
            _ => throw new NotSupportedException(mail.Template),
        };
        if (page is null) return null;
        var rendered = await ToMailAsync(page);
        return rendered with
        {
            Unsubscribe = mail.Template is MailTemplate.Personal or MailTemplate.PreferencesLink or MailTemplate.NewEmailAsked ? null : links?.Stop,
            ReplyTo = mail.Template == MailTemplate.Personal ? await WriterAsync(mail.ById, cancel) : null,
        };
    }

    /// <summary>A template with fictional values.</summary>
    public async Task<RenderedMail?> PreviewAsync(string template, string language)
    {
        using var spoken = new Spoken(language);
        Uri Link(string path) => new(settings.PublicAddress(environment), path);
        var around = Around(language, MailTemplate.LeadsToOwnPage(template) ? Nobodys : null);
        return await ToMailAsync(template switch
        {
            MailTemplate.PendingNotice => MailPages.PendingNotice(around, Name, clock.Today.AddMonths(2), Link("/preferences/stay"), Link("/preferences/erase"),
                [MailPages.Stays($"{T("Mandat de vente")} 2023-114", clock.Today.AddYears(6))]),
            MailTemplate.PropertyMatches => MailPages.PropertyMatches(around, Name, [
                new Offer($"{PropertyWords.Of(PropertyKind.House)}, Angers", T("4 pièces, 98 m²"), PropertyWords.Price(285_000), null, Link("/contact")),
                new Offer($"{PropertyWords.Of(PropertyKind.Apartment)}, Cholet", T("3 pièces, 64 m²"), PropertyWords.Price(168_000), null, Link("/contact"))]),
            MailTemplate.Personal => MailPages.Personal(around, PersonalStart.Visit.Subject, PersonalStart.Visit.Text, Agent),
            MailTemplate.PreferencesLink => MailPages.PreferencesLink(around, Name),
            MailTemplate.NewEmail => MailPages.NewEmail(around, Link("/preferences/confirm-email")),
            MailTemplate.NewEmailAsked => MailPages.NewEmailAsked(around),
            MailTemplate.RightsIdentity => MailPages.RightsIdentity(around, Name, Link("/rights/confirm")),
            MailTemplate.RightsPackage => MailPages.RightsPackage(around, Name, Link("/rights/package")),
            MailTemplate.RightsMessage => MailPages.RightsMessage(around, T("Votre demande"), T("Bonjour,"), agency.Name),
            MailTemplate.Invitation => MailPages.Invitation(around, Agent, Link("/account/set-password")),
            MailTemplate.SecondFactorReset => MailPages.SecondFactorReset(around, Agent, Link("/account/sign-in")),
            MailTemplate.PasswordLinkMade => MailPages.PasswordLinkMade(around, Agent, Link("/account/sign-in")),
            _ => MailPages.ForgottenPassword(around, Agent, Link("/account/set-password")),
        });
    }

    /// <summary>What an agent is writing, before it is sent; nothing is stored, and no link of the reader's is made.</summary>
    public async Task<RenderedMail> DraftAsync(string subject, string text, Guid? by, string language, CancellationToken cancel)
    {
        using var spoken = new Spoken(language);
        return await ToMailAsync(MailPages.Personal(Around(language, Nobodys), subject, text, await WriterNameAsync(by, cancel)));
    }

    // The addresses of the reader's pages without a key: they open nothing.
    private LetterLinks Nobodys => new(new Uri(settings.PublicAddress(environment), "/preferences"), new Uri(settings.PublicAddress(environment), "/preferences/stop"));

    private Letter Around(string language, LetterLinks? links) => new(agency.Name, agency.City, language, "", "", "", new Uri(settings.PublicAddress(environment), $"/privacy?lang={language}"), links);

    private async Task<LetterLinks> LinksAsync(Guid contact, Guid email, Uri address, string language, CancellationToken cancel)
    {
        var (preferences, stop) = (ContactLink.Add(db, contact, email, LinkPurpose.Preferences, clock.Now), ContactLink.Add(db, contact, email, LinkPurpose.Stop, clock.Now));
        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
        return new LetterLinks(new Uri(address, $"/preferences?k={preferences}&lang={language}"), new Uri(address, $"/preferences/stop?k={stop}&lang={language}"));
    }

    private async Task<Uri> LinkAsync(OutgoingMail mail, MailRecipient recipient, LinkPurpose purpose, Uri address, string page, CancellationToken cancel)
    {
        var key = ContactLink.Add(db, mail.ContactId!.Value, recipient.EmailId!.Value, purpose, clock.Now, mail.RequestId);
        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
        return new Uri(address, $"/{page}?k={key}&lang={recipient.Language}");
    }

    private async Task<IReadOnlyList<Offer>> OffersAsync(Guid mail, Uri address, CancellationToken cancel)
    {
        var offers = await Matcher.OfMailAsync(db, mail, cancel);
        Guid[] ids = [.. offers.Select(p => p.Id)];
        var covers = (await db.Photos.AsNoTracking().Where(p => ids.Contains(p.PropertyId) && p.State == PhotoState.Published).OrderBy(p => p.Position).ToListAsync(cancel)).ToLookup(p => p.PropertyId);
        return [.. offers.Select(p => new Offer(
            string.Join(", ", new[] { PropertyWords.Of(p.Kind), p.City }.OfType<string>()), PropertyWords.Size(p), PropertyWords.Price(p),
            covers[p.Id].FirstOrDefault() is { } cover ? new Uri(address, PublishedPhotos.LastingAddress(PhotoSizes.Name(cover.Key, PhotoSizes.Sides[0], "jpg"))) : null,
            new Uri(address, $"/contact?property={Uri.EscapeDataString(p.Reference)}&lang={Languages.Current}")))];
    }

    private async Task<MailPage?> NoticeAsync(Guid contact, Letter around, MailRecipient recipient, CancellationToken cancel)
    {
        if (await db.Contacts.Where(c => c.Id == contact).Facts(db, clock.Today).SingleOrDefaultAsync(cancel) is not { } row) return null;
        var verdict = (await PolicyHistory.LoadAsync(db, cancel)).Decide(row.ToFacts(), clock.Today);
        if (verdict.Decision == Decision.Reactivate || verdict.Dates.DeleteOn is not { } deleteOn || deleteOn == DateOnly.MaxValue) return null;
        var pieces = await KeptPiece.OfAsync(db, contact, clock.Today, cancel);
        Uri At(string path) => new(around.Links!.Preferences.AbsoluteUri.Replace("/preferences?", $"/preferences/{path}?", StringComparison.Ordinal));
        return MailPages.PendingNotice(around, recipient.Name, deleteOn, At("stay"), At("erase"), MailPages.StaysOf(pieces, deleteOn));
    }

    private async Task<MailPage> PersonalAsync(OutgoingMail mail, Letter around, CancellationToken cancel) =>
        MailPages.Personal(around, mail.Subject!, mail.Text!, await WriterNameAsync(mail.ById, cancel));

    private async Task<string> WriterNameAsync(Guid? id, CancellationToken cancel) => (await WriterAsync(id, cancel))?.Name is { Length: > 0 } name ? name : agency.Name;

    private async Task<MailboxAddress?> WriterAsync(Guid? id, CancellationToken cancel) =>
        await db.Users.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id && a.DisabledAt == null, cancel) is { Email: { } email } agent ? new MailboxAddress(agent.FullName, email) : null;

    private async Task<Uri> PasswordLinkAsync(OutgoingMail mail, Uri address) =>
        new(await invitations.LinkAsync(await db.Users.SingleAsync(a => a.Id == mail.AccountId), address));

    private async Task<RenderedMail> ToMailAsync(MailPage page)
    {
        await using var renderer = new HtmlRenderer(services, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync(page.Component, ParameterView.FromDictionary(new Dictionary<string, object?>(page.Values) { ["Letter"] = page.Letter }))).ToHtmlString());
        return new RenderedMail(page.Letter.Subject, html, HtmlText.Of(html));
    }
}
