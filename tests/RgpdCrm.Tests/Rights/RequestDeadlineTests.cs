using RgpdCrm.Core.Rights;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Rights;

/// <summary>Until when a request must be answered: a table of dates, each side of each edge.</summary>
public sealed class RequestDeadlineTests
{
    [Theory]
    // Plain months.
    [InlineData("2026-11-10", "2026-12-10"), InlineData("2026-11-11", "2026-12-11")]
    // Weekends: Saturday 12, Sunday 13 December 2026 move to Monday.
    [InlineData("2026-11-12", "2026-12-14"), InlineData("2026-11-13", "2026-12-14"), InlineData("2026-11-14", "2026-12-14")]
    // Month ends: 31 January ends on the last of February, in a leap year too; 31 August on the last of September.
    [InlineData("2027-01-31", "2027-03-01"), InlineData("2028-01-31", "2028-02-29"), InlineData("2028-01-29", "2028-02-29"), InlineData("2026-08-31", "2026-09-30")]
    // Fixed holidays: 1 January 2027 is a Friday, 14 July 2026 a Tuesday, 15 August 2025 a Friday, 11 November 2026 a Wednesday, Christmas 2026 a Friday.
    [InlineData("2026-12-01", "2027-01-04"), InlineData("2026-06-14", "2026-07-15"), InlineData("2025-07-15", "2025-08-18"), InlineData("2026-10-11", "2026-11-12"), InlineData("2026-11-25", "2026-12-28")]
    // 1 May 2026 is a Friday, 8 May 2026 a Friday, 1 November 2027 a Monday.
    [InlineData("2026-04-01", "2026-05-04"), InlineData("2026-04-08", "2026-05-11"), InlineData("2027-09-30", "2027-11-02")]
    // Movable ones: Easter Monday 6 April 2026 and 29 March 2027, Ascension 14 May 2026, Whit Monday 25 May 2026.
    [InlineData("2026-03-06", "2026-04-07"), InlineData("2026-03-04", "2026-04-07"), InlineData("2027-02-28", "2027-03-30"), InlineData("2026-04-14", "2026-05-15"), InlineData("2026-04-25", "2026-05-26"), InlineData("2026-04-23", "2026-05-26")]
    // Easter falls late in 2038 (25 April) and early in 2035 (25 March).
    [InlineData("2038-03-26", "2038-04-27"), InlineData("2035-02-26", "2035-03-27")]
    public void One_month_from_the_receipt_and_the_next_working_day(string received, string due) =>
        Assert.Equal(Agency.D(due), RequestDeadline.Of(Agency.D(received), toldOn: null));

    [Theory]
    // Told on the very last day of the first month: three months from the receipt, never chained.
    [InlineData("2026-11-10", "2026-12-10", "2027-02-10"), InlineData("2026-11-10", "2026-11-10", "2027-02-10"), InlineData("2026-11-30", "2026-12-30", "2027-03-01")]
    // The first month itself had moved to Monday 14 December: told on that day is in time.
    [InlineData("2026-11-12", "2026-12-14", "2027-02-12")]
    // A day too late, or before the receipt: nothing is extended.
    [InlineData("2026-11-10", "2026-12-11", "2026-12-10"), InlineData("2026-11-12", "2026-12-15", "2026-12-14"), InlineData("2026-11-10", "2026-11-09", "2026-12-10")]
    // The extended end is a holiday: 14 July 2026; Easter Monday 2026.
    [InlineData("2026-04-14", "2026-05-15", "2026-07-15"), InlineData("2026-01-06", "2026-02-06", "2026-04-07")]
    public void Two_more_months_only_when_told_within_the_first(string received, string told, string due) =>
        Assert.Equal(Agency.D(due), RequestDeadline.Of(Agency.D(received), Agency.D(told)));
}
