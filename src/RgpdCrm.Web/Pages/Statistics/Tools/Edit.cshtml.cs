using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Statistics;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Statistics.Tools;

/// <summary>Changes a declared tool. When it changed meanwhile, the page says who did it, shows what is stored and asks once more.</summary>
public sealed class EditModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty] public ToolFields Input { get; set; } = new();

    /// <summary>The version that was shown, and when.</summary>
    [BindProperty] public uint Version { get; set; }
    [BindProperty] public DateTimeOffset ShownAt { get; set; }

    public StatisticsTool Stored { get; private set; } = null!;
    public string? Conflict { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        (Input, Version, ShownAt) = (ToolFields.From(Stored), Stored.Version, clock.Now);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        if (Input.Read(ModelState, clock.Today) is not { } entry) return Answer(StatusCodes.Status422UnprocessableEntity);
        try
        {
            var changed = await entry.EditAsync(db, Stored, Version, new Act(User.AccountId(), clock.Now), cancel);
            TempData["Message"] = changed.Count == 0 ? T("L’outil est inchangé.") : T("L’outil est enregistré.");
            return RedirectToPage("Index");
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            if (!await LoadAsync(id, cancel)) return NotFound();
            var who = (await LatestAct.OfAsync(db, id, ShownAt))?.Who ?? T("Un collègue");
            Conflict = T($"{who} a changé cet outil pendant que vous le lisiez.");
            ModelState.Remove(nameof(Version));
            ModelState.Remove(nameof(ShownAt));
            (Version, ShownAt) = (Stored.Version, clock.Now);
            return Answer(StatusCodes.Status409Conflict);
        }
    }

    private async Task<bool> LoadAsync(Guid id, CancellationToken cancel)
    {
        if (await db.StatisticsTools.SingleOrDefaultAsync(t => t.Id == id, cancel) is not { } tool) return false;
        Stored = tool;
        return true;
    }

    private PageResult Answer(int status)
    {
        Response.StatusCode = status;
        return Page();
    }
}
