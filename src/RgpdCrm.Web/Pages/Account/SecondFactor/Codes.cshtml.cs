using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account.SecondFactor;

/// <summary>Recovery codes: shown once, made again on demand.</summary>
[EnableRateLimiting(Accounts.AttemptLimit)]
public sealed class CodesModel(UserManager<Core.Accounts.Account> accounts, FrontDoor door, AgencyClock clock, CrmDbContext db, SecondFactors factors) : SetUpPage(accounts, door, clock, db, factors)
{
    /// <summary>The codes just made.</summary>
    public IReadOnlyList<string>? New { get; private set; }

    public void OnGet() => New = TempData[Shown] as string[];

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await Factors.AnyAsync(Account)) ModelState.AddModelError("", T("Ajoutez d’abord une application ou une clé d’accès."));
        else if (await ConfirmedAsync())
        {
            Db.AuditEntries.Add(new AuditEntry(Clock.Now, Account.Id, "account.recovery_codes_made", "account", Account.Id));
            return await ShowNewCodesAsync();
        }
        return Refused();
    }
}
