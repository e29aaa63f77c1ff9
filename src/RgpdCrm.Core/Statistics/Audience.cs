using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Statistics;

/// <summary>How often the website was seen in a period: totals of finished days, raw hits of those not summed yet.</summary>
/// <param name="Days">Days with at least one hit.</param>
/// <param name="Pages">The most seen pages, the first one first.</param>
/// <param name="Sources">The sites people came from, the first one first; those who came directly are not among them.</param>
/// <param name="Direct">Pages reached directly or from our own pages.</param>
public sealed record Audience(IReadOnlyDictionary<DateOnly, int> Days, IReadOnlyList<Audience.Line> Pages, IReadOnlyList<Audience.Line> Sources, int Direct)
{
    /// <summary>Pages and sources listed at most.</summary>
    public const int MostLines = 10;

    /// <summary>The page under which the rarest of a day are summed.</summary>
    public const string OtherPages = "/" + SeenPage.Hidden;

    /// <summary>Pages seen in the period.</summary>
    public int Total => Days.Values.Sum();

    /// <summary>A page or a source, and how often.</summary>
    public sealed record Line(string Name, int Count);

    /// <summary>Reads a period, both days included.</summary>
    public static async Task<Audience> ReadAsync(CrmDbContext db, DateOnly from, DateOnly to, DateOnly today, CancellationToken cancel = default)
    {
        var summed = await db.DailyTotals.MaxAsync(t => (DateOnly?)t.SeenOn, cancel);
        var raw = summed < today ? summed.Value.AddDays(1) : summed is null ? DateOnly.MinValue : today;
        var seen = db.DailyTotals.Where(t => t.SeenOn >= from && t.SeenOn <= to && t.SeenOn < raw).Select(t => new { t.SeenOn, t.Page, t.Source, t.Count })
            .Concat(db.Hits.Where(h => h.SeenOn >= from && h.SeenOn <= to && h.SeenOn >= raw).Select(h => new { h.SeenOn, h.Page, h.Source, Count = 1 }));
        var days = await seen.GroupBy(s => s.SeenOn).Select(g => new { Day = g.Key, Count = g.Sum(s => s.Count) }).ToDictionaryAsync(d => d.Day, d => d.Count, cancel);
        var pages = await seen.GroupBy(s => s.Page).Select(g => new { g.Key, Count = g.Sum(s => s.Count) }).OrderByDescending(g => g.Count).ThenBy(g => g.Key).Take(MostLines).ToListAsync(cancel);
        var sources = await seen.GroupBy(s => s.Source).Select(g => new { g.Key, Count = g.Sum(s => s.Count) }).OrderByDescending(g => g.Key == "").ThenByDescending(g => g.Count).ThenBy(g => g.Key).Take(MostLines + 1).ToListAsync(cancel);
        return new Audience(days, [.. pages.Select(p => new Line(p.Key, p.Count))],
            [.. sources.Where(s => s.Key.Length > 0).Take(MostLines).Select(s => new Line(s.Key, s.Count))], sources.Where(s => s.Key.Length == 0).Sum(s => s.Count));
    }
}
