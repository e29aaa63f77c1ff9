using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Documents;

/// <summary>Hands a document over, to be saved and never shown in place; who may is looked up again, and who did is written down.</summary>
public sealed class OpenModel(CrmDbContext db, DocumentFiles files, DocumentLinks links, AgencyClock clock) : DocumentPage(db)
{
    public async Task<IActionResult> OnGetAsync(Guid id, string? key, CancellationToken cancel)
    {
        if (await FindAsync(id) is not { } document) return NotFound();
        var account = User.AccountId();
        if (!links.Opens(key, id, account)) return BackWith(T($"Ce lien ne valait que {DocumentLinks.Minutes} minutes. Le voici renouvelé."));
        if (files.OpenRead(document.Key) is not { } content) return BackWith(T("Ce fichier n’est pas dans le dossier de stockage. Prévenez l’assistance."));
        Db.AuditEntries.Add(new AuditEntry(clock.Now, account, "document.opened", "document", id));
        await Db.SaveChangesAsync(cancel);
        return File(content, "application/pdf", document.Name + ".pdf");
    }
}
