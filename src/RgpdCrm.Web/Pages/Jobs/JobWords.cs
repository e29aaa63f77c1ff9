using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Jobs;

namespace RgpdCrm.Web.Pages.Jobs;

/// <summary>The report's words as people say them.</summary>
public static class JobWords
{
    /// <summary>"2 contacts effacés", one line of a report.</summary>
    public static string Counted(RunCount count) => $"{Counted(count.Category, count.Count)} {Action(count.Action, count.Count)}";

    /// <summary>"412 contacts".</summary>
    public static string Counted(string category, int count) => category switch
    {
        "contact" => Format.Count(count, "contact"),
        "mandate" => Format.Count(count, "mandat"),
        "contract" => Format.Count(count, "contrat"),
        "inquiry" => Format.Count(count, "message du site", "messages du site"),
        "statistics" => Format.Count(count, "jour de statistiques", "jours de statistiques"),
        "sign_in" => Format.Count(count, "connexion de l’historique", "connexions de l’historique"),
        "audit" => Format.Count(count, "acte du journal", "actes du journal"),
        "access" => Format.Count(count, "consultation de fiche", "consultations de fiches"),
        "ledger" => Format.Count(count, "ancien certificat", "anciens certificats"),
        "rights_request" => Format.Count(count, "dossier de droits", "dossiers de droits"),
        "objection" => Format.Count(count, "refus consigné", "refus consignés"),
        "mail" => Format.Count(count, "envoi consigné", "envois consignés"),
        "property" => Format.Count(count, "bien", "biens"),
        "account" => Format.Count(count, "compte", "comptes"),
        _ => $"{Format.Number(count)} {category}",
    };

    private static string Action(string action, int count) => action switch
    {
        "flagged" => T("en attente"),
        "waiting" => Format.Plural(count, "retenu par le frein", "retenus par le frein"),
        "failed" => T("de côté"),
        "reactivated" => T("de retour à l’actif"),
        "returned" => T("de retour aux archives"),
        "archived" => Format.Plural(count, "archivé", "archivés"),
        "erased" => Format.Plural(count, "effacé", "effacés"),
        "photos-destroyed" => T("dont les photos sont effacées"),
        "unpublished" => T("dont les photos sont retirées du site"),
        _ => action,
    };

    /// <summary>What people call a schedule.</summary>
    public static string Title(Schedule schedule) => schedule.Id switch
    {
        RecurringJobs.NightlyRetention => T("Conservation de la nuit"),
        RecurringJobs.DeletionOrders => T("Suppressions demandées"),
        RecurringJobs.FileExpiry => T("Fichiers d’import et d’export"),
        RecurringJobs.ObjectRemovals => T("Effacement des photos et documents"),
        RecurringJobs.OutgoingMail => T("Envoi des e-mails"),
        RecurringJobs.ReturnedMail => T("E-mails revenus"),
        RecurringJobs.Reconciliation => T("Rapprochement des fichiers"),
        RecurringJobs.Backup => T("Sauvegarde"),
        RecurringJobs.BackupExpiry => T("Fin des sauvegardes"),
        RecurringJobs.BackupDrill => T("Essai de reprise"),
        RecurringJobs.Matching => T("Recherches et biens"),
        RecurringJobs.DailyMatches => T("Biens du jour"),
        RecurringJobs.WeeklyMatches => T("Biens de la semaine"),
        RecurringJobs.NoticeVersions => T("Versions des pages légales"),
        RecurringJobs.OutsideLedger => T("Registre hors de la base"),
        _ => T("Contrôle des dates"),
    };

