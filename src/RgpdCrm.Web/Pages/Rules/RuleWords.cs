using System.Globalization;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Rules;

/// <summary>The rules as people say them.</summary>
internal static class RuleWords
{
    /// <summary>The values that may change, in the order of the form.</summary>
    public static readonly IReadOnlyList<string> Fields =
    [
        nameof(RetentionPolicy.InactivityMonths), nameof(RetentionPolicy.PendingMonths), nameof(RetentionPolicy.MarginMonths), nameof(RetentionPolicy.CeilingMonths),
        nameof(RetentionPolicy.MaxPostponements), nameof(RetentionPolicy.ProfessionalsExempt), nameof(RetentionPolicy.InquiryMonths), nameof(RetentionPolicy.StatisticsMonths),
    ];

    /// <summary>Name of a value.</summary>
    public static string Label(string field) => field switch
    {
        nameof(RetentionPolicy.InactivityMonths) => T("Sans échange pendant"),
        nameof(RetentionPolicy.PendingMonths) => T("Puis en attente"),
        nameof(RetentionPolicy.MarginMonths) => T("Marge de sécurité"),
        nameof(RetentionPolicy.CeilingMonths) => T("Plafond sans signe de la personne"),
        nameof(RetentionPolicy.MaxPostponements) => T("Reports possibles"),
        nameof(RetentionPolicy.ProfessionalsExempt) => T("Professionnels"),
        nameof(RetentionPolicy.InquiryMonths) => T("Demandes du site"),
        nameof(RetentionPolicy.StatisticsMonths) => T("Statistiques"),
        _ => field,
    };

    /// <summary>A value with its unit: "30 mois".</summary>
    public static string Value(RetentionPolicy policy, string field) => field switch
    {
        nameof(RetentionPolicy.InactivityMonths) => Months(policy.InactivityMonths),
        nameof(RetentionPolicy.PendingMonths) => Months(policy.PendingMonths),
        nameof(RetentionPolicy.MarginMonths) => Months(policy.MarginMonths),
        nameof(RetentionPolicy.CeilingMonths) => Months(policy.CeilingMonths),
        nameof(RetentionPolicy.MaxPostponements) => T($"{policy.MaxPostponements} fois"),
        nameof(RetentionPolicy.ProfessionalsExempt) => policy.ProfessionalsExempt ? T("jamais effacés d’office") : T("effacés comme les particuliers"),
        nameof(RetentionPolicy.InquiryMonths) => Months(policy.InquiryMonths),
        nameof(RetentionPolicy.StatisticsMonths) => Months(policy.StatisticsMonths),
        _ => "",
    };

    /// <summary>Number of months, with the unit.</summary>
    public static string Months(int months) => Format.Count(months, "mois", "mois");

    /// <summary>Why a value is refused.</summary>
    public static string Fault(RetentionPolicy policy, string field) => field switch
    {
        nameof(RetentionPolicy.CeilingMonths) when policy.CeilingMonths > 36 => T("Le plafond est de 36 mois au plus : au-delà, la loi n’est plus respectée."),
        nameof(RetentionPolicy.CeilingMonths) => T($"{policy.InactivityMonths} + {policy.PendingMonths} + {policy.MarginMonths} = {Sum(policy)} mois : la somme dépasse le plafond de {policy.CeilingMonths} mois. Réduisez l’une de ces durées."),
        nameof(RetentionPolicy.MaxPostponements) => T("De 0 à 3 reports."),
        nameof(RetentionPolicy.InquiryMonths) or nameof(RetentionPolicy.StatisticsMonths) => T("De 1 à 24 mois."),
        _ => T("Au moins 1 mois."),
    };

    /// <summary>The inequality: "30 + 2 + 1 = 33 mois, sous le plafond de 36 mois sans signe de la personne."</summary>
    public static string Inequality(RetentionPolicy policy) => Sum(policy) == policy.CeilingMonths
        ? T($"{policy.InactivityMonths} + {policy.PendingMonths} + {policy.MarginMonths} = {Sum(policy)} mois, exactement le plafond sans signe de la personne.")
        : T($"{policy.InactivityMonths} + {policy.PendingMonths} + {policy.MarginMonths} = {Sum(policy)} mois, sous le plafond de {policy.CeilingMonths} mois sans signe de la personne.");

    /// <summary>What changed from one version to the next: "Sans échange pendant : 30 mois, puis 24 mois".</summary>
    public static IReadOnlyList<string> Changes(RetentionPolicy before, RetentionPolicy after) =>
        [.. after.DifferencesFrom(before).Select(f => T($"{Label(f)} : {Value(before, f)}, désormais {Value(after, f)}"))];

    /// <summary>Why a version was published, as its author wrote it; the first one came with the product.</summary>
    public static string Reason(RetentionPolicy policy) => policy.PublishedById is null && policy.Version == 1 ? T("Politique publiée par l’agence") : policy.Reason;

    private static long Sum(RetentionPolicy policy) => (long)policy.InactivityMonths + policy.PendingMonths + policy.MarginMonths;

    /// <summary>A share of a whole as an SVG length.</summary>
    public static string Percent(double share) => share.ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
