using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Web.Components;

/// <summary>Agreements in words. Every version of the words that people agreed to stays here: the proof names one.</summary>
public static class ConsentWords
{
    /// <summary>Version of <see cref="Read"/>: a changed word is a new version.</summary>
    public const string ReadVersion = "2026-11-a";

    /// <summary>What a colleague reads to the person before noting an agreement.</summary>
    public static string Read => T("Acceptez-vous que l’agence vous propose des biens par ce moyen ? Vous pouvez changer d’avis à tout moment, et un accord pour le téléphone vaut un an.");

    public static string By(Channel channel) => channel switch
    {
        Channel.Email => T("par e-mail"),
        Channel.Sms => T("par SMS"),
        Channel.Phone => T("par téléphone"),
        _ => T("par courrier"),
    };

    /// <summary>The words of a version; none when it came with an import.</summary>
    public static string? Of(string version) => version switch
    {
        ReadVersion => Read,
        Pages.Public.InquiryInput.ConsentWording => Pages.Public.InquiryInput.ConsentText,
        _ when version.StartsWith(Pages.Public.Personal.IndexModel.ConsentWording, StringComparison.Ordinal) => Pages.Public.Personal.IndexModel.ConsentText,
        _ => null,
    };
}
