using Hangfire;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Jobs;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Jobs;

/// <summary>An admin approves what a brake holds back by typing its number, or proposes it to a second one; the frozen people are decided again when their turn comes.</summary>
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
        var approval = Number is { } typed ? await brakes.ApproveAsync(Brake, typed, new Act(User.AccountId(), clock.Now), cancel) : Approval.OtherList;
        if (approval == Approval.Given) jobs.Trigger(RecurringJobs.NightlyRetention);
        Message = approval switch
        {
            Approval.Given => T($"{Number} approuvés. L’exécution reprend : chaque fiche est réexaminée avant tout geste."),
            Approval.Proposed => T($"{Number} proposés. Un autre administrateur doit confirmer en saisissant le même nombre."),
            _ => ApprovalWords.Refused(approval),
        };
        return RedirectToPage("Index");
    }
}
