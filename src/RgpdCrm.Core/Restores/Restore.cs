using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Restores;

/// <summary>One backup that was restored into this database. Until an admin opens it, the application is closed: no page but this one, no job, no mail.</summary>
public sealed class Restore
{
    [NotPersonal] public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The backup's name: the instant it was taken.</summary>
    [MaxLength(20), NotPersonal] public string Backup { get; init; } = "";

    [NotPersonal] public DateTimeOffset RestoredAt { get; init; }

    /// <summary>Number of the last entry of the ledger that the backup held: what follows is replayed.</summary>
    [NotPersonal] public long Ledger { get; init; }

    /// <summary>What is wrong with the register outside the database; none when it was whole.</summary>
    [NotPersonal] public OutsideFault? Fault { get; set; }

    /// <summary>When the replay was done and found right; none until then.</summary>
    [NotPersonal] public DateTimeOffset? VerifiedAt { get; set; }

    /// <summary>What the replay did: category, action, count.</summary>
    [NotPersonal] public List<RunCount> Counts { get; set; } = [];

    [NotPersonal] public DateTimeOffset? OpenedAt { get; set; }
    [NotPersonal] public Guid? OpenedById { get; set; }

    /// <summary>Opened without a whole register outside, by someone who typed what that means.</summary>
    [NotPersonal] public bool Knowingly { get; set; }

    /// <summary>The instant the backup was taken.</summary>
    public DateTimeOffset? TakenAt => BackupManifest.TakenAt(Backup);

    /// <summary>Whether a database was restored and nobody opened it yet.</summary>
    public static async Task<bool> IsClosedAsync(CrmDbContext db, CancellationToken cancel = default) =>
        (await db.Database.SqlQuery<bool>($"SELECT to_regnamespace({BackupRestore.Marker}) IS NOT NULL OR EXISTS (SELECT FROM restores WHERE opened_at IS NULL) AS \"Value\"").ToListAsync(cancel)).Single();
}

internal sealed class RestoreConfiguration : IEntityTypeConfiguration<Restore>
{
    public void Configure(EntityTypeBuilder<Restore> restore)
    {
        restore.OwnsMany(r => r.Counts, counts => counts.ToJson());
        restore.Ignore(r => r.TakenAt);
    }
}
