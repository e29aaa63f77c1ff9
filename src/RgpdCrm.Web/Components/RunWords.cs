using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Components;

/// <summary>Why a run did not succeed, and what the dead man's switch cries about, in a sentence.</summary>
public static class RunWords
{
    /// <summary>The register outside the database cannot be written.</summary>
    public static string NoTrace => T("Le registre hors de la base ne peut pas être écrit : rien n’est effacé sans trace. Vérifiez que le disque du dossier Ledger__Folder est monté, qu’il a de la place et que ce registre est celui de la base.");

    /// <summary>A restored backup waits to be opened.</summary>
    public static string Closed => T("Une sauvegarde a été reprise et personne n’a encore ouvert l’application.");

    /// <summary>Why a run was refused or failed; nothing when it succeeded.</summary>
    public static string? Note(RunReport run) => run.Note switch
    {
        null => null,
        RunNotes.NoTrace => NoTrace,
        RunNotes.Closed => Closed,
        RunNotes.UnderWay => T("Une autre exécution est en cours."),
        RunNotes.ClocksApart => T("L’horloge du serveur et celle de la base de données diffèrent de plus d’une minute."),
        RunNotes.ClockWentBack => T($"L’horloge est revenue de {run.Asks} jours en arrière depuis la dernière exécution. Si elle est juste à présent, approuvez le nombre {run.Asks}."),
        RunNotes.ClockJumped => T($"L’horloge a avancé de {run.Asks} jours depuis la dernière exécution. Pour confirmer, approuvez le nombre {run.Asks}."),
        RunNotes.SetAside => T($"Mis de côté par l’exécution : {Format.Count(run.FailedIds.Length, "contact")}."),
        var note => T($"Exécution interrompue ({note.Split(' ', 2)[^1]})."),
    };

    /// <summary>One alarm.</summary>
    public static string Of(Alarm alarm) => alarm.Code switch
    {
        Alarm.NoRun => T("Aucune exécution réussie depuis plus de 26 heures."),
        Alarm.OutsideClosed => NoTrace,
        Alarm.OutsideForeign => T("Le dossier Ledger__Folder est vide, contient le registre d’une autre base, ou en sait plus que la base : son disque est-il monté, une base plus ancienne a-t-elle été remise ? Rien n’est effacé d’ici là."),
        Alarm.OutsideBehind => T("Le registre hors de la base ignore ce que la base a fait il y a plus d’une heure : le traitement « Registre hors de la base » l’écrit."),
        Alarm.Closed => Closed,
        Alarm.RemovalsWait => T($"À effacer du stockage depuis plus de 24 heures : {Format.Count(alarm.Count, "photo ou document", "photos ou documents")}."),
        Alarm.NoBackup => T("Aucune sauvegarde réussie depuis plus de 26 heures."),
        Alarm.BackupsKept => T($"Gardées plus de 7 jours : {Format.Count(alarm.Count, "sauvegarde")}."),
        Alarm.OldBackupKey => T("La clé des sauvegardes a plus d’un an : ajoutez-en une (verbe « backup key »)."),
        Alarm.NoDrill => T("Aucune sauvegarde n’a été reprise à l’essai depuis plus de 15 jours."),
        _ => T($"Sans explication depuis plus de 24 heures : {Format.Count(alarm.Count, "échéance dépassée", "échéances dépassées")}."),
    };
}
