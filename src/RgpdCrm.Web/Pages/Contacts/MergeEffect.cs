using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>What a merge would give, in a sentence.</summary>
public static class MergeEffect
{
    public static string Sentence(MergeResult merged) => (merged.Facts!, merged.Outlook!) switch
    {
        ({ Restricted: true }, _) => T("La fiche réunie reste hors des écrans : un effacement y a été accordé en partie."),
        ({ Status: ContactStatus.Archived }, { FlagOn: { } on }) => T($"La fiche réunie reste en archive et entre en attente le {Format.Date(on)}."),
        ({ Status: ContactStatus.Archived }, _) => T("La fiche réunie reste en archive."),
        ({ Status: ContactStatus.PendingDeletion }, { LeaveOn: { } on }) => T($"La fiche réunie attend sa suppression, prévue le {Format.Date(on)}."),
        ({ Status: ContactStatus.PendingDeletion }, _) => T("La fiche réunie attend sa suppression, suspendue pour l’instant."),
        (_, { FlagOn: { } on }) => T($"La fiche réunie est active ; sans nouvel échange, elle entre en attente le {Format.Date(on)}."),
        _ => T("La fiche réunie est active, et sa suppression suspendue."),
    };
}
