using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>One request: what was asked, how far it is, what happened.</summary>
public sealed class DetailsModel(CrmDbContext db, AgencyClock clock) : RequestPage(db, clock)
{
    public IReadOnlyList<(RequestStep Step, string? By)> Steps { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        await LoadCorrectionsAsync(cancel);
        var steps = await Db.RequestSteps.AsNoTracking().Where(s => s.RequestId == id).OrderBy(s => s.At).ThenBy(s => s.What)
            .Select(s => new { Step = s, By = Db.Users.Where(u => u.Id == s.ById).Select(u => u.FullName).FirstOrDefault() }).ToListAsync(cancel);
        Steps = [.. steps.Select(s => (s.Step, s.By))];
        return Page();
    }
}
