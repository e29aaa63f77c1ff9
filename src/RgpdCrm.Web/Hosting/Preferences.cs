namespace RgpdCrm.Web.Hosting;

/// <summary>How someone likes the screens: one word in a cookie that tells nothing else, kept a year.</summary>
internal static class Preferences
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    /// <summary>What was chosen; nothing when nobody chose.</summary>
    public static string? Read(HttpRequest request, string name) => request.Cookies[NameOf(request, name)];

    /// <summary>Keeps a choice, or forgets it.</summary>
    public static void Keep(HttpContext http, string name, string? value)
    {
        var options = new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps };
        if (value is null) http.Response.Cookies.Delete(NameOf(http.Request, name), options);
        else http.Response.Cookies.Append(NameOf(http.Request, name), value, new CookieOptions(options) { MaxAge = Kept });
    }

    // Over HTTPS no other host, and no page over plain HTTP, can set it.
    private static string NameOf(HttpRequest request, string name) => (request.IsHttps ? "__Host-" : "") + name;
}
