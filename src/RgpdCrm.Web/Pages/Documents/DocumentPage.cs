using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Pages.Mandates;

namespace RgpdCrm.Web.Pages.Documents;

/// <summary>Documents of one mandate or contract. A document names its parties: while one of them is hidden from the reader, all are.</summary>
public abstract class DocumentPage(CrmDbContext db) : PageModel
{
    public Obligation Obligation { get; private set; } = null!;

    /// <summary>The page of the mandate or contract.</summary>
    public string Back => Obligation is Mandate ? "/Mandates/Details" : "/Contracts/Details";

    protected CrmDbContext Db => db;

    /// <summary>Reads the mandate or contract; false when there is none whose documents this reader may see.</summary>
    protected async Task<bool> LoadAsync(Guid obligationId)
    {
        if (await db.Obligations.AsNoTracking().SingleOrDefaultAsync(o => o.Id == obligationId) is not { } obligation) return false;
        Obligation = obligation;
        return !Hidden((await PartyName.LoadAsync(db, [obligationId], User))[obligationId]);
    }

    protected async Task<Document?> FindAsync(Guid id) =>
        await db.Documents.SingleOrDefaultAsync(d => d.Id == id) is { } document && await LoadAsync(document.ObligationId) ? document : null;

    protected RedirectToPageResult BackWith(string message)
    {
        TempData["Message"] = message;
        return RedirectToPage(Back, null, new { id = Obligation.Id }, "documents");
    }

    internal static bool Hidden(IEnumerable<PartyName> parties) => parties.Any(p => p.Name is null);
}
