using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Statistics;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Pages.Contacts;

namespace RgpdCrm.Web.Pages.Statistics.Tools;

/// <summary>A statistics tool as the form posts it.</summary>
public sealed class ToolFields
{
    [Required(ErrorMessage = "Indiquez le nom de l’outil."), LengthOf(typeof(StatisticsTool), nameof(StatisticsTool.Name)), PlainText] public string? Name { get; set; }
    [Required(ErrorMessage = "Indiquez l’éditeur."), LengthOf(typeof(StatisticsTool), nameof(StatisticsTool.Provider)), PlainText] public string? Provider { get; set; }
    public string? KeptMonths { get; set; }
    [Required(ErrorMessage = "Indiquez où se trouve la preuve."), LengthOf(typeof(StatisticsTool), nameof(StatisticsTool.Proof)), PlainText] public string? Proof { get; set; }
    public DateOnly? ReviewOn { get; set; }

    public static ToolFields From(StatisticsTool tool) => new()
    {
        Name = tool.Name,
        Provider = tool.Provider,
        KeptMonths = tool.KeptMonths.ToString(CultureInfo.InvariantCulture),
        Proof = tool.Proof,
        ReviewOn = tool.ReviewOn,
    };

    /// <summary>Reads what was typed; nothing, and what is wrong next to its field, when it cannot be declared.</summary>
    public StatisticsToolEntry? Read(ModelStateDictionary state, DateOnly today)
    {
        var last = today.AddMonths(StatisticsTool.MaxReviewMonths);
        var isNumber = int.TryParse(KeptMonths?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var months) && months > 0;
        if (!isNumber) state.TryAddModelError("Input.KeptMonths", T("Indiquez la durée en mois entiers."));
        else if (months > StatisticsTool.MostMonths) state.TryAddModelError("Input.KeptMonths", T($"{StatisticsTool.MostMonths} mois au plus : réglez d’abord l’outil, puis déclarez-le."));
        if (ReviewOn is not { } review) state.TryAddModelError("Input.ReviewOn", T("Indiquez la date."));
        else if (review <= today) state.TryAddModelError("Input.ReviewOn", T("La prochaine revue est à une date à venir."));
        else if (review > last) state.TryAddModelError("Input.ReviewOn", T($"Au plus tard le {Format.Date(last)}, dans 12 mois."));
        return state.IsValid ? new StatisticsToolEntry(Name!.Trim(), Provider!.Trim(), months, Proof!.Trim(), ReviewOn!.Value) : null;
    }
}
