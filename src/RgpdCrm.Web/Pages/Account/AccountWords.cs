using RgpdCrm.Core.Accounts;

namespace RgpdCrm.Web.Pages.Account;

/// <summary>Sign-ins in words.</summary>
public static class AccountWords
{
    /// <summary>How an attempt ended, and whether it opened.</summary>
    public static (string Word, bool Good) Of(SignInOutcome outcome) => outcome switch
    {
        SignInOutcome.Password => (T("Mot de passe"), true),
        SignInOutcome.Code => (T("Mot de passe et code"), true),
        SignInOutcome.RecoveryCode => (T("Mot de passe et code de secours"), true),
        SignInOutcome.Passkey => (T("Clé d’accès"), true),
        SignInOutcome.WrongPassword => (T("Mot de passe faux"), false),
        SignInOutcome.WrongCode => (T("Code faux"), false),
        _ => (T("Trop d’essais : attente imposée"), false),
    };

    /// <summary>Browser and system, whose names are the same everywhere.</summary>
    public static string Device(string family) => family.Length > 0 ? family : T("Inconnu");
}
