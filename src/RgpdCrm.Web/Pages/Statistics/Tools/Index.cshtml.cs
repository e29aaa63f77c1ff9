using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Statistics;

namespace RgpdCrm.Web.Pages.Statistics.Tools;

/// <summary>The statistics tools that run elsewhere, with what is configured there.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    public DateOnly Today => clock.Today;
    public IReadOnlyList<StatisticsTool> Tools { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel) => Tools = await StatisticsTool.DeclaredAsync(db, cancel);
}
