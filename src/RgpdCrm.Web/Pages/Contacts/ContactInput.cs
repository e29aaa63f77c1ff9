using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>The fields of a record as a form posts them, and nothing else: state, clocks and collection cannot be posted.</summary>
public sealed class ContactInput
{
    private const int Rows = 3, MostRows = 20;

    public ContactKind Kind { get; set; }
    [LengthOf(typeof(Contact), nameof(Contact.FirstName)), PlainText] public string? FirstName { get; set; }
    [LengthOf(typeof(Contact), nameof(Contact.LastName)), PlainText] public string? LastName { get; set; }
    [LengthOf(typeof(Contact), nameof(Contact.Organisation)), PlainText] public string? Organisation { get; set; }
    [PlainText] public string? Siren { get; set; }
    public List<ContactRoles> Roles { get; set; } = [];
    public Guid? ResponsibleId { get; set; }
    public List<string?> Phones { get; set; } = [];
    public List<string?> Emails { get; set; } = [];
    public List<AddressInput> Addresses { get; set; } = [];

    public static ContactInput From(Contact contact) => new()
    {
        Kind = contact.Kind,
        FirstName = contact.FirstName,
        LastName = contact.LastName,
        Organisation = contact.Organisation,
        Siren = contact.Siren,
        Roles = [.. Enum.GetValues<ContactRoles>().Where(r => r != ContactRoles.None && contact.Roles.HasFlag(r))],
        ResponsibleId = contact.ResponsibleId,
        Phones = [.. contact.Phones.Select(p => Phone.Show(p.Value)).Order()],
        Emails = [.. contact.Emails.InOrder().Select(e => e.Value)],
        Addresses = [.. contact.Addresses.Select(AddressInput.From)],
    };

    /// <summary>Adds empty rows to fill in.</summary>
    public void Widen()
    {
        while (Phones.Count < Rows || Phones[^1] is not null && Phones.Count < MostRows) Phones.Add(null);
        while (Emails.Count < Rows || Emails[^1] is not null && Emails.Count < MostRows) Emails.Add(null);
        if (Addresses.Count == 0) Addresses.Add(new AddressInput());
    }

    /// <summary>Says what attributes cannot; the fields' names in the form start with <paramref name="prefix"/>.</summary>
    public void Check(ModelStateDictionary state, IReadOnlyCollection<SelectListItem> followers, string prefix = "Input.")
    {
        if (!Enum.IsDefined(Kind)) state.AddModelError(prefix + nameof(Kind), T("Choisissez particulier ou professionnel."));
        if (Kind == ContactKind.Private && string.IsNullOrWhiteSpace(LastName)) state.AddModelError(prefix + nameof(LastName), T("Indiquez le nom."));
        if (Kind == ContactKind.Professional && string.IsNullOrWhiteSpace(Organisation)) state.AddModelError(prefix + nameof(Organisation), T("Indiquez l’organisation du professionnel."));
        if (Kind == ContactKind.Professional && Core.Contacts.Siren.Read(Siren) is null) state.AddModelError(prefix + nameof(Siren), T("Indiquez les neuf chiffres du SIREN ; ceux-ci ne forment pas un numéro valable."));
        if (Roles.Count == 0 || Roles.Any(r => r == ContactRoles.None || !Enum.IsDefined(r))) state.AddModelError(prefix + nameof(Roles), T("Cochez au moins un rôle."));
        if (ResponsibleId is { } id && followers.All(f => f.Value != id.ToString())) state.AddModelError(prefix + nameof(ResponsibleId), T("Choisissez une personne de la liste."));
        if (Phones.Count > MostRows || Emails.Count > MostRows || Addresses.Count > MostRows) state.AddModelError("", T($"Une fiche garde au plus {MostRows} numéros, {MostRows} e-mails et {MostRows} adresses."));
        for (var i = 0; i < Phones.Count; i++)
            if (!string.IsNullOrWhiteSpace(Phones[i]) && (Phones[i]!.Length > 40 || Phone.Normalise(Phones[i]!) is null))
                state.AddModelError($"{prefix}Phones[{i}]", T("Ce numéro de téléphone n’est pas valable, par exemple 06 39 98 14 27 ou +32 2 555 12 12."));
        for (var i = 0; i < Emails.Count; i++)
            if (!string.IsNullOrWhiteSpace(Emails[i]) && Email.Normalise(Emails[i]!) is null)
                state.AddModelError($"{prefix}Emails[{i}]", T("Cette adresse e-mail n’est pas valable, par exemple prenom.nom@exemple.fr."));
    }

    /// <summary>The record, once the form has no error.</summary>
    public ContactEntry ToEntry() => new(Name(), Roles.Aggregate(ContactRoles.None, (all, role) => all | role), ResponsibleId,
        [.. Phones.Where(p => !string.IsNullOrWhiteSpace(p)).Select(p => Phone.Normalise(p!)!)],
        [.. Emails.Where(e => !string.IsNullOrWhiteSpace(e)).Select(e => Email.Normalise(e!)!)],
        [.. Addresses.Where(a => !a.IsEmpty).Select(a => a.ToAddress())]);

    /// <summary>What could name someone already known: numbers, addresses, full name.</summary>
    public IReadOnlyList<SearchText> Texts() =>
        [.. new[] { $"{FirstName} {LastName}", Kind == ContactKind.Professional ? Organisation : null }.Concat(Phones).Concat(Emails).Select(SearchText.Read).OfType<SearchText>()];

    private ContactName Name() => Kind == ContactKind.Professional
        ? new(Kind, Trim(LastName), Trim(FirstName), Trim(Organisation), Core.Contacts.Siren.Read(Siren))
        : new(Kind, Trim(LastName), Trim(FirstName));

    private static string Trim(string? text) => text?.Trim() ?? "";
}

/// <summary>One postal address of the form.</summary>
public sealed class AddressInput
{
    [LengthOf(typeof(Address), nameof(Address.Street)), PlainText] public string? Street { get; set; }
    [LengthOf(typeof(Address), nameof(Address.PostalCode)), PlainText] public string? PostalCode { get; set; }
    [LengthOf(typeof(Address), nameof(Address.City)), PlainText] public string? City { get; set; }
    [RegularExpression("[A-Za-z]{2}", ErrorMessage = "Indiquez le pays en deux lettres, par exemple FR.")] public string? Country { get; set; } = "FR";

    public bool IsEmpty => string.IsNullOrWhiteSpace(Street) && string.IsNullOrWhiteSpace(PostalCode) && string.IsNullOrWhiteSpace(City);

    public static AddressInput From(Address address) => new() { Street = address.Street, PostalCode = address.PostalCode, City = address.City, Country = address.Country };

    public Address ToAddress() => new() { Street = Street?.Trim() ?? "", PostalCode = PostalCode?.Trim() ?? "", City = City?.Trim() ?? "", Country = (Country ?? "FR").ToUpperInvariant() };
}

/// <summary>The length that the entity itself declares.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LengthOfAttribute(Type entity, string property) : ValidationAttribute
{
    private readonly int _length = entity.GetProperty(property)!.GetCustomAttribute<MaxLengthAttribute>()!.Length;

    public override bool IsValid(object? value) => value is null || value is string text && text.Trim().Length <= _length;

    public override string FormatErrorMessage(string name) => T($"Ce texte est trop long : {_length} caractères au plus.");
}
