using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account;

/// <summary>What the pages about one's own account share. Who changes how they sign in gives the password again, unless they have just come in.</summary>
public abstract class OwnPage(UserManager<Core.Accounts.Account> accounts, FrontDoor door, AgencyClock clock) : PageModel
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    [BindProperty, StringLength(256, ErrorMessage = "Ce mot de passe est trop long."), DataType(DataType.Password)]
    public string? CurrentPassword { get; set; }

    public Core.Accounts.Account Account { get; private set; } = null!;

    public AgencyClock Clock => clock;

    /// <summary>Whether the page asks for the password.</summary>
    public bool AsksPassword => HttpContext.SessionStart() is not { } start || clock.Now - start > Fresh;

    /// <summary>Whether only the second factor is left to set up before anything else opens.</summary>
    public bool Owes => User.OwesSecondFactor();

    protected FrontDoor Door => door;

    protected UserManager<Core.Accounts.Account> Users => accounts;

    /// <summary>Reads the account before any handler.</summary>
    public override async Task OnPageHandlerExecutionAsync(Microsoft.AspNetCore.Mvc.Filters.PageHandlerExecutingContext context, Microsoft.AspNetCore.Mvc.Filters.PageHandlerExecutionDelegate next)
    {
        Account = (await accounts.FindByIdAsync(User.AccountId().ToString()))!;
        await next();
    }

    /// <summary>Whether the password was given where it is asked for; else the error stands next to its field.</summary>
    protected async Task<bool> ConfirmedAsync()
    {
        if (!AsksPassword) return true;
        if (await door.CheckPasswordAsync(Account.Email!, CurrentPassword ?? "") is not null) return true;
        ModelState.AddModelError(nameof(CurrentPassword), T("Ce mot de passe n’est pas le bon."));
        return false;
    }

    /// <summary>The page again, with what is wrong.</summary>
    protected PageResult Refused()
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    protected RedirectToPageResult Done(string message, string page)
    {
        TempData["Message"] = message;
        return RedirectToPage(page);
    }
}
