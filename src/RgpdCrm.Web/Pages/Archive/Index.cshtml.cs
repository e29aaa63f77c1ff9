using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;

namespace RgpdCrm.Web.Pages.Archive;

/// <summary>Who is in the archive, until when and because of what; a name is searched by any part of it.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>People on one page.</summary>
    public const int PageSize = 20;

    [BindProperty(SupportsGet = true, Name = "q")] public string? Text { get; set; }
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public int Total { get; private set; }
    public IReadOnlyList<ArchiveRow> Rows { get; private set; } = [];
    public ILookup<Guid, ArchivedPiece> Pieces { get; private set; } = Array.Empty<ArchivedPiece>().ToLookup(p => p.ContactId);
    public DateOnly Today { get; } = clock.Today;

    public bool Searched => !string.IsNullOrWhiteSpace(Text);

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var people = db.Contacts.AsNoTracking().Where(c => c.Status == ContactStatus.Archived || c.FromArchive);
        foreach (var word in SearchText.Read(Text)?.Words ?? [])
        {
            var pattern = $"%{SearchText.Literal(word)}%";
            people = people.Where(c => EF.Functions.Like(c.SearchName, pattern));
        }
        Total = await people.CountAsync(cancel);
        Number = Paging.Within(Number, Total, PageSize);
        Rows = await people.OrderBy(c => c.LastName).ThenBy(c => c.FirstName).ThenBy(c => c.Id).Skip((Number - 1) * PageSize).Take(PageSize)
            .Select(c => new ArchiveRow(c.Id, ContactName.Display(c.FirstName, c.LastName, c.Organisation), c.KeptUntil, c.ArchivedOn, c.FromArchive)).ToListAsync(cancel);
        var ids = Rows.Select(r => r.Id).ToArray();
        var pieces = await (from party in db.Parties
                            join obligation in db.Obligations on party.ObligationId equals obligation.Id
                            where ids.Contains(party.ContactId)
                            orderby obligation.EndsOn descending, obligation.Reference
                            select new ArchivedPiece(party.ContactId, obligation.Reference, (obligation as Contract)!.ContractKind, obligation is Mandate, obligation.EndsOn)).ToListAsync(cancel);
        Pieces = pieces.ToLookup(p => p.ContactId);
    }
}

/// <summary>Someone in the archive.</summary>
public sealed record ArchiveRow(Guid Id, string Name, DateOnly? KeptUntil, DateOnly? ArchivedOn, bool Leaving);

/// <summary>What keeps someone in the archive.</summary>
public sealed record ArchivedPiece(Guid ContactId, string Reference, ContractKind? Kind, bool IsMandate, DateOnly? EndsOn);
