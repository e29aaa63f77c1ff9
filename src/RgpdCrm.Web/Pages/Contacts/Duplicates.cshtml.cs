using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Other records that may be the same person: what agrees, and a search for those that do not look alike.</summary>
public sealed class DuplicatesModel(CrmDbContext db, AgencyClock clock) : PageModel
{
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
        if (!string.IsNullOrWhiteSpace(Text)) Found = await ContactRow.OfferAsync(db, Text, [id, .. Alike.Select(a => a.Contact.Id)], User.AccountId(), clock.Today);
        return Page();
    }
}
