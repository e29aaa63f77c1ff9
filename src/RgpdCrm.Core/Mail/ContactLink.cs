using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Mail;

/// <summary>A personal link in a mail: 32 random bytes of which only the SHA-256 is stored, for one purpose, until a date.
/// It works as long as the address it was sent to is the person's, or waits to become so: taking the address off the record revokes it.</summary>
[LeavesWithContact]
public sealed class ContactLink
{
    /// <summary>Days a link works that proves something.</summary>
    public const int ProofDays = 7;

    private const int KeyBytes = 32, KeyLength = 43;

    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }

    /// <summary>The address it was sent to; an <see cref="EmailChange"/> for one that is to become theirs.</summary>
    [Personal] public Guid EmailId { get; init; }

    [NotPersonal] public LinkPurpose Purpose { get; init; }

    /// <summary>The request of rights it belongs to; such a link reaches archived and restricted people too, whose rights go on.</summary>
    [NotPersonal] public Guid? RequestId { get; init; }

    [MaxLength(32), Personal] public required byte[] Hash { get; init; }
    [NotPersonal] public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Days a link works, by purpose: stopping must work as long as the mail is likely to be read.</summary>
    public static int DaysOf(LinkPurpose purpose) => purpose switch { LinkPurpose.Stop => 395, LinkPurpose.Identity or LinkPurpose.Package or LinkPurpose.NewEmail => ProofDays, _ => 90 };

    /// <summary>A new link, saved with the caller's next save.</summary>
    /// <returns>What goes into the address: 43 characters that need no escaping.</returns>
    public static string Add(CrmDbContext db, Guid contactId, Guid emailId, LinkPurpose purpose, DateTimeOffset now, Guid? requestId = null)
    {
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        db.ContactLinks.Add(new ContactLink { ContactId = contactId, EmailId = emailId, Purpose = purpose, RequestId = requestId, Hash = SHA256.HashData(key), ExpiresAt = now.AddDays(DaysOf(purpose)) });
        return Base64Url.EncodeToString(key);
    }

    /// <summary>Whom a link opens for; nobody when it is wrong, too old, for something else, or when its person is out of reach.</summary>
    public static async Task<ContactLink?> FindAsync(CrmDbContext db, string? key, DateTimeOffset now, LinkPurpose[] purposes, CancellationToken cancel = default)
    {
        if (key is not { Length: KeyLength } || !Base64Url.IsValid(key)) return null;
        var hash = SHA256.HashData(Base64Url.DecodeFromChars(key));
        return await db.ContactLinks.AsNoTracking().SingleOrDefaultAsync(l => l.Hash == hash && l.ExpiresAt > now && purposes.Contains(l.Purpose)
            && (db.Emails.Any(e => e.Id == l.EmailId && e.ContactId == l.ContactId)
                || db.EmailChanges.Any(n => n.Id == l.EmailId && n.ContactId == l.ContactId && db.Emails.Any(e => e.Id == n.ReplacesId && e.ContactId == n.ContactId)))
            && db.Contacts.Any(c => c.Id == l.ContactId && (l.RequestId != null || !c.Restricted && !c.FromArchive && c.Status != ContactStatus.Archived)), cancel);
    }
}

/// <summary>What a link may do.</summary>
public enum LinkPurpose
{
    /// <summary>The whole page of preferences.</summary>
    Preferences,

    /// <summary>Stop the automatic mails, and nothing else.</summary>
    Stop,

    /// <summary>Prove who asks for a right; works once.</summary>
    Identity,

    /// <summary>Take what the agency holds about one.</summary>
    Package,

    /// <summary>Prove that a new address is one's own; works once.</summary>
    NewEmail,
}

internal sealed class ContactLinkConfiguration : IEntityTypeConfiguration<ContactLink>
{
    public void Configure(EntityTypeBuilder<ContactLink> link)
    {
        link.HasOne<Contact>().WithMany().HasForeignKey(l => l.ContactId).OnDelete(DeleteBehavior.Restrict);
        link.HasOne<Rights.RightsRequest>().WithMany().HasForeignKey(l => l.RequestId).OnDelete(DeleteBehavior.Cascade);
        link.HasIndex(l => l.Hash).IsUnique();
        link.HasIndex(l => l.ExpiresAt);
    }
}
