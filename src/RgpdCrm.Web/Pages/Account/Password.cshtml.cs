using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account;

/// <summary>A new password, for who knows the old one.</summary>
[EnableRateLimiting(Accounts.AttemptLimit)]
public sealed class PasswordModel(UserManager<Core.Accounts.Account> accounts, FrontDoor door, AgencyClock clock, CrmDbContext db) : OwnPage(accounts, door, clock)
{
    [BindProperty, Required(ErrorMessage = "Choisissez un mot de passe."), StringLength(256, ErrorMessage = "256 caractères au plus."), DataType(DataType.Password)]
    public string? NewPassword { get; set; }

    [BindProperty, Compare(nameof(NewPassword), ErrorMessage = "Les deux saisies diffèrent."), DataType(DataType.Password)]
    public string? Again { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid) return Refused();
        if (await Door.CheckPasswordAsync(Account.Email!, CurrentPassword ?? "") is not { } account)
        {
            ModelState.AddModelError(nameof(CurrentPassword), T("Ce mot de passe n’est pas le bon."));
            return Refused();
        }
        db.AuditEntries.Add(new AuditEntry(Clock.Now, account.Id, "account.password_changed", "account", account.Id));
        var result = await Users.ChangePasswordAsync(account, CurrentPassword!, NewPassword!);
        if (!result.Succeeded)
        {
            foreach (var error in result.Errors) ModelState.AddModelError(nameof(NewPassword), error.Description);
            return Refused();
        }
        await Door.RenewAsync(account);
        return Done(T("Le mot de passe est changé."), "Index");
    }
}
