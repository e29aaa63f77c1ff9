using System.Globalization;
using System.Text;

namespace RgpdCrm.Core.Contacts;

/// <summary>How a contact is called. Lengths are those of <see cref="Contact"/>; texts are trimmed and free of control characters.</summary>
public sealed record ContactName(ContactKind Kind, string LastName, string FirstName, string? Organisation = null, string? Siren = null)
{
    private const int SearchKeyLength = 400;

    /// <summary>The key that search by name compares with: no accents, no case, single spaces.</summary>
    public string SearchKey => Cut(Fold(string.Join(' ', FirstName, LastName, Organisation, FirstName)));

    // The longest names together, or scripts that unfold into several signs, are longer than the column.
    private static string Cut(string key) =>
        key.Length <= SearchKeyLength ? key : key[..(char.IsHighSurrogate(key[SearchKeyLength - 1]) ? SearchKeyLength - 1 : SearchKeyLength)];

    /// <summary>A private person.</summary>
    public static ContactName Person(string firstName, string lastName) => new(ContactKind.Private, lastName, firstName);

    /// <summary>Name as shown on screen.</summary>
    public static string Display(string firstName, string lastName, string? organisation)
    {
        var person = $"{firstName} {lastName}".Trim();
        return string.IsNullOrEmpty(organisation) ? person : person.Length == 0 ? organisation : $"{person} ({organisation})";
    }

    /// <summary>A guess at first and last name in what someone wrote as their name: capitals mark a last name, else the first word is the first name.</summary>
    public static (string FirstName, string LastName) Split(string name)
    {
        var words = string.Concat(name.EnumerateRunes().Select(r => PlainText.Allows(r) ? r.ToString() : " ")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var capitals = words.Where(w => w.Length > 1 && w.Any(char.IsUpper) && !w.Any(char.IsLower)).ToList();
        if (capitals.Count == 0 || capitals.Count == words.Length) return words.Length < 2 ? ("", string.Concat(words)) : (words[0], string.Join(' ', words[1..]));
        return (string.Join(' ', words.Except(capitals)), string.Join(' ', capitals));
    }

    /// <summary>Lower case without accents and with single spaces: "Hélène  GARNIER" becomes "helene garnier".</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in PlainText.Whole(text).Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            switch (char.ToLowerInvariant(c))
            {
                case 'œ': folded.Append("oe"); break;
                case 'æ': folded.Append("ae"); break;
                case '’': folded.Append('\''); break;
                case var other when char.IsWhiteSpace(other): if (folded.Length > 0 && folded[^1] != ' ') folded.Append(' '); break;
                case var other: folded.Append(other); break;
            }
        }
        return folded.ToString().TrimEnd();
    }
}
