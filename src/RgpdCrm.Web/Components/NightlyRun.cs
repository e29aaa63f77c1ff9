using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Components;

/// <summary>When the nightly run comes, in the words of the screens.</summary>
public static class NightlyRun
{
    /// <summary>Hour of the run, in the agency's time: no clock change ever falls on it.</summary>
    public const int Hour = 4;

    /// <summary>The same as a time of day.</summary>
    public static readonly TimeOnly At = new(Hour, 0);

    /// <summary>Day of the next run.</summary>
    public static DateOnly NextOn(AgencyClock clock) => clock.Local(clock.Now).Hour < Hour ? clock.Today : clock.Today.AddDays(1);

    /// <summary>"mardi 24/11 à 4 h".</summary>
    public static string Next(AgencyClock clock)
    {
        var on = NextOn(clock);
        return T($"{Format.LongDate(on).Split(' ')[0]} {on:dd/MM} à {Format.Hour(At)}");
    }
}
