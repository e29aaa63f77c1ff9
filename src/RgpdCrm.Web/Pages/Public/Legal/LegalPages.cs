using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Legal;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Statistics;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Legal;

/// <summary>What the legal pages say now, in the language of the request, from the rules in force, the settings and the declared recipients.</summary>
public sealed class LegalPages(CrmDbContext db, Agency agency, LegalIdentity identity, CaptchaSettings captcha, IConfiguration settings)
{
    /// <summary>Addresses of the pages, without the slash.</summary>
    public const string Privacy = "privacy", LegalNotice = "legal-notice", Cookies = "cookies";

    public static IReadOnlyList<string> All { get; } = [Privacy, LegalNotice, Cookies];

    public static string Title(string page) => page switch
    {
        Privacy => T("Vos données personnelles"),
        LegalNotice => T("Mentions légales"),
        _ => T("Cookies"),
    };

    /// <summary>Who decides, and how to reach them.</summary>
    public string Controller => string.Join(", ", new[] { agency.Name, identity[LegalIdentity.Address] ?? agency.City, identity[LegalIdentity.Email] }.Where(part => !string.IsNullOrEmpty(part)));

    public string DataProtectionOfficer => identity[LegalIdentity.Dpo] ?? T("aucun désigné");

    /// <summary>What protects the data (GDPR 32), in a sentence.</summary>
    public static string Security => T("Accès par rôle, mots de passe longs, blocage après des essais répétés, HTTPS, sauvegardes chiffrées, clés hors de la base, journal des actes, archive dont l’ouverture est motivée, suppressions prouvées par un registre enchaîné, tenu aussi hors de la base.");

    /// <summary>Every company that receives data for the agency.</summary>
    public Task<IReadOnlyList<Recipient>> RecipientsAsync(CancellationToken cancel = default) => Recipient.AllAsync(db, identity, captcha, settings, cancel);

    /// <summary>Every processing, with the periods in force.</summary>
    public async Task<IReadOnlyList<Processing.Processing>> ProcessingAsync(CancellationToken cancel = default) =>
        Pages.Processing.Processing.All((await PolicyHistory.LoadAsync(db, cancel)).Current, await StatisticsTool.DeclaredAsync(db, cancel));

    public async Task<LegalText> ReadAsync(string page, CancellationToken cancel = default) => new(page switch
    {
        Privacy => await PrivacyAsync(cancel),
        LegalNotice => Notice(),
        _ => CookieLines(),
    });

    /// <summary>Keeps what the pages say in the language of the request, where it is not what was kept last.</summary>
    /// <returns>How many pages said something new.</returns>
    public async Task<int> KeepAsync(DateTimeOffset now, CancellationToken cancel = default)
    {
        var changed = 0;
        foreach (var page in All)
            if (await NoticeVersion.KeepAsync(db, page, Languages.Current, (await ReadAsync(page, cancel)).ToString(), now, cancel)) changed++;
        return changed;
    }

    private async Task<IReadOnlyList<string>> PrivacyAsync(CancellationToken cancel)
    {
        var recipients = await RecipientsAsync(cancel);
        return
        [
            "# " + T("Qui est responsable"),
            T($"{agency.Name}, {Or(LegalIdentity.Address)}, décide de l’usage de vos données. Pour la joindre : {Or(LegalIdentity.Email)}, {Or(LegalIdentity.Phone)}."),
            identity[LegalIdentity.Dpo] is { } dpo ? T($"Son délégué à la protection des données : {dpo}.") : T("Elle n’a pas désigné de délégué à la protection des données : écrivez-lui directement."),
            "# " + T("Ce qui est gardé, pourquoi, et jusqu’à quand"),
            .. (await ProcessingAsync(cancel)).Where(p => p.Public).SelectMany(p => new[] { $"## {p.Name}", p.Purpose, Fact(T("Données"), p.Data), Fact(T("Durée"), p.Deadline), Fact(T("Fondement"), p.Basis) }),
            "# " + T("D’où viennent les données"),
            T("De vous : visites, appels, messages, formulaires du site. Parfois d’un proche ou d’un confrère qui vous met en relation avec l’agence."),
            T("Rien n’est obligatoire pour écrire à l’agence, hormis un moyen de vous répondre. L’identité des parties l’est pour un mandat ou un contrat : sans elle, il ne peut être signé."),
            T("Aucune décision n’est prise par une machine seule, hormis la suppression à l’échéance, qu’un seul échange de votre part repousse."),
            "# " + T("Qui les reçoit"),
            T("Les collaborateurs de l’agence, selon leur rôle ; l’archive n’est ouverte qu’aux administrateurs, avec un motif. Vos données ne sont ni vendues ni louées."),
            .. recipients.Select(r => $"- {r.Name} ({r.Country}). {Sentence(r.Purpose)} {Sentence(r.Safeguard)}"),
            T("Une donnée ne quitte l’Union européenne que chez un destinataire dont cette liste le dit, avec la garantie qui l’accompagne."),
            "# " + T("Avant la suppression"),
            T("À l’entrée en attente, un e-mail vous prévient une fois, si l’agence a votre adresse et que vous ne vous êtes pas opposé à ses e-mails : vous pouvez rester inscrit, ou tout supprimer sans attendre. Il dit ce qui reste et pourquoi."),
            T($"Les sauvegardes sont chiffrées et vivent {BackupManifest.KeptDays} jours : ce qui est supprimé y disparaît au plus tard une semaine après."),
            "# " + T("Vos droits"),
            T("Vous pouvez demander à voir vos données, à les corriger, à les effacer, à les emporter, à en limiter l’usage, ou vous opposer à leur usage, au démarchage sans donner de motif. Un accord se retire aussi simplement qu’il a été donné, sans effet sur ce qui a été fait avant."),
            T($"L’agence répond dans le mois, gratuitement, à la page {Link("/rights")} ou par courrier. Chaque e-mail automatique mène aussi à vos choix."),
            T("Si la réponse ne vous convient pas, vous pouvez saisir la CNIL : 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, cnil.fr/fr/plaintes."),
        ];
    }

