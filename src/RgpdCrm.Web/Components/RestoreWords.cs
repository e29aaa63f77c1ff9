using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Restores;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Components;

/// <summary>A restore in words.</summary>
public static class RestoreWords
{
    /// <summary>What has to be typed to open without a whole register outside.</summary>
    public static string Sentence => T("des personnes effacées peuvent revenir");

    /// <summary>Whether it was typed, in either language.</summary>
    public static bool Typed(string? text) => string.Equals(text?.Trim(), Sentence, StringComparison.OrdinalIgnoreCase);

    /// <summary>What is wrong with the register outside, and what that means.</summary>
    public static string Of(OutsideFault fault) => fault switch
    {
        OutsideFault.Missing => T("Le registre hors de la base n’est pas là : rien ne dit qui a été effacé depuis cette sauvegarde."),
        OutsideFault.Truncated => T("Le registre hors de la base est coupé : ses dernières lignes manquent."),
        OutsideFault.Altered => T("Une ligne du registre hors de la base n’est pas telle qu’elle a été écrite : ce qui suit n’est pas repris."),
        OutsideFault.Broken => T("Une ligne du registre hors de la base manque ou a changé de place : ce qui suit n’est pas repris."),
        OutsideFault.Older => T("Le registre hors de la base s’arrête avant cette sauvegarde : il ne dit pas ce qui a été fait depuis."),
        _ => T("Le registre hors de la base est celui d’une autre base de données : rien n’en est repris."),
    };

    /// <summary>Why the application stays closed.</summary>
    public static string Of(OpenRefusal refusal) => refusal switch
    {
        OpenRefusal.NotClosed => T("Aucune restauration n’attend d’être ouverte."),
        OpenRefusal.NotVerified => T("La vérification n’est pas faite, ou a trouvé ce que le registre dit effacé : lancez « restore replay » sur le serveur."),
        _ => T("Le registre hors de la base manque ou est abîmé : l’ouverture demande la phrase qui dit ce que cela veut dire."),
    };

    /// <summary>One line of what the replay did.</summary>
    public static string Of(RunCount count) => $"{Did(count)} {Format.Number(count.Count)}";

    private static string Did(RunCount count) => (count.Category, count.Action) switch
    {
        ("contact", "erased") => T("Contacts effacés de nouveau :"),
        ("contact", "archived") => T("Contacts archivés de nouveau :"),
        ("contact", "restricted") => T("Contacts effacés en partie de nouveau :"),
        ("contact", "merged") => T("Fiches réunies de nouveau :"),
        ("contact", _) => T("Contacts décidés de nouveau, faute de savoir ce qui avait été fait :"),
        ("obligation", _) => T("Mandats et contrats détruits de nouveau :"),
        ("inquiry", _) => T("Messages du site effacés de nouveau :"),
        ("property", _) => T("Biens effacés de nouveau, ou leurs photos :"),
        ("hold", "placed") => T("Blocages repris du registre, dont le motif est à compléter :"),
        ("hold", _) => T("Blocages revus ou levés depuis :"),
        ("objection", "lifted") => T("Oppositions levées depuis :"),
        ("objection", _) => T("Oppositions reprises du registre :"),
        ("consent", _) => T("Accords retirés depuis :"),
        ("account", _) => T("Comptes de collègues remis à leur rôle et à leur état d’avant la perte :"),
        ("key", _) => T("Clés du site révoquées de nouveau :"),
        ("subscription", _) => T("Abonnements arrêtés depuis :"),
        _ => T("Versions des règles reprises du registre :"),
    };
}
