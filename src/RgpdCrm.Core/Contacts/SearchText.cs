using System.Text;

namespace RgpdCrm.Core.Contacts;

/// <summary>What someone typed into the search, read as words of a name, part of an e-mail and part of a phone number.
/// Patterns are ready for LIKE with a backslash as escape: what was typed is matched letter for letter.</summary>
public sealed class SearchText
{
    /// <summary>Nobody has a longer name; the rest of a longer text is ignored.</summary>
    public const int MaxLength = 120;

    private const int IndexedLength = 3;

    private SearchText(string text)
    {
        Text = text;
        Folded = ContactName.Fold(text);
        Words = Folded.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Email = Words.Count == 1 && Folded.Length >= IndexedLength ? text.ToLowerInvariant() : null;
        (PhoneParts, Phone) = ReadPhone(text);
    }

    /// <summary>The text, free of control characters, trimmed and cut.</summary>
    public string Text { get; }

    /// <summary>The text as <see cref="Contact.SearchName"/> spells it.</summary>
    public string Folded { get; }

    /// <summary>Words that all have to be found in a name.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Part of an e-mail address; none when the text has several words or fewer than three letters.</summary>
    public string? Email { get; }

    /// <summary>The text is meant as an address, not as a name.</summary>
    public bool MeansEmail => Email is not null && (Email.Contains('@', StringComparison.Ordinal) || Email.Contains('.', StringComparison.Ordinal));

    /// <summary>LIKE patterns of the numbers meant, the best first; empty when the text is no part of a number.</summary>
    public IReadOnlyList<string> PhoneParts { get; }

    /// <summary>The whole number in E.164, when the text is one.</summary>
    public string? Phone { get; }

    /// <summary>Reads a text; nothing when it holds no letter and no digit.</summary>
    public static SearchText? Read(string? typed)
    {
        var text = Clean(typed);
        return text.Any(char.IsLetterOrDigit) || text.Any(char.IsSurrogate) ? new SearchText(text) : null;
    }

    /// <summary>LIKE patterns for one word of a name. One or two letters alone stand for the beginning of a word, so that the index still serves.</summary>
    public IReadOnlyList<string> NamePatterns(string word)
    {
        var literal = Literal(word);
        return word.Length >= IndexedLength || Words.Any(w => w.Length >= IndexedLength)
            ? [$"%{literal}%"]
            : [$"{literal}%", $"% {literal}%", $"%-{literal}%", $"%'{literal}%"];
    }

    /// <summary>The text with LIKE's own signs escaped.</summary>
    public static string Literal(string text) =>
        text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);

    private static string Clean(string? typed)
    {
        if (string.IsNullOrEmpty(typed)) return "";
        var clean = new StringBuilder(Math.Min(typed.Length, MaxLength));
        foreach (var rune in typed.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > MaxLength) break;
            if (PlainText.Allows(rune)) clean.Append(rune.ToString());
            else clean.Append(' ');
        }
        return clean.ToString().Trim();
    }

    private static (IReadOnlyList<string>, string?) ReadPhone(string text)
    {
        if (!text.All(c => char.IsAsciiDigit(c) || " .-/()+\u00a0\u202f".Contains(c, StringComparison.Ordinal))) return ([], null);
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        if (digits.Length < 2) return ([], null);
        var whole = Contacts.Phone.Normalise(text);
        if (text.StartsWith('+')) return ([$"+{digits}%"], whole);
        if (digits.StartsWith("00", StringComparison.Ordinal)) return ([$"+{digits[2..]}%"], whole);
        return digits[0] == '0'
            ? ([$"+33{digits[1..]}%", $"%{digits}%"], whole)
            : ([$"%{digits}%"], whole);
    }
}
