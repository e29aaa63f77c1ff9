using System.Globalization;

namespace RgpdCrm.Web.Components;

/// <summary>French dates, numbers and counts. The words are written here rather than taken from the system,
/// so that a container without language data shows the same page.</summary>
public static class French
{
    private const string Thin = "\u202f", Space = "\u00a0";

    private static readonly string[] Days = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];
    private static readonly string[] Months = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];
    private static readonly string[] ShortMonths = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
    private static readonly string[] Units = ["octets", "ko", "Mo", "Go", "To"];
    private static readonly NumberFormatInfo Figures = new() { NumberGroupSeparator = Thin, NumberDecimalSeparator = ",", NegativeSign = "\u2212" };

    /// <summary>14/05/2026.</summary>
    public static string Date(DateOnly date) => date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    /// <summary>lundi 23 novembre, mardi 1er décembre.</summary>
    public static string LongDay(DateOnly date) => $"{Days[(int)date.DayOfWeek]} {DayOfMonth(date)}{Space}{Months[date.Month - 1]}";

    /// <summary>lundi 23 novembre 2026.</summary>
    public static string LongDate(DateOnly date) => $"{LongDay(date)} {Year(date)}";

    /// <summary>23 nov., for charts and narrow columns.</summary>
    public static string ShortDay(DateOnly date) => $"{DayOfMonth(date)}{Space}{ShortMonths[date.Month - 1]}";

    /// <summary>23 nov. 2026.</summary>
    public static string ShortDate(DateOnly date) => $"{ShortDay(date)} {Year(date)}";

    /// <summary>4 h, 2 h 30, in the agency's local time.</summary>
    public static string Hour(TimeOnly time) => time.Minute == 0 ? $"{time.Hour}{Space}h" : $"{time.Hour}{Space}h{Space}{time.Minute:00}";

    /// <summary>How far a deadline is: Aujourd’hui, Demain, Dans 5 jours, En retard de 3 jours.</summary>
    public static string Due(DateOnly date, DateOnly today) => (date.DayNumber - today.DayNumber) switch
    {
        0 => "Aujourd’hui",
        1 => "Demain",
        > 1 and var days => $"Dans {Count(days, "jour")}",
        -1 => "En retard d’un jour",
        var days => $"En retard de {Count(-days, "jour")}",
    };

    /// <summary>4 812, with the thin space that does not break.</summary>
    public static string Number(long number) => number.ToString("N0", Figures);

    /// <summary>"1 contact", "12 contacts". French counts zero as singular.</summary>
    /// <param name="many">The plural, where it is not the singular and an s.</param>
    public static string Count(long count, string one, string? many = null) => $"{Number(count)}{Space}{Plural(count, one, many)}";

    /// <summary>The word alone: "contact" up to one, "contacts" from two on.</summary>
    public static string Plural(long count, string one, string? many = null) => Math.Abs(count) < 2 ? one : many ?? one + "s";

    /// <summary>850 octets, 3,4 Mo: thousands, as French systems count.</summary>
    public static string Bytes(long bytes)
    {
        var (size, unit) = ((decimal)bytes, 0);
        for (; Math.Round(size, 1) >= 1000 && unit < Units.Length - 1; unit++) size /= 1000;
        return unit == 0 ? Count(bytes, "octet") : $"{size.ToString(size < 100 ? "#,0.#" : "#,0", Figures)}{Space}{Units[unit]}";
    }

    /// <summary>The same text as the start of a sentence.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string DayOfMonth(DateOnly date) => date.Day == 1 ? "1er" : date.Day.ToString(CultureInfo.InvariantCulture);

    private static string Year(DateOnly date) => date.Year.ToString(CultureInfo.InvariantCulture);
}
