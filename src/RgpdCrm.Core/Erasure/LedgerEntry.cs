using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Erasure;

/// <summary>Proof of one erasure, archiving, erasure in part or merge, without any personal data. Entries are chained with SHA-256;
/// the application's database role can add to them and read them, nothing else. Kept 5 years.</summary>
public sealed class LedgerEntry
{
    /// <summary>Position in the chain, from 1, without a gap.</summary>
    [NotPersonal] public long Number { get; init; }

    /// <summary>Reference shown to people, random.</summary>
    [NotPersonal] public Guid Id { get; init; }

    /// <summary>SHA-256 of the record's random id (UUID version 4, so the hash tells nothing).</summary>
    [MaxLength(32), NotPersonal] public byte[] SubjectHash { get; init; } = [];

    /// <summary>SHA-256 of the id that was merged into the subject.</summary>
    [MaxLength(32), NotPersonal] public byte[]? OtherHash { get; init; }

    [MaxLength(20), NotPersonal] public string Category { get; init; } = "";
    [NotPersonal] public LedgerAction Action { get; init; }
    [NotPersonal] public Rule Rule { get; init; }
    [NotPersonal] public int PolicyVersion { get; init; }
    [NotPersonal] public Trigger Trigger { get; init; }

    /// <summary>Month of the last activity, as <c>2024-05</c>.</summary>
    [MaxLength(7), NotPersonal] public string? LastActivityMonth { get; init; }

    [NotPersonal] public DateOnly? DueOn { get; init; }
    [NotPersonal] public DateTimeOffset ExecutedAt { get; init; }

    /// <summary>Rows and objects destroyed, per table, as JSON with sorted keys.</summary>
    [NotPersonal] public string Counts { get; init; } = "{}";

    /// <summary>Hash of the entry before this one.</summary>
    [MaxLength(32), NotPersonal] public byte[] PreviousHash { get; init; } = [];

    /// <summary>SHA-256 over the previous hash and every field above.</summary>
    [MaxLength(32), NotPersonal] public byte[] Hash { get; init; } = [];

    /// <summary>A day as the ledger tells it: its month.</summary>
    internal static string MonthOf(DateOnly day) => $"{day.Year:0000}-{day.Month:00}";
}

/// <summary>What was done to the record.</summary>
public enum LedgerAction
{
    Erased,
    Archived,
    ErasedInPart,
    Merged,
}

/// <summary>What set it off.</summary>
public enum Trigger
{
    Schedule,
    Request,
    Admin,
}

/// <summary>Where the chain starts once entries older than 5 years are gone.</summary>
public sealed class LedgerAnchor
{
    [NotPersonal] public int Id { get; init; } = 1;
    [NotPersonal] public long Number { get; init; }
    [MaxLength(32), NotPersonal] public byte[] Hash { get; init; } = [];
}

internal sealed class LedgerConfiguration : IEntityTypeConfiguration<LedgerEntry>, IEntityTypeConfiguration<LedgerAnchor>
{
    public void Configure(EntityTypeBuilder<LedgerEntry> entry)
    {
        entry.ToTable("ledger");
        entry.HasKey(e => e.Number);
        entry.Property(e => e.Number).ValueGeneratedNever();
        entry.HasIndex(e => e.Id).IsUnique();
        entry.HasIndex(e => e.ExecutedAt);
        // One erasure per record, whatever races; someone may be archived more than once in their life.
        entry.HasIndex(e => e.SubjectHash).IsUnique().HasFilter("action = 'Erased'");
    }

    public void Configure(EntityTypeBuilder<LedgerAnchor> anchor)
    {
        anchor.ToTable("ledger_anchor");
        anchor.Property(a => a.Id).ValueGeneratedNever();
    }
}
