using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Restores;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Register;

/// <summary>What was destroyed, when and under which rule, without anyone's identity; the chain is recomputed at each look.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock, IMemoryCache cache) : PageModel
{
    /// <summary>Entries on one page.</summary>
    public const int PageSize = 50;

    [BindProperty(SupportsGet = true)] public string? Year { get; set; }
    [BindProperty(SupportsGet = true)] public string? Done { get; set; }
    [BindProperty(SupportsGet = true, Name = "p")] public string? PageText { get; set; }

    public AgencyClock Clock => clock;
    public LedgerStatus Status { get; private set; } = null!;
    public RegisterFilter Filter { get; private set; } = null!;
    public IReadOnlyList<int> Years { get; private set; } = [];
    public int Total { get; private set; }
    public int PageNumber { get; private set; } = 1;
    public IReadOnlyList<LedgerEntry> Entries { get; private set; } = [];

    /// <summary>Backups that were restored into this database: the register went on from there.</summary>
    public IReadOnlyList<Restore> Restores { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        Filter = RegisterFilter.Read(Year, Done);
        Status = await LedgerStatus.VerifyAsync(cache, db, clock, cancel);
        Restores = await db.Restores.AsNoTracking().Where(r => r.OpenedAt != null).OrderByDescending(r => r.Id).ToListAsync(cancel);
        var span = await db.Ledger.GroupBy(_ => 1).Select(g => new { First = g.Min(e => e.ExecutedAt), Last = g.Max(e => e.ExecutedAt) }).SingleOrDefaultAsync(cancel);
        if (span is not null)
            Years = [.. Enumerable.Range(clock.DateOf(span.First).Year, clock.DateOf(span.Last).Year - clock.DateOf(span.First).Year + 1).Reverse()];
        var entries = Filter.Apply(db.Ledger.AsNoTracking(), clock);
        Total = await entries.CountAsync(cancel);
        PageNumber = Paging.Within(int.TryParse(PageText, NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? page : 1, Total, PageSize);
        Entries = await entries.OrderByDescending(e => e.Number).Skip((PageNumber - 1) * PageSize).Take(PageSize).ToListAsync(cancel);
    }
}

/// <summary>Which entries are looked at or exported.</summary>
public sealed record RegisterFilter(int? Year, LedgerAction? Action)
{
    public static RegisterFilter Read(string? year, string? action) => new(
        int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var y) && y is > 1999 and < 3000 ? y : null,
        Enum.TryParse<LedgerAction>(action, out var a) && Enum.IsDefined(a) ? a : null);

    internal IQueryable<LedgerEntry> Apply(IQueryable<LedgerEntry> entries, AgencyClock clock)
    {
        if (Action is { } action) entries = entries.Where(e => e.Action == action);
        if (Year is not { } year) return entries;
        var (from, to) = (StartOf(year, clock), StartOf(year + 1, clock));
        return entries.Where(e => e.ExecutedAt >= from && e.ExecutedAt < to);
    }

    // Midnight of 1 January in the agency's zone, as an instant.
    private static DateTimeOffset StartOf(int year, AgencyClock clock)
    {
        var noon = new DateTimeOffset(year, 1, 1, 12, 0, 0, TimeSpan.Zero);
        return new DateTimeOffset(year, 1, 1, 0, 0, 0, clock.Local(noon).Offset).ToUniversalTime();
    }
}

/// <summary>An entry's fields as people read them.</summary>
internal static class LedgerText
{
    /// <summary>Short reference of an entry: the first eight digits of its random id.</summary>
    public static string Reference(LedgerEntry entry) => entry.Id.ToString("N")[..8].ToUpperInvariant();

    public static IReadOnlyDictionary<string, int> Counts(LedgerEntry entry) =>
        System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, int>>(entry.Counts) ?? [];

    /// <summary>"3 échanges et rendez-vous, 1 adresse e-mail".</summary>
    public static string Destroyed(LedgerEntry entry) => string.Join(", ", Counts(entry).Select(c => $"{Format.Number(c.Value)}\u00a0{Words.Table(c.Key, c.Value)}"));

    public static string Category(LedgerEntry entry) => Format.Sentence(Words.Category(entry.Category));
}
