using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>A second admin looks at a proposed deletion of several people and confirms it by typing how many they are; anyone takes it back.</summary>
public sealed class ConfirmModel(CrmDbContext db, AgencyClock clock) : DecisionPage(db, clock)
{
    [FromRoute] public Guid Proposal { get; set; }
    [BindProperty] public string? Number { get; set; }

    public DeletionPlan Plan { get; private set; } = null!;

    /// <summary>Who proposed and when, in words.</summary>
    public string Proposed { get; private set; } = "";

    /// <summary>The one who looks is the one who proposed, and another has to confirm.</summary>
    public bool Mine { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => await LoadAsync(cancel) ?? Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (await LoadAsync(cancel) is { } stop) return stop;
        var typed = int.TryParse(Number, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var (approval, results) = await Review.ConfirmDeletionAsync(Proposal, typed, Act, cancel);
        if (approval == Approval.Given)
            return Reported(results, T($"{Format.Count(results.Count, "suppression aura lieu", "suppressions auront lieu")} à {Format.Hour(Clock.Local(Clock.Now.AddMinutes(DeletionOrder.DelayMinutes)))}. Vous pouvez les annuler jusque-là."));

        if (await LoadAsync(cancel) is { } gone) return gone;
        Fault(approval == Approval.OtherList ? nameof(Number) : null, ApprovalWords.Refused(approval));
        return Refused(approval == Approval.OtherList ? StatusCodes.Status400BadRequest : StatusCodes.Status409Conflict);
    }

    public async Task<IActionResult> OnPostTakeBackAsync(CancellationToken cancel) =>
        Done(await Review.WithdrawProposalAsync(Proposal, Act, cancel) is > 0 and var count
            ? T($"{Format.Count(count, "suppression proposée est retirée", "suppressions proposées sont retirées")}.")
            : NothingWaits);

    private static string NothingWaits => T("Cette proposition n’attend plus : elle a été confirmée ou retirée.");

    private new async Task<IActionResult?> LoadAsync(CancellationToken cancel)
    {
        var orders = await Db.DeletionOrders.AsNoTracking().Where(o => o.ProposalId == Proposal && o.State == OrderState.Proposed).ToListAsync(cancel);
        if (orders.Count == 0) return Done(NothingWaits);
        Chosen = [.. orders.Select(o => o.ContactId.ToString())];
        if (await base.LoadAsync(cancel) is { } stop) return stop;
        var by = orders[0].ById;
        var name = await Db.Users.Where(u => u.Id == by).Select(u => u.FullName).SingleOrDefaultAsync(cancel);
        Proposed = T($"Proposée par {ApprovalWords.By(by, name)} le {Format.Date(Clock.DateOf(orders[0].OrderedAt))} à {Format.Hour(Clock.Local(orders[0].OrderedAt))}.");
        Mine = by == User.AccountId() && await FourEyes.NeededAsync(Db, Clock.Now, cancel);
        Plan = await DeletionPlan.OfAsync(Db, Policies, People, Clock.Today, confirming: true, cancel);
        return null;
    }
}
