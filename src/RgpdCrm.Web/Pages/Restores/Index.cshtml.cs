using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Restores;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Restores;

/// <summary>What a restore brought back and undid, and the button that opens the application after it.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock, Restoration restoration) : PageModel
{
    [BindProperty] public string? Sentence { get; set; }

    [TempData] public string? Message { get; set; }

    public AgencyClock Clock => clock;

    /// <summary>The latest restore, opened or not.</summary>
    public Restore? Latest => All is [var latest, ..] ? latest : null;

    public IReadOnlyList<Restore> All { get; private set; } = [];

    /// <summary>Names of who opened.</summary>
    public IReadOnlyDictionary<Guid, string> Names { get; private set; } = new Dictionary<Guid, string>();

    public Task OnGetAsync(CancellationToken cancel) => LoadAsync(cancel);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (await restoration.OpenAsync(db, new Act(User.AccountId(), clock.Now), RestoreWords.Typed(Sentence), cancel) is { } refusal)
        {
            ModelState.AddModelError(nameof(Sentence), RestoreWords.Of(refusal));
            await LoadAsync(cancel);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        Message = T("L’application est ouverte.");
        return RedirectToPage();
    }

    private async Task LoadAsync(CancellationToken cancel)
    {
        All = await db.Restores.AsNoTracking().OrderByDescending(r => r.Id).ToListAsync(cancel);
        var openers = All.Select(r => r.OpenedById).OfType<Guid>().ToArray();
        Names = await db.Users.Where(u => openers.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.FullName, cancel);
    }
}
