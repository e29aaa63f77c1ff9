using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Inquiries;

/// <summary>A message as the public sent it, already validated: the number in E.164, the address in lower case.</summary>
public sealed record InquiryEntry(string Name, string? Email, string? Phone, string Message, Guid? PropertyId, InquirySource Source)
{
    /// <summary>Version of the words agreed to; none when nothing was.</summary>
    public string? ConsentWording { get; init; }

    /// <summary>Only its own form vouches for it.</summary>
    public bool ToConfirm { get; init; }

    /// <summary>It filled in what people do not see: it waits among the spam, so that a mistake can still be mended.</summary>
    public bool Spam { get; init; }

    /// <summary>Writes it once: in the same transaction, what it was sent with is spent.</summary>
    /// <param name="db">The database.</param>
    /// <param name="form">What makes the sending itself unique; sent again, nothing is written. None when nothing does.</param>
    /// <param name="captcha">The solved captcha; used before, nothing is written.</param>
    /// <param name="clock">The agency's clock.</param>
    /// <param name="cancel">Stops the wait.</param>
    public async Task<Reception> ReceiveAsync(CrmDbContext db, SpentChallenge? form, SpentChallenge? captcha, AgencyClock clock, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (form is not null && !await form.SpendAsync(db, cancel)) return Reception.Repeated;
        if (captcha is not null && !await captcha.SpendAsync(db, cancel)) return Reception.Replayed;

        var inquiry = new Inquiry
        {
            ReceivedOn = clock.Today,
            Name = Name,
            Email = Email,
            Phone = Phone,
            Message = Message,
            PropertyId = PropertyId,
            Source = Source,
            ConsentWording = ConsentWording,
            ConsentedAt = ConsentWording is null ? null : clock.Now,
        };
        if (ToConfirm) inquiry.Doubt();
        if (Spam) inquiry.Sort(InquiryStatus.Spam);
        db.Inquiries.Add(inquiry);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return Reception.Received;
    }
}

/// <summary>What came of a sent message.</summary>
public enum Reception
{
    Received,

    /// <summary>The same sending had already been written.</summary>
    Repeated,

    /// <summary>Its captcha had already opened the form.</summary>
    Replayed,
}
