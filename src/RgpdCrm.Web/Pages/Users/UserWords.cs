using RgpdCrm.Core.Accounts;

namespace RgpdCrm.Web.Pages.Users;

/// <summary>Accounts as people speak of them.</summary>
internal static class UserWords
{
    public static string Of(Role role) => role switch
    {
        Role.Admin => T("Administrateur"),
        Role.Ops => T("Exploitation"),
        _ => T("Agent"),
    };

    /// <summary>What a role may do, in a line.</summary>
    public static string Explain(Role role) => role switch
    {
        Role.Admin => T("Tout ce que fait un agent, et les décisions sur la conservation, les comptes et les journaux."),
        Role.Ops => T("Les traitements et la santé du logiciel, sans aucune donnée de contact."),
        _ => T("Contacts, biens, mandats, contrats et demandes du site."),
    };

    /// <summary>Why a decision was refused.</summary>
    public static string Of(TeamRefusal refusal) => refusal switch
    {
        TeamRefusal.Oneself => T("Personne ne décide de son propre compte : demandez à un autre administrateur."),
        TeamRefusal.NoLongerAdmin => T("Vous n’êtes plus administrateur : rien n’a été fait."),
        TeamRefusal.LastAdmin => T("C’est le dernier administrateur actif : nommez-en un autre d’abord."),
        TeamRefusal.AlreadyDisabled => T("Ce compte est déjà désactivé."),
        TeamRefusal.NotDisabled => T("Ce compte est déjà actif."),
        TeamRefusal.Forgotten => T("Ce compte est désactivé depuis plus de 12 mois : son nom et son adresse n’existent plus. Créez un nouveau compte."),
        TeamRefusal.NoSecondFactor => T("Aucun second facteur n’est en place."),
        TeamRefusal.SameRole => T("Ce compte a déjà ce rôle."),
        _ => T("Ce compte n’existe pas."),
    };
}
