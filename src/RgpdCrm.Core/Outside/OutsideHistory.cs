using System.Text;
using System.Text.Json;
using RgpdCrm.Core.Erasure;

namespace RgpdCrm.Core.Outside;

/// <summary>The register outside the database, read from its beginning as far as it is whole.</summary>
public sealed class OutsideHistory
{
    private OutsideHistory(IReadOnlyList<OutsideLine> lines, OutsideFault? fault) => (Lines, Fault) = (lines, fault);

    /// <summary>The lines up to the first that is not as it was written.</summary>
    public IReadOnlyList<OutsideLine> Lines { get; }

    /// <summary>What is wrong with the rest; none when everything is whole.</summary>
    public OutsideFault? Fault { get; }

    /// <summary>Intents that nothing closed: what came of them is not known.</summary>
    public IEnumerable<OutsideLine> Open
    {
        get
        {
            var settled = Lines.LastOrDefault(l => l.Kind == OutsideKind.Restored)?.Number ?? 0;
            var closed = Lines.Where(l => l.Kind == OutsideKind.Done && l.Act != default).Select(l => l.Act).ToHashSet();
            return Lines.Where(l => l.Kind == OutsideKind.Intent && l.Number > settled && !closed.Contains(l.Act));
        }
    }

    /// <summary>Entries of the database's ledger, in their order.</summary>
    public IEnumerable<LedgerEntry> Entries => Lines.SelectMany(l => l.Entries ?? []);

    /// <summary>Every fact, the latest last; of intents, those that nothing closed; with the number of its line.</summary>
    public IEnumerable<(long Line, OutsideFact Fact)> Facts => Lines.Where(l => l.Kind != OutsideKind.Intent).Concat(Open).OrderBy(l => l.Number).SelectMany(l => (l.Facts ?? []).Select(f => (l.Number, f)));

    /// <summary>Reads files in their order. An empty folder is <see cref="OutsideFault.Missing"/>.</summary>
    public static async Task<OutsideHistory> ReadAsync(IEnumerable<string> segments, CancellationToken cancel = default)
    {
        var contents = new List<byte[]>();
        foreach (var segment in segments)
        {
            // Shared: another process may be adding a line, which is then not read.
            await using var file = new FileStream(segment, new FileStreamOptions { Share = FileShare.ReadWrite, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
            var content = new MemoryStream();
            await file.CopyToAsync(content, cancel);
            contents.Add(content.ToArray());
        }
        return Read(contents);
    }

    /// <summary>The same from contents in memory.</summary>
    internal static OutsideHistory Read(IEnumerable<byte[]> segments)
    {
        var lines = new List<OutsideLine>();
        string? hash = null;
        foreach (var content in segments)
        {
            var text = Encoding.UTF8.GetString(content);
            for (var from = 0; from < text.Length;)
            {
                var end = text.IndexOf('\n', from);
                if (end < 0) return new OutsideHistory(lines, OutsideFault.Truncated);
                if (Parse(text[from..end]) is not var (line, own)) return new OutsideHistory(lines, OutsideFault.Altered);
                // The first that is read may be the middle of the chain: then only its own hash is known to be right.
                if (hash is not null && (line.Previous != hash || line.Number != lines[^1].Number + 1)) return new OutsideHistory(lines, OutsideFault.Broken);
                lines.Add(line);
                (hash, from) = (own, end + 1);
            }
        }
        return new OutsideHistory(lines, lines.Count == 0 ? OutsideFault.Missing : null);
    }

    /// <summary>The same history, known to be whole only from its first line on.</summary>
    internal OutsideHistory FromItsBeginning() => Lines is [] or [{ Number: 1, Previous: OutsideLedger.Zero }, ..] ? this : new OutsideHistory([], OutsideFault.Broken);

    /// <summary>The same history with a fault found by comparing it with something else.</summary>
    internal OutsideHistory With(OutsideFault fault) => new(Lines, Fault ?? fault);

    private static (OutsideLine Line, string Hash)? Parse(string text)
    {
        try
        {
            return OutsideLine.Read(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What is wrong with the register outside the database.</summary>
public enum OutsideFault
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>Its last line is cut off.</summary>
    Truncated,

    /// <summary>A line is not as it was written.</summary>
    Altered,

    /// <summary>A line is missing, or stands elsewhere than it was written.</summary>
    Broken,

    /// <summary>It knows less than the backup itself: it ends before it.</summary>
    Older,

    /// <summary>It tells of another database's ledger.</summary>
    Foreign,
}
