using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account.SecondFactor;

/// <summary>One's own passkey: another name, or gone. Someone else's is not found.</summary>
[EnableRateLimiting(Accounts.AttemptLimit)]
public sealed class PasskeyModel(UserManager<Core.Accounts.Account> accounts, FrontDoor door, AgencyClock clock, CrmDbContext db, SecondFactors factors, Passkeys passkeys)
    : SetUpPage(accounts, door, clock, db, factors)
{
    [FromRoute] public string Id { get; set; } = "";

    [BindProperty, Required(ErrorMessage = "Donnez un nom à la clé."), StringLength(Passkeys.NameLength, ErrorMessage = "Ce nom est trop long.")]
    public string? Name { get; set; }

    public UserPasskeyInfo Passkey { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync()
    {
        if (!await ReadAsync()) return NotFound();
        Name = Passkey.Name;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await ReadAsync()) return NotFound();
        if (!ModelState.IsValid || !await ConfirmedAsync()) return Refused();
        await passkeys.RenameAsync(Account, Passkey, Name!.Trim());
        return Done(T("La clé d’accès a un nouveau nom."), "Index");
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancel)
    {
        if (!await ReadAsync()) return NotFound();
        ModelState.Remove(nameof(Name));
        if (!await MayGoAsync(Account.AuthenticatorSecret is not null || await Factors.PasskeysOf(Account.Id).CountAsync(cancel) > 1)) return Refused();
        await passkeys.RemoveAsync(Account, Passkey);
        return await RemovedAsync(T("La clé d’accès est retirée."));
    }

    private async Task<bool> ReadAsync()
    {
        if (Id.Length % 2 != 0 || !Id.All(char.IsAsciiHexDigit) || await Users.GetPasskeyAsync(Account, Convert.FromHexString(Id)) is not { } found) return false;
        Passkey = found;
        return true;
    }
}
