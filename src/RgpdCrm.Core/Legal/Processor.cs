using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Legal;

/// <summary>A company that treats people's data for the agency (GDPR 28) and that no setting of the product names, such as a printer or an accountant's software.
/// The privacy notice and the register of processing show it.</summary>
public sealed class Processor
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [MaxLength(120), NotPersonal] public string Name { get; private set; } = "";

    /// <summary>Where it treats the data, in words.</summary>
    [MaxLength(80), NotPersonal] public string Country { get; private set; } = "";

    /// <summary>What it does for the agency.</summary>
    [MaxLength(300), NotPersonal] public string Purpose { get; private set; } = "";

    /// <summary>What protects the data there: the contract under article 28, and outside the European Union the ground of the transfer (GDPR 44 to 49).</summary>
    [MaxLength(300), NotPersonal] public string Safeguard { get; private set; } = "";

    [NotPersonal] public uint Version { get; private set; }

    /// <summary>Takes the declared values; returns the names of those that changed.</summary>
    internal IReadOnlyList<string> Change(ProcessorEntry entry)
    {
        string[] changed =
        [
            .. Name == entry.Name ? [] : (string[])[nameof(Name)], .. Country == entry.Country ? [] : (string[])[nameof(Country)],
            .. Purpose == entry.Purpose ? [] : (string[])[nameof(Purpose)], .. Safeguard == entry.Safeguard ? [] : (string[])[nameof(Safeguard)],
        ];
        (Name, Country, Purpose, Safeguard) = (entry.Name, entry.Country, entry.Purpose, entry.Safeguard);
        return changed;
    }
}

/// <summary>A processor as an admin declares it, already validated.</summary>
public sealed record ProcessorEntry(string Name, string Country, string Purpose, string Safeguard)
{
    private const string Subject = "processor";

    /// <summary>Declares a new one.</summary>
    public async Task CreateAsync(CrmDbContext db, Act act, CancellationToken cancel = default)
    {
        var processor = new Processor();
        processor.Change(this);
        db.Processors.Add(processor);
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "processor.created", Subject, processor.Id));
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Changes a declared one, if it is still the version that was shown.</summary>
    /// <exception cref="DbUpdateConcurrencyException">It changed meanwhile, or is gone; nothing was written.</exception>
    public async Task EditAsync(CrmDbContext db, Processor processor, uint version, Act act, CancellationToken cancel = default)
    {
        var changed = processor.Change(this);
        db.Entry(processor).Property(p => p.Version).OriginalValue = version;
        // What was typed may be what is stored: a colleague's change has to be noticed all the same.
        db.Entry(processor).Property(p => p.Name).IsModified = true;
        if (changed.Count > 0) db.AuditEntries.Add(new AuditEntry(act.At, act.By, "processor.edited", Subject, processor.Id, [.. changed]));
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Takes one that no longer works for the agency off the list; taking it off twice changes nothing.</summary>
    public static async Task RemoveAsync(CrmDbContext db, Guid id, Act act, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.Processors.Where(p => p.Id == id).ExecuteDeleteAsync(cancel) == 1)
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, "processor.removed", Subject, id));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }
}

internal sealed class LegalConfiguration : IEntityTypeConfiguration<Processor>, IEntityTypeConfiguration<Breach>, IEntityTypeConfiguration<NoticeVersion>
{
    public void Configure(EntityTypeBuilder<Processor> processor) => processor.Property(p => p.Version).IsRowVersion();

    public void Configure(EntityTypeBuilder<Breach> breach)
    {
        breach.Property(b => b.Version).IsRowVersion();
        breach.HasIndex(b => b.NoticedAt);
    }

    public void Configure(EntityTypeBuilder<NoticeVersion> version) => version.HasIndex(v => new { v.Page, v.Language, v.Since });
}
