using RgpdCrm.Core.Legal;

namespace RgpdCrm.Web.Pages.Breaches;

/// <summary>The register of breaches in words.</summary>
public static class BreachWords
{
    public static string Of(BreachRisk risk) => risk switch
    {
        BreachRisk.Unknown => T("À évaluer"),
        BreachRisk.Unlikely => T("Improbable : à inscrire ici seulement"),
        BreachRisk.Risk => T("Risque : à notifier à la CNIL"),
        _ => T("Risque élevé : à notifier, et à dire aux personnes"),
    };

    public static string Of(BreachState state) => state switch
    {
        BreachState.Running => T("Délai en cours"),
        BreachState.Overdue => T("Délai dépassé"),
        BreachState.Notified => T("Notifiée"),
        BreachState.NotifiedLate => T("Notifiée hors délai"),
        _ => T("Sans notification"),
    };

    public static string Tone(BreachState state) => state switch
    {
        BreachState.Overdue => "danger",
        BreachState.Running or BreachState.NotifiedLate => "warning",
        BreachState.Notified => "success",
        _ => "secondary",
    };

    /// <summary>What is left of the 72 hours, in whole hours.</summary>
    public static string Left(DateTimeOffset noticedAt, DateTimeOffset now)
    {
        var left = BreachClock.Deadline(noticedAt) - now;
        return left >= TimeSpan.Zero ? T($"Encore {(int)left.TotalHours} h") : T($"Depuis {(int)(-left).TotalHours} h");
    }
}
