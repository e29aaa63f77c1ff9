using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;

namespace RgpdCrm.Core.Contacts;

/// <summary>What goes from one colleague to another when someone leaves: every contact they follow, in whatever state, and the inquiries they have not answered.</summary>
/// <param name="Contacts">Contacts followed.</param>
/// <param name="Inquiries">New inquiries assigned.</param>
public sealed record Handover(int Contacts, int Inquiries)
{
    /// <summary>How much a handover from this colleague would move.</summary>
    public static async Task<Handover> CountAsync(CrmDbContext db, Guid fromId, CancellationToken cancel = default) => new(
        await db.Contacts.CountAsync(c => c.ResponsibleId == fromId, cancel),
        await db.Inquiries.CountAsync(i => i.AssignedToId == fromId && i.Status == InquiryStatus.New, cancel));

    /// <summary>Moves everything in one statement, with an audit entry for each contact and inquiry and one for the whole. Nothing when the receiver may not have contacts.</summary>
    public static async Task<Handover?> MoveAsync(CrmDbContext db, Guid fromId, Guid toId, Act act, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (fromId == toId || !await MayReceiveAsync(db, toId, cancel)) return null;
        var moved = await db.Database.SqlQuery<Handover>($"""
            WITH followed AS (UPDATE contacts SET responsible_id = {toId} WHERE responsible_id = {fromId} RETURNING id),
                 open AS (UPDATE inquiries SET assigned_to_id = {toId} WHERE assigned_to_id = {fromId} AND status = 'New' RETURNING id),
                 noted AS (INSERT INTO audit_entries (id, at, actor_id, action, subject, subject_id, fields)
                           SELECT gen_random_uuid(), {act.At}, {act.By}, 'contact.handed-over', 'contact', id, ARRAY['ResponsibleId'] FROM followed
                           UNION ALL SELECT gen_random_uuid(), {act.At}, {act.By}, 'inquiry.assigned', 'inquiry', id, ARRAY['AssignedToId'] FROM open)
            SELECT (SELECT count(*)::int FROM followed) AS contacts, (SELECT count(*)::int FROM open) AS inquiries
            """).ToListAsync(cancel);
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "contacts.handed-over", "account", fromId, nameof(Contact.ResponsibleId), nameof(Inquiry.AssignedToId)));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return moved.Single();
    }

    /// <summary>Whether someone works with contacts: neither disabled nor ops. The account stays so until the transaction ends.</summary>
    internal static async Task<bool> MayReceiveAsync(CrmDbContext db, Guid toId, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM accounts WHERE id = {toId} FOR SHARE", cancel);
        return await db.Users.AnyAsync(u => u.Id == toId && u.DisabledAt == null && u.Role != Role.Ops, cancel);
    }
}
