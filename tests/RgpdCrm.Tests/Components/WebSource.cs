using System.Text;
using Microsoft.AspNetCore.Razor.Language;
using Microsoft.AspNetCore.Razor.Language.Extensions;
using Microsoft.AspNetCore.Razor.Language.Intermediate;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RgpdCrm.Tests.Deployment;

namespace RgpdCrm.Tests.Components;

/// <summary>The web project's sources as the compiler reads them: C# of both kinds of files, and the markup of pages.</summary>
internal sealed record WebSource(string Path, SyntaxNode Code, string Markup)
{
    /// <summary>Stands in <see cref="Markup"/> for what C# writes there.</summary>
    public const char Value = '\uFFFC';

    private static readonly Lazy<IReadOnlyList<WebSource>> Files = new(() => [.. Read()]);

    /// <summary>The web project's folder.</summary>
    public static string Root { get; } = Checkout.PathOf("src/RgpdCrm.Web");

    public static IReadOnlyList<WebSource> All => Files.Value;

    /// <summary>Line of the file, also of a page.</summary>
    public string At(SyntaxNode node) => $"{Path}:{node.SyntaxTree.GetMappedLineSpan(node.Span).StartLinePosition.Line + 1}";

    private static IEnumerable<WebSource> Read()
    {
        foreach (var file in Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal)))
            yield return new(Relative(file), CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: Relative(file)).GetRoot(), "");

        var fileSystem = RazorProjectFileSystem.Create(Root);
        var razor = RazorProjectEngine.Create(RazorConfiguration.Default, fileSystem, engine =>
        {
            FunctionsDirective.Register(engine);
            SectionDirective.Register(engine);
            engine.AddTargetExtension(new TemplateTargetExtension { TemplateTypeName = "HelperResult" });
            engine.AddDirective(DirectiveDescriptor.CreateSingleLineDirective("page", page => page.AddOptionalStringToken()));
            engine.AddDirective(DirectiveDescriptor.CreateCodeBlockDirective("code"));
            engine.AddDirective(DirectiveDescriptor.CreateSingleLineDirective("model", model => model.AddTypeToken()));
            engine.AddDirective(DirectiveDescriptor.CreateSingleLineDirective("inject", inject => inject.AddTypeToken().AddMemberToken()));
        });
        foreach (var page in fileSystem.EnumerateItems("/").Where(item => item.FilePath.EndsWith(".cshtml", StringComparison.Ordinal)))
            yield return Parse(razor.Process(page), page.FilePath.TrimStart('/'));
        // The components of mails, read as pages are: what they say stands in the same places.
        foreach (var mail in Directory.EnumerateFiles(System.IO.Path.Combine(Root, "Mail"), "*.razor"))
            yield return Parse(razor.Process(RazorSourceDocument.ReadFrom(fileSystem.GetItem("/" + Relative(mail), FileKinds.Legacy)), FileKinds.Legacy, [], []), Relative(mail));
    }

    private static WebSource Parse(RazorCodeDocument parsed, string path)
    {
        var code = parsed.GetCSharpDocument();
        Assert.Empty(code.Diagnostics);
        var markup = new StringBuilder();
        Write(parsed.GetDocumentIntermediateNode(), markup);
        return new(path, CSharpSyntaxTree.ParseText(code.GeneratedCode).GetRoot(), markup.ToString());
    }

    private static void Write(IntermediateNode node, StringBuilder markup)
    {
        switch (node)
        {
            case HtmlAttributeIntermediateNode attribute:
                markup.Append(attribute.Prefix);
                foreach (var child in node.Children) Write(child, markup);
                markup.Append(attribute.Suffix);
                return;
            case HtmlAttributeValueIntermediateNode value:
                markup.Append(value.Prefix);
                break;
            case CSharpExpressionAttributeValueIntermediateNode or CSharpCodeAttributeValueIntermediateNode or CSharpExpressionIntermediateNode:
                markup.Append(Value);
                break;
            case IntermediateToken { IsHtml: true } text:
                markup.Append(text.Content);
                return;
        }
        foreach (var child in node.Children) Write(child, markup);
    }

    private static string Relative(string file) => System.IO.Path.GetRelativePath(Root, file);
}
