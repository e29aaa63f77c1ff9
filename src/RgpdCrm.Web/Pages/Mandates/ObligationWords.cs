using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>Mandates and contracts in words: sides, states, ends, refusals, and until when and why they are kept.</summary>
public static class ObligationWords
{
    /// <summary>Days before its end from which a mandate or contract is said to end soon.</summary>
    public const int SoonDays = 60;

    /// <summary>"Mandat n° 12", "Bail B-17".</summary>
    public static string Title(Obligation obligation) => obligation is Contract contract
        ? $"{Words.Of(contract.ContractKind)} {obligation.Reference}"
        : T($"Mandat n° {obligation.Reference}");

    /// <summary>Its kind alone.</summary>
    public static string Kind(Obligation obligation) => obligation is Contract contract ? Words.Of(contract.ContractKind) : Words.Of(((Mandate)obligation).MandateKind);

    public static string Of(Side side) => side switch
    {
        Side.Principal => T("Mandant"),
        Side.Seller => T("Vendeur"),
        Side.Buyer => T("Acquéreur"),
        Side.Landlord => T("Bailleur"),
        Side.Tenant => T("Locataire"),
        _ => "",
    };

    public static string Of(EndChangeKind kind) => kind switch
    {
        EndChangeKind.Renewal => T("Renouvellement"),
        EndChangeKind.Revocation => T("Révocation"),
        _ => T("Fin constatée"),
    };

    /// <summary>Colour, word and date of its state.</summary>
    public static (string Colour, string Word, string Date) State(Obligation obligation, DateOnly today) => obligation switch
    {
        { EndsOn: null } => ("primary", T("En cours"), T("Sans terme")),
        { StartsOn: var start } when start > today => ("primary", T("À venir"), T($"Commence le {Format.Date(start)}")),
        { EndsOn: { } end } when end >= today && end <= today.AddDays(SoonDays) => ("warning", T("Se termine bientôt"), T($"Le {Format.Date(end)}")),
        { EndsOn: { } end } when end >= today => ("primary", T("En cours"), T($"Jusqu’au {Format.Date(end)}")),
        { RevokedOn: { } on } => ("secondary", T("Révoqué"), T($"Le {Format.Date(on)}")),
        { CompletedOn: { } on } => ("secondary", T("Terminé"), T($"Le {Format.Date(on)}")),
        { EndsOn: { } end } => ("secondary", T("Échu"), T($"Le {Format.Date(end)}")),
    };

    /// <summary>Until when it is kept, and why.</summary>
    public static string Kept(Obligation obligation, bool held, DateOnly today) => obligation.EndsOn switch
    {
        _ when held => T("Conservé tant que dure un blocage sur l’une des parties, et au moins dix ans après sa fin."),
        null => T("Conservé pendant dix ans après sa fin, parce que le décret 72-678 l’impose. Ce bail n’a pas encore de fin."),
        { } end when end >= today => T($"Conservé jusqu’au {Format.Date(ContactFacts.KeptUntilOf(end))}, parce que le décret 72-678 impose dix ans après sa fin, prévue le {Format.Date(end)}."),
        { } end => T($"Conservé jusqu’au {Format.Date(ContactFacts.KeptUntilOf(end))}, parce que le décret 72-678 impose dix ans après sa fin, le {Format.Date(end)}."),
    };

    /// <summary>What a change means for one party, in short sentences without the name.</summary>
    public static IReadOnlyList<string> Effect(PartyEffect effect, DateOnly today)
    {
        var (before, after) = (effect.Before, effect.After);
        return [.. new[] { Status(effect), Queue(before, after, effect.To, today), Kept(before, after) }.OfType<string>()];
    }

    /// <summary>The same for all parties, as the message after saving says it.</summary>
    public static string Effects(IEnumerable<PartyEffect> effects, DateOnly today) =>
        string.Join(' ', effects.OrderByDescending(e => e.ComesBack).Take(4).Select(e => T($"{e.Name} : {string.Join(' ', Effect(e, today))}")));

    private static string? Status(PartyEffect effect) => effect switch
    {
        { ComesBack: true, From: ContactStatus.Archived } => T("Revient de l’archive parmi les contacts actifs."),
        { ComesBack: true } => T("Attendait sa suppression et revient parmi les contacts actifs."),
        { After.Restricted: true } => T("Reste hors des écrans courants : son effacement, accordé en partie, s’achèvera après la fin."),
        { To: ContactStatus.PendingDeletion } => T("Reste en attente de suppression : ces dates sont trop anciennes pour faire revenir la fiche."),
        { To: ContactStatus.Archived } => T("Reste en archive."),
        _ => null,
    };

