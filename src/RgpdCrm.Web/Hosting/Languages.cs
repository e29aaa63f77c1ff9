using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Localization;

namespace RgpdCrm.Web.Hosting;

/// <summary>French, and English for who chose it. The choice is the account's; a cookie carries it, and the sign-in page reads it too.</summary>
internal static class Languages
{
    public const string French = "fr", English = "en";

    private const string Cookie = "language";
    private static readonly CultureInfo[] Cultures = [CultureInfo.GetCultureInfo("fr-FR"), CultureInfo.GetCultureInfo("en-GB")];

    /// <summary>Language of the current request, as <c>html lang</c> wants it.</summary>
    public static string Current => Components.Texts.InEnglish ? English : French;

    public static void UseLanguages(this WebApplication app) => app.UseRequestLocalization(new RequestLocalizationOptions
    {
        DefaultRequestCulture = new RequestCulture(Cultures[0]),
        SupportedCultures = Cultures,
        SupportedUICultures = Cultures,
        RequestCultureProviders = [new CustomRequestCultureProvider(http => Task.FromResult(Chosen(http)))],
    });

    /// <summary>Dates, numbers and texts of a language. Anything but English is French.</summary>
    public static CultureInfo Culture(string language) => Cultures[language == English ? 1 : 0];

    /// <summary>Keeps the choice. Anything but English is French.</summary>
    public static string Choose(HttpContext http, string? language)
    {
        var chosen = language == English ? English : French;
        Preferences.Keep(http, Cookie, chosen);
        return chosen;
    }

    private static readonly string[] PublicPages = ["/contact", "/preferences", "/rights", "/privacy", "/legal-notice", "/cookies", "/api"];

    // The public has no account and gets no cookie: the address says it, else the browser.
    private static ProviderCultureResult? Chosen(HttpContext http)
    {
        var isPublic = PublicPages.Any(page => http.Request.Path.StartsWithSegments(page));
        var chosen = (isPublic ? http.Request.Query["lang"].FirstOrDefault() : null) ?? Preferences.Read(http.Request, Cookie) ?? (isPublic ? Asked(http.Request) : null);
        return chosen == English ? new ProviderCultureResult(Cultures[1].Name) : null;
    }

    private static string? Asked(HttpRequest request) =>
        request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1).Select(l => l.Value.ToString().Split('-')[0].ToLowerInvariant()).FirstOrDefault(l => l is French or English);
}

/// <summary>The messages of validation attributes, through <see cref="Components.Texts"/> like every other text.</summary>
internal sealed class AnnotationTexts : IStringLocalizer
{
    public LocalizedString this[string name] => new(name, T(name));

    public LocalizedString this[string name, params object[] arguments] => new(name, string.Format(CultureInfo.CurrentCulture, T(name), arguments));

    public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => [];
}
