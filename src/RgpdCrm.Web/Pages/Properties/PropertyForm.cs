using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Properties;
using RgpdCrm.Web.Components;
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
        Input.FindTown(ModelState);
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
    private const int MostTowns = 20;

    [LengthOf(typeof(Property), nameof(Property.Reference)), PlainText] public string? Reference { get; set; }
    public PropertyKind? Kind { get; set; }
    public Transaction Transaction { get; set; }
    public PropertyStatus Status { get; set; }
    [LengthOf(typeof(Property), nameof(Property.Address)), PlainText] public string? Address { get; set; }

    /// <summary>A commune as someone types it; "49000 Angers" once it is chosen.</summary>
    [LengthOf(typeof(Property), nameof(Property.City)), PlainText] public string? Town { get; set; }
    public string? Price { get; set; }
    public string? Surface { get; set; }
    public string? Rooms { get; set; }
    public EnergyClass? EnergyClass { get; set; }
    [LengthOf(typeof(Property), nameof(Property.Description)), PlainText(Multiline = true)] public string? Description { get; set; }

    /// <summary>The commune ticked among those found.</summary>
    public string? Pick { get; set; }

    /// <summary>Communes to tick; none while the one typed is certain.</summary>
    [BindNever, ValidateNever] public IReadOnlyList<Commune>? Towns { get; private set; }

    public static PropertyFields From(Property property) => new()
    {
        Reference = property.Reference,
        Kind = property.Kind,
        Transaction = property.Transaction,
        Status = property.Status,
        Address = property.Address,
        Town = PropertyWords.Town(property),
        Price = property.Price is { } price ? ((long)price).ToString(CultureInfo.InvariantCulture) : null,
        Surface = property.Surface?.ToString(CultureInfo.InvariantCulture),
        Rooms = property.Rooms?.ToString(CultureInfo.InvariantCulture),
        EnergyClass = property.EnergyClass,
        Description = property.Description,
    };

    /// <summary>Takes the commune that was ticked, or looks for those that the text may mean.</summary>
    public void FindTown(ModelStateDictionary state)
    {
        if (!string.IsNullOrEmpty(Pick)) Town = Pick;
        if (Communes.Named(Town) is { } town) Town = town.ToString();
        else if (!string.IsNullOrWhiteSpace(Town)) Towns = Communes.Find(Town, MostTowns);
        Pick = null;
        state.Remove("Input.Pick");
        // What is shown again is what was understood; a fault keeps what was typed.
        if (state.GetFieldValidationState("Input.Town") != ModelValidationState.Invalid) state.Remove("Input.Town");
    }

    /// <summary>Says what attributes cannot.</summary>
    public void Check(ModelStateDictionary state)
    {
        FindTown(state);
        if (string.IsNullOrWhiteSpace(Reference)) state.TryAddModelError("Input.Reference", T("Indiquez la référence du bien."));
        if (Kind is not { } kind || !Enum.IsDefined(kind)) state.TryAddModelError("Input.Kind", T("Choisissez la nature du bien."));
        if (string.IsNullOrWhiteSpace(Address)) state.TryAddModelError("Input.Address", T("Indiquez l’adresse du bien."));
        if (Towns is { } towns) state.TryAddModelError("Input.Town", towns.Count == 0 ? T("Aucune commune de France ne porte ce nom ou ce code postal.") : T("Cochez la commune parmi celles qui correspondent."));
        if (IsWrong(Price, Property.HighestPrice)) state.TryAddModelError("Input.Price", T("Indiquez le prix en euros entiers, par exemple 250000."));
        if (IsWrong(Surface, Property.LargestSurface)) state.TryAddModelError("Input.Surface", T($"Indiquez la surface en mètres carrés entiers, de 1 à {Format.Number(Property.LargestSurface)}."));
        if (IsWrong(Rooms, Property.MostRooms)) state.TryAddModelError("Input.Rooms", T($"Indiquez le nombre de pièces principales, de 1 à {Property.MostRooms}."));
    }

    public PropertyEntry ToEntry(Guid? ownerId) => new(Reference!.Trim(), Kind!.Value, Address!.Trim(), Whole(Price), ownerId)
    {
        Transaction = Transaction,
        Status = Status,
        Town = Communes.Named(Town),
        Surface = (int?)Whole(Surface),
        Rooms = (int?)Whole(Rooms),
        EnergyClass = EnergyClass,
        // A browser ends its lines as Windows does.
        Description = string.IsNullOrWhiteSpace(Description) ? null : Description.ReplaceLineEndings("\n").Trim(),
    };

    private static bool IsWrong(string? text, decimal most) => !string.IsNullOrWhiteSpace(text) && !(Whole(text) is { } number && number >= 1 && number <= most);

    private static decimal? Whole(string? text) =>
        text is not null && decimal.TryParse(string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not '€')), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
