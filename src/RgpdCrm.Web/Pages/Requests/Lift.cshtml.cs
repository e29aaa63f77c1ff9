using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>Ends the freezing of a record, once the person was told (GDPR 18, 3).</summary>
public sealed class LiftModel(CrmDbContext db, AgencyClock clock, RightsDesk desk) : PageModel
{
    [BindProperty] public bool Told { get; set; }

    public string Name { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel) => await LoadAsync(id, cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        if (!Told)
        {
            ModelState.AddModelError(nameof(Told), T("Cochez la case une fois la personne prévenue."));
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        if (!await desk.LiftRestrictionAsync(id, new Act(User.AccountId(), clock.Now), cancel)) return NotFound();
        TempData["Message"] = T($"{Name} : gel levé.");
        return RedirectToPage("/Holds/Index");
    }

    private async Task<bool> LoadAsync(Guid id, CancellationToken cancel)
    {
        if (!await FrozenRecord.IsAsync(db, id, cancel)) return false;
        Name = (await db.Contacts.AsNoTracking().SingleAsync(c => c.Id == id, cancel)).DisplayName;
        return true;
    }
}
