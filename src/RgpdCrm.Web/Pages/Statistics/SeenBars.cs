using RgpdCrm.Web.Components;
using RgpdCrm.Web.Pages.Rules;

namespace RgpdCrm.Web.Pages.Statistics;

/// <summary>Pages seen as bars, a day each, or a month each over a long period; lengths are SVG attributes, so the strict policy on styles holds.</summary>
public sealed record SeenBars(IReadOnlyList<SeenBars.Bar> Bars, bool ByMonth)
{
    private const int MostDays = 62, Above = 20, Room = 100, Labels = 6;

    /// <summary>One bar: its first day and how often the site was seen.</summary>
    public sealed record Bar(DateOnly From, int Count);

    /// <summary>Where the axis runs.</summary>
    public static int Axis => Above + Room;

    public static int Height => Axis + 26;

    public static SeenBars Of(IReadOnlyDictionary<DateOnly, int> days, DateOnly first, DateOnly last)
    {
        var byMonth = last.DayNumber - first.DayNumber >= MostDays;
        var bars = new List<Bar>();
        for (var from = first; from <= last;)
        {
            var next = byMonth ? new DateOnly(from.Year, from.Month, 1).AddMonths(1) : from.AddDays(1);
            bars.Add(new Bar(from, days.Where(d => d.Key >= from && d.Key < next).Sum(d => d.Value)));
            from = next;
        }
        return new SeenBars(bars, byMonth);
    }

    /// <summary>Height of one bar; the smallest count is still seen.</summary>
    public int HeightOf(Bar bar) => bar.Count == 0 ? 0 : Math.Max(2, (int)Math.Round((double)bar.Count / Most * Room));

    /// <summary>Left edge of a bar, or its middle.</summary>
    public string X(int index, bool middle = false) => RuleWords.Percent((index + (middle ? 0.5 : 0.14)) * 100.0 / Bars.Count);

    public string Width => RuleWords.Percent(72.0 / Bars.Count);

    /// <summary>The first highest bar carries its number.</summary>
    public bool Peaks(int index) => Bars[index].Count > 0 && Bars[index].Count == Most && Bars.Take(index).All(b => b.Count < Most);

    /// <summary>A few bars carry a date, so that they can be read on a telephone too.</summary>
    public bool IsLabelled(int index) => index % Math.Max(1, (Bars.Count + Labels - 1) / Labels) == 0 && (index == 0 || index < Bars.Count - 1 || Bars.Count <= Labels);

    public string Name(Bar bar) => ByMonth ? Format.Month(bar.From) : Format.ShortDay(bar.From);

    /// <summary>A share of the largest line as a length.</summary>
    public static string Share(int count, int most) => RuleWords.Percent(100.0 * count / Math.Max(1, most));

    private int Most => Bars.Max(b => b.Count);
}
