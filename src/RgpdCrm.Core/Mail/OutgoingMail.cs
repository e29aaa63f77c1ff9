using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Mail;

/// <summary>The intent to send a mail: a template and ids, rendered when sent. Record kept 13 months, or as long as the person.</summary>
[LeavesWithContact]
public sealed class OutgoingMail
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>Whom it is for; none for a mail to a colleague.</summary>
    [Personal] public Guid? ContactId { get; init; }

    /// <summary>The colleague it is for. A row for nobody is what a request about an unknown address leaves, so that it costs the same; it is discarded unsent.</summary>
    [NotPersonal] public Guid? AccountId { get; init; }

    /// <summary>The one address it may go to, be it one that waits to become theirs; none for whichever the person has when it is sent. Once sent, where it went.</summary>
    [Personal] public Guid? EmailId { get; init; }

    /// <summary>The request of rights it is about.</summary>
    [NotPersonal] public Guid? RequestId { get; init; }

    /// <summary>Name of the template, from <see cref="MailTemplate"/>.</summary>
    [MaxLength(40), NotPersonal] public required string Template { get; init; }

    /// <summary>An agent's own subject and text; nothing else of a mail is stored.</summary>
    [MaxLength(SubjectLength), Personal] public string? Subject { get; init; }

    [MaxLength(TextLength), Personal] public string? Text { get; init; }

    /// <summary>The agent who wrote it.</summary>
    [NotPersonal] public Guid? ById { get; init; }

    [NotPersonal] public DateTimeOffset CreatedAt { get; init; }
    [NotPersonal] public MailState State { get; init; }
    [NotPersonal] public DateTimeOffset? SentAt { get; init; }

    /// <summary>How many times it was taken up, this time included.</summary>
    [NotPersonal] public int Attempts { get; init; }

    /// <summary>Not before; none for at once. It is also the claim of who takes it up: a killed process frees it by itself.</summary>
    [NotPersonal] public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>What happened last, when it did not leave.</summary>
    [NotPersonal] public MailFailure? Failure { get; init; }

    /// <summary>Characters of an agent's subject and of their text.</summary>
    public const int SubjectLength = 150, TextLength = 8000;

    /// <summary>The two-month notice at entry into the queue: at most once per entry.</summary>
    public const string PendingNotice = MailTemplate.PendingNotice;
}

/// <summary>The closed list of templates, as the outbox names them.</summary>
public static class MailTemplate
{
    /// <summary>The two-month notice (retention.md).</summary>
    public const string PendingNotice = "pending-notice";

    /// <summary>What an agent wrote.</summary>
    public const string Personal = "personal";

    /// <summary>New properties that the person's searches found.</summary>
    public const string PropertyMatches = "property-matches";

    /// <summary>A new link to the preferences, for who asked for one.</summary>
    public const string PreferencesLink = "preferences-link";

    /// <summary>To an address that a person typed: the link that makes it theirs. It names nobody, for it may be a stranger's.</summary>
    public const string NewEmail = "new-email";

    /// <summary>To the address whose place it will take: that it was asked.</summary>
    public const string NewEmailAsked = "new-email-asked";

    /// <summary>The link that proves who asks for a right.</summary>
    public const string RightsIdentity = "rights-identity";

    /// <summary>The link to what the agency holds about the person.</summary>
    public const string RightsPackage = "rights-package";

    /// <summary>What a colleague answers to a request of rights.</summary>
    public const string RightsMessage = "rights-message";

    /// <summary>To a colleague: the account is ready.</summary>
    public const string Invitation = "invitation";

    /// <summary>To a colleague: the password was forgotten.</summary>
    public const string ForgottenPassword = "forgotten-password";

    /// <summary>To a colleague: an admin took the second factor away.</summary>
    public const string SecondFactorReset = "second-factor-reset";

    /// <summary>To a colleague: an admin made a link with which another password can be chosen. The link is not in it.</summary>
    public const string PasswordLinkMade = "password-link-made";

    /// <summary>About a request of rights: it reaches whoever the record is about, archived, restricted, opposed or frozen.</summary>
    public static bool IsAboutRights(string template) => template is RightsIdentity or RightsPackage or RightsMessage;

    /// <summary>To a contact, with the links to their own page in its footer. An address that is nobody's yet gets none of them, nor does who proves a right or is a colleague.</summary>
    public static bool LeadsToOwnPage(string template) => template is PendingNotice or PropertyMatches or Personal or PreferencesLink or NewEmailAsked;

    public static IReadOnlyList<string> All { get; } = [PendingNotice, PropertyMatches, Personal, PreferencesLink, NewEmail, NewEmailAsked, RightsIdentity, RightsPackage, RightsMessage, Invitation, ForgottenPassword, SecondFactorReset, PasswordLinkMade];
}

public enum MailState
{
    Recorded,
    Sent,
    Failed,
    Bounced,
    Expired,

    /// <summary>It waited when a backup was taken that was restored since: it never leaves.</summary>
    Quarantined,
}

/// <summary>Why a mail did not leave: a closed word, never a server's sentence, which repeats addresses.</summary>
public enum MailFailure
{
    /// <summary>The server could not be reached, or broke off before it had the mail.</summary>
    Unreachable,

    /// <summary>The server asks to come back later (4xx).</summary>
    Deferred,

    /// <summary>The connection broke after the mail was handed over: it may have left. Tried once more, never twice.</summary>
    Unanswered,

    /// <summary>The server refuses the address (5xx).</summary>
    AddressRefused,

    /// <summary>It came back later: full, closed to us, or not found any more after a relay.</summary>
    Returned,

    /// <summary>The server refuses the mail itself (5xx).</summary>
    MailRefused,

    /// <summary>The person has no address any more, or not that one.</summary>
    NoAddress,

    /// <summary>The person may no longer be written to.</summary>
    NotAllowed,

    /// <summary>The template could not be rendered.</summary>
    NotRendered,

    /// <summary>Given up after days of trying.</summary>
    TooLate,
}

internal sealed class OutgoingMailConfiguration : IEntityTypeConfiguration<OutgoingMail>
{
    public void Configure(EntityTypeBuilder<OutgoingMail> mail)
    {
        mail.HasOne<Contact>().WithMany().HasForeignKey(m => m.ContactId).OnDelete(DeleteBehavior.Restrict);
        mail.HasOne<Account>().WithMany().HasForeignKey(m => m.AccountId).OnDelete(DeleteBehavior.Restrict);
        mail.HasOne<Rights.RightsRequest>().WithMany().HasForeignKey(m => m.RequestId).OnDelete(DeleteBehavior.SetNull);
        mail.Property(m => m.Attempts).HasDefaultValue(0);
        mail.HasIndex(m => m.CreatedAt);
        mail.HasIndex(m => m.SentAt);
        mail.HasIndex(m => m.NextAttemptAt).HasFilter("state = 'Recorded'");
    }
}
