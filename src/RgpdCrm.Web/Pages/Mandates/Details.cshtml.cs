using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>One mandate: parties, property, dates, its ends, until when it is kept.</summary>
public sealed class DetailsModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    public ObligationFile Record { get; private set; } = null!;
    public DateOnly Today { get; } = clock.Today;

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (await ObligationFile.LoadAsync<Mandate>(db, id, User) is not { } file) return NotFound();
        Record = file;
        return Page();
    }
}
