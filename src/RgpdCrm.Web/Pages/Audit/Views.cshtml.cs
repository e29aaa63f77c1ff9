using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Audit;

/// <summary>Which colleague was shown whose page, the latest first; as a file too.</summary>
public sealed class ViewsModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "")] public AuditFilter Filter { get; set; } = new();
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public AgencyClock Clock => clock;
    public int Total { get; private set; }
    public IReadOnlyList<AccessEntry> Entries { get; private set; } = [];
    public IReadOnlyList<SelectListItem> Colleagues { get; private set; } = [];

    private Dictionary<Guid, string> Names { get; set; } = [];

    private IOrderedQueryable<AccessEntry> Found => Filter.Apply(db.AccessEntries.AsNoTracking(), clock).OrderByDescending(e => e.At).ThenByDescending(e => e.Id);

    public async Task OnGetAsync(CancellationToken cancel)
    {
        await NamesAsync(cancel);
        Colleagues = [.. Names.Where(n => n.Value.Length > 0).OrderBy(n => n.Value, StringComparer.CurrentCulture).Select(n => new SelectListItem(n.Value, n.Key.ToString(), n.Key == Filter.Actor))];
        Total = await Found.Take(IndexModel.MostEntries).CountAsync(cancel);
        Number = Paging.Within(Number, Total, IndexModel.PageSize);
        Entries = await Found.Skip((Number - 1) * IndexModel.PageSize).Take(IndexModel.PageSize).ToListAsync(cancel);
    }

    public async Task<IActionResult> OnGetExportAsync(CancellationToken cancel)
    {
        await NamesAsync(cancel);
        await using var writer = Csv.Begin(Response, $"consultations-{clock.Today:yyyy-MM-dd}.csv");
        await writer.WriteAsync(Csv.Line([T("quand"), T("qui"), T("page"), T("identifiant")]));
        await foreach (var entry in Found.AsAsyncEnumerable().WithCancellation(cancel))
            await writer.WriteAsync(Csv.Line([clock.Local(entry.At).ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture), Who(entry), entry.Page, entry.SubjectId?.ToString() ?? ""]));
        return new EmptyResult();
    }

    /// <summary>Who looked, in words.</summary>
    public string Who(AccessEntry entry) => Names.TryGetValue(entry.ActorId, out var name) && name.Length > 0 ? name : T("Compte supprimé");

    private async Task NamesAsync(CancellationToken cancel) => Names = await db.Users.AsNoTracking().ToDictionaryAsync(u => u.Id, u => u.FullName, cancel);
}
