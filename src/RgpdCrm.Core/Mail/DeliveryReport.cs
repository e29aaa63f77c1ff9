using MimeKit;

namespace RgpdCrm.Core.Mail;

/// <summary>What a mail server reports later about one of our mails (RFC 3464).</summary>
/// <param name="Mail">The row of the outbox, which our Message-ID names. It is random: nobody else can report on a mail they did not receive.</param>
/// <param name="Failure">Why it did not arrive; none while the server still tries, or when it did arrive.</param>
public sealed record DeliveryReport(Guid Mail, MailFailure? Failure)
{
    /// <summary>Reads a report on a mail of this domain; nothing when the message is anything else.</summary>
    public static DeliveryReport? Read(MimeMessage message, string domain)
    {
        if (message.Body is not MultipartReport report || report.OfType<MessageDeliveryStatus>().FirstOrDefault() is not { } status || status.StatusGroups.Count == 0) return null;
        // The returned headers name the mail; a server that returns none may repeat the name we gave it when it took the mail (RFC 3461).
        var named = report.OfType<MessagePart>().FirstOrDefault()?.Message?.MessageId ?? status.StatusGroups[0]["Original-Envelope-Id"];
        return IsOurs(named, domain, out var mail) ? new DeliveryReport(mail, status.StatusGroups.Skip(1).Select(FailureOf).Max()) : null;
    }

    private static bool IsOurs(string? messageId, string domain, out Guid mail)
    {
        mail = default;
        return messageId?.Trim().Trim('<', '>').Split('@') is [var id, var at] && at.Equals(domain, StringComparison.OrdinalIgnoreCase) && Guid.TryParseExact(id, "N", out mail);
    }

    // 5.1 is the address, 5.2.1 a mailbox that is closed; the rest is its state, its owner's or its server's rules (RFC 3463).
    private static MailFailure? FailureOf(HeaderList recipient)
    {
        if (!"failed".Equals(recipient["Action"]?.Trim(), StringComparison.OrdinalIgnoreCase)) return null;
        var status = recipient["Status"]?.Trim() ?? "";
        return status.StartsWith("5.1.", StringComparison.Ordinal) || status.StartsWith("5.2.1", StringComparison.Ordinal) ? MailFailure.AddressRefused : MailFailure.Returned;
    }
}
