using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Rules;

/// <summary>Entries into the queue month by month, the rules in force beside those proposed; lengths are SVG attributes, so the strict policy on styles holds.</summary>
public sealed class MonthBars(PolicySimulation simulation)
{
    private const int Above = 20, Room = 100;

    /// <summary>Where the axis runs.</summary>
    public static int Axis => Above + Room;

    public static int Height => Axis + 26;

    public static string Width => RuleWords.Percent(Slot * 0.34);

    private static double Slot => 100.0 / PolicySimulation.Months;

    private int Most => Math.Max(1, simulation.Before.Entries.Concat(simulation.After.Entries).Max());

    /// <summary>Height of one bar; the smallest count is still seen.</summary>
    public int HeightOf(int count) => count == 0 ? 0 : Math.Max(2, (int)Math.Round((double)count / Most * Room));

    /// <summary>Left edge of one bar.</summary>
    public static string X(int month, bool after) => RuleWords.Percent((month + (after ? 0.52 : 0.14)) * Slot);

    /// <summary>Where the number over a month's proposed bar stands.</summary>
    public static string Top(int month) => RuleWords.Percent((month + 0.69) * Slot);

    /// <summary>The highest bar carries its number.</summary>
    public bool Peaks(int month) => simulation.After.Entries[month] == Most;

    public static string Middle(int month) => RuleWords.Percent((month + 0.5) * Slot);

    /// <summary>First day of a month of the chart.</summary>
    public DateOnly From(int month) => simulation.Tonight.AddMonths(month);

    /// <summary>"16/11/2026 – 15/12/2026".</summary>
    public string Name(int month) => $"{Format.Date(From(month))} – {Format.Date(From(month + 1).AddDays(-1))}";
}
