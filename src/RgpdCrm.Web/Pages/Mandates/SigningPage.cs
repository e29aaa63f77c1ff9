using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>A mandate or contract to sign: every button of the form keeps what was typed, and only the last one writes.</summary>
public abstract class SigningPage(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty] public PropertyInput Property { get; set; } = new();
    [BindProperty] public PeopleInput Parties { get; set; } = new();

    /// <summary>What signing would do to each party; none before someone asks.</summary>
    public IReadOnlyList<PartyEffect>? Effects { get; private set; }
    public DateOnly Today { get; } = clock.Today;

    protected CrmDbContext Db => db;

    public async Task<IActionResult> OnGetAsync(Guid? contact, Guid? property)
    {
        if (contact is { } person) Parties.Chosen.Add(new PartyInput { ContactId = person });
        Property.Id = property;
        Begin();
        if (!await ReadAsync()) return NotFound();
        return Page();
    }

    public async Task<IActionResult> OnPostSearchAsync()
    {
        await EditAsync();
        await Parties.FindAsync(db, User, Today);
        await Property.FindAsync(db);
        return Page();
    }

    public async Task<IActionResult> OnPostAddAsync()
    {
        if (Parties.Pick.Count > 0) Forget(() => Parties.Search = null, "Parties.Search");
        if (Property.Pick is not null) Forget(() => Property.Search = null, "Property.Search");
        await EditAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostRemoveAsync(Guid who)
    {
        Parties.Chosen.RemoveAll(c => c.ContactId == who);
        await EditAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostRemovePropertyAsync()
    {
        (Property.Id, Property.Pick) = (null, null);
        await EditAsync();
        return Page();
    }

    public Task<IActionResult> OnPostPreviewAsync() => SignAsync(preview: true);

    public Task<IActionResult> OnPostAsync() => SignAsync(preview: false);

    /// <summary>The form as it opens.</summary>
    protected abstract void Begin();

    /// <summary>Says what attributes cannot.</summary>
    protected abstract void Check();

    /// <summary>Signs, or tries to.</summary>
    protected abstract Task<ObligationResult> TryAsync(Act act, bool preview);

    /// <summary>Where to go once it is signed, and what to say.</summary>
    protected abstract Task<IActionResult> DoneAsync(ObligationResult result);

    /// <summary>One error a field: the first says enough.</summary>
    protected void Say(string field, string text)
    {
        if (ModelState.GetFieldValidationState(field) != ModelValidationState.Invalid) ModelState.AddModelError(field, text);
    }

    private async Task<IActionResult> SignAsync(bool preview)
    {
        Parties.Take();
        if (!await ReadAsync()) ModelState.AddModelError("Parties.Search", T("Quelqu’un ou quelque chose de ce que vous aviez choisi n’est plus disponible. Vérifiez le bien et les personnes."));
        Check();
        if (Parties.Chosen.Count == 0) Say("Parties.Search", ObligationWords.Refused(ObligationRefusal.NoParty));
        if (!ModelState.IsValid) return Refuse();
        var result = await TryAsync(new Act(User.AccountId(), clock.Now), preview);
        if (result.Refusal is { } refusal)
        {
            ModelState.AddModelError(ObligationWords.FieldOf(refusal), ObligationWords.Refused(refusal));
            return Refuse();
        }
        if (!preview) return await DoneAsync(result);
        Effects = result.Effects;
        return Page();
    }

    private PageResult Refuse()
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    // Half a form is no mistake while someone still looks for people: the errors wait, the texts stay.
    private async Task EditAsync()
    {
        foreach (var entry in ModelState.Values)
        {
            entry.Errors.Clear();
            entry.ValidationState = ModelValidationState.Skipped;
        }
        Parties.Take();
        await ReadAsync();
    }

    private async Task<bool> ReadAsync() => await Parties.ReadAsync(db, User) & await Property.ReadAsync(db);

    private void Forget(Action change, string field)
    {
        change();
        ModelState.Remove(field);
    }
}
