using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Erasure;

/// <summary>Something outside the database that has to go: written in the transaction that decides it, drained afterwards by a job,
/// gone itself once the object is seen to be absent.</summary>
public sealed class ObjectRemoval
{
    [NotPersonal] public Guid Id { get; init; } = Guid.CreateVersion7();
    [NotPersonal] public StoredObject What { get; init; }

    /// <summary>The random key of the photo or document.</summary>
    [MaxLength(32), NotPersonal] public required string Key { get; init; }

    [NotPersonal] public DateTimeOffset AskedAt { get; init; }
    [NotPersonal] public int Attempts { get; set; }
    [NotPersonal] public DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>Asks for the removal of objects; saved with the change that makes them go.</summary>
    public static void Ask(CrmDbContext db, StoredObject what, IEnumerable<string> keys, DateTimeOffset now) =>
        db.ObjectRemovals.AddRange(keys.Select(key => new ObjectRemoval { What = what, Key = key, AskedAt = now, NextAttemptAt = now }));

    /// <summary>The same in one statement, at once, inside the caller's transaction.</summary>
    public static Task AskAsync(CrmDbContext db, StoredObject what, IReadOnlyCollection<string> keys, DateTimeOffset now, CancellationToken cancel = default) =>
        keys.Count == 0 ? Task.CompletedTask : db.Database.ExecuteSqlAsync($"""
            INSERT INTO object_removals (id, what, key, asked_at, attempts, next_attempt_at)
            SELECT gen_random_uuid(), {what.ToString()}, key, {now}, 0, {now} FROM unnest({keys.ToArray()}) AS key
            """, cancel);

    /// <summary>The same as a part of the statement that deletes, so that it counts by what hung there: a <c>WITH</c> clause on the <c>key</c> of the rows of <paramref name="gone"/>; parameter 1 is the instant.</summary>
    internal static string AskedOf(string gone, params StoredObject[] objects) => $$"""
        asked AS (INSERT INTO object_removals (id, what, key, asked_at, attempts, next_attempt_at)
                  SELECT gen_random_uuid(), what, key, {1}, 0, {1} FROM {{gone}}, unnest(ARRAY[{{string.Join(", ", objects.Select(o => $"'{o}'"))}}]) AS what)
        """;
}

/// <summary>Kinds of objects outside the database.</summary>
public enum StoredObject
{
    /// <summary>The published sizes of a photo, in the photo store.</summary>
    PublishedPhoto,

    /// <summary>The master of a photo, in the storage folder.</summary>
    PhotoMaster,

    /// <summary>A document of a mandate or contract, in the storage folder.</summary>
    Document,

    /// <summary>Papers that prove who asks for a right, in the storage folder.</summary>
    Papers,
}

internal sealed class ObjectRemovalConfiguration : IEntityTypeConfiguration<ObjectRemoval>
{
    public void Configure(EntityTypeBuilder<ObjectRemoval> removal) => removal.HasIndex(r => r.NextAttemptAt);
}
