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

    /// <summary>Where it came in.</summary>
    [NotPersonal] public InquirySource Source { get; init; }

    /// <summary>Nothing but its own form vouches for it: sent without JavaScript, or while the captcha's server did not answer.</summary>
    [NotPersonal] public bool ToConfirm { get; private set; }

    /// <summary>Version of the words by which its author agreed to receive similar properties; none when they did not.</summary>
    [MaxLength(20), Personal] public string? ConsentWording { get; init; }

    /// <summary>The instant of that agreement, UTC.</summary>
    [Personal] public DateTimeOffset? ConsentedAt { get; init; }

    [NotPersonal] public Guid? AssignedToId { get; private set; }
    [NotPersonal] public uint Version { get; private set; }

    /// <summary>Marks it as vouched for by nothing but its own form.</summary>
    public void Doubt() => ToConfirm = true;

    /// <summary>A colleague reached its author, who did send it.</summary>
    public void Confirm() => ToConfirm = false;

    /// <summary>Who answers it; none for nobody.</summary>
    public void Assign(Guid? accountId) => AssignedToId = accountId;

    /// <summary>Ties it to the person it comes from: it is handled, and goes with them.</summary>
    public void Link(Guid contactId) => (ContactId, Status) = (contactId, InquiryStatus.Handled);

    /// <summary>The agreement its author gave with it, once it is tied to them; none when they gave none.</summary>
    public Consent? ConsentOf(Guid contactId) => ConsentWording is not { } wording ? null : new Consent
    {
        ContactId = contactId,
        Channel = Channel.Email,
        Purpose = Consent.SimilarProperties,
        Granted = true,
        WordingVersion = wording,
        Source = $"inquiry/{Source}".ToLowerInvariant(),
        At = ConsentedAt ?? throw new InvalidOperationException("An agreement without its instant proves nothing."),
    };

    /// <summary>Puts it among the new, the handled or the spam; what is tied to a person is no spam.</summary>
    public void Sort(InquiryStatus into)
    {
        if (into == InquiryStatus.Spam && ContactId is not null) throw new InvalidOperationException("An inquiry tied to a contact is no spam.");
        Status = into;
    }
}

public enum InquiryStatus
{
    New,
    Handled,
    Spam,
}

/// <summary>Where an inquiry came in.</summary>
public enum InquirySource
{
    /// <summary>Typed by a colleague.</summary>
    Entered,

    /// <summary>The public page.</summary>
    Page,

    /// <summary>The public page inside the agency's own site.</summary>
    Embed,

    /// <summary>The agency's own site, through the API.</summary>
    Api,
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
