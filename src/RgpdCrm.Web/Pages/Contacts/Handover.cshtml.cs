using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;
using Moved = RgpdCrm.Core.Contacts.Handover;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Everything a colleague follows goes to another, when someone leaves: the numbers are shown before.</summary>
public sealed class HandoverModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)] public Guid? From { get; set; }
    [BindProperty(SupportsGet = true)] public Guid? To { get; set; }

    /// <summary>Everyone who may have contacts left, those who have gone too.</summary>
    public IReadOnlyList<SelectListItem> Leavers { get; private set; } = [];

    public IReadOnlyList<SelectListItem> Receivers { get; private set; } = [];

    /// <summary>What would move; none before both are chosen.</summary>
    public Moved? Preview { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        await LoadAsync(cancel);
        if (From is not null && To is not null) await CheckAsync(cancel);
        return Show(StatusCodes.Status200OK);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        await LoadAsync(cancel);
        await CheckAsync(cancel);
        if (!ModelState.IsValid) return Show(StatusCodes.Status422UnprocessableEntity);
        if (await Moved.MoveAsync(db, From!.Value, To!.Value, new Act(User.AccountId(), clock.Now), cancel) is not { } moved)
        {
            ModelState.AddModelError(nameof(To), T("Cette personne ne peut plus recevoir de contacts."));
            return Show(StatusCodes.Status409Conflict);
        }
        TempData["Message"] = T($"Le relais est passé : {Format.Count(moved.Contacts, "contact")} et {Format.Count(moved.Inquiries, "demande à traiter", "demandes à traiter")}.");
        return RedirectToPage("Index", new { agent = To });
    }

    private async Task CheckAsync(CancellationToken cancel)
    {
        if (Leavers.All(l => l.Value != From?.ToString())) ModelState.AddModelError(nameof(From), T("Choisissez qui passe le relais."));
        if (Receivers.All(r => r.Value != To?.ToString())) ModelState.AddModelError(nameof(To), T("Choisissez qui reçoit : un compte désactivé ou d’exploitation ne suit pas de contacts."));
        else if (From == To) ModelState.AddModelError(nameof(To), T("Choisissez deux personnes différentes."));
        if (ModelState.IsValid) Preview = await Moved.CountAsync(db, From!.Value, cancel);
    }

    private async Task LoadAsync(CancellationToken cancel)
    {
        var accounts = await db.Users.AsNoTracking().Where(u => u.Role != Role.Ops || db.Contacts.Any(c => c.ResponsibleId == u.Id)).OrderBy(u => u.FullName)
            .Select(u => new { u.Id, u.FullName, u.DisabledAt }).ToListAsync(cancel);
        Leavers = [.. accounts.Select(a => new SelectListItem(a.DisabledAt is null ? a.FullName : T($"{a.FullName} (compte désactivé)"), a.Id.ToString()))];
        Receivers = await Staff.FollowersAsync(db);
    }

    private PageResult Show(int status)
    {
        Response.StatusCode = status;
        return Page();
    }
}
