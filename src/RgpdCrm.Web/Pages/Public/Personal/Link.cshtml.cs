using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Personal;

/// <summary>Asks for a new personal link. The answer and its time are the same whether the address is known or not.</summary>
[IgnoreAntiforgeryToken, EnableRateLimiting(PublicForms.SendLimit)]
public sealed class LinkModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty] public string? Email { get; set; }

    [BindProperty(SupportsGet = true, Name = "asked")] public bool Asked { get; set; }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        Asked = false;
        if (Core.Contacts.Email.Normalise(Email ?? "") is not { } email)
        {
            ModelState.AddModelError(nameof(Email), T("Cette adresse e-mail n’est pas valable, par exemple prenom.nom@exemple.fr."));
            Response.StatusCode = StatusCodes.Status400BadRequest;
            return Page();
        }
        await Outbox.PreferencesLinkAsync(db, email, clock.Now, cancel);
        return Redirect($"/preferences/link?asked=true&lang={Languages.Current}");
    }
}
