using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Rules;

/// <summary>The rules that wait 72 hours: a second admin simulates and confirms them, anyone withdraws them.</summary>
public sealed class ConfirmModel(CrmDbContext db, AgencyClock clock, OutsideLedger? outside = null) : PageModel
{
    [BindProperty] public Guid Id { get; set; }

    /// <summary>Typed number of tonight's entries; empty to let the brake spread them.</summary>
    [BindProperty] public int? Number { get; set; }

    public AgencyClock Clock => clock;
    public WaitingRules Waiting { get; private set; } = null!;
    public PolicySimulation Simulation { get; private set; } = null!;

    /// <summary>The one who looks is the one who proposed.</summary>
    public bool Mine => Waiting.Proposal.ProposedById == User.AccountId();

    private DateOnly Tonight => NightlyRun.NextOn(clock);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => await LoadAsync(cancel) ? Page() : Back(T("Aucune règle n’attend : elle a pris effet ou a été retirée."));

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (!ModelState.IsValid) return await ShownAsync(nameof(Number), T("Cette valeur n’est pas valable."), cancel);
        var result = await new Publication(db, outside).ConfirmAsync(Id, new Act(User.AccountId(), clock.Now), Number is { } number ? new EntryApproval(number, Tonight) : null, cancel);
        return result.Refusal switch
        {
            null => Back(T($"La règle est confirmée. Elle s’applique à partir de la prochaine exécution, {NightlyRun.Next(clock)}.")),
            PublishRefusal.WrongNumber => await ShownAsync(nameof(Number), T("Ce nombre n’est pas celui qui a été proposé, ou les contacts qui entreraient cette nuit ne sont plus autant. Laissez vide : le frein les étalera."), cancel),
            PublishRefusal.SameAdmin => await ShownAsync("", T("Vous l’avez proposée : un autre administrateur doit confirmer, ou les 72 heures passer."), cancel),
            PublishRefusal.ProposerGone => await ShownAsync("", T("Qui l’a proposée n’est plus administrateur : attendez les 72 heures, ou retirez-la puis refaites-la."), cancel),
            PublishRefusal.Tied => await ShownAsync("", ApprovalWords.Tied, cancel),
            PublishRefusal.NotAdmin => await ShownAsync("", ApprovalWords.NotAdmin, cancel),
            _ => Back(T("Aucune règle n’attend : elle a pris effet ou a été retirée.")),
        };
    }

    public async Task<IActionResult> OnPostWithdrawAsync(CancellationToken cancel) =>
        Back(await new Publication(db).WithdrawAsync(Id, new Act(User.AccountId(), clock.Now), cancel)
            ? T("La règle proposée est retirée. Rien ne change.")
            : T("Aucune règle n’attend : elle a pris effet ou a été retirée."));

    private async Task<bool> LoadAsync(CancellationToken cancel)
    {
        if (await WaitingRules.ReadAsync(db, cancel) is not { } waiting) return false;
        (Waiting, Id) = (waiting, waiting.Proposal.Id);
        Simulation = await PolicySimulation.RunAsync(db, waiting.Proposal.Wanted, Tonight, cancel);
        return true;
    }

    private async Task<IActionResult> ShownAsync(string field, string message, CancellationToken cancel)
    {
        if (!await LoadAsync(cancel)) return Back(message);
        ModelState.AddModelError(field, message);
        var page = Page();
        page.StatusCode = field.Length > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status409Conflict;
        return page;
    }

    private RedirectToPageResult Back(string message)
    {
        TempData["Message"] = message;
        return RedirectToPage("Index");
    }
}
