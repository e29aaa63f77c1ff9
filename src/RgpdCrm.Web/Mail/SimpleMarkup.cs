using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace RgpdCrm.Web.Mail;

/// <summary>The little formatting agents may use: <c>**bold**</c>, <c>*italic*</c>, lines that start with <c>- </c>, and <c>[words](https://…)</c>.
/// Everything else is text: what is typed is encoded first, so no tag of anyone's ever reaches a mail.</summary>
public static partial class SimpleMarkup
{
    private const string ListStart = $"<ul class=\"k\" style=\"{Look.List}\">", ParagraphStart = $"<p class=\"k\" style=\"{Look.Text}\">";

    /// <summary>The same text as HTML with the styles of our mails.</summary>
    public static string ToHtml(string text)
    {
        var html = new StringBuilder();
        foreach (var block in Blocks().Split(text.ReplaceLineEndings("\n").Trim()).Where(b => b.Length > 0))
        {
            var lines = block.Split('\n');
            for (var i = 0; i < lines.Length;)
            {
                var list = IsItem(lines[i]);
                var run = lines.Skip(i).TakeWhile(line => IsItem(line) == list).ToList();
                i += run.Count;
                if (list) html.Append(ListStart).AppendJoin("", run.Select(line => $"<li>{Inline(line[2..])}</li>")).Append("</ul>");
                else html.Append(ParagraphStart).AppendJoin("<br />", run.Select(Inline)).Append("</p>");
            }
        }
        return html.ToString();
    }

    private static bool IsItem(string line) => line.StartsWith("- ", StringComparison.Ordinal);

    private static string Inline(string line)
    {
        var html = new StringBuilder();
        var at = 0;
        foreach (Match link in Links().Matches(line))
        {
            html.Append(Emphasis(line[at..link.Index]));
            var (words, address) = link.Groups["words"] is { Success: true } named ? (named.Value, link.Groups["to"].Value) : (link.Value, link.Value);
            html.Append(CultureInfo.InvariantCulture, $"<a class=\"b\" href=\"{WebUtility.HtmlEncode(address)}\" style=\"{Look.Link}\">{WebUtility.HtmlEncode(words)}</a>");
            at = link.Index + link.Length;
        }
        return html.Append(Emphasis(line[at..])).ToString();
    }

    private static string Emphasis(string text) =>
        Italic().Replace(Bold().Replace(WebUtility.HtmlEncode(text), "<b>$1</b>"), "<i>$1</i>");

    [GeneratedRegex(@"\n[ \t]*\n\s*")]
    private static partial Regex Blocks();

    // A link leads to the web or to a mailbox, never to a script.
    [GeneratedRegex(@"\[(?<words>[^\[\]]{1,200})\]\((?<to>(?:https?://|mailto:)[^\s()<>""]{1,500})\)|https?://[^\s()<>""\]]{1,500}[^\s()<>""\].,;:!?»]")]
    private static partial Regex Links();

    [GeneratedRegex(@"\*\*(?=\S)([^*]+?)(?<=\S)\*\*")]
    private static partial Regex Bold();

    [GeneratedRegex(@"(?<!\*)\*(?=\S)([^*]+?)(?<=\S)\*(?!\*)")]
    private static partial Regex Italic();
}
