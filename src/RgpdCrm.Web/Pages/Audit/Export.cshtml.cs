using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Audit;

/// <summary>The filtered log as a file for a spreadsheet, written row by row with flat memory.</summary>
public sealed class ExportModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "")] public AuditFilter Filter { get; set; } = new();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var names = await db.Users.AsNoTracking().ToDictionaryAsync(u => u.Id, u => u.FullName, cancel);
        await using var writer = Csv.Begin(Response, $"audit-{clock.Today:yyyy-MM-dd}.csv");
        await writer.WriteAsync(Csv.Line([T("quand"), T("qui"), T("quoi"), T("objet"), T("identifiant"), T("champs")]));
        var entries = Filter.Apply(db.AuditEntries.AsNoTracking(), clock).OrderByDescending(e => e.At).ThenByDescending(e => e.Id).AsAsyncEnumerable();
        await foreach (var entry in entries.WithCancellation(cancel)) await writer.WriteAsync(Csv.Line(Cells(entry, names)));
        return new EmptyResult();
    }

    private string[] Cells(AuditEntry entry, Dictionary<Guid, string> names) =>
    [
        clock.Local(entry.At).ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture), IndexModel.WhoActed(entry, names), AuditWords.Action(entry.Action),
        AuditWords.Subject(entry.Subject), entry.SubjectId?.ToString() ?? "", string.Join(", ", entry.Fields.Select(field => AuditWords.Field(entry.Subject, field))),
    ];
}
