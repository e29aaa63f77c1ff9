namespace RgpdCrm.Core.Obligations;

/// <summary>What came of creating or changing a mandate or contract: refused, or done with what it means for each party.</summary>
/// <param name="Refusal">Why nothing was written; none when it was.</param>
/// <param name="Id">The mandate or contract.</param>
/// <param name="Effects">One line for each party; empty when refused.</param>
public sealed record ObligationResult(ObligationRefusal? Refusal, Guid Id, IReadOnlyList<PartyEffect> Effects)
{
    /// <summary>It was carried out.</summary>
    public bool Done => Refusal is null;

    internal static ObligationResult Refused(ObligationRefusal refusal) => new(refusal, Guid.Empty, []);
}

/// <summary>Why a mandate, a contract or a new end was refused; the pages put it into words.</summary>
public enum ObligationRefusal
{
    Unknown,
    TermMissing,
    TermBeforeStart,
    TermTooFar,
    SignedInFuture,
    DateTooOld,
    TenYearsOver,
    NoParty,
    PartyTwice,
    SideDoesNotFit,
    UnknownContact,
    UnknownProperty,
    ExclusiveOverlap,
    ReferenceMissing,
    ReferenceTaken,
    NoTerm,
    NoLongerRunning,
    TermNotLater,
    EndBeforeStart,
    EndInFuture,
    AfterTerm,
    EndDecided,
    EndRecorded,
    NotOpen,
}

/// <summary>The years in which an agency's papers lie.</summary>
internal static class ObligationDates
{
    /// <summary>Nothing older is still owed or running.</summary>
    public static readonly DateOnly Earliest = new(1950, 1, 1);

    // A long lease may last 99 years (code rural, art. L451-1).
    private const int LongestYears = 99;

    public static bool IsPlausible(DateOnly start, DateOnly end) => start.Year < 9000 && end <= start.AddYears(LongestYears);
}
