using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account;

/// <summary>Signing in. Unknown address, wrong password, locked and disabled accounts get one answer after the same work.</summary>
[EnableRateLimiting(Accounts.AttemptLimit)]
public sealed class SignInModel(UserManager<Core.Accounts.Account> accounts, SignInManager<Core.Accounts.Account> signIn, AgencyClock clock) : PageModel
{
    private static readonly Core.Accounts.Account NoOne = new();
    private static string? _hashOfNoOne;

    [BindProperty, Required(ErrorMessage = "Indiquez votre adresse électronique."), StringLength(256, ErrorMessage = "Cette adresse est trop longue.")]
    public string Email { get; set; } = "";

    [BindProperty, Required(ErrorMessage = "Indiquez votre mot de passe."), StringLength(256, ErrorMessage = "Ce mot de passe est trop long."), DataType(DataType.Password)]
    public string Password { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid) return Page();
        var account = await accounts.FindByEmailAsync(Email.Trim());
        if (!await PasswordIsRightAsync(account))
        {
            ModelState.AddModelError("", T("Adresse ou mot de passe inconnus. Après dix essais, un compte se ferme pendant quinze minutes."));
            return Page();
        }

        account!.LastSignInAt = clock.Now;
        await accounts.UpdateAsync(account);
        await signIn.SignInAsync(account, isPersistent: false);
        if (account.Language != Languages.Current) Languages.Choose(HttpContext, account.Language);
        return ReturnUrl is { Length: > 1 } && Url.IsLocalUrl(ReturnUrl) ? LocalRedirect(ReturnUrl) : LocalRedirect(account.Role == Role.Ops ? "/jobs" : "/");
    }

    private async Task<bool> PasswordIsRightAsync(Core.Accounts.Account? account)
    {
        _hashOfNoOne ??= accounts.PasswordHasher.HashPassword(NoOne, Guid.NewGuid().ToString());
        if (account is { PasswordHash: not null, DisabledAt: null } && !await accounts.IsLockedOutAsync(account))
            return (await signIn.CheckPasswordSignInAsync(account, Password, lockoutOnFailure: true)).Succeeded;

        accounts.PasswordHasher.VerifyHashedPassword(NoOne, _hashOfNoOne, Password);
        return false;
    }
}
