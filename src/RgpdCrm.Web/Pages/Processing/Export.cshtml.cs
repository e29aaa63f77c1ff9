using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Pages.Public.Legal;

namespace RgpdCrm.Web.Pages.Processing;

/// <summary>The register of processing as a file for a spreadsheet.</summary>
public sealed class ExportModel(LegalPages pages, AgencyClock clock) : PageModel
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var rows = await pages.ProcessingAsync(cancel);
        var recipients = string.Join(" | ", (await pages.RecipientsAsync(cancel)).Select(r => $"{r.Name} ({r.Country}), {r.Purpose}, {r.Safeguard}"));
        await using var file = Csv.Begin(Response, $"traitements-{clock.Today:yyyy-MM-dd}.csv");
        await file.WriteAsync(Csv.Line([T("Activité de traitement"), T("But"), T("Fondement"), T("Personnes"), T("Données"), T("Durée"), T("Destinataires et transferts"), T("Sécurité"), T("Responsable du traitement"), T("Délégué à la protection des données")]));
        foreach (var row in rows) await file.WriteAsync(Csv.Line([row.Name, row.Purpose, row.Basis, row.People, row.Data, row.Deadline, recipients, LegalPages.Security, pages.Controller, pages.DataProtectionOfficer]));
        return new EmptyResult();
    }
}
