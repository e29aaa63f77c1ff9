using System.Globalization;
using System.IO.Compression;
using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Core.Properties;

/// <summary>A French commune under one of its postal codes. Paris, Lyon and Marseille are their districts.</summary>
/// <param name="Code">INSEE code: five signs.</param>
/// <param name="PostalCode">Five digits.</param>
/// <param name="Name">As INSEE spells it, with typographic apostrophes.</param>
/// <param name="People">Inhabitants of the whole commune.</param>
public sealed record Commune(string Code, string PostalCode, string Name, int People)
{
    /// <summary>"49000 Angers": no other commune is called so.</summary>
    public override string ToString() => $"{PostalCode} {Name}";
}

/// <summary>The communes of France, overseas included, with their postal codes (INSEE, Code officiel géographique; La Poste, base officielle des codes postaux;
/// both Licence Ouverte 2.0). Read once, when someone first asks.</summary>
public static class Communes
{
    private const int PostalCodeLength = 5;
    private const int NotFound = 3;

    private static readonly Lazy<(Commune Commune, string Key)[]> Known = new(Read);
    private static readonly Lazy<Dictionary<string, Commune>> ByCode = new(() => Known.Value.Select(known => known.Commune).DistinctBy(commune => commune.Code).ToDictionary(commune => commune.Code));

    /// <summary>Communes by name, by postal code or its beginning, or by both ("49000 Angers"). Accents, case, hyphens and apostrophes do not count; "St" and "Ste" are "Saint" and "Sainte".</summary>
    /// <param name="typed">What someone typed.</param>
    /// <param name="most">How many at most.</param>
    /// <returns>The best first: the whole name, then its beginning, then a later word of it; the more inhabitants the earlier.</returns>
    public static IReadOnlyList<Commune> Find(string? typed, int most)
    {
        var (digits, name) = Split(typed ?? "");
        if (digits.Length == 0 && name.Length == 0) return [];
        return [.. Known.Value.Where(known => known.Commune.PostalCode.StartsWith(digits, StringComparison.Ordinal))
            .Select(known => (known.Commune, Place: Place(known.Key, name))).Where(found => found.Place < NotFound)
            .OrderBy(found => found.Place).ThenByDescending(found => found.Commune.People).ThenBy(found => found.Commune.PostalCode, StringComparer.Ordinal)
            .Select(found => found.Commune).Take(most)];
    }

    /// <summary>The one commune a text names; none when it names no commune, or several.</summary>
    public static Commune? Named(string? typed)
    {
        var (digits, name) = Split(typed ?? "");
        if (name.Length == 0 && digits.Length < PostalCodeLength) return null;
        var named = Known.Value.Where(known => known.Commune.PostalCode.StartsWith(digits, StringComparison.Ordinal) && (name.Length == 0 || known.Key == name)).Take(2).ToList();
        return named.Count == 1 ? named[0].Commune : null;
    }

    /// <summary>The communes that a text names in full, each once whatever its postal codes; several when they share a name.</summary>
    public static IReadOnlyList<Commune> Called(string? typed)
    {
        var (digits, name) = Split(typed ?? "");
        if (name.Length == 0 && digits.Length < PostalCodeLength) return [];
        return [.. Known.Value.Where(known => known.Commune.PostalCode.StartsWith(digits, StringComparison.Ordinal) && (name.Length == 0 || known.Key == name)).Select(known => known.Commune).DistinctBy(commune => commune.Code)];
    }

    /// <summary>The commune of an INSEE code; none when it is unknown. One with several postal codes comes with the first.</summary>
    public static Commune? OfCode(string code) => ByCode.Value.GetValueOrDefault(code);

    private static int Place(string key, string name) =>
        name.Length == 0 || key == name ? 0
        : key.StartsWith(name, StringComparison.Ordinal) ? 1
        : key.Contains(" " + name, StringComparison.Ordinal) ? 2 : NotFound;

    // A number is a postal code when it comes first or is as long as one; "Paris 11" is a name.
    private static (string Digits, string Name) Split(string typed)
    {
        var words = Words(typed);
        var code = Array.FindIndex(words, word => word.All(char.IsAsciiDigit) && (word == words[0] || word.Length == PostalCodeLength));
        return code < 0 ? ("", string.Join(' ', words)) : (words[code], string.Join(' ', words.Where((_, i) => i != code)));
    }

    private static string[] Words(string text)
    {
        var words = string.Concat(ContactName.Fold(text).Select(c => char.IsLetterOrDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++) words[i] = words[i] switch { "st" => "saint", "ste" => "sainte", var other => other };
        return words;
    }

    private static (Commune, string)[] Read()
    {
        using var packed = typeof(Communes).Assembly.GetManifestResourceStream(typeof(Communes), "communes.tsv.br")!;
        using var text = new StreamReader(new BrotliStream(packed, CompressionMode.Decompress));
        var known = new List<(Commune, string)>(36_000);
        while (text.ReadLine() is { } line)
        {
            if (line.Split('\t') is not [var code, var postalCodes, var name, var people]) throw new InvalidDataException("communes.tsv.br");
            var key = string.Join(' ', Words(name));
            foreach (var postalCode in postalCodes.Split(' ')) known.Add((new Commune(code, postalCode, name, int.Parse(people, CultureInfo.InvariantCulture)), key));
        }
        return [.. known];
    }
}
