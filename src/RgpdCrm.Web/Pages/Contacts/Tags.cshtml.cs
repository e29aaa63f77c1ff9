using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>The labels of one contact. They are about the person and go with them, so they say useful facts only.</summary>
public sealed class TagsModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    private const int MostOffered = 30;

    [BindProperty] public TagInput Input { get; set; } = new();

    public PeopleCard People { get; private set; } = null!;
    public IReadOnlyList<string> InUse { get; private set; } = [];

    private Act Act => new(User.AccountId(), clock.Now);

    public async Task<IActionResult> OnGetAsync(Guid id) => await LoadAsync(id) is { } closed ? closed : Page();

    public async Task<IActionResult> OnPostAsync(Guid id)
    {
        if (await LoadAsync(id) is { } closed) return closed;
        if (ModelState.IsValid && (await Tagging.AddAsync(db, [id], Input.Name!, Act))[id] is { } refusal) ModelState.AddModelError("Input.Name", PeopleWords.Of(refusal));
        if (!ModelState.IsValid)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        TempData["Message"] = T("L’étiquette est ajoutée.");
        return RedirectToPage(new { id });
    }

    public async Task<IActionResult> OnPostRemoveAsync(Guid id, string? name)
    {
        if (await LoadAsync(id) is { } closed) return closed;
        var refusal = (await Tagging.RemoveAsync(db, id, name ?? "", Act))[id];
        TempData["Message"] = refusal is null ? T("L’étiquette est retirée.") : PeopleWords.Of(refusal.Value);
        return RedirectToPage(new { id });
    }

    private async Task<IActionResult?> LoadAsync(Guid id)
    {
        if (await db.Contacts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id) is not { } contact) return NotFound();
        People = await PeopleCard.LoadAsync(db, contact);
        if (!People.Open) return contact.HiddenFrom(User) ? NotFound() : RedirectToPage("Details", new { id });
        InUse = await Tagging.InUseAsync(db, MostOffered);
        return null;
    }
}
