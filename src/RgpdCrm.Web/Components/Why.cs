using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Components;

/// <summary>The one place where a rule or a verdict becomes a sentence. Every date comes from the verdict,
/// so a screen cannot say anything else than what the nightly run decides.</summary>
public static class Why
{
    /// <summary>What decides about this contact today, in one sentence: "Aucun échange depuis le 14/05/2024, soit 30 mois".</summary>
    public static string Sentence(ContactFacts contact, Verdict verdict, RetentionPolicy policy) => verdict.Rule switch
    {
        Rule.Inactivity or Rule.SilenceCeiling or Rule.TenYearsOver => InQueue(contact, verdict.Dates, policy),
        Rule.ObligationRunning => T("Un mandat ou un contrat est en cours : rien n’est supprimé tant qu’il court"),
        Rule.ProfessionalExempt => T("Professionnel : pas de suppression automatique"),
        Rule.NewActivity => contact.SilentOn is { } heard && contact.InArchive
            ? T($"S’est manifesté le {Format.Date(heard)}, après l’archivage : retour parmi les actifs")
            : T($"Nouvel échange le {Format.Date(IdleSince(contact))} : retour parmi les actifs"),
        Rule.Held => T("Suppression bloquée : seule une personne peut lever le blocage"),
        Rule.RequestOpen => T("Une demande de droits est ouverte : la suppression attend sa clôture"),
        Rule.StillOwed => contact.KeptUntil is { } kept
            ? kept == DateOnly.MaxValue ? T("Conservé en archive tant qu’un blocage dure") : T($"Conservé en archive jusqu’au {Format.Date(kept)}, dix ans après la fin du contrat")
            : T("Conservé en archive"),
        Rule.OrderedByAdmin => T("Suppression demandée par un administrateur"),
        Rule.RequestedByPerson => T("Effacement demandé par la personne"),
        Rule.PendingDateImpossible => contact.PendingSince is { } since
            ? T($"La date d’entrée en attente, le {Format.Date(since)}, est dans l’avenir : à vérifier à la main")
            : T("La date d’entrée en attente manque : à vérifier à la main"),
        _ => Label(verdict.Rule),
    };

    /// <summary>What put, or will put, this contact into the queue, whatever suspends the deletion meanwhile.</summary>
    public static string InQueue(ContactFacts contact, ScheduleDates dates, RetentionPolicy policy) => dates.FlagRule switch
    {
        Rule.SilenceCeiling => contact.SilentOn > contact.CollectedOn
            ? T($"Aucun signe de sa part depuis le {Format.Date(contact.SilentOn.Value)}, soit {policy.SilenceMonths} mois")
            : T($"Aucun signe de sa part depuis la collecte, le {Format.Date(contact.CollectedOn)}, soit {policy.SilenceMonths} mois"),
        Rule.TenYearsOver => contact.KeptUntil switch
        {
            null => T("Plus rien à conserver : les dix ans sont passés"),
            { } kept when kept == DateOnly.MaxValue => T("Dix ans suspendus par un blocage"),
            { } kept => T($"Fin des dix ans le {Format.Date(kept)}"),
        },
        _ => contact.IdleOn > contact.CollectedOn
            ? T($"Aucun échange depuis le {Format.Date(contact.IdleOn.Value)}, soit {policy.InactivityMonths} mois")
            : T($"Aucun échange depuis la collecte, le {Format.Date(contact.CollectedOn)}, soit {policy.InactivityMonths} mois"),
    };

