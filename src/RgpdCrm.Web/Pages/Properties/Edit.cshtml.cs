using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Properties;
using RgpdCrm.Web.Pages.Mandates;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Properties;

/// <summary>Corrects a property. When it changed meanwhile, the page says who did it, shows what is stored and asks once more.</summary>
public sealed class EditModel(CrmDbContext db, AgencyClock clock) : PropertyForm(db, clock)
{
    /// <summary>The version that was shown, and when.</summary>
    [BindProperty] public uint Version { get; set; }
    [BindProperty] public DateTimeOffset ShownAt { get; set; }

    public Property Stored { get; private set; } = null!;
    public string? Conflict { get; private set; }

    /// <summary>The owner is out of the reader's screens: kept without being named, unless someone else is chosen.</summary>
    public bool HiddenOwner { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (!await LoadAsync(id)) return NotFound();
        (Input, Version, ShownAt) = (PropertyFields.From(Stored), Stored.Version, Clock.Now);
        if (Stored.OwnerId is { } owner && !HiddenOwner) Owner.Chosen.Add(new PartyInput { ContactId = owner });
        await Owner.ReadAsync(Db, User, mayReturn: false, Stored.OwnerId);
        return Page();
    }

    public async Task<IActionResult> OnPostSearchAsync(Guid id) => await EditAsync(id, () => { });

    public async Task<IActionResult> OnPostAddAsync(Guid id) => await EditAsync(id, () => { });

    public async Task<IActionResult> OnPostRemoveAsync(Guid id) => await EditAsync(id, Owner.Chosen.Clear);

    public async Task<IActionResult> OnPostAsync(Guid id)
    {
        if (!await LoadAsync(id)) return NotFound();
        if (!await CheckAsync(Already)) return Answer(StatusCodes.Status422UnprocessableEntity);
        var entry = ToEntry();
        if (HiddenOwner && entry.OwnerId is null) entry = entry with { OwnerId = Stored.OwnerId };
        try
        {
            if (await entry.EditAsync(Db, Stored, Version, new Act(User.AccountId(), Clock.Now), Today) is not { } changed) return Taken();
            TempData["Message"] = changed.Count == 0 ? T("Le bien est inchangé.") : T("Le bien est corrigé.");
            return RedirectToPage("Details", new { id });
        }
        catch (DbUpdateConcurrencyException)
        {
            Db.ChangeTracker.Clear();
            if (!await LoadAsync(id)) return NotFound();
            Conflict = await EndPage.WhoChangedAsync(Db, id, ShownAt);
            ModelState.Remove(nameof(Version));
            ModelState.Remove(nameof(ShownAt));
            (Version, ShownAt) = (Stored.Version, Clock.Now);
            return Answer(StatusCodes.Status409Conflict);
        }
    }

    private Guid? Already => HiddenOwner ? null : Stored.OwnerId;

    private async Task<IActionResult> EditAsync(Guid id, Action change)
    {
        if (!await LoadAsync(id)) return NotFound();
        change();
        await LookAsync(Already);
        return Page();
    }

    private async Task<bool> LoadAsync(Guid id)
    {
        if (await Db.Properties.SingleOrDefaultAsync(p => p.Id == id) is not { } property) return false;
        var owner = await Db.Contacts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == property.OwnerId);
        HiddenOwner = owner is not null && PartyName.Of(owner, default, User).Name is null;
        Stored = property;
        return true;
    }
}
