using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>Two more months, once the person was told in time.</summary>
public sealed class ExtendModel(CrmDbContext db, AgencyClock clock, RightsDesk desk) : RequestPage(db, clock)
{
    [BindProperty, Required(ErrorMessage = "Indiquez la date.")] public DateOnly? ToldOn { get; set; }
    [BindProperty, StringLength(RightsRequest.ReasonLength, ErrorMessage = "500 caractères au plus."), PlainText(Multiline = true)] public string? Reason { get; set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel) => await LoadAsync(id, cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        if (ModelState.IsValid) return After(await desk.ExtendAsync(id, ToldOn!.Value, Reason ?? "", Act, cancel), T("Le délai est prolongé."));
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
