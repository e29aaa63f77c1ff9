using System.Globalization;

namespace RgpdCrm.Web.Components;

/// <summary>What a mark on the life line stands for; it also says how the stretch after it is drawn.</summary>
public enum StepKind { Collected, LastSign, Pending, Archived, Gone }

/// <summary>One mark of the life line.</summary>
/// <param name="On">Its date; none when nobody can tell yet, as under a hold.</param>
public sealed record LifeLineStep(StepKind Kind, string Label, DateOnly? On, string Note);

/// <summary>A life drawn like an architect's dimension line, from collection to erasure. Columns are fixed so that four
/// or five words always fit; only today's pin moves, in proportion between the two marks around it.</summary>
/// <param name="Steps">Four or five, in the order of their dates.</param>
/// <param name="Today">The agency's date.</param>
/// <param name="Spans">Captions between the marks, from the second mark on: "33 mois sans signe", "2 mois", "archive".</param>
/// <param name="Stage">The last mark really reached, when a late run makes the dates say otherwise.</param>
public sealed record LifeLine(IReadOnlyList<LifeLineStep> Steps, DateOnly Today, IReadOnlyList<string> Spans, int? Stage = null)
{
    private static readonly double[] Four = [0, 24, 68, 84];
    private static readonly double[] Five = [0, 20, 56, 70, 86];

    /// <summary>A piece of the drawn line, in percent of its width. Thin pieces have a border and are drawn inside it.</summary>
    public sealed record Bar(string Style, double From, double To)
    {
        public bool Thin => Style is "left" or "wait";
    }

    public bool IsFive => Steps.Count == 5;

    /// <summary>Where a mark stands, in percent.</summary>
    public double At(int step) => (IsFive ? Five : Four)[step];

    /// <summary>Where a caption stands, in percent.</summary>
    public double Middle(int step) => (At(step) + At(step + 1)) / 2;

    /// <summary>The last mark reached.</summary>
    public int Reached => Stage ?? Math.Max(0, Steps.Select((step, i) => step.On <= Today ? i : 0).Max());

    /// <summary>Where today stands, in percent: half-way when the next date is not known.</summary>
    public double TodayPercent
    {
        get
        {
            var at = Reached;
            if (at == Steps.Count - 1) return At(at);
            if (Steps[at].On is not { } from || from > Today) return At(at);
            var share = Steps[at + 1].On is { } to ? Math.Clamp((double)(Today.DayNumber - from.DayNumber) / Math.Max(1, to.DayNumber - from.DayNumber), 0, 1) : 0.5;
            return At(at) + (At(at + 1) - At(at)) * share;
        }
    }

    /// <summary>The line's pieces from left to right, what is over before what is left.</summary>
    public IEnumerable<Bar> Bars => Enumerable.Range(0, Steps.Count - 1).SelectMany(Pieces).Where(bar => bar.To > bar.From);

    /// <summary>The same line in words, for those who do not see it.</summary>
    public string Caption => Reached == Steps.Count - 1
        ? T($"Ligne de vie\u00a0: l’échéance du {Format.Date(Steps[^1].On!.Value)} est atteinte")
        : T($"Ligne de vie\u00a0: aujourd’hui, {Format.Date(Today)}, se place entre «\u00a0{Steps[Reached].Label}\u00a0» et «\u00a0{Steps[Reached + 1].Label}\u00a0»");

    /// <summary>The label of the pin stays inside the drawing.</summary>
    public string PinAnchor => TodayPercent < 4 ? "start" : TodayPercent > 96 ? "end" : "middle";

    /// <summary>A length for an SVG attribute.</summary>
    public static string Percent(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.##}%");

    private IEnumerable<Bar> Pieces(int step)
    {
        var (from, to) = (At(step), At(step + 1));
        var now = Math.Clamp(TodayPercent, from, to);
        return Steps[step].Kind switch
        {
            StepKind.Collected => [new("past", from, to)],
            StepKind.LastSign when now >= to => [new("used late", from, to)],
            StepKind.LastSign => [new("used", from, now), new("left", now, to)],
            StepKind.Pending => [new("waited", from, now), new("wait", now, to)],
            _ => [new("kept", from, to)],
        };
    }
}
