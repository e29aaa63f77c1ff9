using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Statistics;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Statistics.Tools;

/// <summary>Declares a statistics tool that runs elsewhere.</summary>
public sealed class CreateModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty] public ToolFields Input { get; set; } = new();

    public void OnGet() => Input.ReviewOn = clock.Today.AddMonths(StatisticsTool.MaxReviewMonths);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (Input.Read(ModelState, clock.Today) is not { } entry)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        await entry.CreateAsync(db, new Act(User.AccountId(), clock.Now), cancel);
        TempData["Message"] = T("L’outil est déclaré.");
        return RedirectToPage("Index");
    }
}
