using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Statistics;

namespace RgpdCrm.Web.Pages.Statistics;

/// <summary>How often the website was seen, which pages, from where; the period stands in the address.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>Days shown when the address names none.</summary>
    public const int UsualDays = 30;

    /// <summary>Years shown at most.</summary>
    public const int MostYears = 10;

    /// <summary>First and last day, as <c>2026-11-23</c>.</summary>
    [BindProperty(SupportsGet = true)] public string? From { get; set; }
    [BindProperty(SupportsGet = true)] public string? To { get; set; }

    public DateOnly Today => clock.Today;
    public DateOnly First { get; private set; }
    public DateOnly Last { get; private set; }

    /// <summary>The 12 months of the second view: the running one and the 11 before.</summary>
    public DateOnly YearStart => new DateOnly(Today.Year, Today.Month, 1).AddMonths(-11);

    /// <summary>What was asked for is no period: the usual days are shown instead.</summary>
    public bool Unreadable { get; private set; }

    public bool IsUsual => Last == Today && First == Today.AddDays(1 - UsualDays);
    public bool IsYear => Last == Today && First == YearStart;
    public Audience Audience { get; private set; } = null!;
    public SeenBars Bars { get; private set; } = null!;
    public int KeptMonths { get; private set; }

    public async Task OnGetAsync(CancellationToken cancel)
    {
        (First, Last) = (Today.AddDays(1 - UsualDays), Today);
        if (Period() is { } period) (First, Last) = period;
        else if (Unreadable = !string.IsNullOrEmpty(From) || !string.IsNullOrEmpty(To)) Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        Audience = await Audience.ReadAsync(db, First, Last, Today, cancel);
        Bars = SeenBars.Of(Audience.Days, First, Last);
        KeptMonths = (await PolicyHistory.LoadAsync(db, cancel)).Current.StatisticsMonths;
    }

    private (DateOnly First, DateOnly Last)? Period() =>
        Day(From) is { } first && Day(To) is { } last && first <= last && first.AddYears(MostYears) > last ? (first, last) : null;

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text?.Trim(), ["yyyy-MM-dd", "d/M/yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1999 and < 3000 ? day : null;
}
