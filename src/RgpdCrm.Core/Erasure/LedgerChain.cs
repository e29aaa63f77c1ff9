using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Erasure;

/// <summary>Appends to the ledger and checks it. Each entry's hash covers the one before: a missing, altered or reordered entry shows.</summary>
public static class LedgerChain
{
    private static readonly byte[] Start = new byte[32];

    /// <summary>Recomputes the whole chain, entry by entry, with flat memory.</summary>
    public static async Task<LedgerCheck> VerifyAsync(CrmDbContext db, CancellationToken cancel = default)
    {
        var anchor = await db.LedgerAnchors.AsNoTracking().SingleOrDefaultAsync(cancel);
        var (number, hash, entries) = (anchor?.Number ?? 0, anchor?.Hash ?? Start, 0L);
        await foreach (var entry in db.Ledger.AsNoTracking().OrderBy(e => e.Number).AsAsyncEnumerable().WithCancellation(cancel))
        {
            if (entry.Number != number + 1 || !entry.PreviousHash.AsSpan().SequenceEqual(hash) || !entry.Hash.AsSpan().SequenceEqual(HashOf(entry)))
                return new LedgerCheck(false, entries, entry.Number);
            (number, hash, entries) = (entry.Number, entry.Hash, entries + 1);
        }
        return new LedgerCheck(true, entries, null);
    }

    /// <summary>Adds entries inside the caller's transaction; whoever appends meanwhile waits until it ends.</summary>
    internal static async Task AppendAsync(CrmDbContext db, IReadOnlyList<LedgerEntry> entries, CancellationToken cancel)
    {
        if (entries.Count == 0) return;
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({(long)AdvisoryLock.Ledger})", cancel);
        var (number, hash) = await HeadAsync(db, cancel);
        var chained = new List<LedgerEntry>(entries.Count);
        foreach (var draft in entries)
        {
            chained.Add(Chained(draft, ++number, hash));
            hash = chained[^1].Hash;
        }
        await WriteAsync(db, chained, cancel);
    }

    /// <summary>Adds entries that were taken out of this very chain and kept outside, as they are, inside the caller's transaction.</summary>
    /// <exception cref="InvalidDataException">They do not follow from the last one.</exception>
    internal static async Task ContinueAsync(CrmDbContext db, IEnumerable<LedgerEntry> entries, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({(long)AdvisoryLock.Ledger})", cancel);
        var (number, hash) = await HeadAsync(db, cancel);
        var known = number;
        List<LedgerEntry> later = [.. entries.Where(e => e.Number > known)];
        foreach (var entry in later)
        {
            if (entry.Number != number + 1 || !entry.PreviousHash.AsSpan().SequenceEqual(hash) || !entry.Hash.AsSpan().SequenceEqual(HashOf(entry)))
                throw new InvalidDataException($"Entry {entry.Number} does not follow from the ledger.");
            (number, hash) = (entry.Number, entry.Hash);
        }
        if (later.Count > 0) await WriteAsync(db, later, cancel);
    }

    /// <summary>Number and hash of the last entry; those of the anchor once every entry is gone.</summary>
    internal static async Task<(long Number, byte[] Hash)> HeadAsync(CrmDbContext db, CancellationToken cancel)
    {
        var last = await db.Ledger.AsNoTracking().OrderByDescending(e => e.Number).Select(e => new { e.Number, e.Hash }).FirstOrDefaultAsync(cancel)
            ?? await db.LedgerAnchors.AsNoTracking().Select(a => new { a.Number, a.Hash }).FirstOrDefaultAsync(cancel)
            ?? new { Number = 0L, Hash = Start };
        return (last.Number, last.Hash);
    }

