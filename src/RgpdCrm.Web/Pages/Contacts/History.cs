using RgpdCrm.Core.Contacts;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Entries of the history in words, and the choices a form offers.</summary>
public static class History
{
    /// <summary>Exchanges someone can log by hand: what the person did, then what the agency did.</summary>
    public static IReadOnlyList<ActivityKind> ByPerson { get; } =
    [
        ActivityKind.InboundCall, ActivityKind.InboundEmail, ActivityKind.InboundMessage, ActivityKind.InquiryReceived, ActivityKind.VisitAttended,
        ActivityKind.Meeting, ActivityKind.OfferMade, ActivityKind.ApplicationMade, ActivityKind.CriteriaChanged,
    ];

    public static IReadOnlyList<ActivityKind> ByAgency { get; } = [ActivityKind.OutboundCall, ActivityKind.PersonalMessage, ActivityKind.PropertyProposed];

    /// <summary>What can come of a call made.</summary>
    public static IReadOnlyList<Outcome> OfCall { get; } = [Outcome.NoAnswer, Outcome.WishesToGoOn, Outcome.NoLongerInterested, Outcome.WrongNumber];

    /// <summary>"Appel passé, sans réponse".</summary>
    public static string Title(ActivityKind? kind, Outcome? outcome) => (kind, outcome) switch
    {
        (null, _) => T("Collecte"),
        ({ } known, null or Outcome.None) => Words.Of(known),
        ({ } known, { } result) => $"{Words.Of(known)}, {LowerFirst(Words.Of(result))}",
    };

    /// <summary>Lower case for the middle of a sentence.</summary>
    public static string LowerFirst(string text) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..];
}
