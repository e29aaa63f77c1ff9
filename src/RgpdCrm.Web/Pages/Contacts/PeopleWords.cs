using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Households, duplicates, labels, handovers and acts on several contacts in words.</summary>
public static class PeopleWords
{
    /// <summary>Name of the saved view of professionals to look at.</summary>
    public static string SilentProfessionals => T($"Professionnels silencieux depuis {ContactSearch.ProfessionalSilenceMonths} mois");

    /// <summary>What agrees with a contact: "Même e-mail, même nom".</summary>
    public static string Agreement(bool email, bool phone, bool name) => (email, phone, name) switch
    {
        (true, true, true) => T("Même e-mail, même téléphone, même nom"),
        (true, true, false) => T("Même e-mail, même téléphone, autre nom"),
        (true, false, true) => T("Même e-mail, même nom"),
        (true, false, false) => T("Même e-mail, autre nom"),
        (false, true, true) => T("Même téléphone, même nom"),
        (false, true, false) => T("Même téléphone, autre nom"),
        _ => T("Même nom"),
    };

    /// <summary>Why two people were not put into one household.</summary>
    public static string Of(HouseholdRefusal refusal) => refusal switch
    {
        HouseholdRefusal.Oneself => T("Un foyer réunit deux personnes différentes."),
        HouseholdRefusal.Unknown => T("Cette fiche n’est plus parmi les contacts."),
        HouseholdRefusal.Professional => T("Un foyer réunit des particuliers : un professionnel n’en fait pas partie."),
        HouseholdRefusal.Frozen => T("Cette fiche est gelée à la demande de la personne : rien n’y est modifié tant que le gel n’est pas levé."),
        HouseholdRefusal.InAnother => T("Chacun est déjà dans un foyer. L’un des deux doit d’abord quitter le sien."),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };

    /// <summary>Why an act was not done for one contact.</summary>
    public static string Of(BulkRefusal refusal) => refusal switch
    {
        BulkRefusal.Unknown => T("Cette fiche n’est plus parmi les contacts."),
        BulkRefusal.Frozen => T("Cette fiche est gelée à la demande de la personne : rien n’y est modifié tant que le gel n’est pas levé."),
        BulkRefusal.AlreadyTheirs => T("Ce contact est déjà suivi par cette personne."),
        BulkRefusal.AlreadyTagged => T("Ce contact porte déjà cette étiquette."),
        BulkRefusal.TooManyTags => T($"Un contact porte au plus {Tagging.Most} étiquettes."),
        BulkRefusal.NotAColleague => T("Choisissez une personne de la liste."),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };
}
