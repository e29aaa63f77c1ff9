using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Pages.Mandates;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contracts;

/// <summary>Once a year: does this lease without an end still run?</summary>
public sealed class ConfirmModel(CrmDbContext db, AgencyClock clock) : EndPage
{
    public DateOnly Today { get; } = clock.Today;

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (await ObligationFile.LoadAsync<Contract>(db, id, User) is not { } file) return NotFound();
        if (!file.CanConfirm) return RedirectToPage("Details", new { id });
        (Record, Version, ShownAt) = (file, file.Obligation.Version, clock.Now);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id)
    {
        try
        {
            var refusal = await OpenLeases.ConfirmAsync(db, id, Version, new Act(User.AccountId(), clock.Now), Today);
            if (refusal == ObligationRefusal.Unknown) return NotFound();
            TempData["Message"] = refusal is { } because ? ObligationWords.Refused(because) : T($"Le bail court toujours. La question reviendra le {Components.Format.Date(Today.AddYears(1))}.");
            return RedirectToPage("Details", new { id });
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            Conflict = await WhoChangedAsync(db, id, ShownAt);
            ModelState.Clear();
            var answer = await OnGetAsync(id);
            Response.StatusCode = StatusCodes.Status409Conflict;
            return answer;
        }
    }
}
