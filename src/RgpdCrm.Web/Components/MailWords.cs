using RgpdCrm.Core.Mail;

namespace RgpdCrm.Web.Components;

/// <summary>Mails in words.</summary>
public static class MailWords
{
    /// <summary>What a template is.</summary>
    public static string Of(string template) => template switch
    {
        MailTemplate.PendingNotice => T("Avis des deux mois"),
        MailTemplate.PropertyMatches => T("Biens trouvés"),
        MailTemplate.Personal => T("E-mail d’un agent"),
        MailTemplate.PreferencesLink => T("Lien vers les préférences"),
        MailTemplate.NewEmail => T("Confirmation d’une nouvelle adresse"),
        MailTemplate.NewEmailAsked => T("Nouvelle adresse demandée"),
        MailTemplate.RightsIdentity => T("Lien qui prouve une demande de droits"),
        MailTemplate.RightsPackage => T("Lien vers les données d’une personne"),
        MailTemplate.RightsMessage => T("Réponse à une demande de droits"),
        MailTemplate.Invitation => T("Invitation d’un collègue"),
        MailTemplate.ForgottenPassword => T("Mot de passe oublié"),
        MailTemplate.SecondFactorReset => T("Second facteur remis à zéro"),
        MailTemplate.PasswordLinkMade => T("Lien de mot de passe créé par un administrateur"),
        _ => template,
    };

    public static string Of(MailState state) => state switch
    {
        MailState.Recorded => T("À envoyer"),
        MailState.Sent => T("Envoyé"),
        MailState.Failed => T("Échec"),
        MailState.Bounced => T("Non distribué"),
        MailState.Expired => T("Délai dépassé"),
        MailState.Quarantined => T("Retenu après une restauration"),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>The colour that says the same.</summary>
    public static string Tone(MailState state) => state switch { MailState.Sent => "success", MailState.Recorded => "secondary", _ => "danger" };

    /// <summary>Why it did not leave, in a sentence without its end.</summary>
    public static string Of(MailFailure failure) => failure switch
    {
        MailFailure.Unreachable => T("Le serveur d’envoi ne répond pas"),
        MailFailure.Deferred => T("Le serveur demande de réessayer plus tard"),
        MailFailure.Unanswered => T("Le serveur a coupé sans dire s’il l’a pris"),
        MailFailure.AddressRefused => T("Cette adresse est refusée : vérifiez-la avec la personne"),
        MailFailure.Returned => T("Revenu : la boîte ne l’a pas accepté"),
        MailFailure.MailRefused => T("Le serveur refuse ce message"),
        MailFailure.NoAddress => T("Cette adresse n’est plus sur la fiche"),
        MailFailure.NotAllowed => T("Cette personne ne reçoit plus d’e-mails de l’agence"),
        MailFailure.NotRendered => T("Le message n’a pas pu être préparé"),
        MailFailure.TooLate => T("Il n’a pas pu partir à temps"),
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, null),
    };
}
