using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account;

/// <summary>What follows the right password: a code of the application, a recovery code or a passkey of that account. Nobody is signed in before.</summary>
[EnableRateLimiting(Accounts.AttemptLimit)]
public sealed class SecondStepModel(FrontDoor door, SecondFactors factors, Passkeys passkeys) : PageModel
{
    [BindProperty, Required(ErrorMessage = "Donnez un code."), StringLength(40, ErrorMessage = "Ce code est trop long.")]
    public string Code { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>Whose password was right; nobody's once it is too late.</summary>
    public Core.Accounts.Account? Account { get; private set; }

    /// <summary>What the passkey button asks the browser; nothing for who has none.</summary>
    public PasskeyQuestion? Question { get; private set; }

    public Task OnGetAsync() => ReadAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        await ReadAsync();
        if (Account is null || !ModelState.IsValid) return Page();
        if (await door.CheckCodeAsync(Account, Code) is { } how)
        {
            await door.EnterAsync(Account, how);
            return this.Onward(Account, ReturnUrl);
        }
        ModelState.AddModelError(nameof(Code), T($"Ce code n’est pas le bon, ou a déjà servi. Après {FrontDoor.MostTries} essais, il faut attendre un jour ou venir d’un appareil connu."));
        return Page();
    }

    private async Task ReadAsync()
    {
        Account = await door.AwaitedAsync();
        if (Account is not null && await factors.PasskeysOf(Account.Id).AnyAsync()) Question = await passkeys.AskAsync(Account);
    }
}
