using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Holds;

/// <summary>The hold still stands: sets the date of its next review.</summary>
public sealed class ReviewModel(CrmDbContext db, AgencyClock clock, Review review) : PageModel
{
    [BindProperty, Required(ErrorMessage = "Indiquez la date.")] public DateOnly? ReviewOn { get; set; }

    public AgencyClock Clock => clock;
    public Hold Hold { get; private set; } = null!;
    public string Name { get; private set; } = "";

    public DateOnly Last => clock.Today.AddMonths(Hold.MaxReviewMonths);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        ReviewOn = Last;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        if (!ModelState.IsValid) return Shown();
        var result = await review.ReviewHoldAsync(id, ReviewOn!.Value, new Act(User.AccountId(), clock.Now), cancel);
        if (result.Refusal == Refusal.NotHeld) return NotFound();
        if (!result.Done)
        {
            ModelState.AddModelError(nameof(ReviewOn), result.Refusal == Refusal.ReviewTooFar ? T($"Au plus tard le {Format.Date(Last)}, dans 12 mois.") : T("La prochaine revue est à une date à venir."));
            return Shown();
        }

        TempData["Message"] = T($"{Name} : prochaine revue le {Format.Date(ReviewOn.Value)}.");
        return RedirectToPage("Index");
    }

    private async Task<bool> LoadAsync(Guid id, CancellationToken cancel)
    {
        if (await db.Holds.AsNoTracking().SingleOrDefaultAsync(h => h.ContactId == id && h.Kind == HoldKind.Dispute && h.LiftedAt == null, cancel) is not { } hold) return false;
        Hold = hold;
        Name = await db.Contacts.Where(c => c.Id == id).Select(c => ContactName.Display(c.FirstName, c.LastName, c.Organisation)).SingleAsync(cancel);
        return true;
    }

    private PageResult Shown()
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
