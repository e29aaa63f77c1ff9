using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>Keeps someone thanks to the exchange that justifies it, on its real date.</summary>
public sealed class KeepModel(CrmDbContext db, AgencyClock clock) : DecisionPage(db, clock)
{
    /// <summary>Exchanges that can justify keeping someone; what the product writes by itself is not among them.</summary>
    public static IReadOnlyList<ActivityKind> Kinds { get; } =
    [
        ActivityKind.InboundCall, ActivityKind.InboundEmail, ActivityKind.InboundMessage, ActivityKind.VisitAttended, ActivityKind.Meeting, ActivityKind.InquiryReceived,
        ActivityKind.OfferMade, ActivityKind.ApplicationMade, ActivityKind.CriteriaChanged, ActivityKind.OutboundCall, ActivityKind.PersonalMessage, ActivityKind.PropertyProposed,
    ];

    /// <summary>What an outbound call can give.</summary>
    public static IReadOnlyList<Core.Contacts.Outcome> Outcomes { get; } =
        [Core.Contacts.Outcome.WishesToGoOn, Core.Contacts.Outcome.NoAnswer, Core.Contacts.Outcome.NoLongerInterested, Core.Contacts.Outcome.WrongNumber];

    [BindProperty] public string? On { get; set; }
    [BindProperty] public string? Kind { get; set; }
    [BindProperty] public string? Outcome { get; set; }
    [BindProperty] public string? Text { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => await LoadAsync(cancel) ?? Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (await LoadAsync(cancel) is { } stop) return stop;
        var on = RequiredDate(On, nameof(On));
        var text = OptionalText(Text, nameof(Text), 2000);
        if (!Enum.TryParse<ActivityKind>(Kind, out var kind) || !Kinds.Contains(kind)) Fault(nameof(Kind), T("Choisissez la nature de l’échange dans la liste."));
        var outcome = Core.Contacts.Outcome.None;
        if (kind == ActivityKind.OutboundCall && !(Enum.TryParse(Outcome, out outcome) && Outcomes.Contains(outcome)))
            Fault(nameof(Outcome), T("Dites ce que l’appel passé a donné."));
        if (Faults.Count > 0) return Refused();

        var result = await Review.KeepAsync(Person.Id, kind, outcome, on, text, Act, cancel);
        if (!result.Done) return Refused(result);
        return Done(result.Date is { } next
            ? T($"{Person.Name} est conservé : sans autre échange, retour en attente le {Format.Date(next)}.")
            : T($"{Person.Name} est conservé."));
    }
}
