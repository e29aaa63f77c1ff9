using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Mail;

/// <summary>What every mail has around its own words.</summary>
/// <param name="Agency">The agency's name.</param>
/// <param name="City">Its town.</param>
/// <param name="Language"><c>fr</c> or <c>en</c>.</param>
/// <param name="Subject">The subject, also the document's title.</param>
/// <param name="Preview">What mail programs show beside the subject.</param>
/// <param name="Why">Why it was received.</param>
/// <param name="Privacy">The page that says what becomes of the reader's data.</param>
/// <param name="Links">The reader's own links; none for a colleague.</param>
public sealed record Letter(string Agency, string City, string Language, string Subject, string Preview, string Why, Uri Privacy, LetterLinks? Links);

/// <summary>The reader's own links.</summary>
/// <param name="Preferences">The page of preferences.</param>
/// <param name="Stop">The page that stops the automatic mails; by POST, at once.</param>
public sealed record LetterLinks(Uri Preferences, Uri Stop);

/// <summary>A property in a mail.</summary>
/// <param name="Title">What and where.</param>
/// <param name="Size">Rooms and surface.</param>
/// <param name="Price">Its price, or a month's rent.</param>
/// <param name="Photo">Its cover; none without a published photo.</param>
/// <param name="Link">Where the reader asks about it.</param>
public sealed record Offer(string Title, string Size, string Price, Uri? Photo, Uri Link);

/// <summary>A mail before it is rendered: its words around, the component, and the component's own values.</summary>
public sealed record MailPage(Letter Letter, Type Component, Dictionary<string, object?> Values);

/// <summary>The mails, each with its subject and its reason: the same for the outbox and for the preview.</summary>
public static class MailPages
{
    /// <summary>The two-month notice: when, what can be done about it, what stays and why.</summary>
    public static MailPage PendingNotice(Letter around, string name, DateOnly deleteOn, Uri stay, Uri erase, IReadOnlyList<string> stays) => new(
        around with
        {
            Subject = T($"Vos données seront effacées le {Format.Date(deleteOn)}"),
            Preview = T("Sans réponse de votre part, nous effaçons vos données. Un clic suffit pour rester inscrit."),
            Why = T("Vous recevez ce message parce que l’agence garde vos coordonnées et s’engage à vous prévenir avant de les effacer. L’ouvrir ne change rien : il ne contient aucun traceur."),
        },
        typeof(PendingNotice), new() { ["Name"] = name, ["DeleteOn"] = deleteOn, ["Stay"] = stay, ["Erase"] = erase, ["Stays"] = stays });

    /// <summary>New properties that the reader's searches found.</summary>
    public static MailPage PropertyMatches(Letter around, string name, IReadOnlyList<Offer> offers) => new(
        around with
        {
            Subject = offers.Count == 1 ? T("Un bien pour votre recherche") : T($"{Format.Number(offers.Count)} biens pour vos recherches"),
            Preview = string.Join(" · ", offers.Take(3).Select(o => $"{o.Title} {o.Price}")),
            Why = T("Vous recevez ce message parce que vous avez demandé les biens qui répondent à vos recherches. Vous pouvez les changer ou tout arrêter à tout moment. Il ne contient aucun traceur."),
        },
        typeof(MatchesMail), new() { ["Name"] = name, ["Offers"] = offers });

    /// <summary>What an agent wrote.</summary>
    public static MailPage Personal(Letter around, string subject, string text, string agent) => new(
        around with { Subject = subject, Preview = "", Why = T($"Ce message vous est écrit par {agent}. Il ne contient aucun traceur.") },
        typeof(PersonalMail), new() { ["Text"] = text, ["Agent"] = agent });

    /// <summary>A new link to the preferences.</summary>
    public static MailPage PreferencesLink(Letter around, string name) => new(
        around with
        {
            Subject = T("Votre lien vers vos e-mails et vos données"),
            Preview = T("Le lien que vous avez demandé."),
            Why = T("Vous recevez ce message parce que quelqu’un, sans doute vous, a demandé ce lien sur notre site. Si ce n’est pas vous, ne faites rien : rien n’a changé."),
        },
        typeof(PreferencesLinkMail), new() { ["Name"] = name });

