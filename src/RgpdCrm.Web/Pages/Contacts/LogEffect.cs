using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>What an exchange would change, in a sentence.</summary>
public static class LogEffect
{
    public static string Sentence(ExchangeEffect effect, bool nameOnly, ContactStatus status)
    {
        var counts = effect switch
        {
            { MovesSilent: true } => T("Signe du contact : les deux horloges repartent de cette date."),
            { MovesIdle: true } => T("Échange sans signe du contact : seule l’horloge des échanges repart de cette date."),
            _ => T("Cet échange ne fait repartir aucune horloge."),
        };
        return counts + " " + effect switch
        {
            { BringsBack: true } => nameOnly ? T("La fiche redevient active.") : T($"La fiche redevient active, jusqu’au {Date(effect.After)}."),
            _ when status == ContactStatus.PendingDeletion => T("La fiche resterait en attente de suppression."),
            { Suspended: true } => T("Un mandat, un contrat ou la qualité de professionnel suspend la suppression : rien ne change d’ici là."),
            { After: { } after, Before: { } before } when after == before => T($"La mise en attente reste au {Date(before)}."),
            _ => T($"La mise en attente passerait du {Date(effect.Before)} au {Date(effect.After)}."),
        };
    }

    private static string Date(DateOnly? date) => date is { } day ? Format.Date(day) : T("jour non fixé");
}
