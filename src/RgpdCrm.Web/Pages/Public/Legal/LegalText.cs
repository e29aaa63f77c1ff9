namespace RgpdCrm.Web.Pages.Public.Legal;

/// <summary>A legal page as plain lines: <c># </c> begins a heading, <c>## </c> a lesser one, <c>- </c> an item, anything else is a paragraph. So it is shown, compared with what was said before, and kept.</summary>
public sealed record LegalText(IReadOnlyList<string> Lines)
{
    public static LegalText Parse(string text) => new(text.Split('\n'));

    public override string ToString() => string.Join('\n', Lines);

    /// <summary>Headings (<c>h2</c>, <c>h3</c>), paragraphs (<c>p</c>), and items that follow each other together (<c>ul</c>).</summary>
    public IEnumerable<(string Kind, IReadOnlyList<string> Texts)> Blocks()
    {
        var items = new List<string>();
        foreach (var line in Lines.Append(""))
        {
            if (line.StartsWith("- ", StringComparison.Ordinal))
            {
                items.Add(line[2..]);
                continue;
            }
            if (items.Count > 0) yield return ("ul", [.. items]);
            items.Clear();
            if (line.StartsWith("## ", StringComparison.Ordinal)) yield return ("h3", [line[3..]]);
            else if (line.StartsWith("# ", StringComparison.Ordinal)) yield return ("h2", [line[2..]]);
            else if (line.Length > 0) yield return ("p", [line]);
        }
    }
}
