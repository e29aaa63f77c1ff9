using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Rules;

/// <summary>Prepares the next version: simulates it as often as wanted, then publishes it with a reason and, beyond the brake, with the typed number.</summary>
public sealed class EditModel(CrmDbContext db, AgencyClock clock, OutsideLedger? outside = null) : PageModel
{
    [BindProperty] public RulesInput Input { get; set; } = new();

    /// <summary>Number of the version being prepared.</summary>
    [BindProperty] public int Next { get; set; }

    [BindProperty, StringLength(500, ErrorMessage = "500 caractères au plus.")] public string? Reason { get; set; }

    /// <summary>Typed number of tonight's entries; empty to let the brake spread them.</summary>
    [BindProperty] public int? Number { get; set; }

    public AgencyClock Clock => clock;
    public RetentionPolicy InForce { get; private set; } = null!;
    public PolicySimulation? Simulation { get; private set; }

    /// <summary>Someone published another version meanwhile.</summary>
    public bool Overtaken { get; private set; }

    private DateOnly Tonight => NightlyRun.NextOn(clock);

    public async Task OnGetAsync(CancellationToken cancel)
    {
        InForce = (await PolicyHistory.LoadAsync(db, cancel)).Current;
        (Input, Next) = (RulesInput.From(InForce), InForce.Version + 1);
    }

    public async Task<IActionResult> OnPostSimulateAsync(CancellationToken cancel)
    {
        foreach (var later in (string[])[nameof(Reason), nameof(Number)]) ModelState.Remove(later);
        if (await ReadAsync(cancel) is not { } wanted) return Shown();
        await SimulateAsync(wanted, cancel);
        return Page();
    }

    public async Task<IActionResult> OnPostPublishAsync(CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(Reason)) ModelState.AddModelError(nameof(Reason), T("Indiquez le motif : il reste dans l’historique."));
        var typed = ModelState.IsValid;
        var approval = Number is { } number ? new EntryApproval(number, Tonight) : null;
        if (await ReadAsync(cancel) is not { } wanted) return await ShownAgainAsync(cancel);
        var result = await new Publication(db, outside).PublishAsync(wanted, Reason!, new Act(User.AccountId(), clock.Now), approval, cancel);
        if (result.Done)
        {
            TempData["Message"] = result.Waits
                ? T($"La version {wanted.Version} est proposée. Elle attend 72 heures, ou la confirmation d’un autre administrateur.")
                : T($"La version {wanted.Version} est publiée. Elle s’applique à partir de la prochaine exécution, {NightlyRun.Next(clock)}.");
            return RedirectToPage("Index");
        }

        Overtaken = result.Refusal == PublishRefusal.Stale;
        if (Overtaken) return Shown();
        await SimulateAsync(wanted, cancel);
        ModelState.AddModelError(result.Refusal == PublishRefusal.WrongNumber ? nameof(Number) : "", result.Refusal switch
        {
            PublishRefusal.WrongNumber => T($"Le nombre saisi n’est pas celui des contacts qui entreraient en attente : {Simulation!.After.Tonight}. Rien n’est publié."),
            PublishRefusal.AnotherWaits => T("D’autres règles attendent déjà. Retirez-les d’abord, ou laissez-les prendre effet."),
            PublishRefusal.NotAdmin => ApprovalWords.NotAdmin,
            _ => T("Ces règles sont déjà celles en vigueur : changez au moins une valeur."),
        });
        return Shown();
    }

    private async Task<RetentionPolicy?> ReadAsync(CancellationToken cancel)
    {
        InForce = (await PolicyHistory.LoadAsync(db, cancel)).Current;
        Overtaken = Next != InForce.Version + 1;
        return Overtaken ? null : Input.Read(Next, ModelState);
    }

    // A fault of the reason or of the number keeps the simulation in sight.
    private async Task<IActionResult> ShownAgainAsync(CancellationToken cancel)
    {
        var faults = ModelState.Where(e => e.Value!.Errors.Count > 0).Select(e => e.Key).ToList();
        if (!Overtaken && !faults.Any(f => f.StartsWith("Input.", StringComparison.Ordinal)) && Input.Read(Next, new()) is { } wanted) await SimulateAsync(wanted, cancel);
        return Shown();
    }

    private async Task SimulateAsync(RetentionPolicy wanted, CancellationToken cancel) => Simulation = await PolicySimulation.RunAsync(db, wanted, Tonight, cancel);

    private PageResult Shown()
    {
        Response.StatusCode = Overtaken ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
