using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Mail;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>Beginnings of an answer. The closed list, in the order of a request's life.</summary>
public enum LetterKind
{
    Question,
    Extension,
    Data,
    Rectified,
    Erased,
    Frozen,
    Unfrozen,
    Objected,
    NothingHeld,
    Refused,
}

/// <summary>A beginning of an answer, in the language of who reads it; whoever answers changes what has to be.</summary>
/// <param name="Subject">Its subject.</param>
/// <param name="Text">Its words, with the little formatting of our mails.</param>
public sealed record AnswerLetter(string Subject, string Text)
{
    /// <summary>What the list of beginnings calls it, for a colleague.</summary>
    public static string Label(LetterKind kind) => kind switch
    {
        LetterKind.Question => T("Demander une précision"),
        LetterKind.Extension => T("Annoncer deux mois de plus"),
        LetterKind.Data => T("Vos données"),
        LetterKind.Rectified => T("Correction faite"),
        LetterKind.Erased => T("Effacement"),
        LetterKind.Frozen => T("Gel"),
        LetterKind.Unfrozen => T("Fin du gel"),
        LetterKind.Objected => T("Démarchage arrêté"),
        LetterKind.NothingHeld => T("Rien n’est détenu"),
        _ => T("Refus motivé"),
    };

    /// <summary>The beginning that answers a right.</summary>
    public static LetterKind For(RightKind kind) => kind switch
    {
        RightKind.Rectification => LetterKind.Rectified,
        RightKind.Erasure => LetterKind.Erased,
        RightKind.Restriction => LetterKind.Frozen,
        RightKind.Objection => LetterKind.Objected,
        _ => LetterKind.Data,
    };

    /// <summary>The letter to a person. That of an erasure says what stays, why and until when, as the engine decides today.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="request">The request.</param>
    /// <param name="language">The reader's language.</param>
    /// <param name="erasure">What an erasure does today; none when the person is gone or another right is answered.</param>
    /// <param name="pieces">The mandates and contracts they are party to.</param>
    /// <param name="corrections">What was corrected since they asked.</param>
    public static AnswerLetter Of(LetterKind kind, RightsRequest request, string language, Decision? erasure, IReadOnlyList<KeptPiece> pieces, IReadOnlyList<Correction> corrections)
    {
        using var spoken = new Spoken(language);
        List<string> lines = [T("Bonjour,"), "", T($"Nous avons reçu votre demande le {Format.Date(request.ReceivedOn)}, référence {request.Reference}."), "", .. Body(kind, request, erasure, pieces, corrections), "",
            T("Si cette réponse ne vous convient pas, vous pouvez saisir la CNIL (https://www.cnil.fr/fr/plaintes) ou un juge."), "", T("Bien à vous,")];
        return new AnswerLetter($"{T("Votre demande")} {request.Reference}", string.Join('\n', lines));
    }

    private static IEnumerable<string> Body(LetterKind kind, RightsRequest request, Decision? erasure, IReadOnlyList<KeptPiece> pieces, IReadOnlyList<Correction> corrections) => kind switch
    {
        LetterKind.Question => [T("Pour y répondre sans nous tromper de personne, pouvez-vous nous dire à quelle occasion nous nous sommes connus : un bien, une date, une adresse ? N’envoyez pas de pièce d’identité.")],
        LetterKind.Extension => [T($"Elle est complexe : nous avons besoin de deux mois de plus et vous répondrons au plus tard le {Format.Date(RequestDeadline.Of(request.ReceivedOn, request.ReceivedOn))}. La raison : [à préciser]")],
        LetterKind.Data => [T("Un lien pour télécharger tout ce que nous détenons à votre sujet vous parvient dans un autre message. Il marche 7 jours. Ce qui concerne d’autres personnes n’y est pas.")],
        LetterKind.Rectified => [corrections.Count == 0 ? T("Vos données sont corrigées : [à préciser]") : T($"Vos données sont corrigées ({Correction.Words(corrections.SelectMany(c => c.Fields))}) : [à préciser]"), "", T("Nous avons prévenu ceux à qui nous les avions transmises : [à préciser, ou : nous ne les avions transmises à personne].")],
        LetterKind.Erased => Erasure(erasure, pieces),
        LetterKind.Frozen => [T("Vos données sont gelées : nous les gardons et n’en faisons rien d’autre. Nous vous préviendrons avant de lever ce gel.")],
        LetterKind.Unfrozen => [T("La raison qui gelait vos données a pris fin : [à préciser]. Nous lèverons ce gel dans quelques jours.")],
        LetterKind.Objected => [T("Nous ne vous démarcherons plus, par aucun moyen. Une empreinte de vos coordonnées, illisible, est gardée trois ans pour tenir cette promesse.")],
        LetterKind.NothingHeld => [T("Nous avons cherché dans toutes nos fiches, archives comprises : nous ne détenons rien à votre sujet.")],
        _ => [T("Nous ne pouvons pas y donner suite. La raison : [à préciser]")],
    };

    private static IEnumerable<string> Erasure(Decision? decision, IReadOnlyList<KeptPiece> pieces)
    {
        if (decision is null or Decision.Erase) return [T("Nous effaçons aujourd’hui toutes vos données, et leurs copies de sauvegarde dans les 7 jours. Rien ne reste de vous que la preuve de cet effacement, qui ne dit pas qui vous êtes. Ce message est donc le dernier.")];
        List<string> lines = [decision == Decision.Restrict
            ? T("Nous effaçons aujourd’hui ce qui sert à vous proposer des biens. Le reste est tenu à l’écart et suivra dès que la dernière de ces raisons prendra fin :")
            : T("Nous effaçons aujourd’hui toutes vos données, sauf ce que la loi nous oblige à garder, à l’écart et à l’abri :"), ""];
        lines.AddRange(pieces.Select(p => $"- {MailPages.Stays(p)}"));
        if (pieces.Count == 0) lines.Add($"- {T("une affaire en cours, pour la défense de droits en justice (RGPD, article 17, 3, e), jusqu’à son terme")}");
        return [.. lines, "", T("Leurs copies de sauvegarde s’effacent dans les 7 jours.")];
    }
}