    /// <summary>When it runs and what for, in a sentence.</summary>
    public static string Purpose(Schedule schedule) => schedule.Id switch
    {
        RecurringJobs.NightlyRetention => T("Chaque nuit à 4 h : met en attente, archive et efface ce qui est arrivé à échéance."),
        RecurringJobs.DeletionOrders => T("Chaque minute : exécute les suppressions ordonnées il y a dix minutes."),
        RecurringJobs.FileExpiry => T("Chaque nuit à 4 h 15 : efface ceux qui ont sept jours."),
        RecurringJobs.ObjectRemovals => T("Chaque minute : efface du stockage, dans toutes leurs versions, les fichiers dont la fiche a disparu."),
        RecurringJobs.OutgoingMail => T("Chaque minute : envoie les e-mails qui attendent, dans les limites réglées."),
        RecurringJobs.ReturnedMail => T("Toutes les 5 minutes : lit dans la boîte réglée les avis de non-distribution, les note et les efface."),
        RecurringJobs.Reconciliation => T("Chaque nuit à 4 h 30 : compare les fichiers et la base, efface ce qui est de trop et republie les photos qui manquent."),
        RecurringJobs.Backup => T("Chaque nuit à 5 h 30 : copie la base, les originaux des photos et les documents, chiffrés."),
        RecurringJobs.BackupExpiry => T("Chaque nuit à 4 h 45 : efface les sauvegardes de sept jours, même si les nouvelles échouent."),
        RecurringJobs.BackupDrill => T("Chaque dimanche à 6 h 15 : reprend la dernière sauvegarde dans une base d’essai, la vérifie et détruit cette base."),
        RecurringJobs.Matching => T("Toutes les cinq minutes : rapproche les biens nouveaux ou changés des recherches, et prévient ceux qui le veulent aussitôt."),
        RecurringJobs.DailyMatches => T("Chaque jour à 7 h : prévient ceux qui veulent un e-mail par jour."),
        RecurringJobs.NoticeVersions => T("Chaque heure : garde le texte des pages légales quand une règle ou un réglage l’a changé."),
        RecurringJobs.OutsideLedger => T("Toutes les dix minutes : complète le registre tenu hors de la base et le copie auprès des sauvegardes."),
        RecurringJobs.WeeklyMatches => T("Chaque lundi à 7 h : prévient ceux qui veulent un e-mail par semaine."),
        _ => T("Chaque dimanche à 5 h : recalcule les dates de toutes les fiches et signale toute différence."),
    };

    public static string Budget(Budget budget) => budget == Core.Retention.Budget.Flagging ? T("Mise en attente") : T("Archivage ou effacement");

    public static string Outcome(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Succeeded => T("réussie"),
        RunOutcome.Failed => T("en échec"),
        RunOutcome.Refused => T("refusée"),
        _ => T("en cours"),
    };

    public static string Outcome(JobOutcome outcome) => outcome switch
    {
        JobOutcome.Succeeded => T("réussi"),
        JobOutcome.Failed => T("en échec"),
        JobOutcome.Retrying => T("nouvel essai prévu"),
        JobOutcome.Running => T("en cours"),
        JobOutcome.Forgotten => T("plus de 7 jours"),
        _ => T("jamais lancé"),
    };

    /// <summary>"12,4 Mo".</summary>
    public static string Size(long bytes) => bytes < 1_000_000 ? T($"{Format.Number((int)Math.Ceiling(bytes / 1000.0))} ko") : T($"{(bytes / 1_000_000.0).ToString("N1", System.Globalization.CultureInfo.CurrentCulture)} Mo");

    public static string Outcome(BackupRecord backup) => backup switch
    {
        { Fault: not null } => T("en échec"),
        { GoneAt: not null } => T("réussie, effacée depuis"),
        { Verified: true } => T("réussie"),
        _ => T("en cours"),
    };

    public static string Outcome(DrillRecord drill) => drill switch
    {
        { Fault: not null } => T("en échec"),
        { FinishedAt: not null } => T("réussi"),
        _ => T("en cours"),
    };

    /// <inheritdoc cref="Tone(RunOutcome)"/>
    public static string Tone(DrillRecord drill) => drill.Fault is not null ? "danger" : drill.FinishedAt is not null ? "success" : "secondary";

    /// <inheritdoc cref="Tone(RunOutcome)"/>
    public static string Tone(BackupRecord backup) => backup switch
    {
        { Fault: not null } => "danger",
        { Verified: true, GoneAt: null } => "success",
        _ => "secondary",
    };

    /// <summary>Bootstrap's name of the colour that says the same as the words.</summary>
    public static string Tone(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Succeeded => "success",
        RunOutcome.Running => "secondary",
        _ => "danger",
    };

    /// <inheritdoc cref="Tone(RunOutcome)"/>
    public static string Tone(JobOutcome outcome) => outcome switch
    {
        JobOutcome.Succeeded => "success",
        JobOutcome.Failed => "danger",
        JobOutcome.Retrying => "warning",
        _ => "secondary",
    };

    /// <summary>"22/11/2026, 4 h", in the agency's local time.</summary>
    public static string When(DateTimeOffset? local) => local is { } at ? $"{Format.Date(DateOnly.FromDateTime(at.DateTime))}, {Format.Hour(at)}" : "—";

    public static string Lasted(TimeSpan? duration) => duration switch
    {
        null => "—",
        { TotalSeconds: < 1 } => T("moins d’une seconde"),
        { TotalMinutes: < 1 } time => $"{time.TotalSeconds:0} s",
        { } time => $"{time.TotalMinutes:0} min",
    };
}
