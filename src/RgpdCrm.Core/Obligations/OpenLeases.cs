using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Obligations;

/// <summary>Leases without an end: someone makes sure once a year that they still run, or their parties would be kept for ever.</summary>
public static class OpenLeases
{
    /// <summary>Open leases that nobody has confirmed for a year.</summary>
    public static IQueryable<Contract> ToConfirm(this IQueryable<Contract> contracts, DateOnly today) =>
        contracts.Where(c => c.ContractKind == ContractKind.Lease && c.EndsOn == null && (c.ConfirmedOn ?? c.StartsOn).AddYears(1) <= today);

    /// <summary>Notes that an open lease still runs today, if it is still the version that was shown.</summary>
    /// <exception cref="DbUpdateConcurrencyException">It changed meanwhile; nothing was written.</exception>
    public static async Task<ObligationRefusal?> ConfirmAsync(CrmDbContext db, Guid id, uint version, Act act, DateOnly today, CancellationToken cancel = default)
    {
        if (await db.Contracts.SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } lease) return ObligationRefusal.Unknown;
        if (lease.Confirm(today) is { } refusal) return refusal;
        var entry = db.Entry(lease);
        entry.Property(c => c.Version).OriginalValue = version;
        // A second confirmation on one day changes nothing, and still has to notice what a colleague changed.
        entry.Property(c => c.ConfirmedOn).IsModified = true;
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "contract.confirmed", "contract", id, nameof(Contract.ConfirmedOn)));
        await db.SaveChangesAsync(cancel);
        return null;
    }
}
