using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Obligations;

/// <summary>A PDF that belongs to a mandate or contract and is destroyed with it. The file lies in the agency's storage folder, never in the photo store.</summary>
public sealed class Document
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [NotPersonal] public Guid ObligationId { get; init; }

    /// <summary>Random name of the file: 32 hexadecimal digits.</summary>
    [MaxLength(32), NotPersonal] public required string Key { get; init; }

    /// <summary>What it is called, without its ending.</summary>
    [MaxLength(200), Kept("with its mandate or contract: ten years after the end (code civil, article 2224; décret 72-678, article 53)")] public required string Name { get; init; }

    [NotPersonal] public long Bytes { get; init; }
    [NotPersonal] public DateTimeOffset AddedAt { get; init; }
    [NotPersonal] public Guid? AddedById { get; init; }
}

internal sealed class DocumentConfiguration : IEntityTypeConfiguration<Document>
{
    public void Configure(EntityTypeBuilder<Document> document)
    {
        document.HasOne<Obligation>().WithMany().HasForeignKey(d => d.ObligationId).OnDelete(DeleteBehavior.Restrict);
        document.HasIndex(d => d.Key).IsUnique();
    }
}
