using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>Requests of rights in words.</summary>
public static class RequestWords
{
    /// <summary>What the requester asks for.</summary>
    public static string Asked(RightKind kind) => kind switch
    {
        RightKind.Access => T("Savoir ce que l’agence détient sur moi"),
        RightKind.Rectification => T("Corriger mes données"),
        RightKind.Erasure => T("Effacer mes données"),
        RightKind.Portability => T("Récupérer mes données dans un format réutilisable"),
        RightKind.Restriction => T("Geler mes données"),
        _ => T("Ne plus être démarché"),
    };

    public static string Of(RequestChannel channel) => channel switch
    {
        RequestChannel.Website => T("Site"),
        RequestChannel.PersonalPage => T("Page personnelle"),
        RequestChannel.Email => T("E-mail"),
        RequestChannel.Letter => T("Courrier"),
        RequestChannel.Phone => T("Téléphone"),
        _ => T("À l’agence"),
    };

    public static string Of(IdentityState state) => state switch
    {
        IdentityState.ByLink => T("Prouvée par un lien à une adresse connue"),
        IdentityState.ByPhone => T("Prouvée par un appel à un numéro connu"),
        IdentityState.ByPapers => T("Prouvée par papiers"),
        IdentityState.InDoubt => T("Doute noté"),
        _ => T("À prouver"),
    };

    public static string Of(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Granted => T("Accordée"),
        RequestOutcome.GrantedInPart => T("Accordée en partie"),
        RequestOutcome.Refused => T("Refusée"),
        RequestOutcome.NothingHeld => T("Rien n’est détenu"),
        RequestOutcome.Unidentified => T("Personne non identifiée"),
        _ => T("Retirée"),
    };

    public static string Of(RequestAct act) => act switch
    {
        RequestAct.Received => T("Demande reçue"),
        RequestAct.PersonChosen => T("Personne choisie"),
        RequestAct.PersonUnclear => T("Personne incertaine : à demander"),
        RequestAct.LinkSent => T("Lien de preuve envoyé"),
        RequestAct.ProvedByLink => T("Identité prouvée par le lien"),
        RequestAct.ProvedByPhone => T("Identité prouvée par téléphone"),
        RequestAct.Doubted => T("Doute noté"),
        RequestAct.PapersReceived => T("Papiers reçus"),
        RequestAct.PapersAccepted => T("Papiers vérifiés et détruits"),
        RequestAct.PapersRefused => T("Papiers refusés et détruits"),
        RequestAct.Extended => T("Délai prolongé"),
        RequestAct.Written => T("Message envoyé"),
        RequestAct.PackageSent => T("Lien vers les données envoyé"),
        RequestAct.PackageHandedOver => T("Données remises par l’agence"),
        RequestAct.PackageTaken => T("Données téléchargées par la personne"),
        RequestAct.Rectified => T("Correction appliquée"),
        RequestAct.RecipientsTold => T("Destinataires prévenus"),
        RequestAct.Erased => T("Données effacées"),
        RequestAct.ErasedInPart => T("Données effacées en partie"),
        RequestAct.Archived => T("Données effacées, sauf l’archive due"),
        RequestAct.Restricted => T("Fiche gelée"),
        RequestAct.RestrictionLifted => T("Gel levé"),
        RequestAct.Objected => T("Démarchage arrêté"),
        RequestAct.Printed => T("Lettre imprimée"),
        _ => T("Demande close"),
    };

    /// <summary>Why an act was refused.</summary>
    public static string Of(RequestRefusal refusal) => refusal switch
    {
        RequestRefusal.Closed => T("Cette demande est close, ou n’existe plus."),
        RequestRefusal.NoPerson => T("Choisissez d’abord la personne : sa fiche n’est pas choisie, ou n’existe plus."),
        RequestRefusal.NotKnown => T("La fiche ne connaît pas cette adresse ou ce numéro."),
        RequestRefusal.NotProved => T("L’identité n’est pas encore prouvée."),
        RequestRefusal.NoDoubt => T("Des papiers ne se demandent que pour un doute noté."),
        RequestRefusal.NoPapers => T("Aucun papier n’attend d’être vérifié."),
        RequestRefusal.EmptyReason => T("Indiquez le motif."),
        RequestRefusal.WrongDate => T("Cette date ne convient pas."),
        RequestRefusal.AlreadyExtended => T("Le délai est déjà prolongé."),
        RequestRefusal.ExtensionTooLate => T("Le premier mois est passé : le délai ne se prolonge plus."),
        RequestRefusal.AnswerWaiting => T("La réponse n’est pas encore partie, et l’effacement détruirait son adresse. Elle part dans la minute : recommencez ensuite."),
        RequestRefusal.OtherRight => T("Cette réponse est celle d’un autre droit."),
        _ => T("Exécutez d’abord ce qui est demandé."),
    };

    /// <summary>The deadline as people count: J-12, or late.</summary>
    public static (string Text, string Tone) Chip(RightsRequest request, DateOnly today) => (request.DueOn.DayNumber - today.DayNumber) switch
    {
        < 0 and var late => (T($"En retard de {-late} j"), "danger"),
        <= 7 and var soon => (T($"J-{soon}"), "warning"),
        var left => (T($"J-{left}"), "secondary"),
    };
}
