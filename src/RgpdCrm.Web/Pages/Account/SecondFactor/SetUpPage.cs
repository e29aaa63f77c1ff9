using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account.SecondFactor;

/// <summary>What the pages that add, change or take away a second factor share.</summary>
public abstract class SetUpPage(UserManager<Core.Accounts.Account> accounts, FrontDoor door, AgencyClock clock, CrmDbContext db, SecondFactors factors) : OwnPage(accounts, door, clock)
{
    /// <summary>Where new recovery codes wait to be shown once.</summary>
    internal const string Shown = "RecoveryCodes";

    protected CrmDbContext Db => db;

    protected SecondFactors Factors => factors;

    /// <summary>After an addition: the other sessions end, and with the first one recovery codes are made and shown.</summary>
    protected async Task<IActionResult> AddedAsync(string message)
    {
        await Door.RenewAsync(Account);
        if (await db.RecoveryCodes.AnyAsync(c => c.AccountId == Account.Id)) return Done(message, "Index");
        return await ShowNewCodesAsync();
    }

    /// <summary>After a removal; the last one takes the recovery codes along.</summary>
    protected async Task<IActionResult> RemovedAsync(string message)
    {
        if (!await factors.AnyAsync(Account)) await db.RecoveryCodes.Where(c => c.AccountId == Account.Id).ExecuteDeleteAsync();
        await Door.RenewAsync(Account);
        return Done(message, "Index");
    }

    protected async Task<IActionResult> ShowNewCodesAsync()
    {
        TempData[Shown] = (await RecoveryCode.RenewAsync(db, Account.Id)).ToArray();
        return RedirectToPage("Codes");
    }

    /// <summary>Whether something may go: who must have a second factor keeps one.</summary>
    protected async Task<bool> MayGoAsync(bool others)
    {
        if (others || !factors.AreRequiredFor(Account.Role)) return await ConfirmedAsync();
        ModelState.AddModelError("", T("Votre rôle demande un second facteur : ajoutez-en un autre d’abord."));
        return false;
    }
}
