using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Statistics;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Statistics.Tools;

/// <summary>Takes a tool that is no longer used off the list.</summary>
public sealed class RemoveModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    public StatisticsTool Tool { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel) => await LoadAsync(id, cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        await StatisticsToolEntry.RemoveAsync(db, Tool, new Act(User.AccountId(), clock.Now), cancel);
        TempData["Message"] = T($"{Tool.Name} est retiré de la liste.");
        return RedirectToPage("Index");
    }

    private async Task<bool> LoadAsync(Guid id, CancellationToken cancel)
    {
        if (await db.StatisticsTools.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancel) is not { } tool) return false;
        Tool = tool;
        return true;
    }
}
