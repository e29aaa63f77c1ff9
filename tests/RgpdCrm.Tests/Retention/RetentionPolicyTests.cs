using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using Xunit;

namespace RgpdCrm.Tests.Retention;

/// <summary>Rules that the worked cases do not reach, and what must hold whatever the facts.</summary>
public sealed class RetentionPolicyTests
{
    private static readonly RetentionPolicy Policy = new();
    private static readonly DateOnly Today = new(2026, 11, 15);

    private static ContactFacts Jeanne => new()
    {
        Id = Guid.NewGuid(),
        Kind = ContactKind.Private,
        CollectedOn = new DateOnly(2023, 1, 10),
        IdleOn = new DateOnly(2024, 3, 15),
        SilentOn = new DateOnly(2024, 3, 15),
        Status = ContactStatus.PendingDeletion,
        PendingSince = new DateOnly(2026, 9, 15),
    };

    [Theory]
    [InlineData(30, 2, 1, 36, 3, true, 24, 24, false), InlineData(31, 2, 1, 36, 3, true, 24, 24, false), InlineData(29, 2, 1, 36, 3, true, 24, 24, true), InlineData(30, 3, 1, 36, 3, true, 24, 24, true),
     InlineData(30, 1, 2, 36, 3, true, 24, 24, true), InlineData(30, 2, 2, 36, 3, true, 24, 24, true), InlineData(30, 2, 1, 35, 3, true, 24, 24, true), InlineData(30, 2, 1, 36, 2, true, 24, 24, true),
     InlineData(30, 2, 1, 36, 3, false, 24, 24, true), InlineData(30, 2, 1, 36, 3, true, 23, 24, true), InlineData(30, 2, 1, 36, 3, true, 24, 23, true)]
    public void Whatever_makes_anyone_due_earlier_is_a_shorter_period(int inactivity, int pending, int margin, int ceiling, int postponements, bool exempt, int inquiries, int statistics, bool shorter) =>
        Assert.Equal(shorter, new RetentionPolicy
        {
            InactivityMonths = inactivity,
            PendingMonths = pending,
            MarginMonths = margin,
            CeilingMonths = ceiling,
            MaxPostponements = postponements,
            ProfessionalsExempt = exempt,
            InquiryMonths = inquiries,
            StatisticsMonths = statistics,
        }.ShortensAny(new RetentionPolicy()));

    [Theory]
    [InlineData(null)]
    [InlineData("2026-11-16")]
    public void A_pending_date_that_is_missing_or_in_the_future_sets_her_aside(string? pendingSince)
    {
        var facts = Jeanne with { PendingSince = pendingSince is null ? null : DateOnly.Parse(pendingSince, System.Globalization.CultureInfo.InvariantCulture) };
        Assert.Equal(Decision.Fail, Policy.Decide(facts, Today).Decision);
    }

    [Fact]
    public void A_restricted_person_is_kept_while_an_obligation_runs_or_a_hold_stands_then_archived_or_erased_at_once()
    {
        var restricted = Jeanne with { Status = ContactStatus.Active, PendingSince = null, SilentOn = Today, Restricted = true };
        Assert.Equal(Decision.Keep, Policy.Decide(restricted with { Running = true }, Today).Decision);
        Assert.Equal(Decision.Keep, Policy.Decide(restricted with { Hold = true }, Today).Decision);
        Assert.Equal(Decision.Archive, Policy.Decide(restricted with { KeptUntil = Today }, Today).Decision);
        Assert.Equal(Decision.Erase, Policy.Decide(restricted with { KeptUntil = Today.AddDays(-1) }, Today).Decision);
        Assert.Equal(Decision.Erase, Policy.Decide(restricted, Today).Decision);
        Assert.Equal(Decision.Keep, Policy.Decide(restricted with { Status = ContactStatus.Archived, Running = true, SilentOn = null }, Today).Decision);
        Assert.Equal(Decision.Flag, Policy.Decide(restricted with { Status = ContactStatus.Archived, SilentOn = null, IdleOn = null, KeptUntil = Today.AddMonths(2) }, Today).Decision);
    }

    [Fact]
    public void Nobody_is_erased_on_the_day_they_are_flagged_even_when_a_correction_left_them_overdue()
    {
        var archived = Jeanne with { Status = ContactStatus.Archived, PendingSince = null, IdleOn = null, SilentOn = null, KeptUntil = Today.AddDays(-40) };
        Assert.Equal(Decision.Flag, Policy.Decide(archived, Today).Decision);
        var flagged = archived with { Status = ContactStatus.PendingDeletion, FromArchive = true, PendingSince = Today };
        Assert.Equal(Decision.Keep, Policy.Decide(flagged, Today).Decision);
        Assert.Equal(Decision.Erase, Policy.Decide(flagged, Today.AddDays(1)).Decision);
    }

