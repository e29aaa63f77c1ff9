using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Pages.Register;

/// <summary>One entry as a certificate to print: what was destroyed, when, under which rule; no name.</summary>
public sealed class CertificateModel(CrmDbContext db, AgencyClock clock, IMemoryCache cache, Agency agency) : PageModel
{
    public AgencyClock Clock => clock;
    public Agency Agency => agency;
    public LedgerEntry Entry { get; private set; } = null!;
    public LedgerStatus Status { get; private set; } = null!;

    /// <summary>The rules under which it was done.</summary>
    public RetentionPolicy? Policy { get; private set; }

    public async Task<IActionResult> OnGetAsync(long number, CancellationToken cancel)
    {
        if (await db.Ledger.AsNoTracking().SingleOrDefaultAsync(e => e.Number == number, cancel) is not { } entry) return NotFound();
        Entry = entry;
        Policy = await db.Policies.AsNoTracking().SingleOrDefaultAsync(p => p.Version == entry.PolicyVersion, cancel);
        Status = await LedgerStatus.VerifyAsync(cache, db, clock, cancel);
        return Page();
    }
}
