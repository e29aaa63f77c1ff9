using Hangfire;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Jobs;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Jobs;

/// <summary>An admin confirms a clock that jumped forward or was put back, by typing how many days; the run starts again with that number.</summary>
public sealed class ConfirmClockModel(CrmDbContext db, AgencyClock clock, IBackgroundJobClient jobs) : PageModel
{
    [BindProperty]
    public int? Number { get; set; }

    [TempData]
    public string? Message { get; set; }

    public IActionResult OnGet() => RedirectToPage("Index");

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        var latest = await db.RetentionRuns.AsNoTracking().Where(run => run.StartedAt <= clock.Now).OrderByDescending(run => run.StartedAt).FirstOrDefaultAsync(cancel);
        var confirmed = Number is { } days && latest is { Outcome: RunOutcome.Refused, Asks: { } asks } && asks == days;
        if (confirmed)
        {
            db.AuditEntries.Add(new AuditEntry(clock.Now, User.AccountId(), "clock.confirmed", "run", latest!.Id));
            await db.SaveChangesAsync(cancel);
            jobs.Enqueue<NightlyRetentionJob>(job => job.RunConfirmedAsync(latest.Asks!.Value, CancellationToken.None));
        }
        Message = confirmed
            ? T($"L’horloge est confirmée, à {Number} jours de la dernière exécution. L’exécution reprend.")
            : T("Rien n’est confirmé : le nombre saisi n’est pas celui qui est demandé.");
        return RedirectToPage("Index");
    }
}
