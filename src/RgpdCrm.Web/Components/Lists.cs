using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace RgpdCrm.Web.Components;

/// <summary>"51 à 100 sur 1 386", with links that keep the filters: <c>&lt;pager number="2" size="50" total="1386" /&gt;</c>.
/// The parameter is <c>p</c>: <c>page</c> is Razor Pages' own route value.</summary>
[HtmlTargetElement("pager", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PagerTagHelper : TagHelper
{
    /// <summary>The page shown, from 1.</summary>
    public int Number { get; set; }

    /// <summary>Rows a page.</summary>
    public int Size { get; set; }

    /// <summary>Rows in all.</summary>
    public long Total { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (Total == 0)
        {
            output.SuppressOutput();
            return;
        }

        var (first, last) = ((Number - 1L) * Size + 1, Math.Min((long)Number * Size, Total));
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "d-flex flex-wrap gap-2 justify-content-between align-items-center mt-3");
        output.Content.SetHtmlContent("<span class=\"small mute\">")
            .Append(T($"{Format.Number(first)} à {Format.Number(last)} sur {Format.Number(Total)}")).AppendHtml("</span>");
        if (Total <= Size) return;

        output.Content.AppendHtml("<nav class=\"acts\" aria-label=\"").Append(T("Pages")).AppendHtml("\">");
        Link(T("Précédents"), "prev", Number > 1 ? Number - 1 : null);
        Link(T("Suivants"), "next", last < Total ? Number + 1 : null);
        output.Content.AppendHtml("</nav>");

        void Link(string text, string relation, int? page)
        {
            if (page is null) output.Content.AppendHtml("<a class=\"btn btn-plain disabled\" role=\"link\" aria-disabled=\"true\">");
            else output.Content.AppendHtml($"<a class=\"btn btn-plain\" rel=\"{relation}\" href=\"").Append(Address.With(ViewContext.HttpContext.Request, "p", page > 1 ? $"{page}" : null)).AppendHtml("\">");
            output.Content.Append(text).AppendHtml("</a>");
        }
    }
}

/// <summary>A column header that sorts: <c>&lt;th sort-by="name" sort-default="name"&gt;Contact&lt;/th&gt;</c>. The address says
/// <c>sort=name</c>, or <c>sort=-name</c> downwards; choosing it again turns it round and goes back to the first page.</summary>
[HtmlTargetElement("th", Attributes = "sort-by")]
public sealed class SortTagHelper : TagHelper
{
    /// <summary>This column's name in the address.</summary>
    public string SortBy { get; set; } = "";

    /// <summary>The order in force when the address says none.</summary>
    public string SortDefault { get; set; } = "";

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var request = ViewContext.HttpContext.Request;
        var sort = request.Query["sort"].ToString() is { Length: > 0 } asked ? asked : SortDefault;
        var (up, down) = (sort == SortBy, sort == "-" + SortBy);
        var text = await output.GetChildContentAsync();
        output.Attributes.SetAttribute("scope", "col");
        if (up || down) output.Attributes.SetAttribute("aria-sort", up ? "ascending" : "descending");
        output.Content.SetHtmlContent("<a href=\"").Append(Address.With(request, "sort", up ? "-" + SortBy : SortBy)).AppendHtml("\">").AppendHtml(text).AppendHtml("</a>");
        if (up || down) output.Content.AppendHtml($" <svg class=\"i\" aria-hidden=\"true\"><use href=\"/icons.svg#chevron-{(up ? "up" : "down")}\"/></svg>");
    }
}

/// <summary>Addresses on this site, made from the one being shown.</summary>
internal static class Address
{
    /// <summary>The address being shown, for a form that comes back to it.</summary>
    public static string Here(HttpRequest request) => request.PathBase + request.Path + request.QueryString;

    /// <summary>The same list with one parameter changed, from its first page.</summary>
    public static string With(HttpRequest request, string name, string? value)
    {
        var kept = request.Query.Where(q => !q.Key.Equals(name, StringComparison.OrdinalIgnoreCase) && !q.Key.Equals("p", StringComparison.OrdinalIgnoreCase));
        var query = new QueryBuilder(kept);
        if (value is not null) query.Add(name, value);
        return request.PathBase + request.Path + query.ToQueryString();
    }
}