    /// <summary>The sums behind the dates, for who wants to check them by hand: "14/05/2024 + 30 mois = 14/11/2026".</summary>
    public static IReadOnlyList<string> Arithmetic(ContactFacts contact, ScheduleDates dates, RetentionPolicy policy)
    {
        var sums = new List<string>();
        if (dates.FlagRule == Rule.TenYearsOver)
        {
            if (dates.FlagOn is { } entered && contact.KeptUntil is { } end && end != DateOnly.MaxValue)
                sums.Add(T($"Entrée en attente : {Format.Date(end)} − {RetentionPolicy.ArchiveNoticeMonths} mois = {Format.Date(entered)}"));
            if (dates.DeleteOn is { } after && contact.KeptUntil is null && contact.PendingSince is { } since)
                sums.Add(T($"Effacement : {Format.Date(since)} + {policy.PendingMonths} mois = {Format.Date(after)}"));
            else if (dates.DeleteOn is { } last && last != DateOnly.MaxValue)
                sums.Add(T($"Effacement : le lendemain du dernier jour dû, soit le {Format.Date(last)}"));
            return sums;
        }

        var idle = IdleSince(contact);
        var silent = SilentSince(contact);
        sums.Add(T($"Dernier échange : {Format.Date(idle)} + {policy.InactivityMonths} mois = {Format.Date(idle.AddMonths(policy.InactivityMonths))}"));
        sums.Add(T($"Dernier signe de sa part : {Format.Date(silent)} + {policy.SilenceMonths} mois = {Format.Date(silent.AddMonths(policy.SilenceMonths))}"));
        if (contact.PendingSince is { } pending && dates.DeleteOn is { } delete)
        {
            var ordinary = pending.AddMonths(policy.PendingMonths);
            sums.Add(T($"En attente : {Format.Date(pending)} + {policy.PendingMonths} mois = {Format.Date(ordinary)}"));
            if (delete != ordinary) sums.Add(delete == dates.LastMoment
                ? T($"Report coupé au {Format.Date(delete)}, {RetentionPolicy.LastMomentDays} jours avant la limite légale")
                : T($"Reporté au {Format.Date(delete)}"));
        }
        if (dates.LegalLimit is { } limit) sums.Add(T($"Limite légale : {Format.Date(silent)} + {policy.CeilingMonths} mois = {Format.Date(limit)}"));
        return sums;
    }

    /// <summary>Short name of a rule, for the register, reports and filters.</summary>
    public static string Label(Rule rule) => rule switch
    {
        Rule.Inactivity => T("Sans échange depuis la durée d’inactivité"),
        Rule.SilenceCeiling => T("Sans signe de la personne, plafond légal"),
        Rule.TenYearsOver => T("Fin des dix ans"),
        Rule.ObligationRunning => T("Mandat ou contrat en cours"),
        Rule.ProfessionalExempt => T("Professionnel exempté"),
        Rule.NewActivity => T("Nouvel échange"),
        Rule.Held => T("Suppression bloquée"),
        Rule.RequestOpen => T("Demande de droits ouverte"),
        Rule.StillOwed => T("Encore à conserver"),
        Rule.OrderedByAdmin => T("Décision d’un administrateur"),
        Rule.RequestedByPerson => T("Demande de la personne"),
        Rule.PendingDateImpossible => T("Date d’entrée impossible"),
        Rule.InquiryExpired => T("Demande du site expirée"),
        Rule.StatisticsExpired => T("Jour de statistiques expiré"),
        Rule.ObligationExpired => T("Dix ans après la fin du contrat"),
        Rule.Merged => T("Fusion de fiches"),
        Rule.PropertyExpired => T("Bien sans mandat ni contrat, 24 mois après"),
        Rule.MandateOver => T("Fin du dernier mandat du bien"),
        Rule.PhotosExpired => T("Un an après la fin du dernier mandat du bien"),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, null),
    };

    /// <summary>What the schedule or an order does, as a noun: "Effacement", "Archivage".</summary>
    public static string Outcome(Decision decision) => decision switch
    {
        Decision.Erase => T("Effacement"),
        Decision.Archive => T("Archivage"),
        Decision.Reactivate => T("Retour parmi les actifs"),
        Decision.Flag => T("Mise en attente"),
        Decision.Restrict => T("Effacement en partie"),
        Decision.Fail => T("À vérifier"),
        Decision.Keep => T("Aucune suppression"),
        _ => throw new ArgumentOutOfRangeException(nameof(decision), decision, null),
    };

    /// <summary>Latest of collection and idle clock.</summary>
    public static DateOnly IdleSince(ContactFacts contact) => contact.IdleOn > contact.CollectedOn ? contact.IdleOn.Value : contact.CollectedOn;

    /// <summary>Latest of collection and silent clock.</summary>
    public static DateOnly SilentSince(ContactFacts contact) => contact.SilentOn > contact.CollectedOn ? contact.SilentOn.Value : contact.CollectedOn;
}
