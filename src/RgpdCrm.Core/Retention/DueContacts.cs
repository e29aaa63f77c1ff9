using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Retention;

/// <summary>The broad list of people on whom a decision might act, served by indexes (Data/Sql/due_contacts.sql), in a temporary table of the connection.
/// It may name too many; <see cref="RetentionPolicy.Decide"/> has the last word.</summary>
internal static class DueContacts
{
    /// <summary>Who might be acted on at a date under the rules in force.</summary>
    public static NpgsqlParameter[] Bounds(PolicyHistory policies, DateOnly on) =>
        Bounds([policies.Current], on, pendingBefore: on.AddMonths(-policies.Versions.Min(v => v.PendingMonths)).AddDays(RetentionPolicy.ClampDays), policies.Versions);

    /// <summary>Who might be acted on at any date up to the last under one of several rules; everyone in the queue, whatever their date.</summary>
    public static NpgsqlParameter[] BoundsUntil(DateOnly last, params PolicyHistory[] alternatives) =>
        Bounds([.. alternatives.Select(a => a.Current)], last, pendingBefore: last, [.. alternatives.SelectMany(a => a.Versions)]);

    private static NpgsqlParameter[] Bounds(IReadOnlyList<RetentionPolicy> current, DateOnly on, DateOnly pendingBefore, IReadOnlyList<RetentionPolicy> versions)
    {
        var (inactivity, silence) = (current.Min(p => p.InactivityMonths), current.Min(p => p.SilenceMonths));
        return
        [
            new("today", on),
            new("exempt", current.All(p => p.ProfessionalsExempt)),
            new("inactivity", inactivity),
            new("silence", silence),
            new("pending", current[^1].PendingMonths),
            new("idle_before", on.AddMonths(-inactivity).AddDays(RetentionPolicy.ClampDays)),
            new("silent_before", on.AddMonths(-silence).AddDays(RetentionPolicy.ClampDays)),
            new("pending_before", pendingBefore),
            new("idle_after", on.AddMonths(-versions.Max(v => v.InactivityMonths)).AddDays(-RetentionPolicy.ClampDays)),
            new("silent_after", on.AddMonths(-versions.Max(v => v.SilenceMonths)).AddDays(-RetentionPolicy.ClampDays)),
            new("kept_before", on.AddMonths(RetentionPolicy.ArchiveNoticeMonths).AddDays(RetentionPolicy.ClampDays)),
        ];
    }

    /// <summary>Fills the list; the connection must stay open while it is read.</summary>
    public static async Task ListAsync(CrmDbContext db, NpgsqlParameter[] bounds, CancellationToken cancel)
    {
        await EmptyAsync(db, cancel);
        await db.Database.ExecuteSqlRawAsync(Migrator.Script("due_contacts.sql"), bounds, cancel);
    }

    /// <summary>Makes the list, or empties it.</summary>
    public static Task EmptyAsync(CrmDbContext db, CancellationToken cancel) => db.Database.ExecuteSqlRawAsync("""
        CREATE TEMP TABLE IF NOT EXISTS due (position bigint PRIMARY KEY, id uuid NOT NULL);
        TRUNCATE due
        """, cancel);

    /// <summary>The listed people's facts on a date, streamed.</summary>
    public static IAsyncEnumerable<FactsRow> FactsAsync(CrmDbContext db, DateOnly on)
    {
        var listed = db.Database.SqlQuery<Guid>($"SELECT id AS \"Value\" FROM due");
        return db.Contacts.Where(c => listed.Contains(c.Id)).Facts(db, on).AsAsyncEnumerable();
    }
}
