using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account;

/// <summary>Asks for a link to choose a new password. The answer is the same whether the address is known or not, and takes the same time.</summary>
[EnableRateLimiting(Accounts.AttemptLimit)]
public sealed class ForgottenPasswordModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty, Required(ErrorMessage = "Indiquez votre adresse électronique."), StringLength(256, ErrorMessage = "Cette adresse est trop longue.")]
    public string Email { get; set; } = "";

    [BindProperty(SupportsGet = true, Name = "asked")] public bool Asked { get; set; }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        Asked = false;
        if (!ModelState.IsValid)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        await Outbox.ForgottenPasswordAsync(db, Email, clock.Now, cancel);
        return RedirectToPage(new { asked = true });
    }
}
