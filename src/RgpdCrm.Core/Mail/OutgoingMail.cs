using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Mail;

/// <summary>The intent to send a mail: a template and ids, rendered when sent. Record kept 13 months, or as long as the person.</summary>
[LeavesWithContact]
public sealed class OutgoingMail
{
    [NotPersonal] public Guid Id { get; init; }
    [Personal] public Guid ContactId { get; init; }

    /// <summary>Name of the template, such as <see cref="PendingNotice"/>.</summary>
    [MaxLength(40), NotPersonal] public required string Template { get; init; }

    [NotPersonal] public DateTimeOffset CreatedAt { get; init; }
    [NotPersonal] public MailState State { get; init; }
    [NotPersonal] public DateTimeOffset? SentAt { get; init; }

    /// <summary>The two-month notice at entry into the queue: at most once per entry.</summary>
    public const string PendingNotice = "pending-notice";
}

public enum MailState
{
    Recorded,
    Sent,
    Failed,
    Bounced,
    Expired,
}

internal sealed class OutgoingMailConfiguration : IEntityTypeConfiguration<OutgoingMail>
{
    public void Configure(EntityTypeBuilder<OutgoingMail> mail)
    {
        mail.HasOne<Contact>().WithMany().HasForeignKey(m => m.ContactId).OnDelete(DeleteBehavior.Restrict);
        mail.HasIndex(m => m.CreatedAt);
    }
}
