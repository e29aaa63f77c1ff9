using System.Globalization;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Mail;

/// <summary>The language of who reads a mail or a letter, while it is being written.</summary>
public readonly struct Spoken : IDisposable
{
    private readonly (CultureInfo Culture, CultureInfo Words) _before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);

    public Spoken(string language) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language == Languages.English ? "en-GB" : "fr-FR");

    public void Dispose() => (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = _before;
}
