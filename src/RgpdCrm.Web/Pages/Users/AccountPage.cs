using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Users;

/// <summary>What the pages about one account share.</summary>
public abstract class AccountPage(CrmDbContext db, AgencyClock clock) : PageModel
{
    [FromRoute] public Guid Id { get; set; }

    public Core.Accounts.Account Account { get; private set; } = null!;

    /// <summary>Name as shown; it is gone 12 months after the account was disabled.</summary>
    public string Name => Account.FullName.Length > 0 ? Account.FullName : T("Compte supprimé");

    public bool IsOneself => Account.Id == User.AccountId();

    public AgencyClock Clock => clock;

    protected CrmDbContext Db => db;

    protected Act Act => new(User.AccountId(), clock.Now);

    protected async Task<bool> LoadAsync(CancellationToken cancel)
    {
        if (await db.Users.SingleOrDefaultAsync(u => u.Id == Id, cancel) is not { } account) return false;
        Account = account;
        return true;
    }

    /// <summary>Done leads on with a line; a refusal draws the page again and says why.</summary>
    protected IActionResult Answer(TeamRefusal? refusal, string done, string page = "Index", object? values = null)
    {
        if (refusal is null)
        {
            TempData["Message"] = done;
            return RedirectToPage(page, values);
        }

        ModelState.AddModelError("", UserWords.Of(refusal.Value));
        Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }
}
