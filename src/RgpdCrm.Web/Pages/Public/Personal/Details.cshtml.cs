using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Personal;

/// <summary>The reader corrects their own details and language; applied at once, with an audit entry. A new e-mail address waits for the link that is sent there.</summary>
[EnableRateLimiting(PublicForms.SendLimit)]
public sealed class DetailsModel(CrmDbContext db, AgencyClock clock, Choices choices) : PersonalPage(db, clock)
{
    private const int MostPhones = 5;

    [BindProperty, StringLength(100, ErrorMessage = "100 caractères au plus."), PlainText] public string? FirstName { get; set; }
    [BindProperty, StringLength(100, ErrorMessage = "100 caractères au plus."), PlainText] public string? LastName { get; set; }
    [BindProperty] public List<string?> Phones { get; set; } = [];
    [BindProperty, StringLength(200, ErrorMessage = "200 caractères au plus."), PlainText] public string? Street { get; set; }
    [BindProperty, StringLength(10, ErrorMessage = "10 caractères au plus."), PlainText] public string? PostalCode { get; set; }
    [BindProperty, StringLength(100, ErrorMessage = "100 caractères au plus."), PlainText] public string? City { get; set; }
    [BindProperty] public string? Language { get; set; }
    [BindProperty] public string? NewEmail { get; set; }

    /// <summary>Why a frozen record keeps its address.</summary>
    public static string FrozenText => T("Vos données sont gelées, comme vous l’avez demandé (RGPD, article 18) : l’adresse ne change pas. Demandez d’abord à l’agence de lever ce gel.");

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (!await OpenAsync(cancel)) return Refused();
        (FirstName, LastName, Language) = (Contact.FirstName, Contact.LastName, Contact.Language);
        Phones = [.. Contact.Phones.OrderBy(p => p.Value).Select(p => Phone.Show(p.Value)).Take(MostPhones - 1), ""];
        if (First is { } address) (Street, PostalCode, City) = (address.Street, address.PostalCode, address.City);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (!await OpenAsync(cancel)) return Refused();
        if (string.IsNullOrWhiteSpace(LastName) && Contact.Kind == ContactKind.Private) ModelState.AddModelError(nameof(LastName), T("Indiquez votre nom."));
        if (Phones.Count > MostPhones) return Refused();
        var phones = Phones.Select(p => string.IsNullOrWhiteSpace(p) ? null : p.Length > 40 ? null : Phone.Normalise(p)).ToList();
        for (var i = 0; i < Phones.Count; i++)
            if (phones[i] is null && !string.IsNullOrWhiteSpace(Phones[i])) ModelState.AddModelError($"Phones[{i}]", T("Ce numéro de téléphone n’est pas valable, par exemple 06 39 98 14 27 ou +32 2 555 12 12."));
        var email = string.IsNullOrWhiteSpace(NewEmail) ? null : Email.Normalise(NewEmail);
        if (email is null && !string.IsNullOrWhiteSpace(NewEmail)) ModelState.AddModelError(nameof(NewEmail), T("Cette adresse e-mail n’est pas valable, par exemple prenom.nom@exemple.fr."));
        if (!ModelState.IsValid) return Shown();

        var refusal = await choices.CorrectAsync(Contact.Id, (FirstName ?? "").Trim(), (LastName ?? "").Trim(), Language == Languages.English ? Languages.English : Languages.French,
            [.. phones.OfType<string>(), .. Contact.Phones.OrderBy(p => p.Value).Skip(MostPhones - 1).Select(p => p.Value)], Addresses(), email is null ? null : (EmailId, email), cancel);
        if (refusal is null) return Redirect(To("", email is null ? "&saved=true" : "&saved=true&asked=true"));
        if (refusal == EmailRefusal.Gone) return Refused();
        ModelState.AddModelError(nameof(NewEmail), Words(refusal.Value));
        return Shown();
    }

    private static string Words(EmailRefusal refusal) => refusal switch
    {
        EmailRefusal.Theirs => T("Cette adresse est déjà la vôtre."),
        EmailRefusal.TooMany => T("Plusieurs liens viennent de partir. Attendez une heure avant d’en demander un autre."),
        _ => FrozenText,
    };

    private Address? First => Contact.Addresses.OrderBy(a => a.Id).FirstOrDefault();

    // The first address is the one that is shown; the others stay as they are.
    private List<Address> Addresses()
    {
        var rest = Contact.Addresses.OrderBy(a => a.Id).Skip(1).Select(a => new Address { ContactId = Contact.Id, Street = a.Street, PostalCode = a.PostalCode, City = a.City, Country = a.Country }).ToList();
        var (street, code, city) = ((Street ?? "").Trim(), (PostalCode ?? "").Trim(), (City ?? "").Trim());
        if (street.Length + code.Length + city.Length > 0) rest.Insert(0, new Address { ContactId = Contact.Id, Street = street, PostalCode = code, City = city, Country = First?.Country ?? "FR" });
        return rest;
    }
}
