using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;

namespace RgpdCrm.Core.Retention;

/// <summary>Moves in the schedule that destroy nothing.</summary>
internal static class Schedule
{
    /// <summary>Back to the active contacts: leaving the queue clears everything the queue knew.</summary>
    public static Task ReleaseAsync(CrmDbContext db, IReadOnlyCollection<Guid> ids, CancellationToken cancel) =>
        LeaveQueueAsync(db, ids, ContactStatus.Active, cancel);

    /// <summary>Back to the archive: something is owed for longer.</summary>
    public static Task ReturnToArchiveAsync(CrmDbContext db, IReadOnlyCollection<Guid> ids, CancellationToken cancel) =>
        LeaveQueueAsync(db, ids, ContactStatus.Archived, cancel);

    private static async Task LeaveQueueAsync(CrmDbContext db, IReadOnlyCollection<Guid> ids, ContactStatus to, CancellationToken cancel)
    {
        if (ids.Count == 0) return;
        var all = ids.ToArray();
        await db.Database.ExecuteSqlAsync($"""
            UPDATE contacts SET status = {to.ToString()}, pending_since = NULL, pending_version = NULL, from_archive = false, postponed_until = NULL, postponements = 0,
                   deletion_approved = false, restricted = restricted AND {to != ContactStatus.Active}, archived_on = CASE WHEN {to == ContactStatus.Active} THEN NULL ELSE archived_on END
            WHERE id = ANY ({all})
            """, cancel);
        await db.Database.ExecuteSqlAsync($"DELETE FROM outgoing_mails WHERE contact_id = ANY ({all}) AND template = {OutgoingMail.PendingNotice} AND state <> 'Sent'", cancel);
        await db.Database.ExecuteSqlAsync($"DELETE FROM set_asides WHERE contact_id = ANY ({all})", cancel);
        await db.Database.ExecuteSqlAsync($"UPDATE deletion_orders SET state = 'Withdrawn' WHERE contact_id = ANY ({all}) AND state IN ('Waiting', 'Proposed')", cancel);
    }
}
