using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace RgpdCrm.Web.Mail;

/// <summary>The plain text part, read from the HTML part that we wrote ourselves: both always say the same.</summary>
public static partial class HtmlText
{
    /// <summary>The words in their order, links with their addresses, a dash before each item.</summary>
    public static string Of(string html)
    {
        var text = new StringBuilder();
        string? address = null;
        var start = 0;
        foreach (Match part in Parts().Matches(Hidden().Replace(html, "")))
        {
            if (part.Groups["text"] is { Success: true } words)
            {
                text.Append(Spaces().Replace(WebUtility.HtmlDecode(words.Value), " "));
                continue;
            }
            switch ((part.Groups["end"].Length > 0, part.Groups["tag"].Value))
            {
                case (false, "a"):
                    (address, start) = (WebUtility.HtmlDecode(Address().Match(part.Value).Groups[1].Value), text.Length);
                    break;
                case (true, "a") when address is not null:
                    if (text.ToString(start, text.Length - start) != address) text.Append(" : ").Append(address);
                    address = null;
                    break;
                case (false, "br"):
                    text.Append('\n');
                    break;
                case (false, "li"):
                    text.Append("\n- ");
                    break;
                case (_, "p" or "h1" or "h2" or "ul" or "div" or "tr"):
                    text.Append("\n\n");
                    break;
            }
        }
        var lines = text.ToString().Split('\n').Select(line => line.Trim(' '));
        return Empty().Replace(string.Join('\n', lines), "\n\n").Trim() + "\n";
    }

    [GeneratedRegex("<head>.*?</head>|<!.*?>|<div style=\"display:none.*?</div>", RegexOptions.Singleline)]
    private static partial Regex Hidden();

    [GeneratedRegex("<(?<end>/?)(?<tag>[a-z0-9]+)[^>]*>|(?<text>[^<]+)")]
    private static partial Regex Parts();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Address();

    [GeneratedRegex(@"[ \t\r\n]+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\n(?:\s*\n)+")]
    private static partial Regex Empty();
}
