using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>What a prospect told a colleague they look for: a search of theirs added, changed or removed.</summary>
public sealed class SearchModel(CrmDbContext db, AgencyClock clock, Choices choices) : PageModel
{
    [FromRoute(Name = "search")] public Guid? SearchId { get; set; }
    [BindProperty] public SearchInput Input { get; set; } = new();

    public Contact Contact { get; private set; } = null!;

    /// <summary>They agreed to receive e-mails.</summary>
    public bool Agreed { get; private set; }

    private Act Act => new(User.AccountId(), clock.Now);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel) => await RefusedAsync(id, cancel) ?? Page();

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        var typed = Input;
        if (await RefusedAsync(id, cancel) is { } refused) return refused;
        Input = typed;
        if (Input.Read(ModelState) is { } entry) return After(id, await choices.NoteSearchAsync(id, SearchId, entry, Act, cancel), T("La recherche est enregistrée."));
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    public async Task<IActionResult> OnPostRemoveAsync(Guid id, CancellationToken cancel) =>
        await RefusedAsync(id, cancel) ?? After(id, SearchId is { } search && await choices.DropSearchAsync(id, search, Act, cancel), T("La recherche est retirée."));

    private IActionResult After(Guid id, bool done, string message)
    {
        if (!done) return NotFound();
        TempData["Message"] = message;
        return RedirectToPage("Details", new { id });
    }

    /// <returns>What stands in the way; nothing when the search may be noted.</returns>
    private async Task<IActionResult?> RefusedAsync(Guid id, CancellationToken cancel)
    {
        if (await db.Contacts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } contact || SetAsideHint.Of(contact) is not null) return NotFound();
        if (await FrozenRecord.IsAsync(db, id, cancel)) return Back(T("Cette fiche est gelée à la demande de la personne : rien n’y est modifié tant que le gel n’est pas levé."));
        Contact = contact;
        var theirs = await db.Searches.AsNoTracking().Where(s => s.ContactId == id).ToListAsync(cancel);
        if (SearchId is null && theirs.Count >= Search.Most) return Back(T($"Cette personne a déjà {Search.Most} recherches : retirez-en une d’abord."));
        if (SearchId is { } searchId)
        {
            if (theirs.SingleOrDefault(s => s.Id == searchId) is not { } search) return Back(T("Cette recherche n’existe plus."));
            Input = SearchInput.From(search);
        }
        Agreed = (await Choices.AgreedAsync(db, id, clock.Today, cancel)).Contains(Channel.Email);
        return null;

        RedirectToPageResult Back(string message)
        {
            TempData["Message"] = message;
            return RedirectToPage("Details", new { id });
        }
    }
}
