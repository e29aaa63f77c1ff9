using RgpdCrm.Core.Properties;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Properties;

/// <summary>Properties in words.</summary>
public static class PropertyWords
{
    public static string Of(PropertyKind kind) => kind switch
    {
        PropertyKind.Apartment => T("Appartement"),
        PropertyKind.House => T("Maison"),
        PropertyKind.Building => T("Immeuble"),
        PropertyKind.Land => T("Terrain"),
        PropertyKind.Commercial => T("Local commercial"),
        PropertyKind.Parking => T("Stationnement"),
        PropertyKind.Other => T("Autre bien"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static string Of(Transaction transaction) => transaction == Transaction.Sale ? T("Vente") : T("Location");

    public static string Of(PropertyStatus status) => status switch
    {
        PropertyStatus.Available => T("Disponible"),
        PropertyStatus.UnderOffer => T("Sous offre"),
        PropertyStatus.Closed => T("Vendu ou loué"),
        PropertyStatus.Withdrawn => T("Retiré"),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    /// <summary>The colour of a badge.</summary>
    public static string Colour(PropertyStatus status) => status switch { PropertyStatus.Available => "success", PropertyStatus.UnderOffer => "warning", _ => "secondary" };

    public static string Of(EnergyClass energy) => energy == EnergyClass.NotRequired ? T("Non soumis au diagnostic") : energy.ToString();

    /// <summary>Classe énergie D.</summary>
    public static string Energy(EnergyClass energy) => energy == EnergyClass.NotRequired ? Of(energy) : T($"classe énergie {energy}");

    /// <summary>49000 Angers; none when no town is given.</summary>
    public static string? Town(Property property) => property.City is { } city ? $"{property.PostalCode} {city}" : null;

    /// <summary>8 quai Ligny, 49000 Angers.</summary>
    public static string Where(Property property) => Town(property) is { } town ? $"{property.Address}, {town}" : property.Address;

    /// <summary>Appartement, 64 m², 3 pièces.</summary>
    public static string Size(Property property) =>
        string.Join(", ", new[] { Of(property.Kind), property.Surface is { } surface ? Surface(surface) : null, property.Rooms is { } rooms ? Format.Count(rooms, "pièce") : null }.OfType<string>());

    public static string Surface(int surface) => $"{Format.Number(surface)}\u00a0m²";

    /// <summary>810 € a month for a rent.</summary>
    public static string Price(Property property) => property is { Transaction: Transaction.Rental, Price: { } rent } ? T($"{Price(rent)} par mois") : Price(property.Price);

    /// <summary>250 000 €, with a space that does not break.</summary>
    public static string Price(decimal? price) => price is { } euros ? $"{Format.Number((long)euros)}\u00a0€" : T("Sans prix");
}
