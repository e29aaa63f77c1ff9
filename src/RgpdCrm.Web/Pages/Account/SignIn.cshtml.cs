using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account;

/// <summary>Signing in, with a password or a passkey. Unknown address, wrong password, too many tries and disabled accounts get one answer after the same work.</summary>
[EnableRateLimiting(Accounts.AttemptLimit)]
public sealed class SignInModel(FrontDoor door, SecondFactors factors, Passkeys passkeys) : PageModel
{
    [BindProperty, Required(ErrorMessage = "Indiquez votre adresse électronique."), StringLength(256, ErrorMessage = "Cette adresse est trop longue.")]
    public string Email { get; set; } = "";

    [BindProperty, Required(ErrorMessage = "Indiquez votre mot de passe."), StringLength(256, ErrorMessage = "Ce mot de passe est trop long."), DataType(DataType.Password)]
    public string Password { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>What the passkey button asks the browser.</summary>
    public PasskeyQuestion Question { get; private set; } = null!;

    public async Task OnGetAsync() => Question = await passkeys.AskAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid) return await AgainAsync();
        if (await door.CheckPasswordAsync(Email, Password) is not { } account)
        {
            ModelState.AddModelError("", T($"Adresse ou mot de passe inconnus. Après {FrontDoor.MostTries} essais, il faut attendre quinze minutes."));
            return await AgainAsync();
        }
        if (await factors.AnyAsync(account))
        {
            await door.AwaitSecondStepAsync(account);
            return RedirectToPage("SecondStep", new { ReturnUrl });
        }
        await door.EnterAsync(account, SignInOutcome.Password);
        return this.Onward(account, ReturnUrl);
    }

    public async Task<IActionResult> OnPostPasskeyAsync(string? credential, string? state)
    {
        ModelState.Clear();
        if (await passkeys.CheckAsync(credential, state) is not { } account)
        {
            ModelState.AddModelError("", T("Cette clé d’accès n’est pas reconnue. Recommencez, ou utilisez votre mot de passe."));
            return await AgainAsync();
        }
        await door.EnterAsync(account, SignInOutcome.Passkey);
        return this.Onward(account, ReturnUrl);
    }

    private async Task<PageResult> AgainAsync()
    {
        Question = await passkeys.AskAsync();
        return Page();
    }
}

internal static class AfterSignIn
{
    /// <summary>Where someone was going, if it is here; else home.</summary>
    public static IActionResult Onward(this PageModel page, Core.Accounts.Account account, string? returnUrl) =>
        page.LocalRedirect(returnUrl is { Length: > 1 } && page.Url.IsLocalUrl(returnUrl) ? returnUrl : account.Role == Role.Ops ? "/jobs" : "/");
}
