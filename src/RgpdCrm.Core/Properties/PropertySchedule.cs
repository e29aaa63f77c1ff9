namespace RgpdCrm.Core.Properties;

/// <summary>When a property and its photos go (retention.md, "Other categories"). Fixed periods, not policy values.</summary>
public static class PropertySchedule
{
    /// <summary>Months the photos are kept after the end of the last mandate.</summary>
    public const int PhotosKeptMonths = 12;

    /// <summary>When the photos of a property go, its last mandate having ended on a day.</summary>
    public static DateOnly PhotosDestroyedOn(DateOnly lastMandateEndsOn) => lastMandateEndsOn.AddMonths(PhotosKeptMonths);

    /// <summary>What is due on a day; no I/O. With its last mandate or contract a property goes anyway, and its photos with it.</summary>
    public static PropertyDecision Decide(PropertyFacts facts, DateOnly today) => facts switch
    {
        { HasObligations: false } => today >= facts.ErasedOn ? PropertyDecision.Erase : PropertyDecision.Keep,
        { LastMandateEndsOn: null } => PropertyDecision.Keep,
        { LastMandateEndsOn: var end } when today <= end => PropertyDecision.Keep,
        { HasPhotos: true } when today >= facts.PhotosDestroyedOn => PropertyDecision.DestroyPhotos,
        { HasPublishedPhotos: true } => PropertyDecision.UnpublishPhotos,
        _ => PropertyDecision.Keep,
    };
}

/// <summary>What the schedule has to know of a property.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ChangedOn">Its last change.</param>
/// <param name="HasObligations">A mandate or contract names it.</param>
/// <param name="LastMandateEndsOn">Latest end of its mandates, running ones included; none when it has no mandate.</param>
/// <param name="HasPhotos">It has photos, published or not.</param>
/// <param name="HasPublishedPhotos">Some of them are in the photo store.</param>
public sealed record PropertyFacts(Guid Id, DateOnly ChangedOn, bool HasObligations, DateOnly? LastMandateEndsOn, bool HasPhotos, bool HasPublishedPhotos)
{
    /// <summary>When it goes if it never gets a mandate or contract.</summary>
    public DateOnly ErasedOn => ChangedOn.AddMonths(Property.KeptMonths);

    /// <summary>When its photos go; none without a mandate.</summary>
    public DateOnly? PhotosDestroyedOn => LastMandateEndsOn is { } end ? PropertySchedule.PhotosDestroyedOn(end) : null;
}

/// <summary>What is due for a property.</summary>
public enum PropertyDecision
{
    Keep,

    /// <summary>The last mandate ended: visitors no longer see the photos, the masters stay.</summary>
    UnpublishPhotos,
    DestroyPhotos,

    /// <summary>The property goes, its photos with it.</summary>
    Erase,
}
