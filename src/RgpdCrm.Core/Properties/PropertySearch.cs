using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Core.Properties;

/// <summary>Finds properties by what an agent remembers of them.</summary>
public static class PropertySearch
{
    /// <summary>Properties with the text in their reference, address, postal code or town, whatever the case.</summary>
    public static IQueryable<Property> Matching(this IQueryable<Property> properties, SearchText text)
    {
        var pattern = $"%{SearchText.Literal(text.Text)}%";
        return properties.Where(p => EF.Functions.ILike(p.Reference, pattern) || EF.Functions.ILike(p.Address, pattern) || EF.Functions.ILike(p.PostalCode + " " + p.City, pattern));
    }

    /// <summary>Properties that may still be sold or let to someone: what the public sees.</summary>
    public static IQueryable<Property> OnTheMarket(this IQueryable<Property> properties) => properties.Where(p => p.Status == PropertyStatus.Available || p.Status == PropertyStatus.UnderOffer);

    /// <summary>Properties of the towns a text means: a name or its beginning, a postal code or its beginning.</summary>
    public static IQueryable<Property> In(this IQueryable<Property> properties, string town)
    {
        var meant = Communes.Find(town, int.MaxValue);
        var (codes, postalCodes) = (meant.Select(c => c.Code).Distinct().ToArray(), meant.Select(c => c.PostalCode).Distinct().ToArray());
        return properties.Where(p => codes.Contains(p.CommuneCode) && postalCodes.Contains(p.PostalCode));
    }
}
