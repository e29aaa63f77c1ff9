using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Core.Photos;

/// <summary>A photo of a property. Its master lies in the agency's storage folder, the sizes people see in the photo store;
/// the row is written before either of them, so that nothing lies anywhere without a row that knows of it.</summary>
public sealed class Photo
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [NotPersonal] public Guid PropertyId { get; init; }

    /// <summary>Random name of its master and start of the name of its published sizes: 32 hexadecimal digits.</summary>
    [MaxLength(32), NotPersonal] public required string Key { get; init; }

    /// <summary>Place among the photos of the property, from 0; the first one is the cover.</summary>
    [NotPersonal] public int Position { get; set; }

    /// <summary>What it shows, for those who do not see it.</summary>
    [MaxLength(200), Kept("with the property")] public string Alt { get; set; } = "";

    [NotPersonal] public PhotoState State { get; set; }

    /// <summary>Pixels of the master.</summary>
    [NotPersonal] public int Width { get; set; }

    /// <summary>Pixels of the master.</summary>
    [NotPersonal] public int Height { get; set; }

    /// <summary>Bytes of the master.</summary>
    [NotPersonal] public long Bytes { get; set; }

    /// <summary>A few blurred pixels as a data address, shown until the photo is there.</summary>
    [MaxLength(2000), NotPersonal] public string Placeholder { get; set; } = "";

    [NotPersonal] public DateTimeOffset AddedAt { get; init; }
}

/// <summary>How far a photo got.</summary>
public enum PhotoState
{
    /// <summary>Received; its files are being made or were not finished.</summary>
    Waiting,

    /// <summary>Its sizes are in the photo store.</summary>
    Published,

    /// <summary>Its mandate ended: the master alone is left.</summary>
    Unpublished,
}

internal sealed class PhotoConfiguration : IEntityTypeConfiguration<Photo>
{
    public void Configure(EntityTypeBuilder<Photo> photo)
    {
        photo.HasOne<Property>().WithMany().HasForeignKey(p => p.PropertyId).OnDelete(DeleteBehavior.Restrict);
        photo.HasIndex(p => new { p.PropertyId, p.Position });
        photo.HasIndex(p => p.Key).IsUnique();
        photo.HasIndex(p => p.State).HasFilter("state = 'Waiting'");
    }
}
