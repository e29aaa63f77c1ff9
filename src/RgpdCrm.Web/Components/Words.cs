using System.Globalization;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Web.Components;

/// <summary>The agency's words for what the model calls in English.</summary>
public static class Words
{
    private static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");

    /// <summary>Kind of an exchange or entry of the history.</summary>
    public static string Of(ActivityKind kind) => kind switch
    {
        ActivityKind.InquiryReceived => "Demande du site",
        ActivityKind.InboundCall => "Appel reçu",
        ActivityKind.InboundEmail => "E-mail reçu",
        ActivityKind.InboundMessage => "Courrier ou message reçu",
        ActivityKind.VisitAttended => "Visite",
        ActivityKind.OfferMade => "Offre",
        ActivityKind.ApplicationMade => "Candidature",
        ActivityKind.CriteriaChanged => "Critères modifiés par la personne",
        ActivityKind.SubscriptionStarted => "Abonnement demandé",
        ActivityKind.StayRegistered => "« Rester inscrit »",
        ActivityKind.ObligationSigned => "Mandat ou contrat signé",
        ActivityKind.ObligationEnded => "Fin de mandat ou de contrat",
        ActivityKind.Meeting => "Rendez-vous",
        ActivityKind.OutboundCall => "Appel passé",
        ActivityKind.PersonalMessage => "Message personnel envoyé",
        ActivityKind.PropertyProposed => "Bien proposé",
        ActivityKind.LastContactBeforeImport => "Dernier contact avant import",
        ActivityKind.AutomaticEmailSent => "E-mail automatique envoyé",
        ActivityKind.AutomaticEmailOpened => "E-mail automatique ouvert",
        ActivityKind.AutomaticEmailBounced => "E-mail automatique rejeté",
        ActivityKind.LinkFetched => "Lien consulté",
        ActivityKind.Note => "Note",
        ActivityKind.Correction => "Correction de la fiche",
        ActivityKind.Import => "Import",
        ActivityKind.Export => "Export",
        ActivityKind.Merge => "Fusion de fiches",
        ActivityKind.MatchComputed => "Rapprochement calculé",
        ActivityKind.SubscriptionReduced => "Abonnement réduit ou arrêté",
        ActivityKind.ConsentWithdrawn => "Accord retiré",
        ActivityKind.Objection => "Opposition",
        ActivityKind.RightsRequest => "Demande de droits",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>What came of a call.</summary>
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.None => "Sans précision",
        Outcome.NoAnswer => "Sans réponse",
        Outcome.WishesToGoOn => "Souhaite continuer",
        Outcome.NoLongerInterested => "N’est plus intéressé",
        Outcome.WrongNumber => "Mauvais numéro",
        Outcome.InitiatedByPerson => "À l’initiative de la personne",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    /// <summary>What the contact is to the agency: "Acquéreur, vendeur".</summary>
    public static string Of(ContactRoles roles)
    {
        var names = new (ContactRoles Role, string Name)[]
        {
            (ContactRoles.Buyer, "acquéreur"), (ContactRoles.Tenant, "locataire"), (ContactRoles.Seller, "vendeur"),
            (ContactRoles.Landlord, "bailleur"), (ContactRoles.Other, "autre"),
        };
        var all = string.Join(", ", names.Where(n => roles.HasFlag(n.Role)).Select(n => n.Name));
        return all.Length == 0 ? "" : char.ToUpper(all[0], French) + all[1..];
    }

    /// <summary>A mandate's kind.</summary>
    public static string Of(MandateKind kind) => kind switch
    {
        MandateKind.Sale => "Mandat de vente",
        MandateKind.Rental => "Mandat de location",
        MandateKind.Search => "Mandat de recherche",
        MandateKind.Management => "Mandat de gestion",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>A contract's kind.</summary>
    public static string Of(ContractKind kind) => kind switch
    {
        ContractKind.PreliminarySale => "Compromis",
        ContractKind.Deed => "Acte",
        ContractKind.Lease => "Bail",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Which right someone exercises.</summary>
    public static string Of(RightKind kind) => kind switch
    {
        RightKind.Access => "Accès",
        RightKind.Rectification => "Rectification",
        RightKind.Erasure => "Effacement",
        RightKind.Portability => "Portabilité",
        RightKind.Restriction => "Limitation",
        RightKind.Objection => "Opposition",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>What was done to a record.</summary>
    public static string Of(LedgerAction action) => action switch
    {
        LedgerAction.Erased => "Effacé",
        LedgerAction.Archived => "Archivé",
        LedgerAction.ErasedInPart => "Effacé en partie",
        LedgerAction.Merged => "Fusionné",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    /// <summary>What set an erasure off.</summary>
    public static string Of(Trigger trigger) => trigger switch
    {
        Trigger.Schedule => "Échéance",
        Trigger.Request => "Demande de la personne",
        Trigger.Admin => "Administrateur",
        _ => throw new ArgumentOutOfRangeException(nameof(trigger), trigger, null),
    };

    /// <summary>Category of data as runs and the register name it.</summary>
    public static (string One, string Many) Category(string category) => category switch
    {
        "contact" => ("contact", "contacts"),
        "mandate" => ("mandat", "mandats"),
        "contract" => ("contrat", "contrats"),
        "inquiry" => ("demande du site", "demandes du site"),
        _ => (category, category),
    };

    /// <summary>Rows of a table as people name them: "3 critères de recherche".</summary>
    public static (string One, string Many) Table(string table) => table switch
    {
        "activities" => ("échange ou rendez-vous", "échanges et rendez-vous"),
        "addresses" => ("adresse postale", "adresses postales"),
        "consents" => ("accord et sa preuve", "accords et leurs preuves"),
        "deletion_orders" => ("ordre de suppression", "ordres de suppression"),
        "emails" => ("adresse e-mail", "adresses e-mail"),
        "holds" => ("blocage", "blocages"),
        "inquiries" => ("demande du site", "demandes du site"),
        "notes" => ("note", "notes"),
        "outgoing_mails" => ("e-mail envoyé ou à envoyer", "e-mails envoyés ou à envoyer"),
        "parties" => ("partie au contrat", "parties au contrat"),
        "phones" => ("numéro de téléphone", "numéros de téléphone"),
        "postponements" => ("report", "reports"),
        "searches" => ("recherche enregistrée", "recherches enregistrées"),
        "set_asides" => ("mention d’échec", "mentions d’échec"),
        "subscriptions" => ("abonnement aux e-mails", "abonnements aux e-mails"),
        "tags" => ("étiquette", "étiquettes"),
        _ => (table, table),
    };
}