    /// <summary>The link that makes a new address the reader's. Whose record it is about is not said: a mistyped address is a stranger's.</summary>
    public static MailPage NewEmail(Letter around, Uri link) => new(
        around with
        {
            Subject = T("Confirmez votre adresse e-mail"),
            Preview = T("Un clic prouve que cette adresse est la vôtre."),
            Why = T("Vous recevez ce message parce que quelqu’un, sans doute vous, a donné cette adresse à l’agence. Si ce n’est pas vous, ne faites rien : elle sera oubliée."),
        },
        typeof(NewEmailMail), new() { ["Link"] = link, ["Sentence"] = T("Vous avez demandé que l’agence vous écrive à cette adresse. Confirmez qu’elle est la vôtre : ce lien marche une fois, pendant 7 jours.") });

    /// <summary>To the present address: another one was asked for.</summary>
    public static MailPage NewEmailAsked(Letter around) => new(
        around with
        {
            Subject = T("Une nouvelle adresse a été demandée"),
            Preview = T("Rien ne change avant sa confirmation."),
            Why = T("Vous recevez ce message parce que quelqu’un, sans doute vous, a demandé depuis votre page que l’agence écrive à une autre adresse."),
        },
        typeof(NewEmailMail), new() { ["Sentence"] = T("Une autre adresse e-mail a été demandée à la place de celle-ci. Rien ne change avant qu’elle soit confirmée, depuis un lien qui y est envoyé. Si vous n’avez rien demandé, répondez à ce message.") });

    /// <summary>The link that proves who asks for a right.</summary>
    public static MailPage RightsIdentity(Letter around, string name, Uri link) => new(
        around with
        {
            Subject = T("Confirmez votre demande"),
            Preview = T("Un clic prouve que la demande vient de vous."),
            Why = T("Vous recevez ce message parce qu’une demande sur vos données a été faite à l’agence avec votre adresse. Si ce n’est pas vous, ne faites rien : elle restera sans suite."),
        },
        typeof(RightsMail), new() { ["Name"] = name, ["Link"] = link, ["Action"] = T("Confirmer ma demande"), ["Sentence"] = T("L’agence a reçu une demande sur vos données. Confirmez qu’elle vient de vous : ce lien marche une fois, pendant 7 jours.") });

    /// <summary>The link to what the agency holds about the person.</summary>
    public static MailPage RightsPackage(Letter around, string name, Uri link) => new(
        around with
        {
            Subject = T("Vos données sont prêtes"),
            Preview = T("Le lien pour les télécharger marche 7 jours."),
            Why = T("Vous recevez ce message parce que vous avez demandé vos données à l’agence. Il ne contient aucun traceur."),
        },
        typeof(RightsMail), new() { ["Name"] = name, ["Link"] = link, ["Action"] = T("Ouvrir la page de mes données"), ["Sentence"] = T("Voici le lien pour télécharger ce que l’agence détient à votre sujet. Il marche 7 jours et n’est que pour vous : ne le transférez pas.") });

    /// <summary>What a colleague answers to a request of rights.</summary>
    public static MailPage RightsMessage(Letter around, string subject, string text, string agent) => new(
        around with { Subject = subject, Preview = "", Why = T("Vous recevez ce message parce que vous avez fait une demande sur vos données. Il ne contient aucun traceur.") },
        typeof(PersonalMail), new() { ["Text"] = text, ["Agent"] = agent });

    /// <summary>To a colleague whose account is ready.</summary>
    public static MailPage Invitation(Letter around, string name, Uri link) => new(
        around with
        {
            Subject = T("Votre compte RgpdCrm est prêt"),
            Preview = T("Choisissez votre mot de passe."),
            Why = T("Vous recevez ce message parce qu’un compte a été créé pour vous. Il ne contient aucun traceur."),
        },
        typeof(AccountMail), new() { ["Name"] = name, ["Link"] = link, ["Action"] = T("Choisir mon mot de passe"), ["Sentence"] = $"{T("Un compte vous attend. Choisissez un mot de passe pour l’ouvrir.")} {T("Ce lien sert une fois, pendant 72 heures.")}" });

