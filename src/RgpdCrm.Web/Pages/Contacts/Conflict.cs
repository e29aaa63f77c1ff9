using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>The record changed while someone was editing it: who did it, and what is stored now where it differs from what was typed.</summary>
public sealed record Conflict(string Who, IReadOnlyList<(string Field, string Stored)> Differences)
{
    public static async Task<Conflict> FindAsync(CrmDbContext db, Guid contactId, DateTimeOffset since, ContactInput stored, IReadOnlyList<string> fields)
    {
        var latest = await LatestAct.OfAsync(db, contactId, since);
        var did = latest?.Action switch
        {
            "contact.edited" => T("a corrigé cette fiche"),
            "activity.logged" or "contact.kept" => T("a consigné un échange"),
            "hold.placed" or "hold.lifted" => T("a changé le blocage"),
            _ => T("a changé cette fiche"),
        };
        var who = latest is null
            ? T("Le passage automatique de la conservation a changé cette fiche pendant que vous la modifiiez.")
            : T($"{latest.Who} {did} pendant que vous la modifiiez.");
        return new Conflict(who, [.. fields.Select(f => (Label(f), Value(f, stored)))]);
    }

    private static string Label(string field) => field switch
    {
        nameof(Contact.Kind) => T("Particulier ou professionnel"),
        nameof(Contact.LastName) => T("Nom de famille"),
        nameof(Contact.FirstName) => T("Prénom"),
        nameof(Contact.Organisation) => T("Organisation"),
        nameof(Contact.Siren) => T("SIREN"),
        nameof(Contact.Roles) => T("Rôles"),
        nameof(Contact.ResponsibleId) => T("Suivi par"),
        nameof(Contact.Phones) => T("Téléphones"),
        nameof(Contact.Emails) => T("E-mails"),
        _ => T("Adresses"),
    };

    private static string Value(string field, ContactInput stored) => field switch
    {
        nameof(Contact.Kind) => stored.Kind == ContactKind.Professional ? T("professionnel") : T("particulier"),
        nameof(Contact.LastName) => Or(stored.LastName),
        nameof(Contact.FirstName) => Or(stored.FirstName),
        nameof(Contact.Organisation) => Or(stored.Organisation),
        nameof(Contact.Siren) => Or(stored.Siren),
        nameof(Contact.Roles) => Or(Words.Of(stored.Roles.Aggregate(ContactRoles.None, (all, role) => all | role))),
        nameof(Contact.ResponsibleId) => T("une autre personne"),
        nameof(Contact.Phones) => Or(string.Join(", ", stored.Phones)),
        nameof(Contact.Emails) => Or(string.Join(", ", stored.Emails)),
        _ => Or(string.Join(" ; ", stored.Addresses.Select(a => $"{a.Street} {a.PostalCode} {a.City}".Trim()))),
    };

    private static string Or(string? text) => string.IsNullOrEmpty(text) ? T("vide") : text;
}
