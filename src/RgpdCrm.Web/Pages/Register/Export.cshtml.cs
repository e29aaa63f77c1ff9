using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Register;

/// <summary>The register as a file for a spreadsheet, written row by row with flat memory.</summary>
public sealed class ExportModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    private static readonly string[] Header =
        ["numero", "reference", "execute_le", "categorie", "fait", "regle", "version", "declencheur", "echeance", "dernier_echange", "detruit", "empreinte", "empreinte_precedente"];

    public async Task<IActionResult> OnGetAsync(string? year, string? done, CancellationToken cancel)
    {
        await using var writer = Csv.Begin(Response, $"registre-{clock.Today:yyyy-MM-dd}.csv");
        await writer.WriteAsync(Csv.Line(Header));
        var entries = RegisterFilter.Read(year, done).Apply(db.Ledger.AsNoTracking(), clock).OrderBy(e => e.Number).AsAsyncEnumerable();
        await foreach (var entry in entries.WithCancellation(cancel)) await writer.WriteAsync(Csv.Line(Cells(entry)));
        return new EmptyResult();
    }

    private string[] Cells(LedgerEntry e) =>
    [
        e.Number.ToString(CultureInfo.InvariantCulture), e.Id.ToString(), clock.Local(e.ExecutedAt).ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture),
        LedgerText.Category(e), Words.Of(e.Action), Why.Label(e.Rule), e.PolicyVersion.ToString(CultureInfo.InvariantCulture), Words.Of(e.Trigger),
        e.DueOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "", e.LastActivityMonth ?? "", LedgerText.Destroyed(e),
        Convert.ToHexStringLower(e.Hash), Convert.ToHexStringLower(e.PreviousHash),
    ];
}
