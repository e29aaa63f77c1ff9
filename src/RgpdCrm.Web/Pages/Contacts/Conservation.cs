using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>The Conservation card in words; every date comes from the verdict and its outlook.</summary>
public static class Conservation
{
    /// <summary>The life line; none while no clock runs.</summary>
    public static LifeLine? Line(ContactFile file, DateOnly today)
    {
        if (file.Outlook.FlagOn is not { } flagOn || file.Clocks is not { } clocks) return null;
        var months = file.Policy.PendingMonths;
        var steps = new List<LifeLineStep>
        {
            new(StepKind.Collected, "Collecte", file.Facts.CollectedOn, "Première fiche"),
            file.SilenceDecides
                ? new(StepKind.LastSign, "Dernier signe", clocks.SilentSince, Origin(file, silence: true))
                : new(StepKind.LastSign, "Dernier échange", clocks.IdleSince, Origin(file, silence: false)),
            new(StepKind.Pending, "En attente", flagOn, $"{Format.Sentence(InWords(months))} mois pour réagir"),
        };
        if (file.Outlook.ArchiveOn is { } archiveOn) steps.Add(new(StepKind.Archived, "Archivage", archiveOn, $"Reste : identité, {Format.Count(file.Pieces.Count, "pièce")}"));
        steps.Add(new(StepKind.Gone, "Effacement", file.Outlook.EraseOn, file.Outlook.EraseOn is null ? "Suspendu" : "Définitif"));
        string[] spans = [file.SilenceDecides ? $"{file.Policy.SilenceMonths} mois sans signe" : $"{file.Policy.InactivityMonths} mois sans échange", $"{months} mois", "archive"];
        return new LifeLine(steps, today, spans[..(steps.Count - 2)]);
    }

    /// <summary>Colour, state in a word, and what comes next in a sentence.</summary>
    public static (string Colour, string Word, string Next) State(ContactFile file) => file switch
    {
        { Facts.Restricted: true } => ("warning", "Restreinte", "Effacement accordé en partie : le reste suit dès que rien ne le retient plus"),
        { Facts.Status: ContactStatus.PendingDeletion, Facts.Hold: true } => ("warning", "En attente, bloquée", "Suppression suspendue par un blocage"),
        { Facts.Status: ContactStatus.PendingDeletion, Outlook.LeaveOn: { } leaveOn } => ("warning", "En attente de suppression", $"{(file.Outlook.ArchiveOn is null ? "Effacement" : "Archivage")} le {Format.Date(leaveOn)}"),
        { Facts.Status: ContactStatus.PendingDeletion } => ("warning", "En attente de suppression", Why.Label(file.Verdict.Rule)),
        { Verdict.Rule: Rule.ObligationRunning } => ("primary", "Suspendue", "Rien n’est supprimé tant qu’un mandat ou un contrat court"),
        { Verdict.Rule: Rule.ProfessionalExempt } => ("secondary", "Professionnel", "Pas de suppression automatique"),
        { Facts.Hold: true } => ("secondary", "Bloquée", "Aucune suppression tant que dure le blocage"),
        { Verdict.Decision: Decision.Flag } => ("warning", "Échéance atteinte", "Mise en attente au prochain passage"),
        { Outlook.FlagOn: { } flagOn } => ("secondary", "Active", $"Rien à décider avant le {Format.Date(flagOn)}"),
        _ => ("secondary", "Active", Why.Label(file.Verdict.Rule)),
    };

    /// <summary>What a clock starts from: "visite", "fin de mandat ou de contrat", "collecte".</summary>
    public static string Origin(ContactFile file, bool silence)
    {
        var (start, on, kind) = silence
            ? (file.SilentStart, file.Facts.SilentOn, file.Contact.SilentKind)
            : (file.IdleStart, file.Facts.IdleOn, file.Contact.IdleKind);
        if (start is not null) return History.Title(start.Kind, start.Outcome);
        if (on is null || on < file.Facts.CollectedOn) return "Collecte";
        var stored = silence ? file.Contact.SilentOn : file.Contact.IdleOn;
        return on == stored && kind is { } known ? Words.Of(known) : Words.Of(ActivityKind.ObligationEnded);
    }

    /// <summary>"18/12/2025, visite, Sophie Marchal".</summary>
    public static string StartSentence(ContactFile file, bool silence)
    {
        var start = silence ? file.SilentStart : file.IdleStart;
        var since = silence ? file.Clocks!.SilentSince : file.Clocks!.IdleSince;
        var by = start?.ById is { } id && file.Staff.TryGetValue(id, out var name) ? $", {name}" : "";
        return $"{Format.Date(since)}, {History.LowerFirst(Origin(file, silence))}{by}";
    }

    /// <summary>"Sans effet : 7 e-mails automatiques et 1 correction de la fiche."; empty when every entry counted.</summary>
    public static string WithoutEffect(ContactFile file)
    {
        var parts = file.WithoutEffect.Select(w => w.Count == 1 ? $"1 {History.LowerFirst(Words.Of(w.Kind))}" : $"{History.LowerFirst(Words.Of(w.Kind))} ({Format.Number(w.Count)})").ToList();
        return parts.Count switch
        {
            0 => "",
            1 => $"Sans effet sur ces dates : {parts[0]}.",
            _ => $"Sans effet sur ces dates : {string.Join(", ", parts[..^1])} et {parts[^1]}.",
        };
    }

    private static string InWords(int number) => number switch { 1 => "un", 2 => "deux", 3 => "trois", _ => Format.Number(number) };
}
