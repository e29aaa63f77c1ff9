using System.CommandLine;
using System.Globalization;

namespace RgpdCrm.Web.Commands;

/// <summary>Options that several verbs share; what is wrong with them is said in one line.</summary>
internal static class Options
{
    public static Option<bool> Json() => new("--json") { Description = T("Résultat lisible par une machine.") };

    /// <summary>A whole number within bounds.</summary>
    public static Option<int?> Number(string name, string description, int least = 0, int most = int.MaxValue) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
            result.AddError(most == int.MaxValue ? T($"{name} : « {text} » n’est pas un nombre d’au moins {least}.") : T($"{name} : « {text} » n’est pas un nombre de {least} à {most}."));
            return null;
        },
    };

    /// <summary>A date as <c>2026-11-15</c>.</summary>
    public static Option<DateOnly?> Date(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
            result.AddError(T($"{name} : « {text} » n’est pas une date de la forme AAAA-MM-JJ."));
            return null;
        },
    };
}
