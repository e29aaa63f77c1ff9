using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Obligations;

/// <summary>One change of a mandate or contract with all that follows for its parties, in one transaction: the parties locked, those brought back
/// whom the rules bring back, and what it did to each of them. A preview does the same and takes it back.</summary>
internal sealed class PartyChange(CrmDbContext db, Act act, DateOnly today, bool preview)
{
    /// <summary>Locks the parties, makes the change and says what it did. The change returns the id, or why it was refused.</summary>
    public async Task<ObligationResult> MakeAsync(IReadOnlyCollection<Guid> contactIds, Func<Task<(Guid Id, ObligationRefusal? Refusal)>> change, CancellationToken cancel)
    {
        var ids = contactIds.Distinct().Order().ToArray();
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM contacts WHERE id = ANY ({ids}) ORDER BY id FOR UPDATE", cancel);
        var policies = await PolicyHistory.LoadAsync(db, cancel);
        var before = await ReadAsync(ids, policies, cancel);
        if (before.Count != ids.Length) return ObligationResult.Refused(ObligationRefusal.UnknownContact);

        var (id, refusal) = await change();
        if (refusal is { } because) return ObligationResult.Refused(because);
        await db.SaveChangesAsync(cancel);
        await BringBackAsync(ids, policies, cancel);
        await db.SaveChangesAsync(cancel);

        var after = await ReadAsync(ids, policies, cancel);
        var names = await db.Contacts.AsNoTracking().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.DisplayName, cancel);
        var effects = contactIds.Distinct().Select(c => new PartyEffect(c, names[c], before[c].Status, after[c].Status, before[c].Dates, after[c].Dates)).ToList();
        if (preview) db.ChangeTracker.Clear();
        else await db.Database.CurrentTransaction!.CommitAsync(cancel);
        return new ObligationResult(null, id, effects);
    }

    /// <summary>Pending and archived people return at once when the rules say so; the nightly run would do the same.</summary>
    private async Task BringBackAsync(Guid[] ids, PolicyHistory policies, CancellationToken cancel)
    {
        var rows = await db.Contacts.Where(c => ids.Contains(c.Id) && c.Status != ContactStatus.Active).Facts(db, today).ToListAsync(cancel);
        var back = rows.Where(r => policies.Decide(r.ToFacts(), today).Decision == Decision.Reactivate).Select(r => r.Id).ToList();
        await Schedule.ReleaseAsync(db, back, cancel);
        foreach (var id in back) db.AuditEntries.Add(new AuditEntry(act.At, act.By, "contact.brought-back", "contact", id, nameof(Contact.Status)));
    }

    private async Task<Dictionary<Guid, (ContactStatus Status, PartyDates Dates)>> ReadAsync(Guid[] ids, PolicyHistory policies, CancellationToken cancel)
    {
        var read = new Dictionary<Guid, (ContactStatus, PartyDates)>();
        foreach (var row in await db.Contacts.Where(c => ids.Contains(c.Id)).Facts(db, today).ToListAsync(cancel))
            read[row.Id] = (row.Status, await PartyDates.OfAsync(db, row, policies, today, cancel));
        return read;
    }
}
