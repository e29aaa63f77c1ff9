using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace RgpdCrm.Web.Pages;

/// <summary>Light, dark, or as the system says; remembered a year in a cookie that tells nothing else.</summary>
public sealed class ThemeModel : PageModel
{
    private const string CookieName = "theme";

    public IActionResult OnGet() => Redirect("/");

    public IActionResult OnPost(string? theme, string? returnUrl)
    {
        if (theme is "light" or "dark")
            Response.Cookies.Append(CookieName, theme, new CookieOptions { MaxAge = TimeSpan.FromDays(365), HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = Request.IsHttps });
        else
            Response.Cookies.Delete(CookieName);
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
    }

    /// <summary>The chosen theme; "auto" leaves it to the browser, with or without script.</summary>
    public static string Of(HttpRequest request) => request.Cookies[CookieName] is ("light" or "dark") and var theme ? theme : "auto";
}