    /// <summary>To a colleague who forgot the password.</summary>
    public static MailPage ForgottenPassword(Letter around, string name, Uri link) => new(
        around with
        {
            Subject = T("Choisir un nouveau mot de passe"),
            Preview = T("Le lien que vous avez demandé."),
            Why = T("Vous recevez ce message parce qu’un nouveau mot de passe a été demandé pour votre compte. Si ce n’est pas vous, ne faites rien : l’ancien reste valable."),
        },
        typeof(AccountMail), new() { ["Name"] = name, ["Link"] = link, ["Action"] = T("Choisir mon mot de passe"), ["Sentence"] = $"{T("Vous avez demandé à choisir un nouveau mot de passe.")} {T("Ce lien sert une fois, pendant 72 heures.")}" });

    /// <summary>To a colleague whose second factor an admin took away.</summary>
    public static MailPage SecondFactorReset(Letter around, string name, Uri link) => new(
        around with
        {
            Subject = T("Votre second facteur est remis à zéro"),
            Preview = T("Un administrateur l’a fait, sans doute à votre demande."),
            Why = T("Vous recevez ce message parce que la protection de votre compte a changé. Il ne contient aucun traceur."),
        },
        typeof(AccountMail), new() { ["Name"] = name, ["Link"] = link, ["Action"] = T("Se connecter"), ["Sentence"] = T("Un administrateur a remis votre second facteur à zéro : ajoutez-en un autre après votre prochaine connexion. Si vous n’avez rien demandé, prévenez-le tout de suite.") });

    /// <summary>To a colleague for whom an admin made a password link.</summary>
    public static MailPage PasswordLinkMade(Letter around, string name, Uri link) => new(
        around with
        {
            Subject = T("Un lien de mot de passe a été créé pour votre compte"),
            Preview = T("Un administrateur l’a fait, sans doute à votre demande."),
            Why = T("Vous recevez ce message parce que la protection de votre compte a changé. Il ne contient aucun traceur."),
        },
        typeof(AccountMail), new() { ["Name"] = name, ["Link"] = link, ["Action"] = T("Se connecter"), ["Sentence"] = T("Un administrateur a créé un lien pour choisir un autre mot de passe de votre compte, et vos sessions se sont fermées. Si vous n’avez rien demandé, ou s’il ne vous l’a pas remis, prévenez un autre administrateur tout de suite.") });

    /// <summary>What stays after the deletion, and until when.</summary>
    public static string Stays(string piece, DateOnly? until) => until is { } day
        ? T($"{piece} : conservé jusqu’au {Format.Date(day)}, dix ans après sa fin (décret 72-678 du 20 juillet 1972)")
        : T($"{piece} : conservé dix ans après sa fin (décret 72-678 du 20 juillet 1972)");

    /// <summary>The mandates and contracts still owed at a date.</summary>
    public static IReadOnlyList<string> StaysOf(IEnumerable<Core.Contacts.KeptPiece> pieces, DateOnly deleteOn) =>
        [.. pieces.Where(p => p.Obligation.EndsOn is not { } end || ContactFacts.KeptUntilOf(end) >= deleteOn).Select(Stays)];

    /// <summary>What of a mandate or contract stays, and until when.</summary>
    public static string Stays(Core.Contacts.KeptPiece piece) => Stays(Title(piece), piece.KeptUntil);

    private static string Title(Core.Contacts.KeptPiece piece) =>
        $"{(piece.Obligation is Core.Obligations.Mandate mandate ? Words.Of(mandate.MandateKind) : Words.Of(((Core.Obligations.Contract)piece.Obligation).ContractKind))} {piece.Obligation.Reference}".Trim();
}
