using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>Withdraws a deletion order that has not been carried out yet.</summary>
public sealed class WithdrawModel(CrmDbContext db, AgencyClock clock) : DecisionPage(db, clock)
{
    public IActionResult OnGet() => RedirectToPage("/Pending/Index", new { open = Id });

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (Id is null) return NotFound();
        if (await LoadAsync(cancel) is { } stop) return stop;
        var result = await Review.WithdrawOrderAsync(Person.Id, Act, cancel);
        return result.Done ? Done(T($"{Person.Name} : suppression annulée.")) : Refused(result);
    }
}
