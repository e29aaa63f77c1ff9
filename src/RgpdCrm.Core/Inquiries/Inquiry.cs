using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Core.Inquiries;

/// <summary>A message from the agency's website. Kept 24 months from its receipt, or until its person goes.</summary>
[LeavesWithContact]
public sealed class Inquiry
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>The known person it comes from, once linked.</summary>
    [Personal] public Guid? ContactId { get; private set; }

    [Personal] public DateOnly ReceivedOn { get; init; }
    [NotPersonal] public InquiryStatus Status { get; private set; }
    [MaxLength(200), Personal] public string Name { get; init; } = "";
    [MaxLength(254), Personal] public string? Email { get; init; }
    [MaxLength(16), Personal] public string? Phone { get; init; }
    [MaxLength(4000), Personal] public string Message { get; init; } = "";
    [Personal] public Guid? PropertyId { get; init; }
    [NotPersonal] public Guid? AssignedToId { get; private set; }
    [NotPersonal] public uint Version { get; private set; }
}

public enum InquiryStatus
{
    New,
    Handled,
    Spam,
}

internal sealed class InquiryConfiguration : IEntityTypeConfiguration<Inquiry>
{
    public void Configure(EntityTypeBuilder<Inquiry> inquiry)
    {
        inquiry.HasOne<Contact>().WithMany().HasForeignKey(i => i.ContactId).OnDelete(DeleteBehavior.Restrict);
        inquiry.HasOne<Property>().WithMany().HasForeignKey(i => i.PropertyId).OnDelete(DeleteBehavior.SetNull);
        inquiry.Property(i => i.Version).IsRowVersion();
        inquiry.HasIndex(i => i.ReceivedOn);
        inquiry.HasIndex(i => new { i.Status, i.ReceivedOn });
    }
}
