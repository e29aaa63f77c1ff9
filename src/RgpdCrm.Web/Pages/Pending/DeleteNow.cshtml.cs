using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>Orders a deletion, carried out ten minutes later. Looking changes nothing; ordering needs the box ticked and, for several people, their number typed
/// and a second admin's confirmation when there is one.</summary>
public sealed class DeleteNowModel(CrmDbContext db, AgencyClock clock) : DecisionPage(db, clock)
{
    [BindProperty] public bool Confirmed { get; set; }
    [BindProperty] public string? Number { get; set; }

    public DeletionPlan Plan { get; private set; } = null!;

    /// <summary>This is a proposal, which another admin confirms.</summary>
    public bool Proposes { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) =>
        Many ? RedirectToPage("/Pending/Index") : await LoadAsync(cancel) ?? Page();

    /// <summary>From the list: shows what goes and what stays, changes nothing.</summary>
    public async Task<IActionResult> OnPostChooseAsync(CancellationToken cancel) =>
        await LoadAsync(cancel) ?? (People.Count == 0 ? NobodyChosen() : Page());

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (await LoadAsync(cancel) is { } stop) return stop;
        if (Ids.Count == 0) return NobodyChosen();
        if (Many && !(int.TryParse(Number, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == Ids.Count))
            Fault(nameof(Number), T($"Ce n’est pas le bon nombre : {Format.Count(Ids.Count, "contact est choisi", "contacts sont choisis")}. Rien n’a été supprimé et votre choix est gardé."));
        if (!Confirmed) Fault(nameof(Confirmed), T("Cochez la case pour confirmer."));
        if (Faults.Count > 0) return Refused();

        var (results, proposal) = await Review.OrderDeletionAsync(Ids, Act, cancel);
        var at = Format.Hour(Clock.Local(Clock.Now.AddMinutes(DeletionOrder.DelayMinutes)));
        if (proposal is not null) return Reported(results, T($"{Format.Count(Ids.Count, "suppression proposée", "suppressions proposées")}. Un autre administrateur doit confirmer ; rien n’est supprimé d’ici là."));
        if (Many) return Reported(results, T($"{Format.Count(Ids.Count, "suppression aura lieu", "suppressions auront lieu")} à {at}. Vous pouvez les annuler jusque-là."));
        return results[Person.Id] is { Done: false } refused ? Refused(refused) : Done(T($"La suppression de {Person.Name} aura lieu à {at}. Vous pouvez l’annuler jusque-là."));
    }

    private new async Task<IActionResult?> LoadAsync(CancellationToken cancel)
    {
        if (await base.LoadAsync(cancel) is { } stop) return stop;
        Plan = await DeletionPlan.OfAsync(Db, Policies, People, Clock.Today, confirming: false, cancel);
        Proposes = Ids.Count > 1 && await FourEyes.NeededAsync(Db, Clock.Now, cancel);
        return null;
    }
}
