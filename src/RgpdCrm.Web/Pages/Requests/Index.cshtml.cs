using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>Every request of rights, the oldest on top while it is open.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>Requests on one page.</summary>
    public const int PageSize = 30;

    [BindProperty(SupportsGet = true)] public bool Closed { get; set; }
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public AgencyClock Clock => clock;
    public int Total { get; private set; }
    public IReadOnlyList<(RightsRequest Request, string? Name)> Rows { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var requests = db.RightsRequests.AsNoTracking().Where(r => r.ClosedOn != null == Closed);
        Total = await requests.CountAsync(cancel);
        Number = Paging.Within(Number, Total, PageSize);
        var ordered = Closed ? requests.OrderByDescending(r => r.ClosedOn).ThenBy(r => r.Id) : requests.OrderBy(r => r.ReceivedOn).ThenBy(r => r.Id);
        var rows = await ordered.Skip((Number - 1) * PageSize).Take(PageSize)
            .Select(r => new { Request = r, Name = db.Contacts.Where(c => c.Id == r.ContactId).Select(c => ContactName.Display(c.FirstName, c.LastName, c.Organisation)).FirstOrDefault() }).ToListAsync(cancel);
        Rows = [.. rows.Select(r => (r.Request, r.Name))];
    }
}
