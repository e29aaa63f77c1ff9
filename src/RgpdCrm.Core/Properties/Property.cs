using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Properties;

/// <summary>A property the agency sells or lets. It goes with its last mandate or contract, or 24 months after its last change.</summary>
[DetachedFromContact]
public sealed class Property
{
    /// <summary>Months a property without mandate or contract is kept after its last change; fixed, not a policy value.</summary>
    public const int KeptMonths = 24;

    /// <summary>Euros; no property of an agency is dearer.</summary>
    public const decimal HighestPrice = 999_999_999;

    /// <summary>Square metres: a large farm.</summary>
    public const int LargestSurface = 10_000_000;

    /// <summary>Main rooms: a large building.</summary>
    public const int MostRooms = 999;

    private Property() { }

    /// <summary>A property as first described on <paramref name="on"/>.</summary>
    public Property(PropertyEntry entry, DateOnly on)
    {
        Take(entry);
        (ChangedOn, ToMatch) = (on, true);
    }

    [NotPersonal] public Guid Id { get; private set; } = Guid.NewGuid();

    /// <summary>Reference by which the agency knows it; no two properties share one.</summary>
    [MaxLength(40), NotPersonal] public string Reference { get; private set; } = "";

    [NotPersonal] public PropertyKind Kind { get; private set; }

    [MaxLength(300), Kept("with its last mandate or contract; without one, 24 months after the last change")] public string Address { get; private set; } = "";

    /// <summary>Euros: the sale price, or a month's rent.</summary>
    [NotPersonal] public decimal? Price { get; private set; }

    [NotPersonal] public Transaction Transaction { get; private set; }

    [NotPersonal] public PropertyStatus Status { get; private set; }

    /// <summary>Living area, or the plot's for land, in whole square metres.</summary>
    [NotPersonal] public int? Surface { get; private set; }

    /// <summary>Main rooms, as a French advertisement counts them.</summary>
    [NotPersonal] public int? Rooms { get; private set; }

    [MaxLength(10), NotPersonal] public string? PostalCode { get; private set; }

    [MaxLength(100), NotPersonal] public string? City { get; private set; }

    /// <summary>The commune's INSEE code, which stays when two communes share a name or a postal code.</summary>
    [MaxLength(5), NotPersonal] public string? CommuneCode { get; private set; }

    /// <summary>Class of the energy performance diagnosis; none while it is not known.</summary>
    [NotPersonal] public EnergyClass? EnergyClass { get; private set; }

    [MaxLength(4000), Kept("with its last mandate or contract; without one, 24 months after the last change")] public string? Description { get; private set; }

    /// <summary>Whose it is; cut loose when the owner is erased.</summary>
    [Personal] public Guid? OwnerId { get; private set; }

    /// <summary>The 24 months of a property without mandate or contract count from here.</summary>
    [NotPersonal] public DateOnly ChangedOn { get; private set; }

    /// <summary>New, or changed in what searches look at: it is matched in the next minutes.</summary>
    [NotPersonal] public bool ToMatch { get; private set; }

    [NotPersonal] public uint Version { get; private set; }

    /// <summary>Corrects the description; the audit gets the names of the fields that changed.</summary>
    public IReadOnlyList<string> Edit(PropertyEntry entry, DateOnly today)
    {
        (string Name, bool Changed)[] fields =
        [
            (nameof(Reference), Reference != entry.Reference),
            (nameof(Kind), Kind != entry.Kind),
            (nameof(Address), Address != entry.Address),
            (nameof(Price), Price != entry.Price),
            (nameof(OwnerId), OwnerId != entry.OwnerId),
            (nameof(Transaction), Transaction != entry.Transaction),
            (nameof(Status), Status != entry.Status),
            (nameof(Surface), Surface != entry.Surface),
            (nameof(Rooms), Rooms != entry.Rooms),
            (nameof(City), (CommuneCode, PostalCode) != (entry.Town?.Code, entry.Town?.PostalCode)),
            (nameof(EnergyClass), EnergyClass != entry.EnergyClass),
            (nameof(Description), Description != entry.Description),
        ];
        Take(entry);
        string[] changed = [.. fields.Where(field => field.Changed).Select(field => field.Name)];
        if (changed.Length > 0) ChangedOn = today;
        if (changed.Intersect(Sought).Any()) ToMatch = true;
        return changed;
    }

    // What searches look at.
    private static readonly string[] Sought = [nameof(Kind), nameof(Price), nameof(Transaction), nameof(Status), nameof(Surface), nameof(Rooms), nameof(City)];

    private void Take(PropertyEntry entry)
    {
        (Reference, Kind, Address, Price, OwnerId) = (entry.Reference, entry.Kind, entry.Address, entry.Price, entry.OwnerId);
        (Transaction, Status, Surface, Rooms, EnergyClass, Description) = (entry.Transaction, entry.Status, entry.Surface, entry.Rooms, entry.EnergyClass, entry.Description);
        (CommuneCode, PostalCode, City) = (entry.Town?.Code, entry.Town?.PostalCode, entry.Town?.Name);
    }
}

public enum PropertyKind
{
    Apartment,
    House,
    Building,
    Land,
    Commercial,
    Parking,
    Other,
}

/// <summary>What the agency does with a property.</summary>
public enum Transaction
{
    Sale,
    Rental,
}

/// <summary>Where the property stands on the market.</summary>
public enum PropertyStatus
{
    Available,
    UnderOffer,

    /// <summary>Sold or let.</summary>
    Closed,
    Withdrawn,
}

/// <summary>Class of the energy performance diagnosis (Code de la construction et de l'habitation, L126-26 and following).</summary>
public enum EnergyClass
{
    A,
    B,
    C,
    D,
    E,
    F,
    G,

    /// <summary>The property needs no diagnosis, such as a plot of land.</summary>
    NotRequired,
}

internal sealed class PropertyConfiguration : IEntityTypeConfiguration<Property>
{
    public void Configure(EntityTypeBuilder<Property> property)
    {
        property.Property(p => p.Version).IsRowVersion();
        property.HasOne<Contact>().WithMany().HasForeignKey(p => p.OwnerId).OnDelete(DeleteBehavior.Restrict);
        property.HasIndex(p => p.Reference).IsUnique();
        property.HasIndex(p => p.ChangedOn);
        property.HasIndex(p => p.CommuneCode);
        property.Property(p => p.ToMatch).HasDefaultValue(false);
        property.HasIndex(p => p.ToMatch).HasFilter("to_match");
    }
}
