using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Pages;

/// <summary>Shortcuts of a single key can be switched off (WCAG 2.1.4): who dictates must not postpone a deletion by saying a word.</summary>
public sealed class ShortcutsModel : PageModel
{
    private const string Cookie = "shortcuts";

    public IActionResult OnGet() => Redirect("/");

    public IActionResult OnPost(string? shortcuts, string? returnUrl)
    {
        Preferences.Keep(HttpContext, Cookie, shortcuts == "off" ? "off" : null);
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
    }

    /// <summary>Whether they are on.</summary>
    public static bool On(HttpRequest request) => Preferences.Read(request, Cookie) != "off";
}
