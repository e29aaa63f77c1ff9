namespace RgpdCrm.Core.Rights;

/// <summary>Until when a request must be answered (GDPR 12, 3; Regulation 1182/71, article 3): pure arithmetic on dates.</summary>
public static class RequestDeadline
{
    /// <summary>Months to answer from the receipt, and from the receipt once extended.</summary>
    public const int Months = 1, ExtendedMonths = 3;

    /// <summary>One month from the receipt. A last day that is a weekend or a holiday moves to the next working day.</summary>
    public static DateOnly FirstOf(DateOnly receivedOn) => FrenchHolidays.WorkingDayFrom(receivedOn.AddMonths(Months));

    /// <summary>The deadline in force: two more months count only if the person was told, with the reasons, within the first.</summary>
    /// <param name="receivedOn">Day the request arrived.</param>
    /// <param name="toldOn">Day the notice of extension was sent; none when it was not.</param>
    public static DateOnly Of(DateOnly receivedOn, DateOnly? toldOn) =>
        MayExtend(receivedOn, toldOn) ? FrenchHolidays.WorkingDayFrom(receivedOn.AddMonths(ExtendedMonths)) : FirstOf(receivedOn);

    /// <summary>Whether a notice of extension sent on this day is in time.</summary>
    public static bool MayExtend(DateOnly receivedOn, DateOnly? toldOn) => toldOn >= receivedOn && toldOn <= FirstOf(receivedOn);
}

/// <summary>Days on which nothing is due in France (Code du travail, L3133-1), Alsace and Moselle's own two days aside.</summary>
public static class FrenchHolidays
{
    /// <summary>Whether a day is neither a weekend nor a holiday.</summary>
    public static bool IsWorkingDay(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !IsHoliday(day);

    /// <summary>This day when it is a working day, else the next one.</summary>
    public static DateOnly WorkingDayFrom(DateOnly day)
    {
        while (!IsWorkingDay(day)) day = day.AddDays(1);
        return day;
    }

    private static bool IsHoliday(DateOnly day) =>
        (day.Month, day.Day) is (1, 1) or (5, 1) or (5, 8) or (7, 14) or (8, 15) or (11, 1) or (11, 11) or (12, 25)
        // Easter Monday, Ascension, Whit Monday.
        || (day.DayNumber - EasterOf(day.Year).DayNumber) is 1 or 39 or 50;

    // The Gregorian computus (Butcher, 1876).
    private static DateOnly EasterOf(int year)
    {
        var (golden, century, rest) = (year % 19, year / 100, year % 100);
        var moon = ((19 * golden) + century - (century / 4) - ((century - ((century + 8) / 25) + 1) / 3) + 15) % 30;
        var sunday = (32 + (2 * (century % 4)) + (2 * (rest / 4)) - moon - (rest % 4)) % 7;
        var late = (golden + (11 * moon) + (22 * sunday)) / 451;
        var days = moon + sunday - (7 * late) + 114;
        return new DateOnly(year, days / 31, (days % 31) + 1);
    }
}
