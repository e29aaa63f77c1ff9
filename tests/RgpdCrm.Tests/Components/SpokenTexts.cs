using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Tests.Components;

/// <summary>What a file gives to be translated, and what it says past the translation.</summary>
internal static partial class SpokenTexts
{
    private static readonly string[] ShownAttributes = ["title", "aria-label", "aria-description", "placeholder", "alt", "label", "hint", "data-th"];

    // Names and signs that are the same in both languages.
    private static readonly string[] SameEverywhere = ["RgpdCrm", "Hangfire", "CSV", "HTML", "SIREN", "English", "Français", "m²", "nbsp", "J", "K", "N", "Agence du Tilleul", "Léa Fontaine"];

    /// <summary>Texts given to <c>T</c>, <c>Format.Count</c>, <c>Format.Plural</c> and <c>ErrorMessage</c>, with where; a text that
    /// cannot be read from the source is null.</summary>
    public static IEnumerable<(string? Text, SyntaxNode At)> Given(SyntaxNode code)
    {
        foreach (var call in code.DescendantNodes().OfType<InvocationExpressionSyntax>().Where(call => !HandsOn(call)))
        {
            var arguments = call.ArgumentList.Arguments;
            switch (call.Expression.ToString())
            {
                case "T" or "Texts.T" when arguments is [var only]:
                    foreach (var text in Read(only.Expression)) yield return (text, only);
                    break;
                case "Format.Count" or "Format.Plural" or "Count" or "Plural" when arguments.Count is 2 or 3 && arguments[0].Expression is not LambdaExpressionSyntax:
                    foreach (var text in Read(arguments[1].Expression))
                    {
                        yield return (text, call);
                        if (arguments.Count == 2) yield return (text is null ? null : text + "s", call);
                    }
                    if (arguments.Count == 3)
                        foreach (var text in Read(arguments[2].Expression)) yield return (text, call);
                    break;
            }
        }
        foreach (var message in code.DescendantNodes().OfType<AttributeArgumentSyntax>().Where(a => a.NameEquals?.Name.ToString() == "ErrorMessage"))
            foreach (var text in Read(message.Expression)) yield return (text, message);
    }

    /// <summary>French in string literals that goes past the translation: an accent, a typographic apostrophe or quotation mark, or two
    /// words in a row, outside of lists of CSS classes, logs, exceptions, attributes, SQL and comparisons.</summary>
    public static IEnumerable<(string Text, SyntaxNode At)> Unspoken(SyntaxNode code) =>
        from node in code.DescendantNodes()
        let text = node switch
        {
            LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => literal.Token.ValueText,
            InterpolatedStringExpressionSyntax interpolated => Pattern(interpolated),
            _ => null,
        }
        where text is not null && LooksFrench(text) && !node.Ancestors().Any(ForNoReader)
        select (text, node);

    /// <summary>Words in the markup of a page that no expression wrote.</summary>
    public static IEnumerable<string> Written(string markup)
    {
        foreach (Match tag in Tags().Matches(NotProse().Replace(markup, "")))
        {
            if (tag.Groups["text"] is { Success: true } text && HasWords(text.Value)) yield return text.Value.Trim();
            foreach (Match attribute in Attributes().Matches(tag.Groups["tag"].Value))
                if (ShownAttributes.Contains(attribute.Groups[1].Value) && HasWords(attribute.Groups[2].Value)) yield return attribute.Value;
        }
    }

    private static IEnumerable<string?> Read(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => Read(inner.Expression),
        ConditionalExpressionSyntax choice => [.. Read(choice.WhenTrue), .. Read(choice.WhenFalse)],
        SwitchExpressionSyntax cases => cases.Arms.Where(arm => arm.Expression is not ThrowExpressionSyntax).SelectMany(arm => Read(arm.Expression)),
        LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => [Texts.Key(literal.Token.ValueText)],
        InterpolatedStringExpressionSyntax interpolated => [Texts.Key(Pattern(interpolated))],
        IdentifierNameSyntax name when Constant(name) is { } constant => Read(constant),
        _ => [null],
    };

