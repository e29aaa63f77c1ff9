using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace RgpdCrm.Web.Pages.Account;

/// <summary>Signing out, by POST only: a picture in a mail must not do it.</summary>
public sealed class SignOutModel(SignInManager<Core.Accounts.Account> signIn) : PageModel
{
    public async Task<IActionResult> OnPostAsync()
    {
        await signIn.SignOutAsync();
        return LocalRedirect("/account/sign-in");
    }
}
