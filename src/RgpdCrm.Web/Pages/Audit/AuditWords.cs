namespace RgpdCrm.Web.Pages.Audit;

/// <summary>The closed list of actions, objects and fields of the audit, as people say them. What is not in it is shown as it is stored.</summary>
internal static class AuditWords
{
    /// <summary>Every action, in the order of the filter.</summary>
    public static IReadOnlyList<string> Actions { get; } =
    [
        "contact.created", "contact.edited", "contact.merged", "contact.tagged", "contact.untagged", "household.joined", "household.left", "activity.logged", "contacts.imported", "contacts.exported", "pending.exported",
        "contact.postponed", "contact.kept", "deletion.ordered", "deletion.withdrawn", "hold.placed", "hold.reviewed", "hold.lifted", "archive.opened", "request.executed",
        "contact.brought-back", "contact.handed-over", "contacts.handed-over",
        "statistics_tool.created", "statistics_tool.edited", "statistics_tool.removed",
        "property.created", "property.edited", "photo.added", "photos.ordered", "photo.described", "photo.removed", "mandate.created", "mandate.renewed", "mandate.revoked", "mandate.completed", "contract.created", "contract.renewed", "contract.completed", "contract.confirmed", "inquiry.sorted", "inquiry.assigned", "inquiry.linked",
        "policy.published", "brake.approved", "clock.confirmed",
        "account.created", "account.link_made", "account.role_changed", "account.disabled", "account.enabled",
    ];

    /// <summary>What was done.</summary>
    public static string Action(string action) => action switch
    {
        "contact.created" => T("Contact créé"),
        "contact.edited" => T("Contact corrigé"),
        "contact.merged" => T("Fiches réunies"),
        "contact.tagged" => T("Étiquette posée"),
        "contact.untagged" => T("Étiquette retirée"),
        "household.joined" => T("Foyer rejoint"),
        "household.left" => T("Foyer quitté"),
        "activity.logged" => T("Échange consigné"),
        "contacts.imported" => T("Contacts importés"),
        "contacts.exported" => T("Contacts exportés"),
        "pending.exported" => T("File d’attente exportée"),
        "contact.postponed" => T("Suppression reportée"),
        "contact.kept" => T("Contact conservé"),
        "deletion.ordered" => T("Suppression demandée"),
        "deletion.withdrawn" => T("Suppression annulée"),
        "hold.placed" => T("Suppression bloquée"),
        "hold.reviewed" => T("Blocage revu"),
        "hold.lifted" => T("Blocage levé"),
        "archive.opened" => T("Archive ouverte"),
        "request.executed" => T("Demande de droits exécutée"),
        "property.created" => T("Bien créé"),
        "property.edited" => T("Bien corrigé"),
        "photo.added" => T("Photo ajoutée"),
        "photos.ordered" => T("Photos ordonnées"),
        "photo.described" => T("Photos décrites"),
        "photo.removed" => T("Photo retirée"),
        "contact.brought-back" => T("Contact de retour parmi les actifs"),
        "contact.handed-over" => T("Contact confié à un collègue"),
        "contacts.handed-over" => T("Contacts confiés à un collègue"),
        "mandate.created" => T("Mandat signé"),
        "mandate.renewed" => T("Mandat renouvelé"),
        "mandate.revoked" => T("Mandat révoqué"),
        "mandate.completed" => T("Mandat mené à terme"),
        "contract.created" => T("Contrat signé"),
        "contract.renewed" => T("Contrat prolongé"),
        "contract.completed" => T("Contrat terminé"),
        "contract.confirmed" => T("Bail confirmé"),
        "inquiry.sorted" => T("Demande du site traitée"),
        "inquiry.assigned" => T("Demande du site attribuée"),
        "inquiry.linked" => T("Demande du site reliée"),
        "statistics_tool.created" => T("Outil de statistiques déclaré"),
        "statistics_tool.edited" => T("Outil de statistiques modifié"),
        "statistics_tool.removed" => T("Outil de statistiques retiré"),
        "policy.published" => T("Règles publiées"),
        "brake.approved" => T("Frein levé"),
        "clock.confirmed" => T("Horloge confirmée"),
        "account.created" => T("Compte créé"),
        "account.link_made" => T("Lien de mot de passe créé"),
        "account.role_changed" => T("Rôle changé"),
        "account.disabled" => T("Compte désactivé"),
        "account.enabled" => T("Compte réactivé"),
        _ => action,
    };

    /// <summary>Kind of object.</summary>
    public static string Subject(string subject) => subject switch
    {
        "contact" => T("Contact"),
        "property" => T("Bien"),
        "mandate" => T("Mandat"),
        "contract" => T("Contrat"),
        "inquiry" => T("Demande du site"),
        "statistics_tool" => T("Outil de statistiques"),
        "import" => T("Import"),
        "policy" => T("Règles de conservation"),
        "brake" => T("Frein"),
        "run" => T("Exécution"),
        "account" => T("Compte"),
        _ => subject,
    };

    /// <summary>Name of a field, or the reason code of an opened archive.</summary>
    public static string Field(string field) => field switch
    {
        "Provider" => T("Éditeur"),
        "KeptMonths" => T("Durée de conservation"),
        "Proof" => T("Preuve"),
        "Kind" => T("Particulier ou professionnel"),
        "LastName" or "Name" => T("Nom"),
        "FirstName" => T("Prénom"),
        "FullName" => T("Prénom et nom"),
        "Organisation" => T("Organisation"),
        "Siren" => T("SIREN"),
        "Roles" => T("Rôles"),
        "Role" => T("Rôle"),
        "ResponsibleId" => T("Suivi par"),
        "Phones" => T("Téléphones"),
        "Emails" => T("E-mails"),
        "Email" => T("Adresse électronique"),
        "Addresses" => T("Adresses"),
        "PostponedUntil" => T("Reportée jusqu’au"),
        "Hold" => T("Blocage"),
        "ReviewOn" => T("Date de revue"),
        "Activity" => T("Échange"),
        "Alt" => T("Ce que montre la photo"),
        "ClosedOn" => T("Clôture"),
        "Count" => T("Nombre approuvé"),
        "DisabledAt" => T("Désactivation"),
        "ProfessionalsExempt" or "InactivityMonths" or "PendingMonths" or "MarginMonths" or "CeilingMonths" or "MaxPostponements" or "InquiryMonths" or "StatisticsMonths" => Rules.RuleWords.Label(field),
        _ => Enum.TryParse<Core.Contacts.ArchiveReason>(field, out var reason) && Enum.IsDefined(reason) ? Archive.ArchiveWords.Of(reason) : field,
    };
}