    private IReadOnlyList<string> Notice() =>
    [
        "# " + T("L’agence"),
        Fact(T("Nom"), agency.Name),
        Fact(T("Forme"), Or(LegalIdentity.LegalForm)),
        Fact(T("Capital"), Or(LegalIdentity.Capital)),
        Fact(T("Registre du commerce"), Or(LegalIdentity.Rcs)),
        Fact(T("Siège"), Or(LegalIdentity.Address)),
        Fact(T("Téléphone"), Or(LegalIdentity.Phone)),
        Fact(T("E-mail"), Or(LegalIdentity.Email)),
        Fact(T("Directeur de la publication"), Or(LegalIdentity.Director)),
        "# " + T("La profession"),
        Fact(T("Carte professionnelle"), Or(LegalIdentity.Card)),
        Fact(T("Délivrée par"), Or(LegalIdentity.CardIssuer)),
        Fact(T("Garantie financière"), Or(LegalIdentity.Guarantor)),
        Fact(T("Médiateur de la consommation"), Or(LegalIdentity.Mediator)),
        Fact(T("Barème des honoraires"), Or(LegalIdentity.Fees)),
        "# " + T("L’hébergeur"),
        Fact(T("Nom"), Or(LegalIdentity.HostName)),
        Fact(T("Adresse"), Or(LegalIdentity.HostAddress)),
        Fact(T("Téléphone"), Or(LegalIdentity.HostPhone)),
        Fact(T("Lieu des données"), Or(LegalIdentity.HostSite)),
    ];

    private IReadOnlyList<string> CookieLines() =>
    [
        "# " + T("Ce que voient les visiteurs"),
        T("Les pages publiques ne posent aucun cookie : ni le formulaire, ni la page de vos choix, ni le compteur de visites, qui n’enregistre que le jour, la page et le site d’origine."),
        captcha.Recaptcha is null
            ? T("Le contrôle contre les robots est un calcul fait par votre navigateur, sans service extérieur ni cookie.")
            : T("Le contrôle contre les robots est reCAPTCHA, de Google : il n’est chargé, et ne lit ou n’écrit sur votre appareil, qu’après votre accord ; sans lui, un autre chemin vous est offert. Règles de Google : policies.google.com/privacy et policies.google.com/terms."),
        "# " + T("Ce qui sert aux collaborateurs connectés"),
        Fact("rgpdcrm-session", T($"la connexion, jusqu’à la déconnexion ou la fermeture du navigateur, au plus tard après {AccountSession.IdleHours} heures sans activité ou {AccountSession.WholeLifeHours} heures en tout.")),
        Fact("rgpdcrm-step", T($"le passage du mot de passe au second facteur, {Accounts.StepMinutes} minutes.")),
        Fact("rgpdcrm-device", T($"reconnaît un navigateur d’où le compte s’est déjà connecté, pour qu’un inconnu ne puisse pas le bloquer, {KnownDevices.KeptDays} jours.")),
        Fact("rgpdcrm-forgery", T("empêche un autre site d’agir à leur place, jusqu’à la fermeture du navigateur.")),
        Fact("rgpdcrm-message", T("le message affiché à la page suivante, puis plus rien.")),
        Fact("language, theme, shortcuts", T("la langue, l’apparence et les raccourcis choisis, un an.")),
        T("Par une connexion chiffrée, leurs noms commencent par __Host- : aucun autre site ne peut les écrire ni les lire."),
        T("Ces cookies sont nécessaires au service demandé : ils n’appellent pas d’accord (loi Informatique et Libertés, art. 82)."),
    ];

    private string Link(string path) => (settings["Agency:Address"] is { Length: > 0 } address ? address.TrimEnd('/') : "") + path;

    private string Or(string setting) => identity[setting] ?? T("non renseigné");

    private static string Fact(string name, string value) => $"- {T($"{name} : {value}")}";

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}
