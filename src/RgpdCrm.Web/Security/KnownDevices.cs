using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace RgpdCrm.Web.Security;

/// <summary>The browser of a request: what kind it is, and whether an account has signed in with it before. That is sealed in a cookie which opens nothing;
/// it only has tries of its own when strangers have used up theirs.</summary>
public sealed class KnownDevices(IDataProtectionProvider keys, IHttpContextAccessor request, IHostEnvironment environment)
{
    private const int MostAccounts = 5;

    /// <summary>Days a browser is known.</summary>
    public const int KeptDays = 180;

    private static readonly (string Sign, string Name)[] Browsers = [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari")];
    private static readonly (string Sign, string Name)[] Systems = [("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    private readonly IDataProtector _seal = keys.CreateProtector("known-device");

    private string CookieName => (environment.IsDevelopment() ? "" : "__Host-") + "rgpdcrm-device";

    private HttpContext Http => request.HttpContext!;

    /// <summary>Browser and system, such as <c>Firefox, Linux</c>; empty when it says neither.</summary>
    public string Family
    {
        get
        {
            var agent = Http.Request.Headers.UserAgent.ToString();
            return string.Join(", ", new[] { NameIn(agent, Browsers), NameIn(agent, Systems) }.OfType<string>());
        }
    }

    /// <summary>The random name of this browser, if the account of that address has signed in with it; else none.</summary>
    public string? Of(string email) => Read() is { } known && known.Accounts.Contains(MarkOf(email)) ? known.Name : null;

    /// <summary>Remembers that the account of that address has signed in with this browser.</summary>
    public void Remember(string email)
    {
        var known = Read() ?? (RandomNumberGenerator.GetHexString(32, lowercase: true), []);
        string[] marks = [.. known.Accounts.Prepend(MarkOf(email)).Distinct().Take(MostAccounts)];
        Http.Response.Cookies.Append(CookieName, _seal.Protect(string.Join(' ', marks.Prepend(known.Name))),
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = Http.Request.IsHttps, MaxAge = TimeSpan.FromDays(KeptDays) });
    }

    private (string Name, string[] Accounts)? Read()
    {
        if (Http.Request.Cookies[CookieName] is not { } text) return null;
        try
        {
            var words = _seal.Unprotect(text).Split(' ');
            return (words[0], words[1..]);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string MarkOf(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToUpperInvariant())))[..16];

    private static string? NameIn(string agent, (string Sign, string Name)[] known) => known.FirstOrDefault(k => agent.Contains(k.Sign, StringComparison.Ordinal)).Name;
}
