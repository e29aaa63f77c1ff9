using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Statistics;

namespace RgpdCrm.Web.Pages.Processing;

/// <summary>One line of the register of processing (GDPR 30), its periods read from the rules in force. The privacy notice tells the same lines to the people they are about.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Basis">Why it is lawful.</param>
/// <param name="People">Whom it is about.</param>
/// <param name="Data">What is kept about them.</param>
/// <param name="Deadline">When it goes.</param>
/// <param name="Public">It is about people outside the agency: the privacy notice tells it.</param>
public sealed record Processing(string Name, string Purpose, string Basis, string People, string Data, string Deadline, bool Public = true)
{
    /// <summary>Every processing, under the rules in force and with the declared statistics tools.</summary>
    public static IReadOnlyList<Processing> All(RetentionPolicy rules, IReadOnlyList<StatisticsTool> tools) =>
    [
        new(T("Contacts et prospects"), T("Suivre les personnes en relation avec l’agence et leurs projets immobiliers."),
            T("Mesures avant un contrat que la personne demande, et intérêt légitime à suivre ses clients (RGPD, art. 6.1 b et f)"), T("Prospects, clients, professionnels"),
            T("Identité, coordonnées, échanges, notes, recherches"), Contacts(rules)),
        new(T("Mandats, contrats et registre des mandats"), T("Conclure et exécuter les mandats et les contrats, tenir le registre."),
            T("Contrat et obligation légale (RGPD, art. 6.1 b et c ; décret 72-678, art. 72 et 86)"), T("Parties aux mandats et aux contrats"),
            T("Identité des parties, bien, dates, pièces jointes"), T($"{Obligation.KeptYears} ans après leur fin, dans une archive restreinte dont chaque ouverture est motivée et notée.")),
        new(T("Biens et photos"), T("Présenter les biens à vendre ou à louer."), T("Contrat avec le propriétaire (RGPD, art. 6.1 b)"), T("Propriétaires"),
            T("Adresse, description, prix, photos sans métadonnées"), T($"{Property.KeptMonths} mois après le dernier mandat ou le dernier changement ; les photos {PropertySchedule.PhotosKeptMonths} mois après la fin du dernier mandat.")),
        new(T("Demandes reçues par le site"), T("Répondre aux messages envoyés depuis le site."), T("Mesures avant un contrat que la personne demande (RGPD, art. 6.1 b)"), T("Visiteurs qui écrivent à l’agence"),
            T("Nom, e-mail ou téléphone, message, bien concerné"), T($"{rules.InquiryMonths} mois après leur réception, ou avec la fiche de la personne.")),
        new(T("Propositions de biens"), T("Proposer des biens qui correspondent aux recherches de la personne."), T("Consentement, retiré d’un clic (RGPD, art. 6.1 a ; code des postes, art. L34-5)"), T("Personnes qui l’ont accepté"),
            T("Recherches, fréquence, accords et leur preuve, trace des e-mails envoyés"), T($"Jusqu’au retrait de l’accord, et au plus tard avec la fiche ; la trace d’un e-mail {FixedPeriods.MailMonths} mois ; un accord pour être appelé vaut {Consent.PhoneMonths} mois.")),
        new(T("Liste d’opposition"), T("Ne plus démarcher les personnes qui s’y sont opposées."), T("Obligation légale (RGPD, art. 21)"), T("Personnes opposées au démarchage"),
            T("Empreintes illisibles de l’e-mail et du téléphone"), T($"{ObjectionList.KeptYears} ans après la dernière opposition.")),
        new(T("Demandes de droits"), T("Répondre aux demandes d’accès, de rectification, d’effacement, de limitation, de portabilité et d’opposition."), T("Obligation légale (RGPD, art. 12 à 22)"), T("Personnes qui exercent leurs droits"),
            T("Demande, réponse, étapes ; un papier d’identité seulement en cas de doute, détruit après vérification"), T($"{FixedPeriods.RequestYears} ans après la clôture, sans dire de qui quand les données sont effacées.")),
        new(T("Statistiques du site"), T("Compter les pages vues du site."), T("Intérêt légitime, sans cookie ni identifiant (CNIL, mesure d’audience exemptée)"), T("Visiteurs du site"),
            T("Jour, page, site d’origine"), T($"{rules.StatisticsMonths} mois ; restent des totaux par jour, qui ne disent rien de personne.")),
        .. tools.Select(tool => new Processing(T($"Statistiques du site par {tool.Name}"), T("Mesurer l’audience du site."), T("Consentement du visiteur (RGPD, art. 6.1 a)"), T("Visiteurs du site"),
            T($"Selon l’outil de {tool.Provider}"), T($"{tool.KeptMonths} mois, réglés dans l’outil."))),
        new(T("Registre des effacements"), T("Prouver que les suppressions promises ont eu lieu."), T("Obligation de rendre compte (RGPD, art. 5.2)"), T("Personnes effacées, qu’il ne nomme pas"),
            T("Date, règle, empreinte d’un numéro tiré au hasard"), T($"{FixedPeriods.LedgerYears} ans.")),
        new(T("Sauvegardes"), T("Retrouver les données après un sinistre."), T("Sécurité (RGPD, art. 32)"), T("Toutes les personnes ci-dessus"),
            T("Copie chiffrée de ce qui précède"), T($"{BackupManifest.KeptDays} jours : une suppression est complète au plus tard {BackupManifest.KeptDays} jours après.")),
        new(T("Comptes des collègues et journal d’audit"), T("Donner accès selon le rôle et savoir qui a fait quoi."), T("Intérêt légitime et sécurité (RGPD, art. 6.1 f et 32)"), T("Collaborateurs de l’agence"),
            T("Nom, e-mail, rôle, actes"), T($"Journal {FixedPeriods.AuditMonths} mois ; un compte désactivé perd nom et adresse après {FixedPeriods.AccountMonths} mois."), Public: false),
        new(T("Connexions des collègues"), T("Montrer à chacun les connexions à son compte, et repérer celles qui n’en viennent pas."), T("Intérêt légitime et sécurité (RGPD, art. 6.1 f et 32)"), T("Collaborateurs de l’agence"),
            T("Heure, moyen, issue, navigateur et système, sans adresse du réseau"), T($"{FixedPeriods.AuditMonths} mois ; une session {AccountSession.WholeLifeHours} heures au plus."), Public: false),
        new(T("Journal des fiches consultées"), T("Savoir qui a vu la fiche de qui, et repérer un usage indu."), T("Intérêt légitime et sécurité (RGPD, art. 6.1 f et 32)"), T("Collaborateurs de l’agence ; personnes dont la fiche est vue"),
            T("Compte, heure, page et numéro tiré au hasard de la fiche, qui ne dit plus rien une fois celle-ci effacée"), T($"{FixedPeriods.AuditMonths} mois.")),
        new(T("Journaux techniques"), T("Dépanner l’application et voir ce qui ne marche pas."), T("Intérêt légitime et sécurité (RGPD, art. 6.1 f et 32)"), T("Personne : ils ne désignent ni visiteur ni contact"),
            T("Heure, page sans ses paramètres, durée, numéros tirés au hasard, nombres"), T($"{FixedPeriods.LogMonths} mois au plus."), Public: false),
        new(T("Registre des violations"), T("Documenter les violations de données et leur notification."), T("Obligation légale (RGPD, art. 33.5)"), T("Personnes concernées par une violation, qu’il ne nomme pas"),
            T("Faits, effets, mesures"), T("Sans limite."), Public: false),
    ];

    private static string Contacts(RetentionPolicy rules)
    {
        var rule = T($"Mise à l’écart après {rules.InactivityMonths} mois sans échange, suppression {rules.PendingMonths} mois plus tard, et jamais plus de {rules.CeilingMonths} mois après le dernier signe de la personne.");
        return rules.ProfessionalsExempt ? $"{rule} {T("Les professionnels ne sont pas supprimés automatiquement.")}" : rule;
    }
}
