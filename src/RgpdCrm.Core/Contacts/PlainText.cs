using System.ComponentModel.DataAnnotations;
using System.Text;

namespace RgpdCrm.Core.Contacts;

/// <summary>A text without control characters: any script and any emoji, but nothing that breaks a line, a log or the direction of reading.
/// Several lines are allowed where <see cref="Multiline"/> says so.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class PlainTextAttribute() : ValidationAttribute("Ce texte contient des caractères de contrôle. Effacez-les ou saisissez-le de nouveau.")
{
    /// <summary>Line ends and tabs are part of the text.</summary>
    public bool Multiline { get; init; }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value switch
    {
        null => true,
        string text => PlainText.Is(text, Multiline),
        IEnumerable<string?> texts => texts.All(t => t is null || PlainText.Is(t, Multiline)),
        _ => false,
    };
}

/// <summary>The characters a stored text may hold.</summary>
public static class PlainText
{
    /// <summary>Whether a text holds nothing but readable characters.</summary>
    public static bool Is(string text, bool multiline = false)
    {
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune)) return false;
            if (!Allows(rune) && !(multiline && rune.Value is '\n' or '\r' or '\t')) return false;
            i += rune.Utf16SequenceLength;
        }
        return true;
    }

    /// <summary>Whether one character is readable: no control, no reordering of what surrounds it, no code point that is never a character.</summary>
    public static bool Allows(Rune rune) =>
        !Rune.IsControl(rune)
        && rune.Value is not (>= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0x2028 or 0x2029 or 0xFFFD)
        && !IsNoCharacter(rune);

    /// <summary>The text with a space where Unicode has no character: what it refuses to compare or to normalize.</summary>
    public static string Whole(string text) => text.Contains('\uFFFE', StringComparison.Ordinal) || text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
        ? string.Concat(text.EnumerateRunes().Select(rune => IsNoCharacter(rune) ? " " : rune.ToString()))
        : text;

    private static bool IsNoCharacter(Rune rune) => (rune.Value & 0xFFFE) == 0xFFFE;
}
