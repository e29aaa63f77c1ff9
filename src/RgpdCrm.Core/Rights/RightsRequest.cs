using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Rights;

/// <summary>A person exercising a right (GDPR 15 to 22). While open it suspends the schedule; its closed file is kept 3 years, cut loose from the person:
/// what it says of them goes when they are erased. Papers without a row are swept every night.</summary>
[DetachedFromContact(nameof(Name), nameof(Email), nameof(Phone), nameof(Message), nameof(Doubt), nameof(ExtensionReason), nameof(Answer), nameof(PapersKey))]
public sealed class RightsRequest
{
    /// <summary>Characters of a message, of an answer and of a reason.</summary>
    public const int TextLength = 4000, ReasonLength = 500;

    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>Whose it is, once known.</summary>
    [NotPersonal] public Guid? ContactId { get; set; }

    [NotPersonal] public RightKind Kind { get; init; }
    [NotPersonal] public RequestChannel Channel { get; init; }
    [Kept("closed file of a rights request: 3 years")] public DateOnly ReceivedOn { get; init; }

    /// <summary>What the requester says of themselves; nothing is ever sent there unless the record knows it too.</summary>
    [MaxLength(200), Personal] public string? Name { get; init; }

    [MaxLength(254), Personal] public string? Email { get; init; }
    [MaxLength(16), Personal] public string? Phone { get; init; }
    [MaxLength(TextLength), Personal] public string? Message { get; init; }

    [NotPersonal] public IdentityState Identity { get; set; }

    /// <summary>Why papers had to be asked for (GDPR 12, 6).</summary>
    [MaxLength(ReasonLength), Personal] public string? Doubt { get; set; }

    /// <summary>Random name of the papers' file, until they are checked.</summary>
    [MaxLength(32), NotPersonal] public string? PapersKey { get; set; }

    /// <summary>Day the person was told of two more months.</summary>
    [Kept("closed file of a rights request: 3 years")] public DateOnly? ToldOn { get; set; }

    [MaxLength(ReasonLength), Personal] public string? ExtensionReason { get; set; }
    [Kept("closed file of a rights request: 3 years")] public DateOnly? ClosedOn { get; set; }
    [Kept("closed file of a rights request: 3 years")] public RequestOutcome? Outcome { get; set; }

    /// <summary>What was answered, in the words of who answered; the reasons of a refusal.</summary>
    [MaxLength(TextLength), Personal] public string? Answer { get; set; }

    /// <summary>An erasure that could only be granted in part: the rest is executed when the last reason ends.</summary>
    [NotPersonal] public bool Restricted { get; set; }

    /// <summary>Free texts of other records that named the person when they were erased: they are cleaned by hand.</summary>
    [NotPersonal] public int? Mentions { get; set; }

    /// <summary>Free texts that stay out of the package because they tell about someone else (GDPR 15, 4): their random ids.</summary>
    [NotPersonal] public Guid[] LeftOut { get; set; } = [];

    /// <summary>Until when it must be answered.</summary>
    public DateOnly DueOn => RequestDeadline.Of(ReceivedOn, ToldOn);

    /// <summary>Who asks is known to be who they say.</summary>
    public bool IsProved => Identity is IdentityState.ByLink or IdentityState.ByPhone or IdentityState.ByPapers;

    /// <summary>Short name of a request: the start of its random id.</summary>
    public string Reference => ReferenceOf(Id);

    /// <inheritdoc cref="Reference"/>
    public static string ReferenceOf(Guid id) => id.ToString("N")[..8].ToUpperInvariant();
}

/// <summary>The rights of GDPR 15 to 21.</summary>
public enum RightKind
{
    Access,
    Rectification,
    Erasure,
    Portability,
    Restriction,
    Objection,
}

/// <summary>Where a request came in.</summary>
public enum RequestChannel
{
    /// <summary>The public page of rights.</summary>
    Website,

    /// <summary>The person's own page, opened from a mail.</summary>
    PersonalPage,

    Email,
    Letter,
    Phone,
    InPerson,
}

/// <summary>How far the requester's identity is proved.</summary>
public enum IdentityState
{
    Unproved,

    /// <summary>By a link sent to an address that the record knew.</summary>
    ByLink,

    /// <summary>By a call to a number that the record knew.</summary>
    ByPhone,

    /// <summary>Reasonable doubts remain and are written down: papers may be asked for.</summary>
    InDoubt,

    ByPapers,
}

/// <summary>How a request ended.</summary>
public enum RequestOutcome
{
    Granted,

    /// <summary>A part waits for an obligation or a hold to end.</summary>
    GrantedInPart,

    /// <summary>Refused, with its reasons and the ways to complain (GDPR 12, 4).</summary>
    Refused,

    /// <summary>The agency holds nothing about the requester.</summary>
    NothingHeld,

    /// <summary>The requester did not prove who they are, or did not say whom it is about.</summary>
    Unidentified,

    Withdrawn,
}

/// <summary>One step of a request: who did what, when. No words, so nothing of a person.</summary>
public sealed class RequestStep
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [NotPersonal] public Guid RequestId { get; init; }
    [NotPersonal] public RequestAct What { get; init; }
    [NotPersonal] public DateTimeOffset At { get; init; }

    /// <summary>The colleague; none for the requester or the product.</summary>
    [NotPersonal] public Guid? ById { get; init; }
}

/// <summary>The closed list of steps.</summary>
public enum RequestAct
{
    Received,
    PersonChosen,
    PersonUnclear,
    LinkSent,
    ProvedByLink,
    ProvedByPhone,
    Doubted,
    PapersReceived,
    PapersAccepted,
    PapersRefused,
    Extended,
    Written,
    PackageSent,
    PackageHandedOver,
    PackageTaken,
    Rectified,
    RecipientsTold,
    Erased,
    ErasedInPart,
    Archived,
    Restricted,
    RestrictionLifted,
    Objected,
    Closed,

    /// <summary>A letter was printed.</summary>
    Printed,
}

internal sealed class RightsRequestConfiguration : IEntityTypeConfiguration<RightsRequest>, IEntityTypeConfiguration<RequestStep>
{
    public void Configure(EntityTypeBuilder<RightsRequest> request)
    {
        request.HasOne<Contact>().WithMany().HasForeignKey(r => r.ContactId).OnDelete(DeleteBehavior.Restrict);
        request.HasIndex(r => r.ClosedOn);
        request.Property(r => r.Channel).HasDefaultValue(RequestChannel.PersonalPage).HasSentinel(RequestChannel.PersonalPage);
        request.Property(r => r.Identity).HasDefaultValue(IdentityState.Unproved);
    }

    public void Configure(EntityTypeBuilder<RequestStep> step)
    {
        step.HasOne<RightsRequest>().WithMany().HasForeignKey(s => s.RequestId).OnDelete(DeleteBehavior.Cascade);
        step.HasIndex(s => new { s.RequestId, s.At });
    }
}
