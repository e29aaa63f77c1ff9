using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Web.Components;

/// <summary>The agency's words for what the model calls in English.</summary>
public static class Words
{
    /// <summary>Kind of an exchange or entry of the history.</summary>
    public static string Of(ActivityKind kind) => kind switch
    {
        ActivityKind.InquiryReceived => T("Demande du site"),
        ActivityKind.InboundCall => T("Appel reçu"),
        ActivityKind.InboundEmail => T("E-mail reçu"),
        ActivityKind.InboundMessage => T("Courrier ou message reçu"),
        ActivityKind.VisitAttended => T("Visite"),
        ActivityKind.OfferMade => T("Offre"),
        ActivityKind.ApplicationMade => T("Candidature"),
        ActivityKind.CriteriaChanged => T("Critères modifiés par la personne"),
        ActivityKind.SubscriptionStarted => T("Abonnement demandé"),
        ActivityKind.StayRegistered => T("« Rester inscrit »"),
        ActivityKind.ObligationSigned => T("Mandat ou contrat signé"),
        ActivityKind.ObligationEnded => T("Fin de mandat ou de contrat"),
        ActivityKind.Meeting => T("Rendez-vous"),
        ActivityKind.OutboundCall => T("Appel passé"),
        ActivityKind.PersonalMessage => T("Message personnel envoyé"),
        ActivityKind.PropertyProposed => T("Bien proposé"),
        ActivityKind.LastContactBeforeImport => T("Dernier contact avant import"),
        ActivityKind.AutomaticEmailSent => T("E-mail automatique envoyé"),
        ActivityKind.AutomaticEmailOpened => T("E-mail automatique ouvert"),
        ActivityKind.AutomaticEmailBounced => T("E-mail automatique rejeté"),
        ActivityKind.LinkFetched => T("Lien consulté"),
        ActivityKind.Note => T("Note"),
        ActivityKind.Correction => T("Correction de la fiche"),
        ActivityKind.Import => T("Import"),
        ActivityKind.Export => T("Export"),
        ActivityKind.Merge => T("Fusion de fiches"),
        ActivityKind.MatchComputed => T("Rapprochement calculé"),
        ActivityKind.SubscriptionReduced => T("Abonnement réduit ou arrêté"),
        ActivityKind.ConsentWithdrawn => T("Accord retiré"),
        ActivityKind.Objection => T("Opposition"),
        ActivityKind.RightsRequest => T("Demande de droits"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>What came of a call.</summary>
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.None => T("Sans précision"),
        Outcome.NoAnswer => T("Sans réponse"),
        Outcome.WishesToGoOn => T("Souhaite continuer"),
        Outcome.NoLongerInterested => T("N’est plus intéressé"),
        Outcome.WrongNumber => T("Mauvais numéro"),
        Outcome.InitiatedByPerson => T("À l’initiative de la personne"),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    /// <summary>The roles a form offers, in its order.</summary>
    public static IReadOnlyList<ContactRoles> Roles { get; } = [ContactRoles.Buyer, ContactRoles.Tenant, ContactRoles.Seller, ContactRoles.Landlord, ContactRoles.Other];

    /// <summary>What the contact is to the agency: "Acquéreur, vendeur".</summary>
    public static string Of(ContactRoles roles)
    {
        var names = new (ContactRoles Role, string Name)[]
        {
            (ContactRoles.Buyer, T("acquéreur")), (ContactRoles.Tenant, T("locataire")), (ContactRoles.Seller, T("vendeur")),
            (ContactRoles.Landlord, T("bailleur")), (ContactRoles.Other, T("autre")),
        };
        var all = string.Join(", ", names.Where(n => roles.HasFlag(n.Role)).Select(n => n.Name));
        return Format.Sentence(all);
    }

    /// <summary>A mandate's kind.</summary>
    public static string Of(MandateKind kind) => kind switch
    {
        MandateKind.Sale => T("Mandat de vente"),
        MandateKind.Rental => T("Mandat de location"),
        MandateKind.Search => T("Mandat de recherche"),
        MandateKind.Management => T("Mandat de gestion"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>A contract's kind.</summary>
    public static string Of(ContractKind kind) => kind switch
    {
        ContractKind.PreliminarySale => T("Compromis"),
        ContractKind.Deed => T("Acte"),
        ContractKind.Lease => T("Bail"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Which right someone exercises.</summary>
    public static string Of(RightKind kind) => kind switch
    {
        RightKind.Access => T("Accès"),
        RightKind.Rectification => T("Rectification"),
        RightKind.Erasure => T("Effacement"),
        RightKind.Portability => T("Portabilité"),
        RightKind.Restriction => T("Limitation"),
        RightKind.Objection => T("Opposition"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>What was done to a record.</summary>
    public static string Of(LedgerAction action) => action switch
    {
        LedgerAction.Erased => T("Effacé"),
        LedgerAction.Archived => T("Archivé"),
        LedgerAction.ErasedInPart => T("Effacé en partie"),
        LedgerAction.Merged => T("Fusionné"),
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    /// <summary>What set an erasure off.</summary>
    public static string Of(Trigger trigger) => trigger switch
    {
        Trigger.Schedule => T("Calendrier"),
        Trigger.Request => T("Demande de la personne"),
        Trigger.Admin => T("Administrateur"),
        _ => throw new ArgumentOutOfRangeException(nameof(trigger), trigger, null),
    };

    /// <summary>Category of data as runs and the register name it.</summary>
    public static string Category(string category) => category switch
    {
        "contact" => T("contact"),
        "mandate" => T("mandat"),
        "contract" => T("contrat"),
        "inquiry" => T("demande du site"),
        "statistics" => T("statistiques du site"),
        "property" => T("bien"),
        _ => category,
    };

    /// <summary>Rows of a table as people name them, without their number: "critères de recherche".</summary>
    public static string Table(string table, long count) => table switch
    {
        "activities" => Format.Plural(count, "échange ou rendez-vous", "échanges et rendez-vous"),
        "addresses" => Format.Plural(count, "adresse postale", "adresses postales"),
        "contact_links" => Format.Plural(count, "lien personnel", "liens personnels"),
        "consents" => Format.Plural(count, "accord et sa preuve", "accords et leurs preuves"),
        "deletion_orders" => Format.Plural(count, "ordre de suppression", "ordres de suppression"),
        "documents" => Format.Plural(count, "document"),
        "email_changes" => Format.Plural(count, "changement d’adresse e-mail demandé", "changements d’adresse e-mail demandés"),
        "emails" => Format.Plural(count, "adresse e-mail", "adresses e-mail"),
        "end_changes" => Format.Plural(count, "changement de terme", "changements de terme"),
        "hits" => Format.Plural(count, "page vue", "pages vues"),
        "holds" => Format.Plural(count, "blocage"),
        "inquiries" => Format.Plural(count, "demande du site", "demandes du site"),
        "matches" => Format.Plural(count, "bien trouvé pour une recherche", "biens trouvés pour une recherche"),
        "notes" => Format.Plural(count, "note"),
        "outgoing_mails" => Format.Plural(count, "e-mail envoyé ou à envoyer", "e-mails envoyés ou à envoyer"),
        "parties" => Format.Plural(count, "partie au contrat", "parties au contrat"),
        "phones" => Format.Plural(count, "numéro de téléphone", "numéros de téléphone"),
        "photos" => Format.Plural(count, "photo"),
        "postponements" => Format.Plural(count, "report"),
        "searches" => Format.Plural(count, "recherche enregistrée", "recherches enregistrées"),
        "set_asides" => Format.Plural(count, "mention d’échec", "mentions d’échec"),
        "subscriptions" => Format.Plural(count, "abonnement aux e-mails", "abonnements aux e-mails"),
        "tags" => Format.Plural(count, "étiquette"),
        _ => table,
    };
}
