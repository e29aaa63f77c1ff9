using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Legal;

/// <summary>A legal page as visitors read it from a day on, so that the agency can show what it said when (GDPR 5, 2). Versions stay.</summary>
public sealed class NoticeVersion
{
    [NotPersonal] public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Its address without the slash: <c>privacy</c>, <c>legal-notice</c>, <c>cookies</c>.</summary>
    [MaxLength(20), NotPersonal] public required string Page { get; init; }
    [MaxLength(2), NotPersonal] public required string Language { get; init; }

    /// <summary>The first instant at which this text was seen to apply.</summary>
    [NotPersonal] public DateTimeOffset Since { get; init; }

    /// <summary>The text, one line a paragraph; <c># </c> or <c>## </c> before a heading, <c>- </c> before an item.</summary>
    [NotPersonal] public required string Text { get; init; }

    /// <summary>Keeps a text when it is not the latest one of its page and language. Two at once keep it once.</summary>
    /// <returns>Whether it was new.</returns>
    public static async Task<bool> KeepAsync(CrmDbContext db, string page, string language, string text, DateTimeOffset now, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({(long)AdvisoryLock.Notices})", cancel);
        var latest = await db.NoticeVersions.Where(v => v.Page == page && v.Language == language).OrderByDescending(v => v.Since).ThenByDescending(v => v.Id).Select(v => v.Text).FirstOrDefaultAsync(cancel);
        if (latest == text) return false;
        db.NoticeVersions.Add(new NoticeVersion { Page = page, Language = language, Since = now, Text = text });
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }
}
