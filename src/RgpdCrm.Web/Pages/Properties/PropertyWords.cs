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

    /// <summary>250 000 €, with a space that does not break.</summary>
    public static string Price(decimal? price) => price is { } euros ? $"{Format.Number((long)euros)}\u00a0€" : T("Sans prix");
}
