using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Archive;

/// <summary>Asks why before showing what is kept of someone; only the answer opens, and every opening is in the audit.</summary>
public sealed class OpenModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty, Required(ErrorMessage = "Choisissez un motif."), EnumDataType(typeof(ArchiveReason), ErrorMessage = "Choisissez un motif.")]
    public ArchiveReason? Reason { get; set; }

    public string Name { get; private set; } = "";

    /// <summary>What is kept, once opened.</summary>
    public ContactFile? Kept { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel) => await LoadAsync(id, cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        if (!ModelState.IsValid)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }

        Kept = await ArchiveOpening.OpenAsync(db, id, Reason!.Value, clock.Today, new Act(User.AccountId(), clock.Now), cancel);
        return Kept is null ? NotFound() : Page();
    }

    private async Task<bool> LoadAsync(Guid id, CancellationToken cancel)
    {
        var name = await db.Contacts.Where(c => c.Id == id && (c.Status == ContactStatus.Archived || c.FromArchive))
            .Select(c => ContactName.Display(c.FirstName, c.LastName, c.Organisation)).FirstOrDefaultAsync(cancel);
        Name = name ?? "";
        return name is not null;
    }
}
