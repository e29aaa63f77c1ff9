using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Rights;

/// <summary>A person exercising a right (GDPR 15 to 21). While open it suspends the schedule; its closed file is kept 3 years, cut loose from the person.</summary>
[DetachedFromContact]
public sealed class RightsRequest
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [NotPersonal] public Guid? ContactId { get; init; }
    [NotPersonal] public RightKind Kind { get; init; }
    [Kept("closed file of a rights request: 3 years")] public DateOnly ReceivedOn { get; init; }
    [Kept("closed file of a rights request: 3 years")] public DateOnly? ClosedOn { get; set; }

    /// <summary>An erasure that could only be granted in part: the rest is executed when the last reason ends.</summary>
    [NotPersonal] public bool Restricted { get; set; }
}

public enum RightKind
{
    Access,
    Rectification,
    Erasure,
    Portability,
    Restriction,
    Objection,
}

internal sealed class RightsRequestConfiguration : IEntityTypeConfiguration<RightsRequest>
{
    public void Configure(EntityTypeBuilder<RightsRequest> request)
    {
        request.HasOne<Contact>().WithMany().HasForeignKey(r => r.ContactId).OnDelete(DeleteBehavior.Restrict);
        request.HasIndex(r => r.ClosedOn);
    }
}
