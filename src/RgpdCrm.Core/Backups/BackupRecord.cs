using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Backups;

/// <summary>One backup as the jobs page and the dead man's switch know it. The store, not this row, is the truth.</summary>
public sealed class BackupRecord
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>Its folder in the store.</summary>
    [MaxLength(20), NotPersonal] public string Name { get; init; } = "";

    [NotPersonal] public DateTimeOffset TakenAt { get; init; }
    [NotPersonal] public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Why it failed; none when it succeeded or is under way.</summary>
    [NotPersonal] public BackupFault? Fault { get; set; }

    /// <summary>Listed whole in the store after it was written.</summary>
    [NotPersonal] public bool Verified { get; set; }

    /// <summary>Bytes of the sealed dump.</summary>
    [NotPersonal] public long Bytes { get; set; }

    /// <summary>SHA-256 of the sealed dump, in hexadecimal.</summary>
    [MaxLength(64), NotPersonal] public string Digest { get; set; } = "";

    /// <summary>Photos and documents in it, and how many of them the store did not have before.</summary>
    [NotPersonal] public int Files { get; set; }

    /// <inheritdoc cref="Files"/>
    [NotPersonal] public int Copied { get; set; }

    /// <summary>When the key was made that seals it.</summary>
    [NotPersonal] public DateOnly? KeyMadeOn { get; set; }

    /// <summary>When the store no longer listed anything of it.</summary>
    [NotPersonal] public DateTimeOffset? GoneAt { get; set; }
}

internal sealed class BackupConfiguration : IEntityTypeConfiguration<BackupRecord>
{
    public void Configure(EntityTypeBuilder<BackupRecord> backup) => backup.ToTable("backups").HasIndex(b => b.TakenAt);
}
