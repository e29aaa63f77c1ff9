using System.ComponentModel.DataAnnotations;
using System.Globalization;
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

namespace RgpdCrm.Web.Pages.Breaches;

/// <summary>Records a breach, or completes it as more is known. Instants are typed in the agency's local time.</summary>
public sealed class EditModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    [FromRoute] public Guid? Id { get; set; }
    [BindProperty] public DateOnly? HappenedOn { get; set; }
    [BindProperty] public DateTime? NoticedAt { get; set; }
    [BindProperty, Required(ErrorMessage = "Dites ce qui s’est passé."), LengthOf(typeof(Breach), nameof(Breach.Nature)), PlainText] public string? Nature { get; set; }
    [BindProperty, LengthOf(typeof(Breach), nameof(Breach.Concerned)), PlainText] public string? Concerned { get; set; }
    [BindProperty] public string? People { get; set; }
    [BindProperty, LengthOf(typeof(Breach), nameof(Breach.Consequences)), PlainText] public string? Consequences { get; set; }
    [BindProperty, LengthOf(typeof(Breach), nameof(Breach.Measures)), PlainText] public string? Measures { get; set; }
    [BindProperty] public BreachRisk Risk { get; set; }
    [BindProperty] public DateTime? NotifiedAt { get; set; }
    [BindProperty] public DateOnly? PeopleToldOn { get; set; }
    [BindProperty, LengthOf(typeof(Breach), nameof(Breach.Reason)), PlainText] public string? Reason { get; set; }

    /// <summary>The version that was shown, and when.</summary>
    [BindProperty] public uint Version { get; set; }
    [BindProperty] public DateTimeOffset ShownAt { get; set; }

    public Breach? Stored { get; private set; }
    public string? Conflict { get; private set; }
    public DateOnly Today => clock.Today;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        ShownAt = clock.Now;
        (HappenedOn, NoticedAt) = (clock.Today, Typed(clock.Now));
        if (Id is null) return Page();
        if (!await LoadAsync(cancel)) return NotFound();
        var breach = Stored!;
        (HappenedOn, NoticedAt, Nature, Concerned, People, Version) = (breach.HappenedOn, Typed(breach.NoticedAt), breach.Nature, breach.Concerned, breach.People?.ToString(CultureInfo.InvariantCulture), breach.Version);
        (Consequences, Measures, Risk, NotifiedAt, PeopleToldOn, Reason) = (breach.Consequences, breach.Measures, breach.Risk, Typed(breach.NotifiedAt), breach.PeopleToldOn, breach.Reason);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (Id is not null && !await LoadAsync(cancel)) return NotFound();
        if (Read() is not { } entry) return Answer(StatusCodes.Status422UnprocessableEntity);
        var act = new Act(User.AccountId(), clock.Now);
        try
        {
            if (Stored is null) await entry.CreateAsync(db, act, cancel);
            else await entry.EditAsync(db, Stored, Version, act, cancel);
            TempData["Message"] = T("La violation est inscrite au registre.");
            return RedirectToPage("Index");
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            if (!await LoadAsync(cancel)) return NotFound();
            var who = (await LatestAct.OfAsync(db, Stored!.Id, ShownAt))?.Who ?? T("Un collègue");
            Conflict = T($"{who} a complété cette violation pendant que vous la lisiez.");
            ModelState.Remove(nameof(Version));
            ModelState.Remove(nameof(ShownAt));
            (Version, ShownAt) = (Stored.Version, clock.Now);
            return Answer(StatusCodes.Status409Conflict);
        }
    }

    /// <summary>What was typed, once nothing is wrong with it.</summary>
    private BreachEntry? Read()
    {
        var (noticed, notified) = (Instant(NoticedAt), Instant(NotifiedAt));
        int? people = null;
        if (!string.IsNullOrWhiteSpace(People))
        {
            if (int.TryParse(string.Concat(People.Where(c => !char.IsWhiteSpace(c))), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) people = number;
            else Fault(nameof(People), T("Indiquez un nombre entier, sans décimales."));
        }
        if (HappenedOn is not { } happened) Fault(nameof(HappenedOn), T("Indiquez la date."));
        else if (happened > clock.Today) Fault(nameof(HappenedOn), T("Cette date est à venir."));
        if (noticed is not { } aware) Fault(nameof(NoticedAt), T("Indiquez le jour et l’heure."));
        else
        {
            if (aware > clock.Now) Fault(nameof(NoticedAt), T("Cet instant est à venir."));
            if (HappenedOn > clock.DateOf(aware)) Fault(nameof(NoticedAt), T("Une violation n’est pas connue avant d’être survenue."));
            if (notified > clock.Now) Fault(nameof(NotifiedAt), T("Cet instant est à venir."));
            if (notified < aware) Fault(nameof(NotifiedAt), T("La CNIL n’est pas notifiée avant que l’agence ne le sache."));
            if (notified > BreachClock.Deadline(aware) && string.IsNullOrWhiteSpace(Reason)) Fault(nameof(Reason), T($"Dites pourquoi la notification vient après {BreachClock.Hours} heures (RGPD, art. 33.1)."));
            if (PeopleToldOn > clock.Today) Fault(nameof(PeopleToldOn), T("Cette date est à venir."));
        }
        if (!Enum.IsDefined(Risk)) Fault(nameof(Risk), T("Cette valeur n’est pas valable."));
        if (Risk == BreachRisk.Unlikely && string.IsNullOrWhiteSpace(Reason)) Fault(nameof(Reason), T("Dites pourquoi un risque est improbable."));
        return ModelState.IsValid
            ? new BreachEntry(HappenedOn!.Value, noticed!.Value, Text(Nature), Text(Concerned), people, Text(Consequences), Text(Measures), Risk, notified, Text(Reason), PeopleToldOn)
            : null;

        void Fault(string field, string sentence) => ModelState.AddModelError(field, sentence);
        static string Text(string? typed) => typed?.Trim() ?? "";
    }

    private DateTimeOffset? Instant(DateTime? local) => local is { } typed ? clock.InstantOf(typed) : null;

    private DateTime? Typed(DateTimeOffset? instant) => instant is { } at ? new DateTime(clock.Local(at).DateTime.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute) : null;

    private async Task<bool> LoadAsync(CancellationToken cancel) => (Stored = await db.Breaches.SingleOrDefaultAsync(b => b.Id == Id, cancel)) is not null;

    private PageResult Answer(int status)
    {
        Response.StatusCode = status;
        return Page();
    }
}
