using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Pages.Contacts;

namespace RgpdCrm.Web.Pages.Inquiries;

/// <summary>The inbox in words.</summary>
public static class InquiryWords
{
    /// <summary>State of one inquiry, and the part of the inbox it is in.</summary>
    public static string Of(InquiryStatus status) => status switch
    {
        InquiryStatus.New => T("Nouvelle"),
        InquiryStatus.Handled => T("Traitée"),
        InquiryStatus.Spam => T("Indésirable"),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    /// <summary>Where it came in.</summary>
    public static string Of(InquirySource source) => source switch
    {
        InquirySource.Entered => T("Saisie par l’équipe"),
        InquirySource.Page => T("Page de contact"),
        InquirySource.Embed => T("Formulaire du site"),
        InquirySource.Api => T("Site, par l’API"),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, null),
    };

    /// <summary>What agrees between an inquiry and a contact: "Même e-mail, même nom".</summary>
    public static string Why(PossibleContact match) => PeopleWords.Agreement(match.SameEmail, match.SamePhone, match.SameName);

    /// <summary>Why nothing was done.</summary>
    public static string Of(InquiryRefusal refusal) => refusal switch
    {
        InquiryRefusal.Unknown => T("Cette demande n’existe plus : elle a été détruite avec la fiche de la personne, ou à la fin de sa durée de conservation."),
        InquiryRefusal.Stale => T("Cette demande a changé pendant que vous la lisiez."),
        InquiryRefusal.AlreadyLinked => T("Cette demande est déjà rattachée à une fiche."),
        InquiryRefusal.IsSpam => T("Cette demande est parmi les indésirables : remettez-la d’abord parmi les nouvelles."),
        InquiryRefusal.ContactGone => T("Cette fiche n’est plus là : elle a été effacée entre-temps, ou elle ne correspond pas à cette demande."),
        InquiryRefusal.AskAnAdmin => T("Cette fiche est conservée hors des écrans courants : adressez-vous à un administrateur."),
        InquiryRefusal.StaysSetAside => T("Cette demande est plus ancienne que l’archivage : les règles gardent la fiche hors des écrans courants. Marquez la demande comme traitée."),
        InquiryRefusal.NotAColleague => T("Choisissez une personne de la liste."),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };

    /// <summary>What was done to an inquiry last, and by whom; none when nobody did anything.</summary>
    public static async Task<string?> LatestAsync(CrmDbContext db, Guid id)
    {
        if (await LatestAct.OfAsync(db, id) is not { } latest) return null;
        return latest.Action switch
        {
            "inquiry.linked" => T($"{latest.Who} l’a rattachée à une fiche pendant que vous la lisiez."),
            "inquiry.confirmed" => T($"{latest.Who} l’a confirmée pendant que vous la lisiez."),
            "inquiry.assigned" => T($"{latest.Who} l’a confiée à quelqu’un pendant que vous la lisiez."),
            _ => T($"{latest.Who} l’a reclassée pendant que vous la lisiez."),
        };
    }

    /// <summary>What came of tying an inquiry to a contact.</summary>
    public static string Linked(InquiryResult result, string receivedOn) => result switch
    {
        { Repeated: true } => T("La demande est déjà rattachée à cette fiche : rien n’a été fait deux fois."),
        { StillPending: true } => T("La demande est rattachée, mais elle est trop ancienne pour faire revenir la fiche, qui attend toujours sa suppression."),
        { BroughtBack: true } => T($"La demande est rattachée et l’échange consigné au {receivedOn} : la fiche redevient active."),
        _ => T($"La demande est rattachée et l’échange consigné au {receivedOn}."),
    };
}
