using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Personal;

/// <summary>Removes one of the reader's searches.</summary>
[EnableRateLimiting(PublicForms.SendLimit)]
public sealed class RemoveSearchModel(CrmDbContext db, AgencyClock clock, Choices choices) : PersonalPage(db, clock)
{
    [BindProperty(SupportsGet = true, Name = "id")] public Guid Id { get; set; }

    public Search? Search { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (!await OpenAsync(cancel)) return Refused();
        Search = await Db.Searches.AsNoTracking().SingleOrDefaultAsync(s => s.Id == Id && s.ContactId == Contact.Id, cancel);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel) =>
        await OpenAsync(cancel) && await choices.RemoveSearchAsync(Contact.Id, Id, cancel) ? Redirect(To("", "&saved=true")) : Refused();
}
