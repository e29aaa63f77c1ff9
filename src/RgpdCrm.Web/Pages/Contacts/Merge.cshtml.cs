using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Two records side by side: what to keep where they differ, what follows, and the merge itself.</summary>
public sealed class MergeModel(CrmDbContext db, AgencyClock clock, ContactMerge merge) : PageModel
{
    [BindProperty] public bool NameOfOther { get; set; }
    [BindProperty] public bool ResponsibleOfOther { get; set; }
    [BindProperty] public bool Sure { get; set; }

    /// <summary>The versions that were shown.</summary>
    [BindProperty] public uint Version { get; set; }
    [BindProperty] public uint OtherVersion { get; set; }

    public Contact Kept { get; private set; } = null!;
    public Contact Other { get; private set; } = null!;
    public IReadOnlyDictionary<Guid, string> Staff { get; private set; } = new Dictionary<Guid, string>();

    /// <summary>What the merge gives, in a sentence.</summary>
    public string Effect { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(Guid id, Guid other)
    {
        if (!await LoadAsync(id, other)) return NotFound();
        if (await IsFrozenAsync(id, other)) return RedirectToPage("Details", new { id });
        ResponsibleOfOther = Kept.ResponsibleId is null;
        return await ShownAsync(StatusCodes.Status200OK);
    }

    public async Task<IActionResult> OnPostAsync(Guid id, Guid other)
    {
        if (!await LoadAsync(id, other)) return NotFound();
        if (await IsFrozenAsync(id, other)) return RedirectToPage("Details", new { id });
        if (!Sure)
        {
            ModelState.AddModelError(nameof(Sure), T("Cochez la case : deux fiches réunies ne se séparent plus."));
            return await ShownAsync(StatusCodes.Status422UnprocessableEntity);
        }
        var result = await merge.MergeAsync(new Merge(id, other, NameOfOther, ResponsibleOfOther, (Version, OtherVersion)), Act);
        if (result.Refusal is MergeRefusal.Unknown) return NotFound();
        if (result.Refusal is MergeRefusal.Stale)
        {
            ModelState.Clear();
            Sure = false;
            ModelState.AddModelError("", T("L’une des deux fiches a changé pendant que vous les compariez. Relisez-les, puis recommencez."));
            return await ShownAsync(StatusCodes.Status409Conflict);
        }
        TempData["Message"] = T("Les deux fiches n’en font plus qu’une.");
        return RedirectToPage("Details", new { id });
    }

    public string? SureError => ModelState[nameof(Sure)]?.Errors.FirstOrDefault()?.ErrorMessage;

    public string Follower(Contact contact) => contact.ResponsibleId is { } by ? Staff.GetValueOrDefault(by) ?? "" : T("Personne");

    private async Task<bool> IsFrozenAsync(Guid id, Guid other)
    {
        if (!await FrozenRecord.IsAsync(db, id) && !await FrozenRecord.IsAsync(db, other)) return false;
        TempData["Message"] = T("L’une des deux fiches est gelée à la demande de la personne : elles ne se réunissent pas tant que le gel n’est pas levé.");
        return true;
    }

    private Act Act => new(User.AccountId(), clock.Now);

    private async Task<bool> LoadAsync(Guid id, Guid other)
    {
        var people = await db.Contacts.SeenBy(User).AsNoTracking().AsSplitQuery().Include(c => c.Phones).Include(c => c.Emails).Include(c => c.Addresses)
            .Where(c => c.Id == id || c.Id == other).ToDictionaryAsync(c => c.Id);
        if (people.Count < 2) return false;
        (Kept, Other) = (people[id], people[other]);
        Staff = await db.Users.Where(u => u.Id == Kept.ResponsibleId || u.Id == Other.ResponsibleId).ToDictionaryAsync(u => u.Id, u => u.FullName);
        return true;
    }

    private async Task<IActionResult> ShownAsync(int status)
    {
        var preview = await merge.PreviewAsync(new Merge(Kept.Id, Other.Id), Act);
        if (preview.Refusal is not null) return NotFound();
        Effect = MergeEffect.Sentence(preview);
        Response.StatusCode = status;
        return Page();
    }
}
