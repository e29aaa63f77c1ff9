using System.Globalization;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Jobs;

namespace RgpdCrm.Web.Pages.Jobs;

/// <summary>The report's words as people say them.</summary>
public static class JobWords
{
    private static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");

    public static string Counted(RunCount count) => $"{count.Count.ToString("N0", French)} {Category(count.Category, count.Count)} {Action(count.Action, count.Count)}";

    public static string Category(string category, int count) => (category switch
    {
        "contact" => "fiche",
        "mandate" => "mandat",
        "contract" => "contrat",
        "inquiry" => "demande du site",
        _ => category,
    }) is var word && count > 1 ? string.Join(' ', word.Split(' ').Select((part, index) => index == 0 ? part + "s" : part)) : word;

    public static string Action(string action, int count) => action switch
    {
        "flagged" => "en attente",
        "waiting" => "retenues par le frein",
        "failed" => "mises de côté",
        "reactivated" => "de retour à l’actif",
        "returned" => "de retour aux archives",
        "archived" => count > 1 ? "archivés" : "archivé",
        "erased" => count > 1 ? "effacés" : "effacé",
        _ => action,
    };

    public static string Budget(Budget budget) => budget == Core.Retention.Budget.Flagging ? "mise en attente" : "archivage ou effacement";

    public static string Outcome(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Succeeded => "réussie",
        RunOutcome.Failed => "en échec",
        RunOutcome.Refused => "refusée",
        _ => "en cours",
    };

    public static string Outcome(JobOutcome outcome) => outcome switch
    {
        JobOutcome.Succeeded => "réussi",
        JobOutcome.Failed => "en échec",
        JobOutcome.Retrying => "nouvel essai prévu",
        JobOutcome.Running => "en cours",
        JobOutcome.Forgotten => "plus de 7 jours",
        _ => "jamais lancé",
    };

    /// <summary>Bootstrap's name of the colour that says the same as the words.</summary>
    public static string Tone(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Succeeded => "success",
        RunOutcome.Running => "secondary",
        _ => "danger",
    };

    /// <inheritdoc cref="Tone(RunOutcome)"/>
    public static string Tone(JobOutcome outcome) => outcome switch
    {
        JobOutcome.Succeeded => "success",
        JobOutcome.Failed => "danger",
        JobOutcome.Retrying => "warning",
        _ => "secondary",
    };

    public static string When(DateTimeOffset? local) => local?.ToString("dd/MM/yyyy à HH:mm", French) ?? "—";

    public static string Lasted(TimeSpan? duration) => duration switch
    {
        null => "—",
        { TotalSeconds: < 1 } => "moins d’une seconde",
        { TotalMinutes: < 1 } time => $"{time.TotalSeconds:0} s",
        { } time => $"{time.TotalMinutes:0} min",
    };
}
