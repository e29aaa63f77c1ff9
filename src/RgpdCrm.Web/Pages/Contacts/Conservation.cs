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
            new(StepKind.Collected, T("Collecte"), file.Facts.CollectedOn, T("Première fiche")),
            file.SilenceDecides
                ? new(StepKind.LastSign, T("Dernier signe"), clocks.SilentSince, Origin(file, silence: true))
                : new(StepKind.LastSign, T("Dernier échange"), clocks.IdleSince, Origin(file, silence: false)),
            new(StepKind.Pending, T("En attente"), flagOn, T($"{months} mois pour réagir")),
        };
        if (file.Outlook.ArchiveOn is { } archiveOn) steps.Add(new(StepKind.Archived, T("Archivage"), archiveOn, T($"Reste : identité, {Format.Count(file.Pieces.Count, "mandat ou contrat", "mandats ou contrats")}")));
        steps.Add(new(StepKind.Gone, T("Effacement"), file.Outlook.EraseOn, file.Outlook.EraseOn is null ? T("Suspendu") : T("Définitif")));
        string[] spans = [file.SilenceDecides ? T($"{file.Policy.SilenceMonths} mois sans signe") : T($"{file.Policy.InactivityMonths} mois sans échange"), T($"{months} mois"), T("archive")];
        return new LifeLine(steps, today, spans[..(steps.Count - 2)]);
    }

    /// <summary>Colour, state in a word, and what comes next in a sentence.</summary>
    public static (string Colour, string Word, string Next) State(ContactFile file) => file switch
    {
        { Facts.Restricted: true } => ("warning", T("Restreinte"), T("Effacement accordé en partie : le reste suit dès que rien ne le retient plus")),
        { Facts.Status: ContactStatus.PendingDeletion, Facts.Hold: true } => ("warning", T("En attente, bloquée"), T("Suppression suspendue par un blocage")),
        { Facts.Status: ContactStatus.PendingDeletion, Outlook.LeaveOn: { } leaveOn } => ("warning", T("En attente de suppression"), file.Outlook.ArchiveOn is null ? T($"Effacement le {Format.Date(leaveOn)}") : T($"Archivage le {Format.Date(leaveOn)}")),
        { Facts.Status: ContactStatus.PendingDeletion } => ("warning", T("En attente de suppression"), Why.Label(file.Verdict.Rule)),
        { Verdict.Rule: Rule.ObligationRunning } => ("primary", T("Suspendue"), T("Rien n’est supprimé tant qu’un mandat ou un contrat court")),
        { Verdict.Rule: Rule.ProfessionalExempt } => ("secondary", T("Professionnel"), T("Pas de suppression automatique")),
        { Facts.Hold: true } => ("secondary", T("Bloquée"), T("Aucune suppression tant que dure le blocage")),
        { Verdict.Decision: Decision.Flag } => ("warning", T("Échéance atteinte"), T("Mise en attente au prochain passage")),
        { Outlook.FlagOn: { } flagOn } => ("secondary", T("Active"), T($"Rien à décider avant le {Format.Date(flagOn)}")),
        _ => ("secondary", T("Active"), Why.Label(file.Verdict.Rule)),
    };

    /// <summary>What a clock starts from: "visite", "fin de mandat ou de contrat", "collecte".</summary>
    public static string Origin(ContactFile file, bool silence)
    {
        var (start, on, kind) = silence
            ? (file.SilentStart, file.Facts.SilentOn, file.Contact.SilentKind)
            : (file.IdleStart, file.Facts.IdleOn, file.Contact.IdleKind);
        if (start is not null) return History.Title(start.Kind, start.Outcome);
        if (on is null || on < file.Facts.CollectedOn) return T("Collecte");
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
            1 => T($"Sans effet sur ces dates : {parts[0]}."),
            _ => T($"Sans effet sur ces dates : {string.Join(", ", parts[..^1])} et {parts[^1]}."),
        };
    }
}
