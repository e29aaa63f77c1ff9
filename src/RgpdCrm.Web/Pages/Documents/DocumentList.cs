using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Pages.Mandates;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Documents;

/// <summary>What the list of documents shows.</summary>
/// <param name="Documents">None: hidden from the reader.</param>
public sealed record DocumentsView(Guid ObligationId, IReadOnlyList<(Document Document, string? By, string Link)>? Documents);

/// <summary>The documents of a mandate or contract, on its page, with links that are good for a few minutes.</summary>
public sealed class DocumentListViewComponent(CrmDbContext db, DocumentLinks links) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync(ObligationFile file) =>
        View("/Pages/Documents/_List.cshtml", new DocumentsView(file.Obligation.Id, DocumentPage.Hidden(file.Parties) ? null : await ReadAsync(file.Obligation.Id)));

    private async Task<IReadOnlyList<(Document, string?, string)>> ReadAsync(Guid obligationId)
    {
        var rows = await db.Documents.AsNoTracking().Where(d => d.ObligationId == obligationId)
            .LeftJoin(db.Users, d => d.AddedById, u => u.Id, (d, u) => new { Document = d, By = (string?)u!.FullName }).ToListAsync();
        var account = UserClaimsPrincipal.AccountId();
        return [.. rows.OrderByDescending(r => r.Document.AddedAt).Select(r => (r.Document, r.By, $"/documents/{r.Document.Id}?key={links.Key(r.Document.Id, account)}"))];
    }
}
