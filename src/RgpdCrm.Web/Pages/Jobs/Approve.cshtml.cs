using Hangfire;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Jobs;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Jobs;

/// <summary>An admin approves what a brake holds back by typing its number; the frozen people are decided again when their turn comes.</summary>
public sealed class ApproveModel(Brakes brakes, AgencyClock clock, IRecurringJobManager jobs) : PageModel
{
    [BindProperty]
    public Guid Brake { get; set; }

    [BindProperty]
    public int? Number { get; set; }

    [TempData]
    public string? Message { get; set; }

    public IActionResult OnGet() => RedirectToPage("Index");

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        var approved = Number is { } typed && await brakes.ApproveAsync(Brake, typed, new Act(User.AccountId(), clock.Now), cancel);
        if (approved) jobs.Trigger(RecurringJobs.NightlyRetention);
        Message = approved
            ? T($"{Number} approuvés. L’exécution reprend : chaque fiche est réexaminée avant tout geste.")
            : T("Rien n’est approuvé : le nombre saisi n’est pas celui qui attend, ou la liste a changé entre-temps.");
        return RedirectToPage("Index");
    }
}
