using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Properties;
using RgpdCrm.Web.Pages.Contacts;
using RgpdCrm.Web.Pages.Mandates;

namespace RgpdCrm.Web.Pages.Properties;

/// <summary>The form of a property: choosing its owner keeps what was typed, and only the last button writes.</summary>
public abstract class PropertyForm(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty] public PropertyFields Input { get; set; } = new();
    [BindProperty] public PeopleInput Owner { get; set; } = new();

    protected CrmDbContext Db => db;
    protected AgencyClock Clock => clock;
    protected DateOnly Today => clock.Today;

    /// <summary>Takes who was ticked, looks for who was typed; nothing is checked yet.</summary>
    protected async Task LookAsync(Guid? already)
    {
        foreach (var entry in ModelState.Values)
        {
            entry.Errors.Clear();
            entry.ValidationState = ModelValidationState.Skipped;
        }
        if (Owner.Pick.Count > 0)
        {
            Owner.Search = null;
            ModelState.Remove("Owner.Search");
        }
        Owner.Take(onlyOne: true);
        await Owner.ReadAsync(db, User, mayReturn: false, already);
        await Owner.FindAsync(db, User, Today, mayReturn: false);
    }

    protected async Task<bool> CheckAsync(Guid? already)
    {
        Owner.Take(onlyOne: true);
        if (!await Owner.ReadAsync(db, User, mayReturn: false, already)) ModelState.AddModelError("Owner.Search", T("Cette personne n’est plus disponible. Choisissez un autre propriétaire."));
        Input.Check(ModelState);
        return ModelState.IsValid;
    }

    protected PropertyEntry ToEntry() => Input.ToEntry(Owner.Chosen.Count == 0 ? null : Owner.Chosen[0].ContactId);

    protected PageResult Taken()
    {
        db.ChangeTracker.Clear();
        ModelState.AddModelError("Input.Reference", T("Un autre bien porte déjà cette référence."));
        return Answer(StatusCodes.Status422UnprocessableEntity);
    }

    protected PageResult Answer(int status)
    {
        Response.StatusCode = status;
        return Page();
    }
}

/// <summary>A property as the form posts it.</summary>
public sealed class PropertyFields
{
    private const decimal Dearest = 999_999_999;

    [LengthOf(typeof(Property), nameof(Property.Reference)), PlainText] public string? Reference { get; set; }
    public PropertyKind? Kind { get; set; }
    [LengthOf(typeof(Property), nameof(Property.Address)), PlainText] public string? Address { get; set; }
    public string? Price { get; set; }

    public static PropertyFields From(Property property) => new()
    {
        Reference = property.Reference,
        Kind = property.Kind,
        Address = property.Address,
        Price = property.Price is { } price ? ((long)price).ToString(CultureInfo.InvariantCulture) : null,
    };

    /// <summary>Says what attributes cannot.</summary>
    public void Check(ModelStateDictionary state)
    {
        if (string.IsNullOrWhiteSpace(Reference)) state.TryAddModelError("Input.Reference", T("Indiquez la référence du bien."));
        if (Kind is not { } kind || !Enum.IsDefined(kind)) state.TryAddModelError("Input.Kind", T("Choisissez la nature du bien."));
        if (string.IsNullOrWhiteSpace(Address)) state.TryAddModelError("Input.Address", T("Indiquez l’adresse du bien."));
        if (!string.IsNullOrWhiteSpace(Price) && Euros is null) state.TryAddModelError("Input.Price", T("Indiquez le prix en euros entiers, par exemple 250000."));
    }

    public PropertyEntry ToEntry(Guid? ownerId) => new(Reference!.Trim(), Kind!.Value, Address!.Trim(), Euros, ownerId);

    private decimal? Euros => Price is { } text
        && decimal.TryParse(string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c != '€')), NumberStyles.None, CultureInfo.InvariantCulture, out var euros) && euros <= Dearest ? euros : null;
}
