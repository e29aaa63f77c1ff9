using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Legal;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Breaches;

/// <summary>Every breach, and how it stands with the 72 hours.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    public IReadOnlyList<Breach> Breaches { get; private set; } = [];
    public DateTimeOffset Now => clock.Now;

    public async Task OnGetAsync(CancellationToken cancel) => Breaches = await db.Breaches.AsNoTracking().OrderByDescending(b => b.NoticedAt).ToListAsync(cancel);

    public BreachState StateOf(Breach breach) => BreachClock.StateOf(breach.NoticedAt, breach.Risk, breach.NotifiedAt, clock.Now);

    /// <summary>The agency's local day and hour of an instant.</summary>
    public string Moment(DateTimeOffset at) => T($"{Format.Date(clock.DateOf(at))} à {Format.Hour(clock.Local(at))}");
}
