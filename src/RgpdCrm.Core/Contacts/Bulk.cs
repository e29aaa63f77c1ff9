using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Core.Contacts;

/// <summary>One act for several contacts in one transaction on locked rows; each refusal stands for itself.</summary>
public static class Bulk
{
    /// <summary>Contacts one act may name at most.</summary>
    public const int Most = 500;

    /// <summary>Gives these contacts to one colleague.</summary>
    public static async Task<IReadOnlyDictionary<Guid, BulkRefusal?>> AssignAsync(CrmDbContext db, IReadOnlyCollection<Guid> contactIds, Guid toId, Act act, CancellationToken cancel = default) =>
        await OnVisibleAsync(db, contactIds, async visible =>
        {
            if (!await Handover.MayReceiveAsync(db, toId, cancel)) return visible.Keys.ToDictionary(id => id, _ => (BulkRefusal?)BulkRefusal.NotAColleague);
            var moving = visible.Values.Where(c => c.ResponsibleId != toId).Select(c => c.Id).ToHashSet();
            await db.Contacts.Where(c => moving.Contains(c.Id)).ExecuteUpdateAsync(c => c.SetProperty(x => x.ResponsibleId, toId), cancel);
            foreach (var id in moving) db.AuditEntries.Add(new AuditEntry(act.At, act.By, "contact.handed-over", "contact", id, nameof(Contact.ResponsibleId)));
            return visible.Keys.ToDictionary(id => id, id => moving.Contains(id) ? null : (BulkRefusal?)BulkRefusal.AlreadyTheirs);
        }, cancel);

    internal static async Task<IReadOnlyDictionary<Guid, BulkRefusal?>> OnVisibleAsync(
        CrmDbContext db, IReadOnlyCollection<Guid> contactIds, Func<Dictionary<Guid, Contact>, Task<Dictionary<Guid, BulkRefusal?>>> verb, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(contactIds.Count, Most);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        Guid[] ids = [.. contactIds.Distinct().Order()];
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM contacts WHERE id = ANY ({ids}) ORDER BY id FOR UPDATE", cancel);
        var visible = await db.Contacts.AsNoTracking().VisibleToAgents().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancel);
        // At the person's request: stored, and nothing else (GDPR 18).
        var frozen = await FrozenRecord.Among(db, [.. visible.Keys]).ToListAsync(cancel);
        foreach (var id in frozen) visible.Remove(id);
        var results = await verb(visible);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return ids.ToDictionary(id => id, id => results.TryGetValue(id, out var refusal) ? refusal : frozen.Contains(id) ? BulkRefusal.Frozen : BulkRefusal.Unknown);
    }
}

/// <summary>Why an act was not done for one of several contacts.</summary>
public enum BulkRefusal
{
    /// <summary>Nobody in daily screens.</summary>
    Unknown,

    /// <summary>Frozen at the person's request.</summary>
    Frozen,
    AlreadyTheirs,
    AlreadyTagged,
    TooManyTags,
    NotAColleague,
}
