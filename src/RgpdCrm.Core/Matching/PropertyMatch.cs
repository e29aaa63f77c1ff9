using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Core.Matching;

/// <summary>A property that one of a person's searches found, told at most once at a price: a lower price is told once more. It goes with the person and with the property.
/// Finding it moves no clock (retention.md, "Which activities count").</summary>
[LeavesWithContact]
public sealed class PropertyMatch
{
    [Personal] public Guid ContactId { get; init; }
    [Personal] public Guid PropertyId { get; init; }
    [Personal] public DateTimeOffset FoundAt { get; init; }

    /// <summary>Euros, when it was found.</summary>
    [NotPersonal] public decimal? Price { get; init; }

    /// <summary>When a mail that shows it was put into the outbox; none while it waits for its day.</summary>
    [Personal] public DateTimeOffset? ToldAt { get; init; }

    /// <summary>That mail, while its record is kept.</summary>
    [NotPersonal] public Guid? MailId { get; init; }
}

internal sealed class PropertyMatchConfiguration : IEntityTypeConfiguration<PropertyMatch>
{
    public void Configure(EntityTypeBuilder<PropertyMatch> match)
    {
        match.ToTable("matches");
        match.HasKey(m => new { m.ContactId, m.PropertyId });
        match.HasOne<Contact>().WithMany().HasForeignKey(m => m.ContactId).OnDelete(DeleteBehavior.Restrict);
        match.HasOne<Property>().WithMany().HasForeignKey(m => m.PropertyId).OnDelete(DeleteBehavior.Cascade);
        match.HasOne<OutgoingMail>().WithMany().HasForeignKey(m => m.MailId).OnDelete(DeleteBehavior.SetNull);
        match.HasIndex(m => m.ContactId).HasFilter("told_at IS NULL").HasDatabaseName("ix_matches_waiting");
    }
}
