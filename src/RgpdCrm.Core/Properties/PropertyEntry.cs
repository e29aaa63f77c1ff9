using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Properties;

/// <summary>A property as someone fills it in, already validated.</summary>
public sealed record PropertyEntry(string Reference, PropertyKind Kind, string Address, decimal? Price, Guid? OwnerId)
{
    public Transaction Transaction { get; init; }
    public PropertyStatus Status { get; init; }

    /// <summary>Whole square metres.</summary>
    public int? Surface { get; init; }

    /// <summary>Main rooms.</summary>
    public int? Rooms { get; init; }

    public Commune? Town { get; init; }
    public EnergyClass? EnergyClass { get; init; }
    public string? Description { get; init; }

    /// <summary>Writes a new property, described today. Nothing when another one bears the reference.</summary>
    public async Task<Guid?> CreateAsync(CrmDbContext db, Act act, DateOnly today, CancellationToken cancel = default)
    {
        var property = new Property(this, today);
        db.Properties.Add(property);
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "property.created", "property", property.Id));
        return await IsTakenAsync(db, property.Id, cancel) || !await SaveAsync(db, cancel) ? null : property.Id;
    }

    /// <summary>Changes a property, if it is still the version that was shown; the 24 months of one without mandate or contract start again. Nothing when another one bears the reference.</summary>
    /// <returns>Names of the fields that changed.</returns>
    /// <exception cref="DbUpdateConcurrencyException">It changed meanwhile; nothing was written.</exception>
    public async Task<IReadOnlyList<string>?> EditAsync(CrmDbContext db, Property property, uint version, Act act, DateOnly today, CancellationToken cancel = default)
    {
        var changed = property.Edit(this, today);
        db.Entry(property).Property(p => p.Version).OriginalValue = version;
        // What was typed may be what is stored: a colleague's change has to be noticed all the same.
        db.Entry(property).Property(p => p.Reference).IsModified = true;
        if (changed.Count > 0) db.AuditEntries.Add(new AuditEntry(act.At, act.By, "property.edited", "property", property.Id, [.. changed]));
        return await IsTakenAsync(db, property.Id, cancel) || !await SaveAsync(db, cancel) ? null : changed;
    }

    private Task<bool> IsTakenAsync(CrmDbContext db, Guid own, CancellationToken cancel) => db.Properties.AnyAsync(p => p.Reference == Reference && p.Id != own, cancel);

    // Two colleagues may take one reference in the same second: the index has the last word.
    private static async Task<bool> SaveAsync(CrmDbContext db, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
            return true;
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }
    }
}
