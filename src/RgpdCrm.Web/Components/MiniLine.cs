using System.Globalization;

namespace RgpdCrm.Web.Components;

/// <summary>The life line of a list row: the last exchange on the left, the deletion on the right, a hatched wait before it.</summary>
/// <param name="Used">How much of the time before the queue is over, 0 to 1.</param>
/// <param name="Waited">How much of the time in the queue is over, 0 to 1; none before it.</param>
/// <param name="Archives">The line ends in the archive, not in erasure.</param>
/// <param name="Suspended">No clock runs: a mandate or contract does, or the person is exempt.</param>
public sealed record MiniLine(double Used, double? Waited, bool Archives, bool Suspended = false)
{
    private const double Queue = 84, End = 111;

    /// <summary>No clock runs.</summary>
    public static MiniLine Still { get; } = new(0, null, false, Suspended: true);

    /// <summary>The line of someone whose dates are known.</summary>
    public static MiniLine Of(DateOnly since, DateOnly flagOn, DateOnly deleteOn, DateOnly today, bool archives) =>
        today < flagOn ? new(Share(since, flagOn, today), null, archives) : new(1, Share(flagOn, deleteOn, today), archives);

    public bool Pending => Waited is not null;

    /// <summary>Where today stands, in the drawing's 112 units.</summary>
    public double Today => Waited is { } waited ? Queue + (End - Queue) * Math.Clamp(waited, 0, 1) : Queue * Math.Clamp(Used, 0, 1);

    /// <summary>A number for an SVG attribute.</summary>
    public static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static double Share(DateOnly from, DateOnly to, DateOnly today) =>
        to <= from ? 1 : Math.Clamp((double)(today.DayNumber - from.DayNumber) / (to.DayNumber - from.DayNumber), 0, 1);
}
