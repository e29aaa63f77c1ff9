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
            new(StepKind.Collected, T("Collecte"), contact.CollectedOn, T("Premières données")),
            archive
                ? new(StepKind.Archived, T("Archivage"), archivedOn, T("Identité et contrat gardés"))
                : new(StepKind.LastSign, silence ? T("Dernier signe") : T("Dernier échange"), silence ? Why.SilentSince(contact) : Why.IdleSince(contact), lastNote),
            new(StepKind.Pending, T("En attente"), since, archive ? T("Fin des dix ans proche") : T($"Après {months} mois")),
        };
        if (outcome == Decision.Archive)
        {
            steps.Add(new(StepKind.Archived, T("Archivage"), delete, T($"À {Format.Hour(NightlyRun.At)}")));
            steps.Add(contact.KeptUntil is { } kept && kept != DateOnly.MaxValue
                ? new(StepKind.Gone, T("Effacement"), kept.AddDays(1), T("Définitif"))
                : new(StepKind.Gone, T("Effacement"), null, T("Tant qu’un blocage dure")));
        }
        else
        {
            steps.Add(new(StepKind.Gone, T("Effacement"), delete, T("Définitif")));
        }
        return new LifeLine(steps, today,
            [archive ? T("archive") : silence ? T($"{months} mois sans signe") : T($"{months} mois sans échange"), Months(since, delete), .. outcome == Decision.Archive ? [T("archive")] : Array.Empty<string>()]);
    }

    private static string Months(DateOnly from, DateOnly to)
    {
        for (var months = 1; months <= 6; months++)
            if (from.AddMonths(months) == to) return T($"{months} mois");
        return T($"{to.DayNumber - from.DayNumber} jours");
    }
}
