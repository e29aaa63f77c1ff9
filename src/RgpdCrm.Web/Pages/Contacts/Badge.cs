using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Retention of one row in three signs: a small line, a word, a date.</summary>
/// <param name="Line">The small life line.</param>
/// <param name="Colour">Bootstrap's colour: secondary, primary, warning.</param>
/// <param name="Word">The state in a word or two.</param>
/// <param name="Date">The date that comes next, in words.</param>
public sealed record Badge(MiniLine Line, string Colour, string Word, string Date)
{
    public static Badge Of(ContactRow row, DateOnly today)
    {
        var line = row.Outlook.FlagOn is { } flagOn
            ? MiniLine.Of(row.DecidesSince, flagOn, row.Outlook.LeaveOn ?? flagOn.AddDays(1), today, archives: row.Outlook.ArchiveOn is not null)
            : MiniLine.Still;
        return row switch
        {
            { Verdict.Rule: Rule.ObligationRunning, Running: { } running } => new(MiniLine.Still, "primary", Name(running), T($"Suspendue pendant {During(running)}")),
            { HoldReviewOn: { } review } => new(line, "secondary", T("Bloquée"), T($"Blocage à revoir le {Format.Date(review)}")),
            { Verdict.Rule: Rule.ProfessionalExempt } => new(MiniLine.Still, "secondary", T("Professionnel"), T("Pas de suppression automatique")),
            { Outlook.FlagOn: null } => new(MiniLine.Still, "secondary", T("Active"), Why.Label(row.Verdict.Rule)),
            { Verdict.Decision: Decision.Flag } => new(line, "warning", T("Échéance atteinte"), T("En attente au prochain passage")),
            _ when row.Outlook.FlagOn <= today.AddMonths(ContactSearch.DueSoonMonths) => new(line, "warning", T("Échéance proche"), T($"En attente le {Format.Date(row.Outlook.FlagOn!.Value)}")),
            _ => new(line, "secondary", T("Active"), T($"En attente le {Format.Date(row.Outlook.FlagOn!.Value)}")),
        };
    }

    /// <summary>"Mandat 2026-052", "Bail B-17".</summary>
    public static string Name(Obligation obligation) => obligation switch
    {
        Contract contract => $"{Words.Of(contract.ContractKind)} {obligation.Reference}",
        _ => T($"Mandat {obligation.Reference}"),
    };

    private static string During(Obligation obligation) => obligation switch
    {
        Contract { ContractKind: ContractKind.Lease } => T("le bail"),
        Contract { ContractKind: ContractKind.PreliminarySale } => T("le compromis"),
        Contract => T("le contrat"),
        _ => T("le mandat"),
    };
}
