using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Documents;

/// <summary>Removes a document for good, once confirmed.</summary>
public sealed class RemoveModel(CrmDbContext db, AgencyClock clock) : DocumentPage(db)
{
    public Document Document { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (await FindAsync(id) is not { } document) return NotFound();
        Document = document;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (await FindAsync(id) is not { } document) return NotFound();
        try
        {
            await document.RemoveAsync(Db, new Act(User.AccountId(), clock.Now), cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            // A colleague was faster: what was asked for is done.
        }
        return BackWith(T("Le document est retiré."));
    }
}
