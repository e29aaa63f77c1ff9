using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Pages.Pending;

namespace RgpdCrm.Tests.Pages.Pending;

public sealed class WhyTests
{
    private static readonly DateOnly Today = Office.D("2026-11-15");
    private static readonly RetentionPolicy Policy = new();

    private static ContactFacts Claire => new()
    {
        Id = Guid.NewGuid(),
        Kind = ContactKind.Private,
        CollectedOn = Office.D("2022-01-10"),
        IdleOn = Office.D("2024-05-14"),
        SilentOn = Office.D("2024-05-14"),
        Status = ContactStatus.PendingDeletion,
        PendingSince = Office.D("2026-11-14"),
        PendingVersion = 1,
    };

    public static TheoryData<string, ContactFacts, Rule, string> People => new()
    {
        { "Claire, silent for thirty months", Claire, Rule.Inactivity, "Aucun échange depuis le 14/05/2024, soit 30 mois" },
        { "Inès, who never did anything", Claire with { CollectedOn = Office.D("2024-05-10"), IdleOn = null, SilentOn = null }, Rule.Inactivity, "Aucun échange depuis la collecte, le 10/05/2024, soit 30 mois" },
        { "Sophie, called in vain", Claire with { IdleOn = Office.D("2026-01-10"), SilentOn = Office.D("2023-12-01") }, Rule.SilenceCeiling, "Aucun signe de sa part depuis le 01/12/2023, soit 33 mois" },
        { "Antoine, at the end of the ten years", Claire with { FromArchive = true, IdleOn = null, SilentOn = null, KeptUntil = Office.D("2026-12-30") }, Rule.TenYearsOver, "Fin des dix ans le 30/12/2026" },
        { "Hélène, of whom nothing is kept any more", Claire with { FromArchive = true, IdleOn = null, SilentOn = null }, Rule.TenYearsOver, "Plus rien à conserver : les dix ans sont passés" },
        { "Jeanne, with a running mandate", Claire with { Running = true }, Rule.ObligationRunning, "Un mandat ou un contrat est en cours : rien n’est supprimé tant qu’il court" },
        { "Maître Petit, notary", Claire with { Kind = ContactKind.Professional }, Rule.ProfessionalExempt, "Professionnel : pas de suppression automatique" },
        { "Marc, who called yesterday", Claire with { IdleOn = Office.D("2026-11-14"), SilentOn = Office.D("2026-11-14") }, Rule.NewActivity, "Nouvel échange le 14/11/2026 : retour parmi les actifs" },
        { "Paul, in a dispute", Claire with { Hold = true }, Rule.Held, "Suppression bloquée : seule une personne peut lever le blocage" },
        { "Lucie, who asked for access", Claire with { OpenRequest = true }, Rule.RequestOpen, "Une demande de droits est ouverte : la suppression attend sa clôture" },
        { "Nadia, in the archive", Claire with { Status = ContactStatus.Archived, PendingSince = null, IdleOn = null, SilentOn = null, KeptUntil = Office.D("2031-02-01") }, Rule.StillOwed, "Conservé en archive jusqu’au 01/02/2031, dix ans après la fin du contrat" },
        { "Bernard, without a date", Claire with { PendingSince = null }, Rule.PendingDateImpossible, "La date d’entrée en attente manque : à vérifier à la main" },
        { "Thomas, from the future", Claire with { PendingSince = Office.D("2026-11-20") }, Rule.PendingDateImpossible, "La date d’entrée en attente, le 20/11/2026, est dans l’avenir : à vérifier à la main" },
        { "Camille, who asked to be erased", Claire with { Restricted = true }, Rule.RequestedByPerson, "Effacement demandé par la personne" },
    };

    [Theory]
    [MemberData(nameof(People))]
    public void Each_rule_says_why_in_one_sentence(string who, ContactFacts facts, Rule rule, string sentence)
    {
        var verdict = Policy.Decide(facts, Today);
        Assert.True(rule == verdict.Rule, who);
        Assert.Equal(sentence, Office.Plain(Why.Sentence(facts, verdict, Policy)));
    }

    [Fact]
    public void An_order_by_an_admin_says_so() =>
        Assert.Equal("Suppression demandée par un administrateur", Office.Plain(Why.Sentence(Claire, Policy.DecideOrder(Claire, Today), Policy)));

    [Fact]
    public void Every_word_of_the_model_has_its_french()
    {
        foreach (var rule in Enum.GetValues<Rule>()) Assert.NotEmpty(Why.Label(rule));
        foreach (var decision in Enum.GetValues<Decision>()) Assert.NotEmpty(Why.Outcome(decision));
        foreach (var kind in Enum.GetValues<ActivityKind>()) Assert.NotEmpty(Words.Of(kind));
        foreach (var refusal in Enum.GetValues<Refusal>()) Assert.NotEmpty(Refusals.Sentence(new ReviewResult(refusal)));
    }

    [Fact]
    public void The_sums_can_be_checked_by_hand()
    {
        var verdict = Policy.Decide(Claire, Today);
        Assert.Equal(
            ["Dernier échange : 14/05/2024 + 30 mois = 14/11/2026", "Dernier signe de sa part : 14/05/2024 + 33 mois = 14/02/2027", "En attente : 14/11/2026 + 2 mois = 14/01/2027", "Limite légale : 14/05/2024 + 36 mois = 14/05/2027"],
            Why.Arithmetic(Claire, verdict.Dates, Policy).Select(Office.Plain));
    }
}
