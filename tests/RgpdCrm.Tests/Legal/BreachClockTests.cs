using System.Globalization;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Legal;

namespace RgpdCrm.Tests.Legal;

/// <summary>The 72 hours of GDPR 33, on both sides of their end and across changes of the clock.</summary>
public sealed class BreachClockTests
{
    // Paris: 25 October 2026 has 25 hours, 28 March 2027 has 23. Neither a weekend nor Christmas moves an hour.
    [Theory]
    [InlineData("2026-11-13 18:00", "2026-11-16 18:00"), InlineData("2026-12-24 09:30", "2026-12-27 09:30"), InlineData("2026-10-23 12:00", "2026-10-26 11:00"), InlineData("2027-03-26 12:00", "2027-03-29 13:00")]
    public void Seventy_two_hours_run_through_nights_weekends_and_changes_of_the_clock(string noticed, string deadline)
    {
        var clock = new AgencyClock(TimeProvider.System, TimeZoneInfo.FindSystemTimeZoneById(AgencyClock.DefaultZone));
        Assert.Equal(At(deadline), clock.Local(BreachClock.Deadline(clock.InstantOf(At(noticed)))).DateTime);
    }

    [Theory]
    [InlineData(BreachRisk.Unknown, null, 72, BreachState.Running), InlineData(BreachRisk.Unknown, null, 72.001, BreachState.Overdue), InlineData(BreachRisk.High, null, 73, BreachState.Overdue)]
    [InlineData(BreachRisk.Unlikely, null, 500, BreachState.NotNeeded), InlineData(BreachRisk.Risk, 72.0, 500, BreachState.Notified), InlineData(BreachRisk.Risk, 72.001, 500, BreachState.NotifiedLate)]
    [InlineData(BreachRisk.Unlikely, 10.0, 500, BreachState.Notified)]
    public void A_breach_stands_as_the_hours_say(BreachRisk risk, double? notifiedAfter, double now, BreachState expected)
    {
        var noticed = new DateTimeOffset(2026, 11, 13, 17, 0, 0, TimeSpan.Zero);
        Assert.Equal(expected, BreachClock.StateOf(noticed, risk, notifiedAfter is { } hours ? noticed.AddHours(hours) : null, noticed.AddHours(now)));
    }

    private static DateTime At(string text) => DateTime.ParseExact(text, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
