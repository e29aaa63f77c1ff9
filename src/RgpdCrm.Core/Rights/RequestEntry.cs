namespace RgpdCrm.Core.Rights;

/// <summary>A request as it was sent or typed, already validated: the number in E.164, the address in lower case.</summary>
public sealed record RequestEntry(RightKind Kind, RequestChannel Channel, DateOnly ReceivedOn, string? Name, string? Email, string? Phone, string? Message);

/// <summary>Why an act on a request was refused; the pages put it into words.</summary>
public enum RequestRefusal
{
    /// <summary>It is closed, or there is none.</summary>
    Closed,

    /// <summary>Nobody is chosen, or the record is gone.</summary>
    NoPerson,

    /// <summary>The record does not know this address or number.</summary>
    NotKnown,

    NotProved,
    NoDoubt,
    NoPapers,
    EmptyReason,
    WrongDate,
    AlreadyExtended,

    /// <summary>The first month is over.</summary>
    ExtensionTooLate,

    /// <summary>This act answers another right.</summary>
    OtherRight,

    /// <summary>What was asked has to be done before it is said to be.</summary>
    NotExecuted,

    /// <summary>The answer has not left yet.</summary>
    AnswerWaiting,
}
