using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>One part of the queue as a file for a spreadsheet. It leaves the product, so the audit keeps who took it.</summary>
public sealed class ExportModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    private const int PeopleAtOnce = 500;

    private static readonly string[] Header = ["nom", "pourquoi", "entree_en_attente", "echeance", "issue", "limite_legale", "reports", "blocage_a_revoir", "avis"];

    public async Task<IActionResult> OnGetAsync(string? tab, CancellationToken cancel)
    {
        if (!Enum.TryParse<QueueTab>(tab, ignoreCase: true, out var part) || !Enum.IsDefined(part)) return NotFound();
        db.AuditEntries.Add(new AuditEntry(clock.Now, User.AccountId(), "pending.exported", "contact", null));
        await db.SaveChangesAsync(cancel);

        var policies = await PolicyHistory.LoadAsync(db, cancel);
        var list = new PendingList(db, clock);
        await using var writer = Csv.Begin(Response, $"attente-{clock.Today:yyyy-MM-dd}.csv");
        await writer.WriteAsync(Csv.Line(Header));
        for (var page = 1; await list.PageAsync(policies, part, page, PeopleAtOnce, cancel) is { Count: > 0 } ids; page++)
        {
            foreach (var row in await QueueRows.LoadAsync(db, clock, policies, ids, cancel)) await writer.WriteAsync(Csv.Line(Cells(row)));
        }
        return new EmptyResult();
    }

    private string[] Cells(QueueRow row) =>
    [
        row.Name, row.Why, Day(row.Facts.PendingSince), Day(row.DeleteOn), Why.Outcome(row.Outcome), Day(row.Verdict.Dates.LegalLimit),
        row.Postponements.ToString(CultureInfo.InvariantCulture), Day(row.Hold?.ReviewOn), row.NoticeText(clock),
    ];

    private static string Day(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
