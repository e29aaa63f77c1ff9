using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Contacts;

/// <summary>A dated entry of a contact's history, never dated in the future.</summary>
[LeavesWithContact]
public sealed class Activity
{
    private Activity() { }

    /// <summary>An entry of <paramref name="contactId"/>'s history on the real date of the exchange.</summary>
    public Activity(Guid contactId, DateOnly on, ActivityKind kind, Outcome outcome, Guid? byId, DateTimeOffset recordedAt, string? text = null, Guid? obligationId = null)
    {
        (Id, ContactId, On, Kind, Outcome, ById, RecordedAt, Text, ObligationId) =
            (Guid.NewGuid(), contactId, on, kind, outcome, byId, recordedAt, text, obligationId);
    }

    [NotPersonal] public Guid Id { get; private set; }

    [Personal] public Guid ContactId { get; private set; }

    /// <summary>The day it happened, in the agency's calendar.</summary>
    [Personal] public DateOnly On { get; private set; }

    [Personal] public ActivityKind Kind { get; private set; }

    [Personal] public Outcome Outcome { get; private set; }

    /// <summary>The agent concerned.</summary>
    [Personal] public Guid? ById { get; private set; }

    [Personal] public DateTimeOffset RecordedAt { get; private set; }

    [MaxLength(2000), Personal] public string? Text { get; private set; }

    /// <summary>The mandate or contract whose signature or end this is.</summary>
    [Personal] public Guid? ObligationId { get; private set; }

    /// <summary>Counts for the idle clock; computed by the database from <see cref="Clocks"/>.</summary>
    [Personal] public bool MovesIdle { get; private set; }

    /// <summary>Counts for the silent clock; computed by the database from <see cref="Clocks"/>.</summary>
    [Personal] public bool MovesSilent { get; private set; }
}

/// <summary>The closed kinds of retention.md, "Which activities count".</summary>
public enum ActivityKind
{
    InquiryReceived,
    InboundCall,
    InboundEmail,
    InboundMessage,
    VisitAttended,
    OfferMade,
    ApplicationMade,
    CriteriaChanged,
    SubscriptionStarted,
    StayRegistered,
    ObligationSigned,
    ObligationEnded,
    Meeting,
    OutboundCall,
    PersonalMessage,
    PropertyProposed,
    LastContactBeforeImport,
    AutomaticEmailSent,
    AutomaticEmailOpened,
    AutomaticEmailBounced,
    LinkFetched,
    Note,
    Correction,
    Import,
    Export,
    Merge,
    MatchComputed,
    SubscriptionReduced,
    ConsentWithdrawn,
    Objection,
    RightsRequest,
}

/// <summary>What came of a call, or who initiated the last contact before an import.</summary>
public enum Outcome
{
    None,
    NoAnswer,
    WishesToGoOn,
    NoLongerInterested,
    WrongNumber,
    InitiatedByPerson,
}

/// <summary>Which activities move which clock: the one table, closed (retention.md, "Which activities count").
/// A kind that is not in it counts for nothing until someone decides otherwise.</summary>
public static class Clocks
{
    private static readonly ActivityKind[] Both =
    [
        ActivityKind.InquiryReceived, ActivityKind.InboundCall, ActivityKind.InboundEmail, ActivityKind.InboundMessage,
        ActivityKind.VisitAttended, ActivityKind.OfferMade, ActivityKind.ApplicationMade, ActivityKind.CriteriaChanged,
        ActivityKind.SubscriptionStarted, ActivityKind.StayRegistered, ActivityKind.ObligationSigned, ActivityKind.ObligationEnded,
        ActivityKind.Meeting,
    ];

    private static readonly ActivityKind[] IdleOnly =
        [ActivityKind.PersonalMessage, ActivityKind.PropertyProposed, ActivityKind.LastContactBeforeImport];

    /// <summary>Whether an entry counts for the idle clock.</summary>
    public static bool MovesIdle(ActivityKind kind, Outcome outcome) =>
        Both.Contains(kind) || IdleOnly.Contains(kind)
        || (kind == ActivityKind.OutboundCall && outcome is Outcome.NoAnswer or Outcome.WishesToGoOn);

    /// <summary>Whether an entry is an act of the person and counts for the silent clock.</summary>
    public static bool MovesSilent(ActivityKind kind, Outcome outcome) =>
        Both.Contains(kind)
        || (kind == ActivityKind.OutboundCall && outcome == Outcome.WishesToGoOn)
        || (kind == ActivityKind.LastContactBeforeImport && outcome == Outcome.InitiatedByPerson);

    internal static string Sql(Func<ActivityKind, Outcome, bool> moves)
    {
        var pairs =
            from kind in Enum.GetValues<ActivityKind>()
            let outcomes = Enum.GetValues<Outcome>().Where(o => moves(kind, o)).ToList()
            where outcomes.Count > 0
            group kind by outcomes.Count == Enum.GetValues<Outcome>().Length ? "" : string.Join(", ", outcomes.Select(o => $"'{o}'")) into g
            let kinds = $"kind IN ({string.Join(", ", g.Select(k => $"'{k}'"))})"
            select g.Key == "" ? kinds : $"({kinds} AND outcome IN ({g.Key}))";
        return string.Join(" OR ", pairs);
    }
}

internal sealed class ActivityConfiguration : IEntityTypeConfiguration<Activity>
{
    public void Configure(EntityTypeBuilder<Activity> activity)
    {
        activity.HasOne<Contact>().WithMany().HasForeignKey(a => a.ContactId).OnDelete(DeleteBehavior.Restrict);
        activity.Property(a => a.On).HasColumnName("happened_on");
        activity.HasIndex(a => new { a.ContactId, a.On });
        activity.HasIndex(a => new { a.ObligationId, a.ContactId, a.Kind }).IsUnique().HasFilter("obligation_id IS NOT NULL");
        activity.Property(a => a.MovesIdle).HasComputedColumnSql(Clocks.Sql(Clocks.MovesIdle), stored: true);
        activity.Property(a => a.MovesSilent).HasComputedColumnSql(Clocks.Sql(Clocks.MovesSilent), stored: true);
    }
}
