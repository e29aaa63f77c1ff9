using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RgpdCrm.Web.Components;

/// <summary>What people read, in the language of the request. The French text is the source and the key; its English stands in a
/// <c>Texts.en.resx</c> next to what says it. A test finds keys without English and text that is written past this class.</summary>
public static partial class Texts
{
    private static readonly FrozenDictionary<string, string> English = ReadEnglish();

    /// <summary>Whether the current request is answered in English.</summary>
    public static bool InEnglish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";

    /// <summary>A text without values.</summary>
    public static string T(string french) => InEnglish ? English.GetValueOrDefault(Key(french), french) : Typeset(french);

    /// <summary>A text with values: <c>T($"Bonjour {name}")</c> has the key <c>Bonjour {0}</c>.</summary>
    public static string T(TextWithValues text) =>
        string.Format(CultureInfo.CurrentCulture, InEnglish ? English.GetValueOrDefault(Key(text.French), text.French) : Typeset(text.French), text.Values);

    /// <summary>The text as it stands in the resource files: ordinary spaces only.</summary>
    public static string Key(string french) => french.Replace('\u00a0', ' ').Replace('\u202f', ' ');

    /// <summary>Puts the spaces that may not break in French: before double punctuation, between a number and its unit.</summary>
    public static string Typeset(string french) => Unbreakable().Replace(french, "\u00a0");

    private static FrozenDictionary<string, string> ReadEnglish()
    {
        var assembly = typeof(Texts).Assembly;
        var files = assembly.GetManifestResourceNames().Where(name => name.EndsWith("Texts.en.resx", StringComparison.Ordinal));
        return files.SelectMany(file => XDocument.Load(assembly.GetManifestResourceStream(file)!).Root!.Elements("data"))
            .ToFrozenDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);
    }

    [GeneratedRegex(@" (?=[:;?!»])|(?<=«) |(?<=[\d}]) (?=(?:mois|jours?|ans|h)\b)")]
    private static partial Regex Unbreakable();
}

/// <summary>An interpolated text, taken apart into its key and its values.</summary>
[InterpolatedStringHandler]
public readonly struct TextWithValues(int literalLength, int formattedCount)
{
    private readonly StringBuilder _french = new(literalLength + 4 * formattedCount);
    private readonly List<object?> _values = new(formattedCount);

    internal string French => _french.ToString();

    internal object?[] Values => [.. _values];

    public void AppendLiteral(string text) => _french.Append(text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    public void AppendFormatted(object? value, string? format = null)
    {
        _french.Append(CultureInfo.InvariantCulture, $"{{{_values.Count}").Append(format is null ? "" : ":" + format).Append('}');
        _values.Add(value);
    }
}
