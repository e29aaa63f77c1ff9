using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Personal;

/// <summary>Everything a reader may decide about their own record, without an account.</summary>
[EnableRateLimiting(PublicForms.SendLimit)]
public sealed class IndexModel(CrmDbContext db, AgencyClock clock, Choices choices) : PersonalPage(db, clock)
{
    /// <summary>Version of the words of <see cref="ConsentText"/> and <see cref="By"/>: a changed word is a new version.</summary>
    public const string ConsentWording = "2026-11-p";

    [BindProperty] public List<Channel> Channels { get; set; } = [];

    [BindProperty(SupportsGet = true, Name = "saved")] public bool Saved { get; set; }

    /// <summary>A link has just left to a new address.</summary>
    [BindProperty(SupportsGet = true, Name = "asked")] public bool Asked { get; set; }

    public IReadOnlyList<Channel> Agreed { get; private set; } = [];
    public IReadOnlyList<Search> Searches { get; private set; } = [];
    public Outlook Outlook { get; private set; } = null!;

    /// <summary>What the boxes say together.</summary>
    public static string ConsentText => T("J’accepte que l’agence me propose des biens qui correspondent à mes recherches :");

    public static string By(Channel channel) => channel switch { Channel.Email => T("par e-mail"), Channel.Sms => T("par SMS"), Channel.Phone => T("par téléphone"), _ => T("par courrier") };

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (!await OpenAsync(cancel)) return Refused();
        Agreed = await Choices.AgreedAsync(Db, Contact.Id, Clock.Today, cancel);
        Searches = await Db.Searches.AsNoTracking().Where(s => s.ContactId == Contact.Id).OrderBy(s => s.Id).ToListAsync(cancel);
        var facts = await Db.Contacts.Where(c => c.Id == Contact.Id).Facts(Db, Clock.Today).SingleAsync(cancel);
        Outlook = Outlook.Of(facts.ToFacts(), await PolicyHistory.LoadAsync(Db, cancel), Clock.Today);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel) =>
        ModelState.IsValid && await OpenAsync(cancel) && await choices.ChooseChannelsAsync(Contact.Id, [.. Channels.Where(Enum.IsDefined).Distinct()], $"{ConsentWording}-{Languages.Current}", cancel)
            ? Redirect(To("", "&saved=true"))
            : Refused();
}