    private static async Task WriteAsync(CrmDbContext db, IReadOnlyList<LedgerEntry> entries, CancellationToken cancel)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using var writer = await connection.BeginBinaryImportAsync("""
            COPY ledger (number, id, subject_hash, other_hash, category, action, rule, policy_version, trigger, last_activity_month, due_on, executed_at, counts, previous_hash, hash)
            FROM STDIN (FORMAT binary)
            """, cancel);
        foreach (var entry in entries)
        {
            await writer.StartRowAsync(cancel);
            await writer.WriteAsync(entry.Number, NpgsqlDbType.Bigint, cancel);
            await writer.WriteAsync(entry.Id, NpgsqlDbType.Uuid, cancel);
            await writer.WriteAsync(entry.SubjectHash, NpgsqlDbType.Bytea, cancel);
            if (entry.OtherHash is null) await writer.WriteNullAsync(cancel); else await writer.WriteAsync(entry.OtherHash, NpgsqlDbType.Bytea, cancel);
            await writer.WriteAsync(entry.Category, NpgsqlDbType.Varchar, cancel);
            await writer.WriteAsync(entry.Action.ToString(), NpgsqlDbType.Varchar, cancel);
            await writer.WriteAsync(entry.Rule.ToString(), NpgsqlDbType.Varchar, cancel);
            await writer.WriteAsync(entry.PolicyVersion, NpgsqlDbType.Integer, cancel);
            await writer.WriteAsync(entry.Trigger.ToString(), NpgsqlDbType.Varchar, cancel);
            if (entry.LastActivityMonth is null) await writer.WriteNullAsync(cancel); else await writer.WriteAsync(entry.LastActivityMonth, NpgsqlDbType.Varchar, cancel);
            if (entry.DueOn is null) await writer.WriteNullAsync(cancel); else await writer.WriteAsync(entry.DueOn.Value, NpgsqlDbType.Date, cancel);
            await writer.WriteAsync(entry.ExecutedAt, NpgsqlDbType.TimestampTz, cancel);
            await writer.WriteAsync(entry.Counts, NpgsqlDbType.Text, cancel);
            await writer.WriteAsync(entry.PreviousHash, NpgsqlDbType.Bytea, cancel);
            await writer.WriteAsync(entry.Hash, NpgsqlDbType.Bytea, cancel);
        }
        await writer.CompleteAsync(cancel);
    }

    private static LedgerEntry Chained(LedgerEntry draft, long number, byte[] previous)
    {
        var entry = Copy([]);
        return Copy(HashOf(entry));

        LedgerEntry Copy(byte[] hash) => new()
        {
            Number = number,
            Id = draft.Id,
            SubjectHash = draft.SubjectHash,
            OtherHash = draft.OtherHash,
            Category = draft.Category,
            Action = draft.Action,
            Rule = draft.Rule,
            PolicyVersion = draft.PolicyVersion,
            Trigger = draft.Trigger,
            LastActivityMonth = draft.LastActivityMonth,
            DueOn = draft.DueOn,
            ExecutedAt = WholeMicroseconds(draft.ExecutedAt),
            Counts = draft.Counts,
            PreviousHash = previous,
            Hash = hash,
        };
    }

    // PostgreSQL keeps microseconds; a hash over more would never match again.
    private static DateTimeOffset WholeMicroseconds(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    private static byte[] HashOf(LedgerEntry e) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        Convert.ToHexString(e.PreviousHash),
        e.Number.ToString(CultureInfo.InvariantCulture),
        e.Id.ToString(),
        Convert.ToHexString(e.SubjectHash),
        e.OtherHash is null ? "" : Convert.ToHexString(e.OtherHash),
        e.Category,
        e.Action.ToString(),
        e.Rule.ToString(),
        e.PolicyVersion.ToString(CultureInfo.InvariantCulture),
        e.Trigger.ToString(),
        e.LastActivityMonth,
        e.DueOn?.ToString("O", CultureInfo.InvariantCulture),
        e.ExecutedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        e.Counts)));
}

/// <summary>Result of recomputing the chain.</summary>
/// <param name="Intact">Every entry follows from the one before.</param>
/// <param name="Entries">Entries found right.</param>
/// <param name="BrokenAt">Number of the first entry that does not.</param>
public sealed record LedgerCheck(bool Intact, long Entries, long? BrokenAt);
