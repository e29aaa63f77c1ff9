using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account.SecondFactor;

/// <summary>A new passkey: the browser makes it, under a name its owner gives.</summary>
[EnableRateLimiting(Accounts.AttemptLimit)]
public sealed class AddPasskeyModel(UserManager<Core.Accounts.Account> accounts, FrontDoor door, AgencyClock clock, CrmDbContext db, SecondFactors factors, Passkeys passkeys)
    : SetUpPage(accounts, door, clock, db, factors)
{
    [BindProperty, Required(ErrorMessage = "Donnez un nom à la clé."), StringLength(Passkeys.NameLength, ErrorMessage = "Ce nom est trop long.")]
    public string? Name { get; set; }

    /// <summary>What the button asks the browser.</summary>
    public PasskeyQuestion Question { get; private set; } = null!;

    /// <summary>Whether the site was opened by its IP address, for which browsers make no passkey.</summary>
    public bool NeedsName => IPAddress.TryParse(Request.Host.Host, out _);

    public async Task OnGetAsync() => Question = await passkeys.AskForNewAsync(Account);

    public async Task<IActionResult> OnPostAsync(string? credential, string? state)
    {
        if (ModelState.IsValid && await ConfirmedAsync())
        {
            if (await passkeys.AddAsync(Account, Name!.Trim(), credential, state)) return await AddedAsync(T("La clé d’accès est en place."));
            ModelState.AddModelError("", T("Cette clé d’accès est refusée : elle sert déjà, ou la demande a trop attendu. Recommencez."));
        }
        Question = await passkeys.AskForNewAsync(Account);
        return Refused();
    }
}
