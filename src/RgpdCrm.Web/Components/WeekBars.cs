using System.Globalization;
using RgpdCrm.Web.Pages.Pending;

namespace RgpdCrm.Web.Components;

/// <summary>Deletions of the coming weeks as bars; lengths are SVG attributes, so the strict policy on styles holds.</summary>
/// <param name="Weeks">The weeks, the current one first.</param>
/// <param name="Room">Height of the highest bar, in pixels.</param>
public sealed record WeekBars(IReadOnlyList<QueueWeek> Weeks, int Room)
{
    private const int Above = 16;

    /// <summary>Where the axis runs.</summary>
    public int Axis => Above + Room;

    public int Height => Axis + 44;

    public int Total => Weeks.Sum(w => w.Count);

    public string Title => T($"Contacts arrivant à échéance par semaine\u00a0: {Weeks[0].Count} cette semaine, puis {string.Join(", ", Weeks.Skip(1).SkipLast(1).Select(w => w.Count))} et {Weeks[^1].Count}");

    /// <summary>Height of one bar; the smallest count is still seen.</summary>
    public int HeightOf(QueueWeek week) => week.Count == 0 ? 0 : Math.Max(2, (int)Math.Round((double)week.Count / Weeks.Max(w => w.Count) * Room));

    /// <summary>A position as a percentage of the width: the bar's left edge, or its middle.</summary>
    public string X(int index, bool middle = false) =>
        string.Create(CultureInfo.InvariantCulture, $"{(index + (middle ? 0.5 : 0.18)) * 100.0 / Weeks.Count:0.##}%");

    public string Width => string.Create(CultureInfo.InvariantCulture, $"{0.64 * 100.0 / Weeks.Count:0.##}%");

    public static string Name(QueueWeek week) => T($"S{ISOWeek.GetWeekOfYear(week.Monday.ToDateTime(TimeOnly.MinValue))}");

    public static string Day(QueueWeek week, bool year = false) => year ? Format.ShortDate(week.Monday) : Format.ShortDay(week.Monday);
}
