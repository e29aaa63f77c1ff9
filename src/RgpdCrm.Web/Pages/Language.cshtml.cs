using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages;

/// <summary>French or English, kept with the account of who is signed in.</summary>
public sealed class LanguageModel(CrmDbContext db) : PageModel
{
    public IActionResult OnGet() => Redirect("/");

    public async Task<IActionResult> OnPostAsync(string? language, string? returnUrl)
    {
        var chosen = Languages.Choose(HttpContext, language);
        if (User.Identity?.IsAuthenticated == true)
        {
            var me = User.AccountId();
            await db.Users.Where(u => u.Id == me).ExecuteUpdateAsync(u => u.SetProperty(a => a.Language, chosen));
        }
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
    }
}
