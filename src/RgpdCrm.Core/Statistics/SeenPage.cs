using System.Globalization;
using System.Text;
using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Core.Statistics;

/// <summary>What a browser says it has seen, reduced to what may be kept: the path without anything that could point at someone, the host of the site before.</summary>
public static class SeenPage
{
    /// <summary>Characters kept of a path.</summary>
    public const int MostCharacters = 200;

    /// <summary>What stands in a path for a part that could identify someone.</summary>
    public const string Hidden = "*";

    private const string AlsoInPaths = "-_.~,+'!:;=&$ ";
    private const int DigitsInARow = 6, DigitsInAll = 9, OpaqueLength = 20;

    /// <summary>The page: decoded once, no query, no empty or trailing part, identifiers hidden, 200 characters at most. Nothing for what is no path of a page.</summary>
    public static string? Page(string? path)
    {
        if (path is not ['/', ..]) return null;
        var decoded = Uri.UnescapeDataString(path[..(path.IndexOfAny(['?', '#']) is >= 0 and var end ? end : path.Length)]);
        if (!PlainText.Is(decoded)) return null;
        var parts = decoded.Normalize().Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Any(part => part is "." or ".." || !part.EnumerateRunes().All(IsWritten))) return null;
        return Cut("/" + string.Join('/', parts.Select(part => Identifies(part) ? Hidden : part)));
    }

    /// <summary>Host of the site before, in lower case without <c>www.</c>; empty for our own sites, for a bare address and for anything that names no site.</summary>
    /// <param name="referrer">An address or a host.</param>
    /// <param name="isOwn">Whether a host is one of ours.</param>
    public static string Source(string? referrer, Func<string, bool> isOwn)
    {
        ArgumentNullException.ThrowIfNull(isOwn);
        if (string.IsNullOrWhiteSpace(referrer) || referrer.Length > 2000) return "";
        var text = referrer.Contains("://", StringComparison.Ordinal) ? referrer : "https://" + referrer;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.HostNameType != UriHostNameType.Dns) return "";
        var host = address.IdnHost.ToLowerInvariant().TrimEnd('.');
        if (isOwn(host)) return "";
        if (host.StartsWith("www.", StringComparison.Ordinal)) host = host[4..];
        return host.Length <= 100 && host.Contains('.', StringComparison.Ordinal) ? host : "";
    }

    private static bool IsWritten(Rune rune) =>
        Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        || rune.Value == '@' || rune.IsAscii && AlsoInPaths.Contains((char)rune.Value, StringComparison.Ordinal);

    // An e-mail address, a UUID, a telephone or SIREN number, a token of a link sent to one person.
    private static bool Identifies(string part) =>
        part.Contains('@', StringComparison.Ordinal) || Guid.TryParse(part, out _)
        || LongestRun(part) >= DigitsInARow || part.Count(char.IsDigit) >= DigitsInAll
        || part.Split('-', '.', ' ').Any(word => word.Length >= OpaqueLength && word.Any(char.IsDigit) && word.Any(char.IsLetter));

    private static int LongestRun(string part)
    {
        var (longest, run) = (0, 0);
        foreach (var character in part) longest = Math.Max(longest, run = char.IsDigit(character) ? run + 1 : 0);
        return longest;
    }

    private static string Cut(string path) => path.Length <= MostCharacters ? path
        : path[..(char.IsHighSurrogate(path[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters)];
}
