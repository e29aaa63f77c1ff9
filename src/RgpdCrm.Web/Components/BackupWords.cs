using RgpdCrm.Core.Backups;

namespace RgpdCrm.Web.Components;

/// <summary>Why a backup could not be taken, read or restored, in a sentence that says what to do.</summary>
public static class BackupWords
{
    public static string Of(BackupFault fault) => fault switch
    {
        BackupFault.NoKey => T("Le fichier de la clé des sauvegardes manque, ne s’ouvre pas ou n’en est pas un : vérifiez Backup__KeyFile."),
        BackupFault.WrongKey => T("La clé de cette sauvegarde n’est pas dans le fichier des clés."),
        BackupFault.Damaged => T("Cette sauvegarde n’est pas telle qu’elle a été écrite : elle est tronquée ou modifiée."),
        BackupFault.NotABackup => T("Ce n’est pas une sauvegarde de ce logiciel, ou elle n’est pas là."),
        BackupFault.NoClient => T("pg_dump ou pg_restore manque sur cette machine : installez le client de PostgreSQL."),
        BackupFault.OldClient => T("pg_dump est plus ancien que le serveur PostgreSQL : installez un client de la même version."),
        BackupFault.ClientFailed => T("pg_dump ou pg_restore a échoué : vérifiez le rôle de sauvegarde et la place sur le disque."),
        BackupFault.StoreFailed => T("Le dossier ou le bucket des sauvegardes refuse, est plein ou ne répond pas."),
        BackupFault.Incomplete => T("Le dossier ou le bucket des sauvegardes ne montre pas ce qui devait y être, ou montre encore ce qui devait partir."),
        BackupFault.NotEmpty => T("La base de données n’est pas vide : une restauration n’écrase rien."),
        BackupFault.Interrupted => T("Elle a été interrompue."),
        BackupFault.ClockDoubted => T("L’horloge a fait un saut depuis le dernier passage : aucune sauvegarde n’est supprimée tant que l’exécution de la nuit ne la croit pas."),
        BackupFault.NewerVersion => T("Cette sauvegarde vient d’une version plus récente : installez-la d’abord."),
        _ => T("La base de données ne répond pas, ou refuse."),
    };
}