    [Fact]
    public void Professionals_follow_the_rules_once_they_are_no_longer_exempt()
    {
        var lebrun = Jeanne with { Kind = ContactKind.Professional };
        Assert.Equal(Decision.Reactivate, Policy.Decide(lebrun, Today).Decision);
        Assert.Equal(Decision.Erase, (Policy with { ProfessionalsExempt = false }).Decide(lebrun, Today).Decision);
    }

    [Fact]
    public void Who_is_pending_keeps_the_periods_under_which_they_entered_but_not_the_exemption()
    {
        var history = new PolicyHistory([Policy, Policy with { Version = 2, InactivityMonths = 20, PendingMonths = 1, ProfessionalsExempt = false }]);
        var jeanne = Jeanne with { PendingVersion = 1 };
        Assert.Equal(Decision.Keep, history.Decide(jeanne, Today.AddDays(-1)).Decision);
        Assert.Equal(Decision.Erase, history.Decide(jeanne, Today).Decision);
        Assert.Equal(Decision.Erase, history.Decide(jeanne with { PendingVersion = 2 }, Today.AddDays(-1)).Decision);
        Assert.False(history.For(jeanne).ProfessionalsExempt);
    }

    [Fact]
    public void A_postponement_is_one_month_each_three_at_most_and_stops_at_the_last_moment()
    {
        var eve = Today.AddDays(-1);
        Assert.Equal(new DateOnly(2026, 12, 15), Policy.PostponedUntil(Jeanne, 0, eve));
        Assert.Equal(new DateOnly(2027, 1, 15), Policy.PostponedUntil(Jeanne with { PostponedUntil = new DateOnly(2026, 12, 15) }, 1, eve));
        Assert.Equal(new DateOnly(2027, 2, 15), Policy.PostponedUntil(Jeanne with { PostponedUntil = new DateOnly(2027, 1, 15) }, 2, eve));
        Assert.Null(Policy.PostponedUntil(Jeanne, 3, eve));
        Assert.Null(Policy.PostponedUntil(Jeanne with { FromArchive = true }, 0, eve));
        Assert.Null(Policy.PostponedUntil(Jeanne with { Status = ContactStatus.Active }, 0, eve));

        var late = Jeanne with { SilentOn = new DateOnly(2023, 12, 1), IdleOn = new DateOnly(2023, 12, 1) };
        Assert.Equal(new DateOnly(2026, 11, 23), Policy.PostponedUntil(late, 0, eve));
        Assert.Null(Policy.PostponedUntil(late with { SilentOn = new DateOnly(2023, 11, 15) }, 0, eve));
    }

    [Fact]
    public void An_order_to_delete_archives_what_is_owed_and_is_refused_to_the_held_the_asking_and_the_bound()
    {
        Decision Order(ContactFacts f) => Policy.DecideOrder(f, Today).Decision;
        Assert.Equal(Decision.Erase, Order(Jeanne));
        Assert.Equal(Decision.Archive, Order(Jeanne with { KeptUntil = Today }));
        Assert.Equal(Decision.Keep, Order(Jeanne with { Hold = true }));
        Assert.Equal(Decision.Keep, Order(Jeanne with { OpenRequest = true }));
        Assert.Equal(Decision.Keep, Order(Jeanne with { Running = true }));
        Assert.Equal(Decision.Keep, Order(Jeanne with { FromArchive = true, KeptUntil = Today }));
        Assert.Equal(Decision.Erase, Order(Jeanne with { FromArchive = true, KeptUntil = Today.AddDays(-1) }));
    }

    [Fact]
    public void The_persons_own_request_is_executed_whatever_the_clocks_and_in_part_where_something_binds()
    {
        var active = Jeanne with { Status = ContactStatus.Active, PendingSince = null, SilentOn = Today };
        Assert.Equal(Decision.Erase, Policy.DecideRequest(active with { OpenRequest = true }, Today).Decision);
        Assert.Equal(Decision.Archive, Policy.DecideRequest(active with { KeptUntil = Today }, Today).Decision);
        Assert.Equal(Decision.Restrict, Policy.DecideRequest(active with { Running = true }, Today).Decision);
        Assert.Equal(Decision.Restrict, Policy.DecideRequest(active with { Hold = true }, Today).Decision);
    }

    [Theory]
    [InlineData(30, 2, 36, 1, 3, 24, true)]
    [InlineData(33, 2, 36, 1, 3, 24, true)]
    [InlineData(34, 2, 36, 1, 3, 24, false)]
    [InlineData(30, 2, 37, 1, 3, 24, false)]
    [InlineData(30, 0, 36, 1, 3, 24, false)]
    [InlineData(30, 2, 36, 0, 3, 24, false)]
    [InlineData(0, 2, 36, 1, 3, 24, false)]
    [InlineData(30, 2, 36, 1, 4, 24, false)]
    [InlineData(30, 2, 36, 1, -1, 24, false)]
    [InlineData(30, 2, 36, 1, 3, 25, false)]
    [InlineData(30, 2, 36, 1, 3, 0, false)]
    public void A_policy_is_refused_when_it_breaks_a_bound(int inactivity, int pending, int ceiling, int margin, int postponements, int inquiry, bool right) =>
        Assert.Equal(right, new RetentionPolicy
        {
            InactivityMonths = inactivity,
            PendingMonths = pending,
            CeilingMonths = ceiling,
            MarginMonths = margin,
            MaxPostponements = postponements,
            InquiryMonths = inquiry,
        }.Faults().Count == 0);

