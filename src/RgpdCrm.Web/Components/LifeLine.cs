using System.Globalization;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Components;

/// <summary>The dimension line of someone in the queue: collected, last exchange, pending, archived, erased. Columns are fixed;
/// only today's pin moves, between the entry and the deletion.</summary>
public sealed record LifeLine
{
    private static readonly double[] Four = [0, 24, 68, 84];
    private static readonly double[] Five = [0, 20, 56, 70, 86];

    /// <summary>One mark: what, when, a word more; the last one may be the erasure.</summary>
    public sealed record Step(string Label, string Value, string Note, bool Final = false);

    public required IReadOnlyList<Step> Steps { get; init; }

    /// <summary>Captions of the spans between the marks, from the second on.</summary>
    public required IReadOnlyList<string> Spans { get; init; }

    /// <summary>How much of the pending time has passed, 0 to 1.</summary>
    public required double Waited { get; init; }

    public bool IsFive => Steps.Count == 5;

    public double At(int step) => (IsFive ? Five : Four)[step];

    public double Today => At(2) + (At(3) - At(2)) * Waited;

    public double Middle(int step) => (At(step) + At(step + 1)) / 2;

    public static string P(double percent) => string.Create(CultureInfo.InvariantCulture, $"{percent:0.##}%");

    /// <summary>The line of someone pending; none when their dates cannot be drawn.</summary>
    public static LifeLine? Of(ContactFacts contact, Verdict verdict, RetentionPolicy policy, Decision outcome, string lastNote, DateOnly? archivedOn, DateOnly today)
    {
        if (contact.PendingSince is not { } since || verdict.Dates.DeleteOn is not { } delete || delete == DateOnly.MaxValue) return null;
        var (silence, archive) = (verdict.Dates.FlagRule == Rule.SilenceCeiling, contact.FromArchive);
        var months = silence ? policy.SilenceMonths : policy.InactivityMonths;
        var steps = new List<Step>
        {
            new("Collecte", Words.Date(contact.CollectedOn), "Premières données"),
            archive
                ? new("Archivage", archivedOn is { } a ? Words.Date(a) : "–", "Identité et contrat gardés")
                : new(silence ? "Dernier signe" : "Dernier échange", Words.Date(silence ? Why.SilentSince(contact) : Why.IdleSince(contact)), lastNote),
            new("En attente", Words.Date(since), archive ? "Fin des dix ans proche" : Words.Typeset($"Après {months} mois")),
        };
        if (outcome == Decision.Archive)
        {
            steps.Add(new Step("Archivage", Words.Date(delete), "À 4\u00a0h"));
            steps.Add(contact.KeptUntil is { } kept && kept != DateOnly.MaxValue
                ? new Step("Effacement", Words.Date(kept.AddDays(1)), "Définitif", Final: true)
                : new Step("Effacement", "Sans date", "Tant qu’un blocage dure", Final: true));
        }
        else
        {
            steps.Add(new Step("Effacement", Words.Date(delete), "Définitif", Final: true));
        }
        var length = delete.DayNumber - since.DayNumber;
        return new LifeLine
        {
            Steps = steps,
            Spans = [archive ? "archive" : silence ? $"{months} mois sans signe" : $"{months} mois sans échange", Months(since, delete), .. outcome == Decision.Archive ? ["archive"] : Array.Empty<string>()],
            Waited = length <= 0 ? 1 : Math.Clamp((double)(today.DayNumber - since.DayNumber) / length, 0, 1),
        };
    }

    private static string Months(DateOnly from, DateOnly to)
    {
        for (var months = 1; months <= 6; months++)
            if (from.AddMonths(months) == to) return $"{months} mois";
        return $"{to.DayNumber - from.DayNumber} jours";
    }
}
