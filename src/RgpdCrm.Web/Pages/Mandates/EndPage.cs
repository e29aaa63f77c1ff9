using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>One new end of a mandate or contract, after showing what it changes for each party.</summary>
public abstract class EndPage<T>(CrmDbContext db, AgencyClock clock, EndChangeKind kind) : EndPage where T : Obligation
{
    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (await ObligationFile.LoadAsync<T>(db, id, User) is not { } file) return NotFound();
        if (!IsOpen(file)) return RedirectToPage("Details", new { id });
        Show(file);
        if (kind != EndChangeKind.Renewal) On = clock.Today;
        return Page();
    }

    public Task<IActionResult> OnPostPreviewAsync(Guid id) => ChangeAsync(id, preview: true);

    public Task<IActionResult> OnPostAsync(Guid id) => ChangeAsync(id, preview: false);

    private async Task<IActionResult> ChangeAsync(Guid id, bool preview)
    {
        if (await ObligationFile.LoadAsync<T>(db, id, User) is not { } file) return NotFound();
        Record = file;
        if (On is null) ModelState.TryAddModelError(nameof(On), T("Indiquez la date."));
        if (!ModelState.IsValid) return Answer(StatusCodes.Status422UnprocessableEntity);

        try
        {
            var (end, act) = (new NewEnd(kind, On!.Value), new Act(User.AccountId(), clock.Now));
            var result = preview ? await end.PreviewAsync(db, id, Version, act, clock.Today) : await end.ApplyAsync(db, id, Version, act, clock.Today);
            if (result.Refusal is { } refusal)
            {
                ModelState.AddModelError(nameof(On), ObligationWords.Refused(refusal));
                return Answer(StatusCodes.Status422UnprocessableEntity);
            }
            Effects = result.Effects;
            if (preview) return Page();
            TempData["Message"] = T($"La fin est maintenant le {Format.Date(On.Value)}. {ObligationWords.Effects(result.Effects, clock.Today)}");
            return RedirectToPage("Details", new { id });
        }
        catch (DbUpdateConcurrencyException)
        {
            return await ConflictAsync(id);
        }
    }

    private async Task<IActionResult> ConflictAsync(Guid id)
    {
        Conflict = await WhoChangedAsync(db, id, ShownAt);
        if (await ObligationFile.LoadAsync<T>(db, id, User) is not { } file) return NotFound();
        Show(file);
        ModelState.Remove(nameof(Version));
        ModelState.Remove(nameof(ShownAt));
        return Answer(StatusCodes.Status409Conflict);
    }

    private void Show(ObligationFile file) => (Record, Version, ShownAt) = (file, file.Obligation.Version, clock.Now);

    private bool IsOpen(ObligationFile file) => kind switch
    {
        EndChangeKind.Renewal => file.CanRenew(clock.Today),
        EndChangeKind.Revocation => file.CanRevoke,
        _ => file.CanComplete,
    };

    private PageResult Answer(int status)
    {
        Response.StatusCode = status;
        return Page();
    }
}

/// <summary>What the form of a new end shows, whichever it is.</summary>
public abstract class EndPage : PageModel
{
    [BindProperty] public DateOnly? On { get; set; }

    /// <summary>The version that was shown, and when.</summary>
    [BindProperty] public uint Version { get; set; }
    [BindProperty] public DateTimeOffset ShownAt { get; set; }

    public ObligationFile Record { get; protected set; } = null!;
    public IReadOnlyList<PartyEffect>? Effects { get; protected set; }

    /// <summary>Who changed it while someone was reading it.</summary>
    public string? Conflict { get; protected set; }

    internal static async Task<string> WhoChangedAsync(CrmDbContext db, Guid id, DateTimeOffset since) =>
        await LatestAct.OfAsync(db, id, since) is { } latest
            ? T($"{latest.Who} a changé cette pièce pendant que vous la lisiez.")
            : T("Le passage automatique de la conservation ou un import a changé cette pièce pendant que vous la lisiez.");
}
