using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Other records that may be the same person: what agrees, and a search for those that do not look alike.</summary>
public sealed class DuplicatesModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    private const int MostFound = 10;

    [BindProperty(SupportsGet = true, Name = "q")] public string? Text { get; set; }

    public Contact Contact { get; private set; } = null!;
    public IReadOnlyList<PossibleDuplicate> Alike { get; private set; } = [];
    public IReadOnlyList<ContactRow> Found { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        var seen = db.Contacts.SeenBy(User);
        if (await seen.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id) is not { } contact) return NotFound();
        Contact = contact;
        Alike = await PossibleDuplicate.OfAsync(db, contact, seen);
        if (string.IsNullOrWhiteSpace(Text)) return Page();

        var policies = await PolicyHistory.LoadAsync(db);
        var found = await ContactSearch.FindAsync(db, new ContactQuery { Text = Text }, policies.Current, User.AccountId(), clock.Today);
        Found = await ContactRow.LoadAsync(db, [.. found.Ids.Where(f => f != id && Alike.All(a => a.Contact.Id != f)).Take(MostFound)], policies, clock.Today);
        return Page();
    }
}
