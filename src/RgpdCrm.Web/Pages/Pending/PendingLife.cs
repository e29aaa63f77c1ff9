using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>The life line of someone in the queue: collected, last exchange, pending, archived, erased.</summary>
public static class PendingLife
{
    /// <summary>The line; none when the dates cannot be drawn.</summary>
    public static LifeLine? Of(ContactFacts contact, Verdict verdict, RetentionPolicy policy, Decision outcome, string lastNote, DateOnly? archivedOn, DateOnly today)
    {
        if (contact.PendingSince is not { } since || verdict.Dates.DeleteOn is not { } delete || delete == DateOnly.MaxValue) return null;
        var (silence, archive) = (verdict.Dates.FlagRule == Rule.SilenceCeiling, contact.FromArchive);
        var months = silence ? policy.SilenceMonths : policy.InactivityMonths;
        var steps = new List<LifeLineStep>
        {
            new(StepKind.Collected, "Collecte", contact.CollectedOn, "Premières données"),
            archive
                ? new(StepKind.Archived, "Archivage", archivedOn, "Identité et contrat gardés")
                : new(StepKind.LastSign, silence ? "Dernier signe" : "Dernier échange", silence ? Why.SilentSince(contact) : Why.IdleSince(contact), lastNote),
            new(StepKind.Pending, "En attente", since, archive ? "Fin des dix ans proche" : Typeset($"Après {months} mois")),
        };
        if (outcome == Decision.Archive)
        {
            steps.Add(new(StepKind.Archived, "Archivage", delete, "À 4\u00a0h"));
            steps.Add(contact.KeptUntil is { } kept && kept != DateOnly.MaxValue
                ? new(StepKind.Gone, "Effacement", kept.AddDays(1), "Définitif")
                : new(StepKind.Gone, "Effacement", null, "Tant qu’un blocage dure"));
        }
        else
        {
            steps.Add(new(StepKind.Gone, "Effacement", delete, "Définitif"));
        }
        return new LifeLine(steps, today,
            [archive ? "archive" : silence ? $"{months} mois sans signe" : $"{months} mois sans échange", Months(since, delete), .. outcome == Decision.Archive ? ["archive"] : Array.Empty<string>()]);
    }

    private static string Months(DateOnly from, DateOnly to)
    {
        for (var months = 1; months <= 6; months++)
            if (from.AddMonths(months) == to) return $"{months} mois";
        return $"{to.DayNumber - from.DayNumber} jours";
    }
}
