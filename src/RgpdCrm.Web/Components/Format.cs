using System.Globalization;

namespace RgpdCrm.Web.Components;

/// <summary>Dates, numbers and counts in the language of the request. The words are written here rather than taken from the system,
/// so that a container without language data shows the same page.</summary>
public static class Format
{
    private const string Thin = "\u202f", Space = "\u00a0";

    private static readonly Calendar French = new(
        ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
        ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
        ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
        new() { NumberGroupSeparator = Thin, NumberDecimalSeparator = ",", NegativeSign = "\u2212" },
        ["octets", "ko", "Mo", "Go", "To"]);

    private static readonly Calendar English = new(
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        new() { NumberGroupSeparator = ",", NumberDecimalSeparator = ".", NegativeSign = "\u2212" },
        ["bytes", "kB", "MB", "GB", "TB"]);

    private static Calendar Current => Texts.InEnglish ? English : French;

    /// <summary>14/05/2026 in both languages: the agency is in France.</summary>
    public static string Date(DateOnly date) => date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    /// <summary>lundi 23 novembre, mardi 1er décembre.</summary>
    public static string LongDay(DateOnly date) => $"{Current.Days[(int)date.DayOfWeek]} {DayOfMonth(date)}{Space}{Current.Months[date.Month - 1]}";

    /// <summary>lundi 23 novembre 2026.</summary>
    public static string LongDate(DateOnly date) => $"{LongDay(date)} {Year(date)}";

    /// <summary>23 nov., for charts and narrow columns.</summary>
    public static string ShortDay(DateOnly date) => $"{DayOfMonth(date)}{Space}{Current.ShortMonths[date.Month - 1]}";

    /// <summary>23 nov. 2026.</summary>
    public static string ShortDate(DateOnly date) => $"{ShortDay(date)} {Year(date)}";

    /// <summary>nov. 2026.</summary>
    public static string Month(DateOnly date) => $"{Current.ShortMonths[date.Month - 1]}{Space}{Year(date)}";

    /// <summary>4 h, 2 h 30 (4:00, 2:30), in the agency's local time.</summary>
    public static string Hour(TimeOnly time) => Texts.InEnglish
        ? time.ToString("H:mm", CultureInfo.InvariantCulture)
        : time.Minute == 0 ? $"{time.Hour}{Space}h" : $"{time.Hour}{Space}h{Space}{time.Minute:00}";

    /// <summary>The hour of an instant: pass the agency's local time.</summary>
    public static string Hour(DateTimeOffset local) => Hour(TimeOnly.FromDateTime(local.DateTime));

    /// <summary>How far a deadline is: Aujourd’hui, Demain, Dans 5 jours, En retard de 3 jours.</summary>
    public static string Due(DateOnly date, DateOnly today) => (date.DayNumber - today.DayNumber) switch
    {
        -1 => T("En retard d’un jour"),
        < 0 and var days => T($"En retard de {-days} jours"),
        _ => Relative(date, today),
    };

    /// <summary>Aujourd’hui, Demain, Dans 3 jours, Hier, Il y a 4 jours.</summary>
    public static string Relative(DateOnly date, DateOnly today) => (date.DayNumber - today.DayNumber) switch
    {
        0 => T("Aujourd’hui"),
        1 => T("Demain"),
        -1 => T("Hier"),
        < 0 and var days => T($"Il y a {-days} jours"),
        var days => T($"Dans {days} jours"),
    };

    /// <summary>4 812 (4,812), with the thin space that does not break.</summary>
    public static string Number(long number) => number.ToString("N0", Current.Figures);

    /// <summary>"1 contact", "12 contacts"; French counts zero as singular, English does not.</summary>
    /// <param name="many">The plural, where it is not the singular and an s.</param>
    public static string Count(long count, string one, string? many = null) => $"{Number(count)}{Space}{Plural(count, one, many)}";

    /// <summary>The word alone: "contact" for one, "contacts" for more.</summary>
    public static string Plural(long count, string one, string? many = null) =>
        T((Texts.InEnglish ? Math.Abs(count) == 1 : Math.Abs(count) < 2) ? one : many ?? one + "s");

    /// <summary>850 octets, 3,4 Mo (850 bytes, 3.4 MB): thousands, as French systems count.</summary>
    public static string Bytes(long bytes)
    {
        var (size, unit) = ((decimal)bytes, 0);
        for (; Math.Round(size, 1) >= 1000 && unit < Current.Units.Length - 1; unit++) size /= 1000;
        return unit == 0 ? Count(bytes, "octet") : $"{size.ToString(size < 100 ? "#,0.#" : "#,0", Current.Figures)}{Space}{Current.Units[unit]}";
    }

    /// <summary>The same text as the start of a sentence.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string DayOfMonth(DateOnly date) => date.Day == 1 && !Texts.InEnglish ? "1er" : date.Day.ToString(CultureInfo.InvariantCulture);

    private static string Year(DateOnly date) => date.Year.ToString(CultureInfo.InvariantCulture);

    private sealed record Calendar(string[] Days, string[] Months, string[] ShortMonths, NumberFormatInfo Figures, string[] Units);
}
