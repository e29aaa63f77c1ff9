using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>Puts a deletion off by one month, for one person or several.</summary>
public sealed class PostponeModel(CrmDbContext db, AgencyClock clock) : DecisionPage(db, clock)
{
    [BindProperty] public string? Reason { get; set; }

    /// <summary>Number of the form: sent twice by an impatient hand, it postpones once.</summary>
    [BindProperty] public Guid Once { get; set; } = Guid.NewGuid();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) =>
        Many ? RedirectToPage("/Pending/Index") : await LoadAsync(cancel) ?? Page();

    /// <summary>From the list: shows whom it is about, changes nothing.</summary>
    public async Task<IActionResult> OnPostChooseAsync(CancellationToken cancel) =>
        await LoadAsync(cancel) ?? (People.Count == 0 ? NobodyChosen() : Page());

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (await LoadAsync(cancel) is { } stop) return stop;
        if (Ids.Count == 0) return NobodyChosen();
        var reason = RequiredText(Reason, nameof(Reason), 500, T("Indiquez le motif du report."));
        if (Faults.Count > 0) return Refused();

        if (Many) return Reported(await Review.PostponeAsync(Ids, reason, Act, Once, cancel), T($"{Format.Count(Ids.Count, "suppression reportée", "suppressions reportées")} d’un mois."));
        var result = await Review.PostponeAsync(Person.Id, reason, Act, Once, cancel);
        return result.Done ? Done(T($"{Person.Name} : suppression reportée au {Format.Date(result.Date!.Value)}.")) : Refused(result);
    }
}
