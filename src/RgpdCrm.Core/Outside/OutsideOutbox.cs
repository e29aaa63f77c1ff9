using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Outside;

/// <summary>A change of a hold, an objection, an agreement, a subscription or the rules that the register outside the database has to learn: triggers write it in the transaction that makes the change,
/// whoever makes it, with hashes in the place of ids; it goes once it is written out there.</summary>
public sealed class OutsideOutboxRow
{
    [Key, NotPersonal] public long Number { get; init; }
    [MaxLength(20), NotPersonal] public string Kind { get; init; } = "";
    [NotPersonal] public string Data { get; init; } = "{}";
}

internal sealed class OutsideOutboxConfiguration : IEntityTypeConfiguration<OutsideOutboxRow>
{
    public void Configure(EntityTypeBuilder<OutsideOutboxRow> row) => row.ToTable("outside_outbox").Property(r => r.Number).UseIdentityAlwaysColumn();
}
