using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Components;

/// <summary>Why an approval is not given, in a sentence that says what to do instead.</summary>
public static class ApprovalWords
{
    /// <summary>Why a number approves nothing.</summary>
    public static string Refused(Approval approval) => approval switch
    {
        Approval.SameAdmin => SameAdmin,
        Approval.Tied => Tied,
        Approval.NotAdmin => NotAdmin,
        Approval.ProposerGone => T("Rien n’est approuvé : qui l’a proposé n’est plus administrateur. Retirez la proposition, puis refaites-la."),
        _ => T("Rien n’est approuvé : le nombre saisi n’est pas celui qui attend, ou la liste a changé entre-temps."),
    };

    /// <summary>Whoever proposed cannot confirm.</summary>
    public static string SameAdmin => T("Rien n’est approuvé : vous l’avez proposé, un autre administrateur doit confirmer.");

    /// <summary>Nobody makes their own second pair of eyes.</summary>
    public static string Tied => T($"Rien n’est approuvé : depuis moins de {FourEyes.RememberedHours} heures, l’un de vous deux a ouvert ou remis à zéro l’accès de l’autre, ou une même personne l’a fait pour les deux. Attendez, ou demandez à un autre administrateur.");

    /// <summary>Who was put out a moment ago is still waited for.</summary>
    public static string StillCounts => T($"Qui vient d’être désactivé ou de perdre ce rôle compte encore {FourEyes.RememberedHours} heures.");

    /// <summary>The account lost its role while the page was open.</summary>
    public static string NotAdmin => T("Rien n’est approuvé : votre compte n’est plus celui d’un administrateur.");

    /// <summary>Who proposed: their name, the command line, or an account that lost its name.</summary>
    public static string By(Guid? account, string? name) => account is null ? T("la ligne de commande") : string.IsNullOrEmpty(name) ? T("un compte supprimé") : name;
}
