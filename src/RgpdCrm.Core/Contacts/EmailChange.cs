using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Contacts;

/// <summary>An address that a person typed on their own page, until the link that was sent there is confirmed. No search, no import and no mailing knows it before: it may be anyone's.</summary>
[LeavesWithContact]
public sealed class EmailChange
{
    /// <summary>Days it waits: those its mail may take to leave, and those its link works.</summary>
    public const int WaitDays = Mail.MailDrain.TryDays + Mail.ContactLink.ProofDays;

    /// <summary>Links an hour, to whatever address: enough for who mistyped it twice, too few to flood a mailbox.</summary>
    public const int MostAnHour = 3;

    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }

    /// <summary>The address of the record whose place it will take.</summary>
    [NotPersonal] public Guid ReplacesId { get; init; }

    [MaxLength(254), Personal] public required string Value { get; init; }
    [NotPersonal] public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>Why an address is not the person's, or not yet asked for.</summary>
public enum EmailRefusal
{
    /// <summary>The person, the link or what it was for is gone.</summary>
    Gone,

    /// <summary>The record is frozen at the person's request (GDPR 18): nothing in it is corrected.</summary>
    Frozen,

    /// <summary>It is one of theirs already.</summary>
    Theirs,

    /// <summary>Links enough left within the hour.</summary>
    TooMany,
}

internal sealed class EmailChangeConfiguration : IEntityTypeConfiguration<EmailChange>
{
    public void Configure(EntityTypeBuilder<EmailChange> change) =>
        change.HasOne<Contact>().WithMany().HasForeignKey(c => c.ContactId).OnDelete(DeleteBehavior.Restrict);
}
