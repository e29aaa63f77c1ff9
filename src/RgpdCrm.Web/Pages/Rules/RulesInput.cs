using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Pages.Rules;

/// <summary>The values that an admin may change, as typed.</summary>
public sealed class RulesInput
{
    [Required(ErrorMessage = "Indiquez un nombre entier.")] public int? InactivityMonths { get; set; }
    [Required(ErrorMessage = "Indiquez un nombre entier.")] public int? PendingMonths { get; set; }
    [Required(ErrorMessage = "Indiquez un nombre entier.")] public int? MarginMonths { get; set; }
    [Required(ErrorMessage = "Indiquez un nombre entier.")] public int? CeilingMonths { get; set; }
    [Required(ErrorMessage = "Indiquez un nombre entier.")] public int? MaxPostponements { get; set; }
    public bool ProfessionalsExempt { get; set; }
    [Required(ErrorMessage = "Indiquez un nombre entier.")] public int? InquiryMonths { get; set; }
    [Required(ErrorMessage = "Indiquez un nombre entier.")] public int? StatisticsMonths { get; set; }

    public static RulesInput From(RetentionPolicy policy) => new()
    {
        InactivityMonths = policy.InactivityMonths,
        PendingMonths = policy.PendingMonths,
        MarginMonths = policy.MarginMonths,
        CeilingMonths = policy.CeilingMonths,
        MaxPostponements = policy.MaxPostponements,
        ProfessionalsExempt = policy.ProfessionalsExempt,
        InquiryMonths = policy.InquiryMonths,
        StatisticsMonths = policy.StatisticsMonths,
    };

    /// <summary>The rules asked for, as a version of this number; none when a value is missing or breaks a bound, and the errors are noted.</summary>
    public RetentionPolicy? Read(int version, ModelStateDictionary errors)
    {
        if (!errors.IsValid) return null;
        var policy = new RetentionPolicy
        {
            Version = version,
            InactivityMonths = InactivityMonths!.Value,
            PendingMonths = PendingMonths!.Value,
            MarginMonths = MarginMonths!.Value,
            CeilingMonths = CeilingMonths!.Value,
            MaxPostponements = MaxPostponements!.Value,
            ProfessionalsExempt = ProfessionalsExempt,
            InquiryMonths = InquiryMonths!.Value,
            StatisticsMonths = StatisticsMonths!.Value,
        };
        foreach (var field in policy.Faults()) errors.AddModelError($"Input.{field}", RuleWords.Fault(policy, field));
        return errors.IsValid ? policy : null;
    }
}
