using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Statistics;

/// <summary>One page of the website seen once: the day, the page, the site it was reached from. Neither address nor browser is kept. Leaves 24 months after its day.</summary>
public sealed class Hit
{
    [NotPersonal] public long Id { get; private set; }
    [NotPersonal] public DateOnly SeenOn { get; init; }

    /// <summary>Path of the page, without its query.</summary>
    [MaxLength(200), NotPersonal] public required string Page { get; init; }

    /// <summary>Host of the site it was reached from; empty when it was reached directly or from our own pages.</summary>
    [MaxLength(100), NotPersonal] public string Source { get; init; } = "";
}

/// <summary>How many times a page was seen on a day from one site; it tells nothing of anyone and stays.</summary>
public sealed class DailyTotal
{
    [NotPersonal] public DateOnly SeenOn { get; init; }
    [MaxLength(200), NotPersonal] public required string Page { get; init; }
    [MaxLength(100), NotPersonal] public string Source { get; init; } = "";
    [NotPersonal] public int Count { get; init; }
}

/// <summary>A statistics tool that runs elsewhere, such as Google Analytics: what is configured there, with its proof. The privacy notice and the register of processing name it.</summary>
public sealed class StatisticsTool
{
    /// <summary>Months after which such a tool may keep nothing (CNIL, audience measurement).</summary>
    public const int MostMonths = 24;

    /// <summary>Months after which someone must have looked again, at most.</summary>
    public const int MaxReviewMonths = 12;

    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [MaxLength(80), NotPersonal] public string Name { get; private set; } = "";
    [MaxLength(120), NotPersonal] public string Provider { get; private set; } = "";

    /// <summary>Months after which it deletes, as configured there: 1 to 24.</summary>
    [NotPersonal] public int KeptMonths { get; private set; }

    /// <summary>What proves the setting: where the screenshot or the contract is.</summary>
    [MaxLength(1000), NotPersonal] public string Proof { get; private set; } = "";

    /// <summary>The day on which someone looks again whether it still holds.</summary>
    [NotPersonal] public DateOnly ReviewOn { get; private set; }

    [NotPersonal] public uint Version { get; private set; }

    /// <summary>Every declared tool by name, for the list, the privacy notice and the register of processing.</summary>
    public static async Task<IReadOnlyList<StatisticsTool>> DeclaredAsync(CrmDbContext db, CancellationToken cancel = default) =>
        await db.StatisticsTools.AsNoTracking().OrderBy(t => t.Name).ThenBy(t => t.Id).ToListAsync(cancel);

    /// <summary>Takes the declared values; returns the names of those that changed.</summary>
    internal IReadOnlyList<string> Change(StatisticsToolEntry entry)
    {
        string[] changed =
        [
            .. Name == entry.Name ? [] : (string[])[nameof(Name)], .. Provider == entry.Provider ? [] : (string[])[nameof(Provider)],
            .. KeptMonths == entry.KeptMonths ? [] : (string[])[nameof(KeptMonths)], .. Proof == entry.Proof ? [] : (string[])[nameof(Proof)],
            .. ReviewOn == entry.ReviewOn ? [] : (string[])[nameof(ReviewOn)],
        ];
        (Name, Provider, KeptMonths, Proof, ReviewOn) = (entry.Name, entry.Provider, entry.KeptMonths, entry.Proof, entry.ReviewOn);
        return changed;
    }
}

internal sealed class StatisticsConfiguration : IEntityTypeConfiguration<Hit>, IEntityTypeConfiguration<DailyTotal>, IEntityTypeConfiguration<StatisticsTool>
{
    public void Configure(EntityTypeBuilder<Hit> hit) => hit.HasIndex(h => h.SeenOn);

    public void Configure(EntityTypeBuilder<DailyTotal> total) => total.HasKey(t => new { t.SeenOn, t.Page, t.Source });

    public void Configure(EntityTypeBuilder<StatisticsTool> tool) => tool.Property(t => t.Version).IsRowVersion();
}
