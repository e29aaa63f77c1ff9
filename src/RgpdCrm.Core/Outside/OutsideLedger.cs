using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Core.Outside;

/// <summary>The register outside the database: append-only files of chained lines, one a month, in a folder best on another volume. What is about to be destroyed is on its disk before
/// the transaction opens, what was destroyed after the commit, so that a restored backup brings nobody back. The database knows which chain is its own and writes into no other. Any number of processes of one machine, or of one shared folder that knows locks, may write.</summary>
public sealed class OutsideLedger(string folder, AgencyClock clock)
{
    private const int ALine = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), BetweenTries = TimeSpan.FromMilliseconds(10), Settled = TimeSpan.FromHours(1);
    internal const string Extension = ".jsonl", Zero = "0000000000000000000000000000000000000000000000000000000000000000";

    private readonly string _folder = Path.GetFullPath(folder);

    /// <summary>Where the files are.</summary>
    public string Folder => _folder;

    /// <summary>Writes what is about to be done, and returns once it is on the disk.</summary>
    /// <param name="db">The database, outside any transaction.</param>
    /// <param name="intent">What is about to be done.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>The act, which its confirmation closes.</returns>
    /// <exception cref="OutsideLedgerException">It cannot be written: nothing may be done.</exception>
    public async Task<Guid> IntendAsync(CrmDbContext db, Intent intent, CancellationToken cancel = default)
    {
        var act = Guid.NewGuid();
        await GuardAsync(async () =>
        {
            using var door = await LockAsync(cancel);
            await WriteAsync(db, await OwnHeadAsync(db, cancel), [new OutsideLine
            {
                Kind = OutsideKind.Intent,
                Act = act,
                Trigger = intent.Trigger,
                Category = intent.Category,
                Subjects = intent.Subjects.Count > 0 ? [.. intent.Subjects.Select(OutsideLine.HashOf)] : null,
                Facts = intent.Facts.Count > 0 ? intent.Facts : null,
            }], cancel);
            return true;
        });
        return act;
    }

    /// <summary>Writes what the database has done and nobody wrote out here yet: entries of its ledger, and facts of its outbox. A confirmation that was lost is written by the next one.</summary>
    /// <param name="db">The database, outside any transaction.</param>
    /// <param name="closes">Acts whose transactions are over, whatever came of them.</param>
    /// <param name="kind">What the lines are.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="OutsideLedgerException">It cannot be written; the next confirmation tries again.</exception>
    public Task ConfirmAsync(CrmDbContext db, IReadOnlyCollection<Guid> closes, OutsideKind kind = OutsideKind.Done, CancellationToken cancel = default) => GuardAsync(async () =>
    {
        using var door = await LockAsync(cancel);
        var head = await OwnHeadAsync(db, cancel);
        var facts = await db.OutsideOutbox.AsNoTracking().OrderBy(f => f.Number).ToListAsync(cancel);
        var lines = new List<OutsideLine>();
        for (var known = head.Ledger; ;)
        {
            var entries = await db.Ledger.AsNoTracking().Where(e => e.Number > known).OrderBy(e => e.Number).Take(ALine).ToListAsync(cancel);
            if (entries.Count == 0) break;
            known = entries[^1].Number;
            lines.Add(new OutsideLine { Kind = OutsideKind.Done, Ledger = known, Entries = entries });
        }
        if (kind == OutsideKind.Restored) lines.Add(new OutsideLine { Kind = kind });
        lines.AddRange(facts.Chunk(ALine).Select(some => new OutsideLine { Kind = OutsideKind.Done, Facts = [.. some.Select(f => new OutsideFact(f.Kind, JsonSerializer.Deserialize<JsonElement>(f.Data)))] }));
        // One act may ride on the last line; each further one has a line of its own.
        foreach (var act in closes)
        {
            if (lines is [.., { Kind: OutsideKind.Done } last] && last.Act == default) lines[^1] = lines[^1] with { Act = act };
            else lines.Add(new OutsideLine { Kind = OutsideKind.Done, Act = act });
        }
        if (lines.Count > 0) await WriteAsync(db, head, lines, cancel);
        var written = facts.Select(f => f.Number).ToArray();
        if (written.Length > 0) await db.OutsideOutbox.Where(f => written.Contains(f.Number)).ExecuteDeleteAsync(cancel);
        return true;
    });

    /// <summary>Confirms, and closes the acts whose process died on the way: an hour later their transaction is over, and the database has said what came of it.</summary>
    /// <exception cref="OutsideLedgerException">It cannot be written.</exception>
    public async Task SettleAsync(CrmDbContext db, CancellationToken cancel = default)
    {
        var open = await GuardAsync(async () => (await OutsideHistory.ReadAsync(Segments().TakeLast(2), cancel)).Open.Where(line => clock.Now - line.At > Settled).Select(line => line.Act).ToList());
        await ConfirmAsync(db, open, cancel: cancel);
    }

    /// <summary>Whether it can be written, and whether everything older than an hour is known out here.</summary>
    public async Task<OutsideState> CheckAsync(CrmDbContext db, CancellationToken cancel = default)
    {
        try
        {
            long known;
            using (await LockAsync(cancel))
            {
                var head = ReadHead();
                if (!await IsOwnAsync(db, head, await OwnAsync(db, cancel), cancel)) return OutsideState.Foreign;
                known = head.Ledger;
            }
            var before = clock.Now - Settled;
            return await db.Ledger.AnyAsync(e => e.Number > known && e.ExecutedAt < before, cancel) ? OutsideState.Behind : OutsideState.UpToDate;
        }
        catch (Exception e) when (IsOurs(e))
        {
            return OutsideState.Closed;
        }
    }

    /// <summary>Number of the last line; 0 while there is none.</summary>
    /// <exception cref="OutsideLedgerException">It cannot be read.</exception>
    internal Task<long> LastAsync(CancellationToken cancel) => GuardAsync(async () =>
    {
        using var door = await LockAsync(cancel);
        return ReadHead().Number;
    });

    /// <summary>Puts the files aside, in a folder of their own, and begins a new chain that says everything again: the whole ledger of the database, and what protects or restrains as it stands now.
    /// For a folder that is lost, or damaged, and for who opens a restored database without it.</summary>
    /// <param name="db">The database, outside any transaction.</param>
    /// <param name="kind">What the lines are.</param>
    /// <param name="cancel">Stops; may be repeated.</param>
    /// <exception cref="OutsideLedgerException">It cannot be done.</exception>
    public async Task BeginAnewAsync(CrmDbContext db, OutsideKind kind = OutsideKind.Done, CancellationToken cancel = default)
    {
        await PutAsideAsync(cancel);
        await db.Database.ExecuteSqlRawAsync(TellEverything, cancel);
        await ConfirmAsync(db, [], kind, cancel);
    }

    // The triggers of the register tell what an update leaves as it was, too; rules are only ever added, and accounts change all the time.
    private const string TellEverything = """
        UPDATE installation SET chain = NULL;
        UPDATE holds SET review_on = review_on;
        UPDATE objections SET latest_on = latest_on;
        UPDATE consents SET withdrawn_at = withdrawn_at WHERE withdrawn_at IS NOT NULL;
        UPDATE subscriptions SET stopped_on = stopped_on WHERE stopped_on IS NOT NULL;
        UPDATE api_keys SET revoked_at = revoked_at WHERE revoked_at IS NOT NULL;
        INSERT INTO outside_outbox (kind, data) SELECT 'policy', to_jsonb(p) - 'reason' - 'published_by_id' FROM policy_versions p ORDER BY version;
        INSERT INTO outside_outbox (kind, data) SELECT 'account', outside_account(a) FROM accounts a
        """;

    /// <summary>Puts the files aside, in a folder of their own.</summary>
    /// <exception cref="OutsideLedgerException">It cannot be done.</exception>
    internal Task PutAsideAsync(CancellationToken cancel) => GuardAsync(async () =>
    {
        using var door = await LockAsync(cancel);
        var aside = Path.Combine(_folder, $"aside-{clock.Now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}");
        var segments = Segments();
        if (segments.Count > 0) Directory.CreateDirectory(aside);
        foreach (var segment in segments) File.Move(segment, Path.Combine(aside, Path.GetFileName(segment)));
        return true;
    });

    /// <summary>Puts into an empty folder the files that a copy holds.</summary>
    /// <exception cref="OutsideLedgerException">It cannot be written.</exception>
    internal Task FillAsync(IReadOnlyDictionary<string, byte[]> files, CancellationToken cancel) => GuardAsync(async () =>
    {
        using var door = await LockAsync(cancel);
        foreach (var (name, content) in files) await StoredFiles.WriteWholeAsync(Path.Combine(_folder, name), new MemoryStream(content), cancel);
        return true;
    });

    /// <summary>The files, the oldest first.</summary>
    public IReadOnlyList<string> Segments() => Directory.Exists(_folder) ? [.. Directory.EnumerateFiles(_folder, "*" + Extension).Order(StringComparer.Ordinal)] : [];

    private async Task<FileStream> LockAsync(CancellationToken cancel)
    {
        if (!OperatingSystem.IsWindows()) Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        for (var left = Patience / BetweenTries; ; left--)
        {
            try
            {
                return new FileStream(Path.Combine(_folder, "lock"), Mine(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (left > 0 && e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
            {
                // Another process writes.
                await Task.Delay(BetweenTries, cancel);
            }
        }
    }

    private async Task<Head> OwnHeadAsync(CrmDbContext db, CancellationToken cancel)
    {
        var (head, own) = (ReadHead(), await OwnAsync(db, cancel));
        if (!await IsOwnAsync(db, head, own, cancel)) throw new InvalidDataException("The folder is empty, holds the register of something else, or knows more than the database.");
        if (own is null && head.Number > 0) await AdoptAsync(db, cancel);
        return head;
    }

    // A folder that is empty where a register was is a disk that is not mounted; one that knows more than the database means that an older database was put back.
    private async Task<bool> IsOwnAsync(CrmDbContext db, Head head, string? own, CancellationToken cancel) =>
        (own is null || own == First()?.Hash) && head.Ledger <= (await LedgerChain.HeadAsync(db, cancel)).Number;

    private static Task<string?> OwnAsync(CrmDbContext db, CancellationToken cancel) => db.Installations.Select(i => i.Chain).SingleAsync(cancel);

    private Task<int> AdoptAsync(CrmDbContext db, CancellationToken cancel) => db.Database.ExecuteSqlAsync($"UPDATE installation SET chain = {First()!.Value.Hash}", cancel);

    /// <summary>The line with which the chain begins; none when nothing was written yet, or what stands there is no line.</summary>
    internal (OutsideLine Line, string Hash)? First()
    {
        if (Segments() is not [var oldest, ..]) return null;
        using var reader = new StreamReader(new FileStream(oldest, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), Encoding.UTF8);
        try
        {
            return reader.ReadLine() is { } line ? OutsideLine.Read(line) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Head ReadHead()
    {
        if (Segments() is not [.., var newest]) return new Head(null, 0, Zero, 0);
        using var file = new FileStream(newest, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var last = LastLine(file, out var whole);
        // What a power cut left of a line that nobody was told of.
        if (whole < file.Length) file.SetLength(whole);
        if (last is null) return Segments() is [.., var before, _] ? ReadHeadOf(before, newest) : new Head(newest, 0, Zero, 0);
        return OutsideLine.Read(last) is var (line, hash) ? new Head(newest, line.Number, hash, line.Ledger) : throw new InvalidDataException("The last line is not one that was written here.");
    }

    private static Head ReadHeadOf(string segment, string newest)
    {
        using var file = new FileStream(segment, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return LastLine(file, out _) is { } text && OutsideLine.Read(text) is var (line, hash) ? new Head(newest, line.Number, hash, line.Ledger) : throw new InvalidDataException("The last line is not one that was written here.");
    }

    // Read from the end: a month's file is long, its last line short.
    private static string? LastLine(FileStream file, out long whole)
    {
        const int Block = 1 << 16;
        var (bytes, from, end) = (Array.Empty<byte>(), file.Length, -1);
        whole = 0;
        while (true)
        {
            if (end < 0 && Array.LastIndexOf(bytes, (byte)'\n') is >= 0 and var found) (end, whole) = (found, from + found + 1);
            if (end > 0 && Array.LastIndexOf(bytes, (byte)'\n', end - 1) is >= 0 and var start) return Encoding.UTF8.GetString(bytes, start + 1, end - start - 1);
            if (from == 0) return end > 0 ? Encoding.UTF8.GetString(bytes, 0, end) : null;
            var length = (int)Math.Min(Block, from);
            var more = new byte[length + bytes.Length];
            file.Position = from -= length;
            file.ReadExactly(more, 0, length);
            bytes.CopyTo(more, length);
            if (end >= 0) end += length;
            bytes = more;
        }
    }

    private async Task WriteAsync(CrmDbContext db, Head head, IReadOnlyList<OutsideLine> lines, CancellationToken cancel)
    {
        if (head.Number == 0) lines = [new OutsideLine { Kind = OutsideKind.Begun, Act = Guid.NewGuid() }, .. lines];
        var (number, hash, ledger) = (head.Number, head.Hash, head.Ledger);
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            ledger = Math.Max(ledger, line.Ledger);
            var (written, next) = (line with { Number = ++number, At = clock.Now, Ledger = ledger, Previous = hash }).Write();
            hash = next;
            text.Append(written).Append('\n');
        }
        await using (var file = new FileStream(SegmentAfter(head), Mine(FileMode.Append, FileAccess.Write, FileShare.Read)))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancel);
            file.Flush(flushToDisk: true);
        }
        if (head.Number == 0) await AdoptAsync(db, cancel);
    }

    // A clock that went back never opens an earlier file.
    private string SegmentAfter(Head head)
    {
        var now = Path.Combine(_folder, clock.Now.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture) + Extension);
        return head.Segment is { } newest && string.CompareOrdinal(newest, now) > 0 ? newest : now;
    }

    private static FileStreamOptions Mine(FileMode mode, FileAccess access, FileShare share)
    {
        var mine = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows()) mine.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return mine;
    }

    private static bool IsOurs(Exception e) => e is IOException or UnauthorizedAccessException or InvalidDataException or JsonException;

    private static async Task<T> GuardAsync<T>(Func<Task<T>> write)
    {
        try
        {
            return await write();
        }
        catch (Exception e) when (IsOurs(e))
        {
            throw new OutsideLedgerException(e);
        }
    }

    private sealed record Head(string? Segment, long Number, string Hash, long Ledger);
}

/// <summary>The register outside the database cannot be written or read: what would be destroyed without a trace is not destroyed.</summary>
public sealed class OutsideLedgerException(Exception inner) : InvalidOperationException("The register outside the database cannot be written.", inner);

/// <summary>How the register outside the database is doing.</summary>
public enum OutsideState
{
    UpToDate,

    /// <summary>The database did something an hour ago that is not written out here.</summary>
    Behind,

    /// <summary>It cannot be written: nothing is destroyed until it can.</summary>
    Closed,

    /// <summary>The folder is empty, holds the register of something else, or knows more than the database: nothing is destroyed until the right ones are together, or an operator begins a new one.</summary>
    Foreign,
}

/// <summary>An act between its intent and its confirmation.</summary>
public static class OutsideAct
{
    /// <summary>Does something once the intent is on the disk, and confirms what came of it. Without a register outside, it is just done. When the confirmation cannot be written the act stands all the same:
    /// the next one writes it, and the alarm of <see cref="OutsideLedger.CheckAsync"/> sounds until then. An act that throws stays open: nobody here knows whether it was committed.</summary>
    /// <exception cref="OutsideLedgerException">The intent cannot be written: nothing was done.</exception>
    public static async Task<T> TraceAsync<T>(this OutsideLedger? outside, CrmDbContext db, Intent intent, Func<Task<T>> act, CancellationToken cancel = default)
    {
        if (outside is null) return await act();
        var id = await outside.IntendAsync(db, intent, cancel);
        var done = await act();
        try
        {
            await outside.ConfirmAsync(db, [id], cancel: cancel);
        }
        catch (Exception e) when (e is OutsideLedgerException or NpgsqlException)
        {
            // Done and committed; see above.
        }
        return done;
    }
}
