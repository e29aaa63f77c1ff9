using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>The one place where a refusal becomes a sentence that says what to do instead.</summary>
public static class Refusals
{
    /// <summary>Why nothing was done.</summary>
    public static string Sentence(ReviewResult result) => result.Refusal switch
    {
        Refusal.Unknown => T("Ce contact n’existe plus."),
        Refusal.FutureDate => T("Un échange ne peut pas être daté dans l’avenir."),
        Refusal.StillDue => result.Date is { } date
            ? T($"Cet échange ne suffit pas : avec lui, le contact entrerait en attente le {Format.Date(date)}, date déjà passée. Rien n’a été enregistré.")
            : T("Cet échange ne suffit pas à conserver ce contact. Rien n’a été enregistré."),
        Refusal.NotPending => T("Ce contact n’est plus en attente de suppression."),
        Refusal.FromArchive => T("Ce contact vient de l’archive : la fin des dix ans décide, elle ne se reporte pas. Un blocage reste possible."),
        Refusal.NoPostponementLeft => T("Plus aucun report possible : le nombre permis est atteint, ou un report n’avancerait plus l’échéance avant la limite légale. Un blocage reste possible en cas de litige."),
        Refusal.AlreadyHeld => T("La suppression de ce contact est déjà bloquée."),
        Refusal.NotHeld => T("Aucun blocage n’est en cours pour ce contact."),
        Refusal.ReviewTooFar => T($"La date de révision doit tomber dans les {Hold.MaxReviewMonths} mois."),
        Refusal.ReviewInPast => T("La date de révision doit être dans l’avenir."),
        Refusal.Held => T("Sa suppression est bloquée. Levez d’abord le blocage."),
        Refusal.RequestOpen => T("Une demande de droits est ouverte. Répondez-y d’abord."),
        Refusal.ObligationRunning => T("Un mandat ou un contrat est en cours."),
        Refusal.StillOwed => T("La loi impose encore de conserver ce contact en archive."),
        Refusal.AlreadyOrdered => T("Sa suppression est déjà demandée."),
        Refusal.AlreadyProposed => T("Sa suppression est proposée et attend la confirmation d’un autre administrateur."),
        Refusal.NotAdmin => ApprovalWords.NotAdmin,
        Refusal.NothingToWithdraw => T("Aucune suppression n’attend : elle a déjà eu lieu ou a déjà été annulée."),
        Refusal.EmptyReason => T("Indiquez le motif."),
        null => T("Fait."),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result.Refusal, null),
    };

    /// <summary>The field of a form that a refusal is about; none when it is about the person.</summary>
    public static string? FieldOf(Refusal? refusal) => refusal switch
    {
        Refusal.FutureDate or Refusal.StillDue => "On",
        Refusal.ReviewInPast or Refusal.ReviewTooFar => "ReviewOn",
        Refusal.EmptyReason => "Reason",
        _ => null,
    };
}
