using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Pages;

/// <summary>Light, dark, or as the system says; remembered a year in a cookie that tells nothing else.</summary>
public sealed class ThemeModel : PageModel
{
    private const string Cookie = "theme";

    public IActionResult OnGet() => Redirect("/");

    public IActionResult OnPost(string? theme, string? returnUrl)
    {
        Preferences.Keep(HttpContext, Cookie, theme is "light" or "dark" ? theme : null);
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
    }

    /// <summary>The chosen theme; "auto" leaves it to the browser, with or without script.</summary>
    public static string Of(HttpRequest request) => Preferences.Read(request, Cookie) is ("light" or "dark") and var theme ? theme : "auto";
}
