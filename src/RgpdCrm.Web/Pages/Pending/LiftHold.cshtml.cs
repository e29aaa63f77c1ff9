using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>Lifts a hold; says first when the person is due without it.</summary>
public sealed class LiftHoldModel(CrmDbContext db, AgencyClock clock) : DecisionPage(db, clock)
{
    /// <summary>What the rules decide once the hold is gone.</summary>
    public Verdict After { get; private set; } = null!;

    /// <summary>Frozen at the person's request too: that hold stays.</summary>
    public bool StaysFrozen { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (await LoadAsync(cancel) is { } stop) return stop;
        return Person.Hold is null ? Refused(new ReviewResult(Refusal.NotHeld)) : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (await LoadAsync(cancel) is { } stop) return stop;
        var result = await Review.LiftHoldAsync(Person.Id, Act, cancel);
        if (!result.Done) return Refused(result);
        var done = Done(T($"{Person.Name} : blocage levé."));
        return Person.IsPending ? done : LocalRedirect($"/contacts/{Person.Id}");
    }

    private new async Task<IActionResult?> LoadAsync(CancellationToken cancel)
    {
        if (Id is null) return NotFound();
        if (await base.LoadAsync(cancel) is { } stop) return stop;
        StaysFrozen = await FrozenRecord.IsAsync(Db, Person.Id, cancel);
        After = Policies.Decide(Person.Facts with { Hold = StaysFrozen }, Clock.Today);
        return null;
    }
}
