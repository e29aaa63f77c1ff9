using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;

namespace RgpdCrm.Core.Retention;

/// <summary>Caps on what a week may flag or delete, and their approval. Per category and rolling 7 days: the larger of 25 and 2 % of the total.</summary>
public sealed class Brakes(CrmDbContext db, AgencyClock clock)
{
    private const int LeastCap = 25;
    private const int PercentCap = 2;
    private const int RollingDays = 7;

    /// <summary>Frozen lists that wait for an admin.</summary>
    public async Task<IReadOnlyList<Brake>> OpenAsync(CancellationToken cancel = default) =>
        await db.Brakes.AsNoTracking().Where(b => b.ApprovedAt == null).OrderBy(b => b.Category).ThenBy(b => b.Budget).ToListAsync(cancel);

    /// <summary>Approves one frozen list; false when the number is wrong or the list was replaced meanwhile, and nothing changes.</summary>
    public async Task<bool> ApproveAsync(Guid brakeId, int typedNumber, Act act, CancellationToken cancel = default)
    {
        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancel) : null;
        var approved = await db.Brakes.Where(b => b.Id == brakeId && b.Count == typedNumber && b.ApprovedAt == null)
            .ExecuteUpdateAsync(b => b.SetProperty(x => x.ApprovedAt, act.At).SetProperty(x => x.ApprovedById, act.By), cancel) == 1;
        if (approved)
        {
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, "brake.approved", "brake", brakeId, "Count"));
            await db.SaveChangesAsync(cancel);
        }
        if (transaction is not null) await transaction.CommitAsync(cancel);
        return approved;
    }

    /// <summary>Approves every frozen list of exactly this many; false when there is none.</summary>
    internal async Task<bool> ApproveAllAsync(int number, Act act, CancellationToken cancel)
    {
        var ids = await db.Brakes.Where(b => b.ApprovedAt == null && b.Count == number).Select(b => b.Id).ToListAsync(cancel);
        foreach (var id in ids) await ApproveAsync(id, number, act, cancel);
        return ids.Count > 0;
    }

    /// <summary>What the last 7 days used of a budget, and its cap.</summary>
    public Task<(int Used, int Cap)> UseAsync(string category, Budget budget, CancellationToken cancel = default) =>
        UseAsync(db, category, budget, clock.Today, cancel);

    internal static async Task<(int Used, int Cap)> UseAsync(CrmDbContext db, string category, Budget budget, DateOnly today, CancellationToken cancel)
    {
        var from = today.AddDays(1 - RollingDays);
        var used = await db.BrakeUses.Where(u => u.Category == category && u.Budget == budget && u.Date >= from && u.Date <= today).SumAsync(u => u.Used, cancel);
        var total = category switch
        {
            "contact" => await db.Contacts.CountAsync(c => c.Status != ContactStatus.Archived, cancel),
            "mandate" => await db.Mandates.CountAsync(cancel),
            "contract" => await db.Contracts.CountAsync(cancel),
            "inquiry" => await db.Inquiries.CountAsync(cancel),
            _ => throw new ArgumentOutOfRangeException(nameof(category)),
        };
        return (used, Math.Max(LeastCap, total * PercentCap / 100));
    }
}
