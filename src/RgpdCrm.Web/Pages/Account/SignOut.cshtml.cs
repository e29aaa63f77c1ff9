using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account;

/// <summary>Signing out, by POST only: a picture in a mail must not do it.</summary>
public sealed class SignOutModel(FrontDoor door) : PageModel
{
    public async Task<IActionResult> OnPostAsync()
    {
        await door.LeaveAsync();
        return LocalRedirect("/account/sign-in");
    }
}
