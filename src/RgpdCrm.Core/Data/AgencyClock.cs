namespace RgpdCrm.Core.Data;

/// <summary>The agency's clock: instants in UTC, and the local calendar date that retention works on.</summary>
public sealed class AgencyClock(TimeProvider time, TimeZoneInfo zone)
{
    /// <summary>Time zone of every agency unless configured otherwise.</summary>
    public const string DefaultZone = "Europe/Paris";

    /// <summary>The current instant, UTC.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The agency's local date.</summary>
    public DateOnly Today => DateOf(Now);

    /// <summary>The agency's time zone.</summary>
    public TimeZoneInfo Zone => zone;

    /// <summary>Whether this is the host's own clock and not a test's.</summary>
    public bool IsHostClock => ReferenceEquals(time, TimeProvider.System);

    /// <summary>The agency's local date at an instant.</summary>
    public DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(Local(instant).DateTime);

    /// <summary>The agency's local time at an instant.</summary>
    public DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone);

    /// <summary>The instant, UTC, of an hour on the agency's wall. One that the change of clocks skips or repeats is read as standard time.</summary>
    public DateTimeOffset InstantOf(DateTime local) => new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
}
