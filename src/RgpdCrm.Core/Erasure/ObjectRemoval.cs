using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Erasure;

/// <summary>Something outside the database that has to go: written in the transaction that decides it, drained afterwards by a job,
/// gone itself once the object is seen to be absent.</summary>
public sealed class ObjectRemoval
{
    [NotPersonal] public Guid Id { get; init; } = Guid.CreateVersion7();
    [NotPersonal] public StoredObject What { get; init; }

    /// <summary>The random key of the photo or document.</summary>
    [MaxLength(32), NotPersonal] public required string Key { get; init; }

    [NotPersonal] public DateTimeOffset AskedAt { get; init; }
    [NotPersonal] public int Attempts { get; set; }
    [NotPersonal] public DateTimeOffset NextAttemptAt { get; set; }
}

/// <summary>Kinds of objects outside the database.</summary>
public enum StoredObject
{
    /// <summary>The published sizes of a photo, in the photo store.</summary>
    PublishedPhoto,

    /// <summary>The master of a photo, in the storage folder.</summary>
    PhotoMaster,

    /// <summary>A document of a mandate or contract, in the storage folder.</summary>
    Document,
}

internal sealed class ObjectRemovalConfiguration : IEntityTypeConfiguration<ObjectRemoval>
{
    public void Configure(EntityTypeBuilder<ObjectRemoval> removal) => removal.HasIndex(r => r.NextAttemptAt);
}
