using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Pages.Holds;

/// <summary>Every standing hold, the review that comes first on top.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>Holds on one page.</summary>
    public const int PageSize = 20;

    [BindProperty(SupportsGet = true)] public bool Overdue { get; set; }
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public AgencyClock Clock => clock;
    public int All { get; private set; }
    public int Late { get; private set; }
    public int Total => Overdue ? Late : All;
    public IReadOnlyList<HoldRow> Rows { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var today = clock.Today;
        var standing = db.Holds.AsNoTracking().Where(h => h.LiftedAt == null);
        All = await standing.CountAsync(cancel);
        Late = await standing.CountAsync(h => h.ReviewOn <= today, cancel);
        if (Overdue) standing = standing.Where(h => h.ReviewOn <= today);
        Number = Paging.Within(Number, Total, PageSize);
        Rows = await (from hold in standing
                      join contact in db.Contacts on hold.ContactId equals contact.Id
                      orderby hold.ReviewOn, hold.Id
                      select new HoldRow(
                          hold.ContactId, hold.Kind, ContactName.Display(contact.FirstName, contact.LastName, contact.Organisation), hold.Reason, hold.Reference, hold.ReviewOn, hold.PlacedAt,
                          db.Users.Where(u => u.Id == hold.PlacedById).Select(u => u.FullName).FirstOrDefault()))
            .Skip((Number - 1) * PageSize).Take(PageSize).ToListAsync(cancel);
    }
}

/// <summary>One hold in the list.</summary>
public sealed record HoldRow(Guid ContactId, HoldKind Kind, string Name, string Reason, string? Reference, DateOnly ReviewOn, DateTimeOffset PlacedAt, string? PlacedBy)
{
    /// <summary>Asked for by the person: it is lifted elsewhere, once they were told.</summary>
    public bool Frozen => Kind == HoldKind.Restriction;
}