    // A private constant of the same file.
    private static ExpressionSyntax? Constant(IdentifierNameSyntax name) => name.SyntaxTree.GetRoot().DescendantNodes().OfType<VariableDeclaratorSyntax>()
        .FirstOrDefault(v => v.Identifier.ValueText == name.Identifier.ValueText && v.Parent?.Parent is FieldDeclarationSyntax field && field.Modifiers.Any(SyntaxKind.ConstKeyword))?.Initializer?.Value;

    // Format.Count and Format.Plural themselves.
    private static bool HandsOn(SyntaxNode call) => call.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.Identifier.ValueText is "Count" or "Plural";

    private static string Pattern(InterpolatedStringExpressionSyntax interpolated)
    {
        var (pattern, values) = (new StringBuilder(), 0);
        foreach (var content in interpolated.Contents)
        {
            if (content is InterpolationSyntax value) pattern.Append('{').Append(values++).Append(value.FormatClause?.ToString()).Append('}');
            else pattern.Append(((InterpolatedStringTextSyntax)content).TextToken.ValueText.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
        }
        return pattern.ToString();
    }

    private static bool LooksFrench(string text) => French().IsMatch(Places().Replace(text, " ")) && !Classes().IsMatch(text) && !SameEverywhere.Contains(text);

    private static bool ForNoReader(SyntaxNode node) => node switch
    {
        AttributeSyntax or ThrowStatementSyntax or ThrowExpressionSyntax or PatternSyntax => true,
        // The value of a setting.
        AssignmentExpressionSyntax { Left: ImplicitElementAccessSyntax } => true,
        ObjectCreationExpressionSyntax { Type: var type } => type.ToString().EndsWith("Exception", StringComparison.Ordinal),
        VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax field } => field.Modifiers.Any(SyntaxKind.ConstKeyword),
        InvocationExpressionSyntax call => ToNoReader().IsMatch(call.Expression.ToString()),
        _ => false,
    };

    private static bool HasWords(string text) =>
        Letters().Matches(text.Replace(WebSource.Value, ' ')).Any(word => !SameEverywhere.Contains(word.Value));

    [GeneratedRegex(@"[À-ÖØ-öø-ÿœŒ’«»]|(?<![\w-])[a-z]{2,} [a-z]{2,}(?![\w-])|^[A-Z][a-z]+ [a-z]+|[a-z]{2,} [:!?]$", RegexOptions.CultureInvariant)]
    private static partial Regex French();

    [GeneratedRegex(@"\{\d+[^}]*\}")]
    private static partial Regex Places();

    [GeneratedRegex(@"^[ a-z0-9-]*(-[a-z0-9]|\b(?:btn|note|mute|late|badge|box|num|tick|small)\b)[ a-z0-9{}-]*$")]
    private static partial Regex Classes();

    [GeneratedRegex(@"(^|\.)(T|Count|Plural|Log\w*|Write(Literal|AttributeValue)|BeginWriteAttribute|ExecuteSql\w*|FromSql\w*|SqlQuery\w*|Require|AppendHtml|SetHtmlContent)(<.*>)?$")]
    private static partial Regex ToNoReader();

    [GeneratedRegex(@"<!--.*?-->|<(code|kbd)\b[^>]*>[^<]*</\1>", RegexOptions.Singleline)]
    private static partial Regex NotProse();

    [GeneratedRegex("""(?<tag></?[a-zA-Z!](?:[^>"']|"[^"]*"|'[^']*')*>)|(?<text>[^<]+)""")]
    private static partial Regex Tags();

    [GeneratedRegex(@"([\w-]+)=""([^""]*)""")]
    private static partial Regex Attributes();

    [GeneratedRegex(@"\p{L}[\p{L}²]*")]
    private static partial Regex Letters();
}
