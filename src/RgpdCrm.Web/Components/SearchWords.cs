using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Properties;
using RgpdCrm.Web.Pages.Properties;

namespace RgpdCrm.Web.Components;

/// <summary>What a prospect looks for, in words.</summary>
public static class SearchWords
{
    /// <summary>Vente : appartement, maison.</summary>
    public static string What(Search search) => search.Kinds.Length == 0
        ? T($"{PropertyWords.Of(search.Transaction)}, tous types de bien")
        : $"{PropertyWords.Of(search.Transaction)}, {string.Join(", ", search.Kinds.Order().Select(PropertyWords.Of)).ToLowerInvariant()}";

    /// <summary>49000 Angers, 49240 Avrillé.</summary>
    public static string Where(Search search) => search.Communes.Length == 0
        ? T("Toutes communes")
        : string.Join(", ", search.Communes.Select(code => Communes.OfCode(code)?.ToString() ?? code));

    /// <summary>De 200 000 à 300 000 €, 60 m² et 3 pièces au moins; empty when nothing is asked.</summary>
    public static string Budget(Search search) => string.Join(", ", new[]
    {
        (search.MinPrice, search.MaxPrice) switch
        {
            ({ } low, { } high) => T($"de {Format.Number(low)} à {PropertyWords.Price(high)}"),
            ({ } low, null) => T($"{PropertyWords.Price(low)} ou plus"),
            (null, { } high) => T($"jusqu’à {PropertyWords.Price(high)}"),
            _ => null,
        },
        search.MinSurface is { } surface ? T($"{PropertyWords.Surface(surface)} ou plus") : null,
        search.MinRooms is { } rooms ? T($"{Format.Count(rooms, "pièce")} ou plus") : null,
    }.OfType<string>());

    public static string Of(MailFrequency frequency) => frequency switch
    {
        MailFrequency.AtOnce => T("Dès qu’un bien paraît"),
        MailFrequency.Daily => T("Une fois par jour"),
        MailFrequency.Weekly => T("Une fois par semaine"),
        MailFrequency.Never => T("Jamais"),
        _ => throw new ArgumentOutOfRangeException(nameof(frequency), frequency, null),
    };
}
