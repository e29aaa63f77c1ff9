using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RgpdCrm.Tests.Components;

/// <summary>Every text people read stands in the source in French and beside it in English.</summary>
public sealed partial class TextsTests
{
    private static readonly string[] Spoken = ["Pages", "Components", "Hosting", "Security", "Jobs", "Mail", "Commands"];

    // These hand a text on that someone else gave them.
    private static readonly string[] Machinery = ["Components/Texts.cs", "Hosting/Languages.cs"];

    private static IReadOnlyList<(string File, string French, string English)> Entries { get; } =
    [
        .. from file in Directory.EnumerateFiles(WebSource.Root, "Texts.en.resx", SearchOption.AllDirectories)
           where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
           from data in XDocument.Load(file).Root!.Elements("data")
           select (Path.GetRelativePath(WebSource.Root, file), (string)data.Attribute("name")!, (string)data.Element("value")!),
    ];

    private static IReadOnlyList<(string? Text, string At)> Given { get; } =
        [.. from source in WebSource.All.Where(s => !Machinery.Contains(s.Path))
            from given in SpokenTexts.Given(source.Code) select (given.Text, source.At(given.At))];

    [Fact]
    public void Every_text_has_its_English() =>
        Assert.Empty(Given.Where(given => given.Text is not null && Entries.All(entry => entry.French != given.Text)).Select(given => $"{given.At}: {given.Text}").Distinct());

    [Fact]
    public void Every_text_can_be_read_from_the_source() =>
        Assert.Empty(Given.Where(given => given.Text is null).Select(given => given.At).Distinct());

    [Fact]
    public void Every_English_text_is_used()
    {
        var used = Given.Select(given => given.Text).ToHashSet();
        Assert.Empty(Entries.Where(entry => !used.Contains(entry.French)).Select(entry => $"{entry.File}: {entry.French}"));
    }

    [Fact]
    public void A_text_has_one_English() =>
        Assert.Empty(Entries.GroupBy(entry => entry.French).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(entry => entry.File))}"));

    [Fact]
    public void Both_languages_name_the_same_values() =>
        Assert.Empty(Entries.Where(entry => string.IsNullOrWhiteSpace(entry.English) || !Values(entry.French).SetEquals(Values(entry.English))).Select(entry => $"{entry.French} = {entry.English}"));

    [Fact]
    public void No_page_says_anything_in_its_markup() =>
        Assert.Empty(from source in WebSource.All from text in SpokenTexts.Written(source.Markup) select $"{source.Path}: {text}");

    [Fact]
    public void No_code_says_anything_past_the_translation() =>
        Assert.Empty(from source in WebSource.All
                     where source.Path != "Components/Format.cs" && Spoken.Contains(source.Path.Split('/')[0])
                     from unspoken in SpokenTexts.Unspoken(source.Code)
                     select $"{source.At(unspoken.At)}: {unspoken.Text}");

    [Theory]
    [InlineData("""<p title="Bonjour">￼</p>""", "title=\"Bonjour\""), InlineData("<p>Bonjour ￼</p>", "Bonjour ￼"), InlineData("""<a href="/x" class="note bad">￼ m²</a>""", null)]
    public void Words_in_markup_are_found(string markup, string? found) => Assert.Equal(found, SpokenTexts.Written(markup).SingleOrDefault());

    [Theory]
    [InlineData("T(late ? \"Trop tard\" : $\"Le {day:dd/MM} à {hour}\")", "Trop tard|Le {0:dd/MM} à {1}")]
    [InlineData("Format.Count(n, \"contact\")", "contact|contacts"), InlineData("Format.Plural(n, \"œil\", \"yeux\")", "œil|yeux"), InlineData("T(name)", "")]
    public void Keys_are_read_from_expressions(string code, string keys) =>
        Assert.Equal(keys, string.Join('|', SpokenTexts.Given(Microsoft.CodeAnalysis.CSharp.SyntaxFactory.ParseExpression("(" + code + ")")).Select(given => given.Text)));

    private static HashSet<string> Values(string text) => [.. Places().Matches(text).Select(match => match.Value)];

    [GeneratedRegex(@"\{\d+[^}]*\}")]
    private static partial Regex Places();
}
