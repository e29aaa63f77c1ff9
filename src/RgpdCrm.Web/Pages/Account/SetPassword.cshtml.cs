using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account;

/// <summary>The one-time link of <c>users add</c>. Opening it changes nothing, because mail scanners fetch links; choosing a password kills it, ends every session, and signs nobody in: the second factor is still asked for.</summary>
[EnableRateLimiting(Accounts.AttemptLimit)]
public sealed class SetPasswordModel(UserManager<Core.Accounts.Account> accounts, CrmDbContext db) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty(SupportsGet = true), Required, StringLength(1000)]
    public string Code { get; set; } = "";

    [BindProperty, Required(ErrorMessage = "Choisissez un mot de passe."), StringLength(256, ErrorMessage = "256 caractères au plus."), DataType(DataType.Password)]
    public string Password { get; set; } = "";

    [BindProperty, Compare(nameof(Password), ErrorMessage = "Les deux saisies diffèrent."), DataType(DataType.Password)]
    public string Again { get; set; } = "";

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid) return Page();
        var account = await accounts.FindByIdAsync(Id.ToString());
        var result = account is { DisabledAt: null }
            ? await accounts.ResetPasswordAsync(account, Code, Password)
            : IdentityResult.Failed(accounts.ErrorDescriber.InvalidToken());
        if (result.Succeeded)
        {
            await AccountSession.EndAllOfAsync(db, account!.Id);
            return LocalRedirect("/account/sign-in");
        }
        foreach (var error in result.Errors) ModelState.AddModelError(error.Code == nameof(IdentityErrorDescriber.InvalidToken) ? "" : nameof(Password), error.Description);
        return Page();
    }
}
