using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace RgpdCrm.Web.Pages;

/// <summary>Shortcuts of a single key can be switched off (WCAG 2.1.4): who dictates must not postpone a deletion by saying a word.</summary>
public sealed class ShortcutsModel : PageModel
{
    private const string CookieName = "shortcuts";

    public IActionResult OnGet() => Redirect("/");

    public IActionResult OnPost(string? shortcuts, string? returnUrl)
    {
        if (shortcuts == "off")
            Response.Cookies.Append(CookieName, "off", new CookieOptions { MaxAge = TimeSpan.FromDays(365), HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = Request.IsHttps });
        else
            Response.Cookies.Delete(CookieName);
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
    }

    /// <summary>Whether they are on.</summary>
    public static bool On(HttpRequest request) => request.Cookies[CookieName] != "off";
}
