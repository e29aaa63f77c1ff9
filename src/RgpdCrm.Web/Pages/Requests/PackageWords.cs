using System.Globalization;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Pages.Mandates;
using RgpdCrm.Web.Pages.Properties;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>A package in words, for the page that a person reads; tables and JSON keep the technical names and values.</summary>
public static class PackageWords
{
    /// <summary>A column in words.</summary>
    public static string Column(string name) => name switch
    {
        "address" or "street" => T("Adresse"),
        "answer" => T("Réponse"),
        "archived_on" => T("Archivée le"),
        "at" or "happened_on" => T("Le"),
        "channel" => T("Moyen"),
        "city" => T("Ville"),
        "closed_on" => T("Close le"),
        "collected_on" => T("Recueillies le"),
        "communes" => T("Communes"),
        "completed_on" => T("Achevé le"),
        "confirmed_on" => T("Confirmé le"),
        "consent_wording" => T("Accord donné"),
        "consented_at" => T("Accord donné le"),
        "contract_kind" or "kind" or "mandate_kind" => T("Nature"),
        "country" => T("Pays"),
        "created_at" => T("Saisie le"),
        "deletion_approved" => T("Suppression approuvée"),
        "description" => T("Description"),
        "doubt" => T("Doute noté"),
        "due_at" => T("Prévue le"),
        "email" => T("E-mail"),
        "ends_on" => T("Fin"),
        "exclusive" => T("Exclusif"),
        "expires_on" => T("Expire le"),
        "extension_reason" => T("Motif de prolongation"),
        "found_at" => T("Trouvé le"),
        "first_name" => T("Prénom"),
        "frequency" => T("Fréquence"),
        "from_archive" => T("Venue de l’archive"),
        "granted" => T("Accordé"),
        "idle_kind" => T("Dernier échange, nature"),
        "idle_on" => T("Dernier échange"),
        "idle_since" => T("Sans échange depuis"),
        "kept_until" or "kept_until_of_destroyed" => T("Contrats gardés jusqu’au"),
        "kinds" => T("Types de bien"),
        "language" => T("Langue"),
        "last_name" or "name" => T("Nom"),
        "lifted_at" => T("Levé le"),
        "max_price" => T("Prix maximal"),
        "message" => T("Message"),
        "min_price" => T("Prix minimal"),
        "min_rooms" => T("Pièces au moins"),
        "min_surface" => T("Surface minimale, m²"),
        "moves_idle" => T("Compte comme échange"),
        "moves_silent" => T("Compte comme acte de la personne"),
        "ordered_at" => T("Ordonnée le"),
        "organisation" => T("Organisation"),
        "outcome" => T("Issue"),
        "pending_since" => T("En attente d’effacement depuis"),
        "pending_version" => T("Version des règles"),
        "phone" => T("Téléphone"),
        "placed_at" => T("Posé le"),
        "postal_code" => T("Code postal"),
        "postponed_until" => T("Reporté jusqu’au"),
        "postponements" => T("Reports"),
        "purpose" => T("Usage"),
        "reason" => T("Motif"),
        "received_on" => T("Reçue le"),
        "recorded_at" => T("Noté le"),
        "reference" => T("Référence"),
        "refused_at" => T("Refusée par le serveur le"),
        "refused_because" => T("Refusée parce que"),
        "register_number" => T("Numéro de registre"),
        "restricted" => T("Tenue à l’écart"),
        "review_on" => T("À revoir le"),
        "revoked_on" => T("Révoqué le"),
        "roles" => T("Rôles"),
        "running_until" => T("Engagement en cours jusqu’au"),
        "side" => T("Partie"),
        "signed_on" => T("Signé le"),
        "silent_kind" => T("Dernier acte de votre part, nature"),
        "silent_on" => T("Dernier acte de votre part"),
        "silent_since" => T("Sans acte de votre part depuis"),
        "siren" => T("SIREN"),
        "source" => T("Origine"),
        "started_on" => T("Commencé le"),
        "starts_on" => T("Début"),
        "state" or "status" => T("État"),
        "stopped_on" => T("Arrêté le"),
        "subject" => T("Objet"),
        "term_on" => T("Terme"),
        "text" => T("Texte"),
        "told_at" => T("Envoyé le"),
        "told_on" => T("Prévenue le"),
        "topic" => T("Sujet"),
        "transaction" => T("Transaction"),
        "until" => T("Jusqu’au"),
        "value" => T("Coordonnée"),
        "withdrawn_at" => T("Retiré le"),
        "wording_version" => T("Version du texte"),
        _ => name,
    };

    /// <summary>A value as people write it: dates, yes and no, and the words that the screens have.</summary>
    public static string Value(string table, string column, string value) => (table, column) switch
    {
        ("activities", "kind") or (_, "idle_kind") or (_, "silent_kind") => Word<ActivityKind>(value, Words.Of),
        ("activities", "outcome") => Word<Outcome>(value, Words.Of),
        ("contacts", "roles") => Word<ContactRoles>(value, Words.Of),
        (_, "mandate_kind") => Word<MandateKind>(value, Words.Of),
        (_, "contract_kind") => Word<ContractKind>(value, Words.Of),
        ("parties", "side") => Word<Side>(value, ObligationWords.Of),
        ("searches", "transaction") => Word<Transaction>(value, PropertyWords.Of),
        ("searches", "frequency") => Word<MailFrequency>(value, SearchWords.Of),
        ("searches", "kinds") => string.Join(", ", value.Trim('{', '}').Split(',').Select(k => Word<PropertyKind>(k, PropertyWords.Of))),
        ("rights_requests", "outcome") => Word<Core.Rights.RequestOutcome>(value, RequestWords.Of),
        _ when value is "true" or "false" => value == "true" ? T("oui") : T("non"),
        _ when DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => Format.Date(day),
        _ => value,
    };

    private static string Word<TEnum>(string value, Func<TEnum, string> word) where TEnum : struct, Enum => Enum.TryParse<TEnum>(value, out var parsed) ? word(parsed) : value;
}
