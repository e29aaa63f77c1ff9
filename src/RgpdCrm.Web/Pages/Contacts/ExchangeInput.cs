using Microsoft.AspNetCore.Mvc.ModelBinding;
using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>An exchange as a form posts it.</summary>
public sealed class ExchangeInput
{
    private static readonly DateOnly Earliest = new(1990, 1, 1);

    public ActivityKind? Kind { get; set; }
    public Outcome Outcome { get; set; }
    public DateOnly? On { get; set; }
    [LengthOf(typeof(Activity), nameof(Activity.Text)), PlainText(Multiline = true)] public string? Text { get; set; }

    /// <summary>What came of it: asked for calls only.</summary>
    public Outcome Result => Kind == ActivityKind.OutboundCall ? Outcome : Outcome.None;

    /// <summary>Says what attributes cannot.</summary>
    public void Check(ModelStateDictionary state, DateOnly today, string prefix)
    {
        var kind = Kind;
        if (kind is null || !History.ByPerson.Concat(History.ByAgency).Contains(kind.Value)) Say(nameof(Kind), T("Choisissez la sorte d’échange."));
        if (kind == ActivityKind.OutboundCall && !History.OfCall.Contains(Outcome)) Say(nameof(Outcome), T("Indiquez ce qu’a donné l’appel."));
        if (On is null) Say(nameof(On), T("Indiquez la date de l’échange."));
        else if (On > today) Say(nameof(On), T($"Un échange ne peut pas être dans l’avenir : au plus tard le {Components.Format.Date(today)}."));
        else if (On < Earliest) Say(nameof(On), T($"Vérifiez l’année : au plus tôt le {Components.Format.Date(Earliest)}."));

        void Say(string field, string text)
        {
            if (state.GetFieldValidationState(prefix + field) != ModelValidationState.Invalid) state.AddModelError(prefix + field, text);
        }
    }
}
