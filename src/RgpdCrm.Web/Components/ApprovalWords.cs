using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Components;

/// <summary>Why an approval is not given, in a sentence that says what to do instead.</summary>
public static class ApprovalWords
{
    /// <summary>Why a number approves nothing.</summary>
    public static string Refused(Approval approval) => approval switch
    {
        Approval.SameAdmin => SameAdmin,
        Approval.NotAdmin => NotAdmin,
        Approval.ProposerGone => T("Rien n’est approuvé : qui l’a proposé n’est plus administrateur. Retirez la proposition, puis refaites-la."),
        _ => T("Rien n’est approuvé : le nombre saisi n’est pas celui qui attend, ou la liste a changé entre-temps."),
    };

    /// <summary>Whoever proposed cannot confirm.</summary>
    public static string SameAdmin => T("Rien n’est approuvé : vous l’avez proposé, un autre administrateur doit confirmer.");

    /// <summary>The account lost its role while the page was open.</summary>
    public static string NotAdmin => T("Rien n’est approuvé : votre compte n’est plus celui d’un administrateur.");

    /// <summary>Who proposed: their name, the command line, or an account that lost its name.</summary>
    public static string By(Guid? account, string? name) => account is null ? T("la ligne de commande") : string.IsNullOrEmpty(name) ? T("un compte supprimé") : name;
}