    private static string? Queue(PartyDates before, PartyDates after, ContactStatus to, DateOnly today) => after switch
    {
        { Restricted: true } => null,
        { Exempt: true } => T("Professionnel : pas de suppression automatique."),
        { Suspended: true, FlagOn: { } on } => T($"Rien n’est supprimé d’ici la fin ; sans autre échange, mise en attente le {Format.Date(on)}."),
        { Suspended: true } => T("Rien n’est supprimé tant qu’il n’y a pas de fin."),
        _ when to != ContactStatus.Active => null,
        { FlagOn: { } on } when on <= today => T("Mise en attente de suppression au prochain passage."),
        { FlagOn: { } on } when before is { Suspended: false, FlagOn: { } was } && was != on => T($"La mise en attente passe du {Format.Date(was)} au {Format.Date(on)}."),
        { FlagOn: { } on } => T($"Mise en attente le {Format.Date(on)}."),
        _ => null,
    };

    private static string? Kept(PartyDates before, PartyDates after) => after.KeptUntil switch
    {
        null => after.Suspended ? T("Identité et pièces conservées dix ans après la fin.") : null,
        { } kept when kept == DateOnly.MaxValue => T("Identité et pièces conservées tant que dure un blocage."),
        { } kept when before.KeptUntil is { } was && was != kept && was != DateOnly.MaxValue => T($"Identité et pièces conservées jusqu’au {Format.Date(kept)} au lieu du {Format.Date(was)}."),
        { } kept => T($"Identité et pièces conservées jusqu’au {Format.Date(kept)}."),
    };

    /// <summary>Why nothing was done, and what to do instead.</summary>
    public static string Refused(ObligationRefusal refusal) => refusal switch
    {
        ObligationRefusal.Unknown => T("Cette pièce n’existe plus."),
        ObligationRefusal.TermMissing => T("Indiquez le terme : seul un bail peut ne pas en avoir."),
        ObligationRefusal.TermBeforeStart => T("Le terme est avant le début. Corrigez l’une des deux dates."),
        ObligationRefusal.TermTooFar => T("Vérifiez l’année : cette date est à plus de 99 ans."),
        ObligationRefusal.SignedInFuture => T("Une signature ne peut pas être dans l’avenir."),
        ObligationRefusal.DateTooOld => T("Vérifiez l’année : au plus tôt le 01/01/1950."),
        ObligationRefusal.TenYearsOver => T("Les dix ans après cette fin sont passés : cette pièce ne doit plus être enregistrée."),
        ObligationRefusal.NoParty => T("Choisissez au moins une partie."),
        ObligationRefusal.PartyTwice => T("La même personne figure deux fois parmi les parties. Retirez-la une fois."),
        ObligationRefusal.SideDoesNotFit => T("Les qualités ne conviennent pas : une vente a un vendeur et un acquéreur, un bail un bailleur et un locataire."),
        ObligationRefusal.UnknownContact => T("L’une de ces personnes n’existe plus. Choisissez de nouveau les parties."),
        ObligationRefusal.UnknownProperty => T("Ce bien n’existe plus. Choisissez-en un autre."),
        ObligationRefusal.ExclusiveOverlap => T("Un mandat exclusif ne peut pas courir en même temps qu’un autre mandat de même nature sur ce bien. Révoquez l’autre ou changez les dates."),
        ObligationRefusal.ReferenceMissing => T("Indiquez la référence du contrat."),
        ObligationRefusal.ReferenceTaken => T("Un autre contrat porte déjà cette référence."),
        ObligationRefusal.NoTerm => T("Ce bail n’a pas de terme : il n’y a rien à renouveler."),
        ObligationRefusal.NoLongerRunning => T("Le terme est passé : une pièce échue ne se renouvelle pas, elle se signe de nouveau."),
        ObligationRefusal.TermNotLater => T("Le nouveau terme doit être après l’actuel."),
        ObligationRefusal.EndBeforeStart => T("Cette date est avant le début."),
        ObligationRefusal.EndInFuture => T("Cette date est dans l’avenir : une fin se constate une fois arrivée."),
        ObligationRefusal.AfterTerm => T("Cette date est après le terme, qui met fin de lui-même."),
        ObligationRefusal.EndDecided => T("Une autre fin est déjà enregistrée."),
        ObligationRefusal.EndRecorded => T("La fin est déjà inscrite dans l’historique des parties."),
        ObligationRefusal.NotOpen => T("Ce bail a une fin : il n’y a rien à confirmer."),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };

    /// <summary>The field of a form of creation that a refusal is about.</summary>
    public static string FieldOf(ObligationRefusal refusal) => refusal switch
    {
        ObligationRefusal.TermMissing or ObligationRefusal.TermBeforeStart or ObligationRefusal.TermTooFar or ObligationRefusal.TenYearsOver => "Input.TermOn",
        ObligationRefusal.SignedInFuture or ObligationRefusal.DateTooOld => "Input.SignedOn",
        ObligationRefusal.NoParty or ObligationRefusal.PartyTwice or ObligationRefusal.SideDoesNotFit or ObligationRefusal.UnknownContact => "Parties.Search",
        ObligationRefusal.UnknownProperty or ObligationRefusal.ExclusiveOverlap => "Property.Search",
        ObligationRefusal.ReferenceMissing or ObligationRefusal.ReferenceTaken => "Input.Reference",
        _ => "",
    };
}
