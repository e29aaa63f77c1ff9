using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>The register in one piece, to print: the numbers taken in one year, the newest one unless another is asked, or all of it.</summary>
public sealed class RegisterModel(CrmDbContext db, AgencyClock clock, Agency agency) : PageModel
{
    /// <summary>What the list of years sends for the whole register.</summary>
    public const int AllYears = 0;

    [BindProperty(SupportsGet = true)] public int? Year { get; set; }

    public Agency Agency => agency;
    public DateOnly Today { get; } = clock.Today;
    public IReadOnlyList<int> Years { get; private set; } = [];
    public IReadOnlyList<RegisterRow> Rows { get; private set; } = [];

    public async Task OnGetAsync()
    {
        Years = await db.RegisterLines.Select(l => l.On.Year).Distinct().OrderByDescending(y => y).ToListAsync();
        if (Year is not { } asked || asked != AllYears && !Years.Contains(asked)) Year = Years is [var newest, ..] ? newest : AllYears;
        var lines = db.RegisterLines.AsNoTracking();
        if (Year is not AllYears) lines = lines.Where(l => l.On.Year == Year);
        Rows = await RegisterRow.LoadAsync(db, await lines.OrderBy(l => l.Number).ToListAsync(), User);
    }
}
