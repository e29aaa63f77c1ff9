using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Core.Properties;

/// <summary>Finds properties by part of their reference or address.</summary>
public static class PropertySearch
{
    /// <summary>Properties with the text in their reference or their address, whatever the case.</summary>
    public static IQueryable<Property> Matching(this IQueryable<Property> properties, SearchText text)
    {
        var pattern = $"%{SearchText.Literal(text.Text)}%";
        return properties.Where(p => EF.Functions.ILike(p.Reference, pattern) || EF.Functions.ILike(p.Address, pattern));
    }
}
