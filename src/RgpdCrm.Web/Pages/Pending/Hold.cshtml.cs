using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>Suspends the deletion of anyone, pending or not, until a human lifts it.</summary>
public sealed class HoldModel(CrmDbContext db, AgencyClock clock) : DecisionPage(db, clock)
{
    [BindProperty] public string? Reason { get; set; }
    [BindProperty] public string? Reference { get; set; }
    [BindProperty] public string? ReviewOn { get; set; }

    public DateOnly LastReview => Clock.Today.AddMonths(Core.Retention.Hold.MaxReviewMonths);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) =>
        Many ? RedirectToPage("/Pending/Index") : await LoadAsync(cancel) ?? Page();

    /// <summary>From the list: shows whom it is about, changes nothing.</summary>
    public async Task<IActionResult> OnPostChooseAsync(CancellationToken cancel) =>
        await LoadAsync(cancel) ?? (People.Count == 0 ? NobodyChosen() : Page());

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (await LoadAsync(cancel) is { } stop) return stop;
        if (Ids.Count == 0) return NobodyChosen();
        var reason = RequiredText(Reason, nameof(Reason), 500, T("Indiquez le motif du blocage."));
        var reference = OptionalText(Reference, nameof(Reference), 80);
        var reviewOn = RequiredDate(ReviewOn, nameof(ReviewOn));
        if (Faults.Count == 0 && reviewOn <= Clock.Today) return Refused(new ReviewResult(Refusal.ReviewInPast));
        if (Faults.Count == 0 && reviewOn > LastReview) return Refused(new ReviewResult(Refusal.ReviewTooFar));
        if (Faults.Count > 0) return Refused();

        if (Many) return Reported(await Review.HoldAsync(Ids, reason, reference, reviewOn, Act, cancel), T($"{Format.Count(Ids.Count, "suppression bloquée", "suppressions bloquées")} jusqu’à ce qu’un administrateur lève le blocage."));
        var result = await Review.HoldAsync(Person.Id, reason, reference, reviewOn, Act, cancel);
        if (!result.Done) return Refused(result);
        var done = Done(T($"{Person.Name} : suppression bloquée, à revoir le {Format.Date(reviewOn)}."));
        return Person.IsPending ? done : LocalRedirect($"/contacts/{Person.Id}");
    }
}
