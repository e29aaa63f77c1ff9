using System.Globalization;
using MimeKit;
using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Core.Mail;

/// <summary>Renders a mail from its template and ids, at the moment it is sent.</summary>
/// <returns>Nothing when it must not leave any more: the person or the reason is gone.</returns>
public delegate Task<RenderedMail?> RenderMail(OutgoingMail mail, MailRecipient recipient, CancellationToken cancel);

/// <summary>Who receives a mail, as read at the moment it is sent.</summary>
/// <param name="Name">As shown; empty for an address that is not known to be the person's.</param>
/// <param name="Address">The e-mail address.</param>
/// <param name="Language"><c>fr</c> or <c>en</c>.</param>
/// <param name="EmailId">The contact's address it goes to, or the one that waits to become theirs; none for a colleague.</param>
public sealed record MailRecipient(string Name, string Address, string Language, Guid? EmailId);

/// <summary>A mail ready to leave.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Html">The HTML part.</param>
/// <param name="Text">The same in plain text.</param>
public sealed record RenderedMail(string Subject, string Html, string Text)
{
    /// <summary>Where a mail program stops these mails by one POST (RFC 8058); none for what is no mailing.</summary>
    public Uri? Unsubscribe { get; init; }

    /// <summary>Who gets the answer, when it is not the agency's address.</summary>
    public MailboxAddress? ReplyTo { get; init; }

    /// <summary>The message as it leaves. Its Message-ID comes from the outbox row: a server that gets it twice can tell.</summary>
    /// <exception cref="InvalidDataException">A header would hold a line end or another control character.</exception>
    public MimeMessage ToMessage(OutgoingMail mail, MailRecipient recipient, MailboxAddress from, DateTimeOffset at)
    {
        foreach (var value in new[] { Subject, recipient.Name, recipient.Address })
            if (!PlainText.Is(value)) throw new InvalidDataException("A header value holds a control character.");
        var message = new MimeMessage(new[] { from }, [new MailboxAddress(recipient.Name, recipient.Address)], Subject, Body())
        {
            Date = at,
            MessageId = string.Create(CultureInfo.InvariantCulture, $"{mail.Id:N}@{MailboxAddress.EncodeAddrspec(from.Address).Split('@')[^1]}"),
        };
        if (ReplyTo is not null) message.ReplyTo.Add(ReplyTo);
        // No out-of-office answer to a machine.
        if (mail.Template != MailTemplate.Personal) message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add(HeaderId.ContentLanguage, recipient.Language);
        if (Unsubscribe is not null)
        {
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{Unsubscribe.AbsoluteUri}>");
            message.Headers.Add(HeaderId.ListUnsubscribePost, "List-Unsubscribe=One-Click");
        }
        return message;
    }

    private MultipartAlternative Body() => new(
        new TextPart("plain") { Text = Text, ContentTransferEncoding = ContentEncoding.QuotedPrintable },
        new TextPart("html") { Text = Html, ContentTransferEncoding = ContentEncoding.QuotedPrintable });
}
