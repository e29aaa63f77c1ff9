using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>Proves who asks: a link to a known address, a call to a known number; a doubt is written down.</summary>
public sealed class IdentityModel(CrmDbContext db, AgencyClock clock, RightsDesk desk) : RequestPage(db, clock)
{
    [BindProperty] public Guid? EmailId { get; set; }
    [BindProperty] public Guid? PhoneId { get; set; }
    [BindProperty, StringLength(RightsRequest.ReasonLength, ErrorMessage = "500 caractères au plus."), PlainText(Multiline = true)] public string? Doubt { get; set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel) => await LoadAsync(id, cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        if (!ModelState.IsValid)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        if (EmailId is { } email) return After(await desk.SendLinkAsync(id, email, Act, cancel), T("Le lien part dans la minute. Il marche une fois, pendant 7 jours."));
        if (PhoneId is { } phone) return After(await desk.ProveByPhoneAsync(id, phone, Act, cancel), T("L’identité est prouvée par téléphone."));
        return After(await desk.DoubtAsync(id, Doubt ?? "", Act, cancel), T("Le doute est noté."));
    }
}
