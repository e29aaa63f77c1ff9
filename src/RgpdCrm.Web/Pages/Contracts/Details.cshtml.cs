using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Pages.Mandates;

namespace RgpdCrm.Web.Pages.Contracts;

/// <summary>One contract: parties with their side, property, dates, until when it is kept and why.</summary>
public sealed class DetailsModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    public ObligationFile Record { get; private set; } = null!;
    public DateOnly Today { get; } = clock.Today;

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (await ObligationFile.LoadAsync<Contract>(db, id, User) is not { } file) return NotFound();
        Record = file;
        return Page();
    }
}