    [Fact]
    public void The_table_of_activities_is_closed_and_says_which_clock_each_moves()
    {
        ActivityKind[] both =
        [
            ActivityKind.InquiryReceived, ActivityKind.InboundCall, ActivityKind.InboundEmail, ActivityKind.InboundMessage, ActivityKind.VisitAttended, ActivityKind.OfferMade,
            ActivityKind.ApplicationMade, ActivityKind.CriteriaChanged, ActivityKind.SubscriptionStarted, ActivityKind.StayRegistered, ActivityKind.ObligationSigned,
            ActivityKind.ObligationEnded, ActivityKind.Meeting,
        ];
        foreach (var kind in Enum.GetValues<ActivityKind>())
        {
            var (idle, silent) = (Clocks.MovesIdle(kind, Outcome.None), Clocks.MovesSilent(kind, Outcome.None));
            Assert.Equal(both.Contains(kind), silent);
            Assert.Equal(both.Contains(kind) || kind is ActivityKind.PersonalMessage or ActivityKind.PropertyProposed or ActivityKind.LastContactBeforeImport, idle);
        }
        Assert.Equal((true, false), Of(ActivityKind.OutboundCall, Outcome.NoAnswer));
        Assert.Equal((true, true), Of(ActivityKind.OutboundCall, Outcome.WishesToGoOn));
        Assert.Equal((false, false), Of(ActivityKind.OutboundCall, Outcome.NoLongerInterested));
        Assert.Equal((false, false), Of(ActivityKind.OutboundCall, Outcome.WrongNumber));
        Assert.Equal((true, true), Of(ActivityKind.LastContactBeforeImport, Outcome.InitiatedByPerson));

        static (bool, bool) Of(ActivityKind kind, Outcome outcome) => (Clocks.MovesIdle(kind, outcome), Clocks.MovesSilent(kind, outcome));
    }

    [Fact]
    public void Whatever_the_facts_nobody_goes_before_their_date_nor_past_the_limit_when_the_nights_are_run()
    {
        var random = new Random(20261115);
        for (var i = 0; i < 20_000; i++)
        {
            var start = new DateOnly(2023, 1, 1).AddDays(random.Next(800));
            var silent = random.Next(4) == 0 ? (DateOnly?)null : start.AddDays(random.Next(400));
            var facts = new ContactFacts
            {
                Id = Guid.Empty,
                Kind = ContactKind.Private,
                CollectedOn = start,
                SilentOn = silent,
                IdleOn = random.Next(3) == 0 ? silent : (silent ?? start).AddDays(random.Next(700)),
                Status = ContactStatus.Active,
                KeptUntil = random.Next(4) == 0 ? start.AddYears(10) : null,
            };
            var before = Policy.Decide(facts, start).Dates;
            var flaggedOn = before.FlagOn!.Value;

            Assert.Equal(Decision.Keep, Policy.Decide(facts, flaggedOn.AddDays(-1)).Decision);
            Assert.Equal(Decision.Flag, Policy.Decide(facts, flaggedOn).Decision);

            var pending = facts with { Status = ContactStatus.PendingDeletion, PendingSince = flaggedOn };
            Assert.Equal(Decision.Keep, Policy.Decide(pending, flaggedOn).Decision);
            var deleteOn = Policy.Decide(pending, flaggedOn).Dates.DeleteOn!.Value;
            Assert.True(deleteOn >= flaggedOn.AddMonths(2));
            Assert.True(deleteOn < before.LegalLimit);
            Assert.Equal(Decision.Keep, Policy.Decide(pending, deleteOn.AddDays(-1)).Decision);
            Assert.Equal(facts.KeptUntil is null ? Decision.Erase : Decision.Archive, Policy.Decide(pending, deleteOn).Decision);

            // Postponed as often as possible, still gone before the limit.
            var postponed = pending;
            for (var n = 0; Policy.PostponedUntil(postponed, n, deleteOn.AddDays(-1)) is { } until; n++) postponed = postponed with { PostponedUntil = until };
            Assert.True(Policy.Decide(postponed, deleteOn).Dates.DeleteOn < before.LegalLimit);

            foreach (var safe in (ContactFacts[])[pending with { Hold = true }, pending with { OpenRequest = true }, pending with { Running = true }])
                Assert.DoesNotContain(Policy.Decide(safe, deleteOn.AddYears(3)).Decision, (Decision[])[Decision.Erase, Decision.Archive]);
        }
    }
}
