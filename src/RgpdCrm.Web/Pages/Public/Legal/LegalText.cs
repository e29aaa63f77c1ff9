namespace RgpdCrm.Web.Pages.Public.Legal;

/// <summary>A legal page as plain lines: <c># </c> begins a heading, <c>- </c> an item, anything else is a paragraph. So it is shown, compared with what was said before, and kept.</summary>
public sealed record LegalText(IReadOnlyList<string> Lines)
{
    public static LegalText Parse(string text) => new(text.Split('\n'));

    public override string ToString() => string.Join('\n', Lines);

    /// <summary>Headings, paragraphs, and items that follow each other together.</summary>
    public IEnumerable<(char Kind, IReadOnlyList<string> Texts)> Blocks()
    {
        var items = new List<string>();
        foreach (var line in Lines.Append(""))
        {
            if (line.StartsWith("- ", StringComparison.Ordinal))
            {
                items.Add(line[2..]);
                continue;
            }
            if (items.Count > 0) yield return ('-', [.. items]);
            items.Clear();
            if (line.Length > 0) yield return line.StartsWith("# ", StringComparison.Ordinal) ? ('#', [line[2..]]) : ('p', [line]);
        }
    }
}
