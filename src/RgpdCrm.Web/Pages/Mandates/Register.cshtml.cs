using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>The register in one piece, to print: all of it, or the numbers taken in one year.</summary>
public sealed class RegisterModel(CrmDbContext db, AgencyClock clock, Agency agency) : PageModel
{
    [BindProperty(SupportsGet = true)] public int? Year { get; set; }

    public Agency Agency => agency;
    public DateOnly Today { get; } = clock.Today;
    public IReadOnlyList<int> Years { get; private set; } = [];
    public IReadOnlyList<RegisterRow> Rows { get; private set; } = [];

    public async Task OnGetAsync()
    {
        Years = await db.RegisterLines.Select(l => l.On.Year).Distinct().OrderByDescending(y => y).ToListAsync();
        if (Year is { } asked && !Years.Contains(asked)) Year = null;
        var lines = db.RegisterLines.AsNoTracking();
        if (Year is { } year) lines = lines.Where(l => l.On.Year == year);
        Rows = await RegisterRow.LoadAsync(db, await lines.OrderBy(l => l.Number).ToListAsync(), User);
    }
}
