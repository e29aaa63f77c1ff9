using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Corrects a record. When it changed meanwhile, the page says who did it and what differs, keeps what was typed, and asks once more.</summary>
public sealed class EditModel(CrmDbContext db, AgencyClock clock, ObjectionList objections) : PageModel
{
    [BindProperty] public ContactInput Input { get; set; } = new();

    /// <summary>The record's version that was shown, and when.</summary>
    [BindProperty] public uint Version { get; set; }
    [BindProperty] public DateTimeOffset ShownAt { get; set; }

    public Contact Contact { get; private set; } = null!;
    public Conflict? Conflict { get; private set; }
    public IReadOnlyList<SelectListItem> Followers { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (!await LoadAsync(id)) return NotFound();
        if (IsClosed) return Closed(id);
        if (await IsFrozenAsync(id)) return RedirectToPage("Details", new { id });
        (Input, Version, ShownAt) = (ContactInput.From(Contact), Contact.Version, clock.Now);
        return Show();
    }

    public async Task<IActionResult> OnPostAsync(Guid id)
    {
        if (!await LoadAsync(id)) return NotFound();
        if (IsClosed) return Closed(id);
        if (await IsFrozenAsync(id)) return RedirectToPage("Details", new { id });
        Input.Check(ModelState, Followers);
        if (!ModelState.IsValid) return Show(StatusCodes.Status422UnprocessableEntity);
        try
        {
            var changed = await Input.ToEntry().EditAsync(db, Contact, Version, new Act(User.AccountId(), clock.Now), clock.Today);
            await objections.CarryAsync(id);
            TempData["Message"] = changed.Count == 0 ? T("La fiche est inchangée.") : T("La fiche est corrigée. Une correction ne change pas les dates de conservation.");
            return RedirectToPage("Details", new { id });
        }
        catch (DbUpdateConcurrencyException)
        {
            return await ShowConflictAsync(id);
        }
    }

    // What left the daily screens is corrected by an admin, and in the archive by nobody.
    private bool IsClosed => Contact.Status == ContactStatus.Archived || Contact.FromArchive || SetAsideHint.Of(Contact) is not null && !User.IsInRole(Access.Admin);

    private IActionResult Closed(Guid id) => Contact.HiddenFrom(User) ? NotFound() : RedirectToPage("Details", new { id });

    // At the person's request: stored, and nothing else (GDPR 18).
    private async Task<bool> IsFrozenAsync(Guid id)
    {
        if (!await FrozenRecord.IsAsync(db, id)) return false;
        TempData["Message"] = T("Cette fiche est gelée à la demande de la personne : rien n’y est modifié tant que le gel n’est pas levé.");
        return true;
    }

    private async Task<IActionResult> ShowConflictAsync(Guid id)
    {
        db.ChangeTracker.Clear();
        if (!await LoadAsync(id)) return NotFound();
        if (IsClosed) return Closed(id);
        var current = ContactInput.From(Contact);
        Conflict = await Conflict.FindAsync(db, id, ShownAt, current, Input.ToEntry().DifferencesFrom(Contact));
        db.ChangeTracker.Clear();
        ModelState.Remove(nameof(Version));
        ModelState.Remove(nameof(ShownAt));
        (Version, ShownAt) = (Contact.Version, clock.Now);
        return Show(StatusCodes.Status409Conflict);
    }

    private async Task<bool> LoadAsync(Guid id)
    {
        var contact = await db.Contacts.AsSplitQuery().Include(c => c.Phones).Include(c => c.Emails).Include(c => c.Addresses).SingleOrDefaultAsync(c => c.Id == id);
        if (contact is null) return false;
        Contact = contact;
        Followers = await Staff.FollowersAsync(db, contact.ResponsibleId);
        return true;
    }

    private PageResult Show(int status = StatusCodes.Status200OK)
    {
        Input.Widen();
        Response.StatusCode = status;
        return Page();
    }
}
