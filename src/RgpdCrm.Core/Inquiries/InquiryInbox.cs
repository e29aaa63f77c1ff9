using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Inquiries;

/// <summary>One inquiry as the inbox lists it.</summary>
public sealed record InquiryRow
{
    /// <summary>Characters of the message that a row shows.</summary>
    public const int ExcerptLength = 160;

    public required Guid Id { get; init; }
    public required DateOnly ReceivedOn { get; init; }
    public required string Name { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
    public required string Excerpt { get; init; }
    public string? Property { get; init; }
    public string? AssignedTo { get; init; }
    public bool Linked { get; init; }
    public InquirySource Source { get; init; }
    public bool ToConfirm { get; init; }
}

/// <summary>How many inquiries each part of the inbox holds.</summary>
public sealed record InquiryCounts(int New, int Handled, int Spam)
{
    public int Of(InquiryStatus status) => status switch { InquiryStatus.New => New, InquiryStatus.Handled => Handled, _ => Spam };

    public int Total => New + Handled + Spam;
}

/// <summary>Reads the inbox, within what the reader may see.</summary>
public static class InquiryInbox
{
    public const int PageSize = 20;

    /// <summary>Inquiries at once on the page of their property.</summary>
    public const int AboutPageSize = 10;

    /// <summary>What an agent may read: nothing of someone pending, archived or restricted (retention.md, "Pending means").</summary>
    public static IQueryable<Inquiry> VisibleTo(this IQueryable<Inquiry> inquiries, CrmDbContext db, bool admin) =>
        admin ? inquiries : inquiries.Where(i => i.ContactId == null || db.Contacts.VisibleToAgents().Any(c => c.Id == i.ContactId));

    /// <summary>How many there are of each, for everyone or for one colleague.</summary>
    public static async Task<InquiryCounts> CountAsync(CrmDbContext db, bool admin, Guid? assignedToId, CancellationToken cancel = default)
    {
        var counts = await Of(db, admin, assignedToId).GroupBy(i => i.Status).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        return new(counts.GetValueOrDefault(InquiryStatus.New), counts.GetValueOrDefault(InquiryStatus.Handled), counts.GetValueOrDefault(InquiryStatus.Spam));
    }

    /// <summary>One page, the latest first.</summary>
    public static async Task<IReadOnlyList<InquiryRow>> PageAsync(CrmDbContext db, bool admin, InquiryStatus status, Guid? assignedToId, int page, CancellationToken cancel = default) =>
        await RowsAsync(db, Of(db, admin, assignedToId).Where(i => i.Status == status), page, PageSize, cancel);

    /// <summary>What came in about a property and is no spam: how many, and one page of them, the latest first.</summary>
    public static async Task<(int Total, IReadOnlyList<InquiryRow> Rows)> AboutAsync(CrmDbContext db, bool admin, Guid propertyId, int page, CancellationToken cancel = default)
    {
        var about = Of(db, admin, null).Where(i => i.PropertyId == propertyId && i.Status != InquiryStatus.Spam);
        var total = await about.CountAsync(cancel);
        return (total, total == 0 ? [] : await RowsAsync(db, about, Paging.Within(page, total, AboutPageSize), AboutPageSize, cancel));
    }

    private static async Task<IReadOnlyList<InquiryRow>> RowsAsync(CrmDbContext db, IQueryable<Inquiry> inquiries, int page, int size, CancellationToken cancel) =>
        await inquiries.OrderByDescending(i => i.ReceivedOn).ThenBy(i => i.Id).Skip((page - 1) * size).Take(size).Select(i => new InquiryRow
        {
            Id = i.Id,
            ReceivedOn = i.ReceivedOn,
            Name = i.Name,
            Email = i.Email,
            Phone = i.Phone,
            Excerpt = i.Message.Substring(0, InquiryRow.ExcerptLength),
            Property = db.Properties.Where(p => p.Id == i.PropertyId).Select(p => p.Reference).FirstOrDefault(),
            AssignedTo = db.Users.Where(u => u.Id == i.AssignedToId).Select(u => u.FullName).FirstOrDefault(),
            Linked = i.ContactId != null,
            Source = i.Source,
            ToConfirm = i.ToConfirm,
        }).ToListAsync(cancel);

    private static IQueryable<Inquiry> Of(CrmDbContext db, bool admin, Guid? assignedToId)
    {
        var inquiries = db.Inquiries.AsNoTracking().VisibleTo(db, admin);
        return assignedToId is { } id ? inquiries.Where(i => i.AssignedToId == id) : inquiries;
    }
}
