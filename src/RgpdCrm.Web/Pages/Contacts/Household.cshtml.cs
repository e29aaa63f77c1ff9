using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Whom a contact lives with: they share mailings, and nothing of their dates.</summary>
public sealed class HouseholdModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "q")] public string? Text { get; set; }

    public PeopleCard People { get; private set; } = null!;
    public IReadOnlyList<ContactRow> Found { get; private set; } = [];

    /// <summary>Why nothing was done.</summary>
    public string? Refused { get; private set; }

    private Act Act => new(User.AccountId(), clock.Now);

    public async Task<IActionResult> OnGetAsync(Guid id) => await LoadAsync(id) is { } closed ? closed : Page();

    public async Task<IActionResult> OnPostAsync(Guid id, Guid other)
    {
        if (await LoadAsync(id) is { } closed) return closed;
        if (await Household.JoinAsync(db, id, other, Act) is { } refusal) return Answer(refusal);
        TempData["Message"] = T("Le foyer est formé : ses membres partagent les envois, chacun garde ses dates.");
        return RedirectToPage("Details", new { id });
    }

    public async Task<IActionResult> OnPostLeaveAsync(Guid id)
    {
        if (await LoadAsync(id) is { } closed) return closed;
        if (await Household.LeaveAsync(db, id, Act) is { } refusal) return Answer(refusal);
        TempData["Message"] = T("Ce contact n’est plus dans un foyer.");
        return RedirectToPage("Details", new { id });
    }

    private PageResult Answer(HouseholdRefusal refusal)
    {
        Refused = PeopleWords.Of(refusal);
        Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }

    private async Task<IActionResult?> LoadAsync(Guid id)
    {
        if (await db.Contacts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id) is not { } contact) return NotFound();
        People = await PeopleCard.LoadAsync(db, contact);
        if (!People.Open) return contact.HiddenFrom(User) ? NotFound() : RedirectToPage("Details", new { id });
        if (string.IsNullOrWhiteSpace(Text)) return null;
        Found = await ContactRow.OfferAsync(db, Text, [id, .. People.Others.Select(o => o.Id)], User.AccountId(), clock.Today);
        return null;
    }
}
