using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Inquiries;

/// <summary>A colleague reached the author of an inquiry that nothing else vouched for.</summary>
public sealed class ConfirmModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>The version that was shown.</summary>
    [BindProperty] public uint Version { get; set; }

    public Inquiry Inquiry { get; private set; } = null!;

    /// <summary>Why nothing was done.</summary>
    public string? Refused { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id) => await LoadAsync(id) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id)
    {
        if (!await LoadAsync(id)) return NotFound();
        var result = await new InquiryDesk(db, clock).ConfirmAsync(id, Version, new Act(User.AccountId(), clock.Now));
        if (result.Refusal is { } refusal)
        {
            Refused = (refusal == InquiryRefusal.Stale ? await InquiryWords.LatestAsync(db, id) : null) ?? InquiryWords.Of(refusal);
            Response.StatusCode = StatusCodes.Status409Conflict;
            return Page();
        }
        TempData["Message"] = T("La demande est confirmée.");
        return RedirectToPage("Details", new { id });
    }

    private async Task<bool> LoadAsync(Guid id)
    {
        if (await db.Inquiries.AsNoTracking().VisibleTo(db, User.IsInRole(Access.Admin)).SingleOrDefaultAsync(i => i.Id == id) is not { } inquiry) return false;
        Inquiry = inquiry;
        return true;
    }
}
