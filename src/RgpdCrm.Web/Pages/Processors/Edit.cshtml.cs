using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Legal;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Pages.Contacts;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Processors;

/// <summary>Declares a processor, changes one, or takes it off the list. When it changed meanwhile, the page says who did it, shows what is stored and asks once more.</summary>
public sealed class EditModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    [FromRoute] public Guid? Id { get; set; }
    [BindProperty, Required(ErrorMessage = "Indiquez le nom."), LengthOf(typeof(Processor), nameof(Processor.Name)), PlainText] public string? Name { get; set; }
    [BindProperty, Required(ErrorMessage = "Indiquez le pays."), LengthOf(typeof(Processor), nameof(Processor.Country)), PlainText] public string? Country { get; set; }
    [BindProperty, Required(ErrorMessage = "Indiquez ce qu’il fait."), LengthOf(typeof(Processor), nameof(Processor.Purpose)), PlainText] public string? Purpose { get; set; }
    [BindProperty, Required(ErrorMessage = "Indiquez les garanties."), LengthOf(typeof(Processor), nameof(Processor.Safeguard)), PlainText] public string? Safeguard { get; set; }

    /// <summary>The version that was shown, and when.</summary>
    [BindProperty] public uint Version { get; set; }
    [BindProperty] public DateTimeOffset ShownAt { get; set; }

    public Processor? Stored { get; private set; }
    public string? Conflict { get; private set; }

    private Act Act => new(User.AccountId(), clock.Now);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        ShownAt = clock.Now;
        if (Id is null) return Page();
        if (!await LoadAsync(cancel)) return NotFound();
        (Name, Country, Purpose, Safeguard, Version) = (Stored!.Name, Stored.Country, Stored.Purpose, Stored.Safeguard, Stored.Version);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (Id is not null && !await LoadAsync(cancel)) return NotFound();
        if (!ModelState.IsValid) return Answer(StatusCodes.Status422UnprocessableEntity);
        var entry = new ProcessorEntry(Name!.Trim(), Country!.Trim(), Purpose!.Trim(), Safeguard!.Trim());
        try
        {
            if (Stored is null) await entry.CreateAsync(db, Act, cancel);
            else await entry.EditAsync(db, Stored, Version, Act, cancel);
            return Done(T($"{entry.Name} figure parmi les sous-traitants."));
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            if (!await LoadAsync(cancel)) return NotFound();
            var who = (await LatestAct.OfAsync(db, Stored!.Id, ShownAt))?.Who ?? T("Un collègue");
            Conflict = T($"{who} a changé ce sous-traitant pendant que vous le lisiez.");
            ModelState.Remove(nameof(Version));
            ModelState.Remove(nameof(ShownAt));
            (Version, ShownAt) = (Stored.Version, clock.Now);
            return Answer(StatusCodes.Status409Conflict);
        }
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancel)
    {
        if (Id is not { } id || !await LoadAsync(cancel)) return NotFound();
        await ProcessorEntry.RemoveAsync(db, id, Act, cancel);
        return Done(T($"{Stored!.Name} est retiré de la liste."));
    }

    private async Task<bool> LoadAsync(CancellationToken cancel) => (Stored = await db.Processors.SingleOrDefaultAsync(p => p.Id == Id, cancel)) is not null;

    private RedirectToPageResult Done(string message)
    {
        TempData["Message"] = message;
        return RedirectToPage("Index");
    }

    private PageResult Answer(int status)
    {
        Response.StatusCode = status;
        return Page();
    }
}
