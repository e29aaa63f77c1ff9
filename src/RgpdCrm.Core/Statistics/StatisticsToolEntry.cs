using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Statistics;

/// <summary>A statistics tool as an admin declares it, already validated.</summary>
public sealed record StatisticsToolEntry(string Name, string Provider, int KeptMonths, string Proof, DateOnly ReviewOn)
{
    private const string Subject = "statistics_tool";

    /// <summary>Declares a new tool.</summary>
    public async Task<Guid> CreateAsync(CrmDbContext db, Act act, CancellationToken cancel = default)
    {
        var tool = new StatisticsTool();
        tool.Change(this);
        db.StatisticsTools.Add(tool);
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "statistics_tool.created", Subject, tool.Id));
        await db.SaveChangesAsync(cancel);
        return tool.Id;
    }

    /// <summary>Changes a declared tool, if it is still the version that was shown. Returns the names of the fields that changed.</summary>
    /// <exception cref="DbUpdateConcurrencyException">It changed meanwhile, or is gone; nothing was written.</exception>
    public async Task<IReadOnlyList<string>> EditAsync(CrmDbContext db, StatisticsTool tool, uint version, Act act, CancellationToken cancel = default)
    {
        var changed = tool.Change(this);
        db.Entry(tool).Property(t => t.Version).OriginalValue = version;
        // What was typed may be what is stored: a colleague's change has to be noticed all the same.
        db.Entry(tool).Property(t => t.Name).IsModified = true;
        if (changed.Count > 0) db.AuditEntries.Add(new AuditEntry(act.At, act.By, "statistics_tool.edited", Subject, tool.Id, [.. changed]));
        await db.SaveChangesAsync(cancel);
        return changed;
    }

    /// <summary>Takes a tool that is no longer used off the list; taking it off twice changes nothing.</summary>
    public static async Task RemoveAsync(CrmDbContext db, StatisticsTool tool, Act act, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.StatisticsTools.Where(t => t.Id == tool.Id).ExecuteDeleteAsync(cancel) == 1)
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, "statistics_tool.removed", Subject, tool.Id));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }
}
