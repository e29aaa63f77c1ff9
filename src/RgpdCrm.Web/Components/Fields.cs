using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.TagHelpers;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace RgpdCrm.Web.Components;

/// <summary>Label, control, hint and error of one property: <c>&lt;field for="Email" label="E-mail" hint="…" /&gt;</c>.
/// The control is an input of the property's type and length; another one is written inside, with <c>asp-for</c>.</summary>
[HtmlTargetElement("field", Attributes = "for,label")]
public sealed class FieldTagHelper(IHtmlGenerator generator) : TagHelper
{
    [HtmlAttributeName("for")]
    public ModelExpression For { get; set; } = null!;

    public string Label { get; set; } = "";

    public string? Hint { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var names = FieldNames.Of(For, ViewContext);
        var inner = await output.GetChildContentAsync();
        IHtmlContent control = inner.IsEmptyOrWhiteSpace ? Input(context, output.Attributes) : inner;

        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.Clear();
        output.Attributes.SetAttribute("class", "field");
        output.Content.SetHtmlContent("<label class=\"form-label\" for=\"").Append(names.Id).AppendHtml("\">").Append(Label).AppendHtml("</label>").AppendHtml(control);
        if (Hint is not null) output.Content.AppendHtml("<div class=\"form-text\" id=\"").Append(names.HintId).AppendHtml("\">").Append(Hint).AppendHtml("</div>");
        if (names.Error is not null) output.Content.AppendHtml("<div class=\"field-error\" id=\"").Append(names.ErrorId).AppendHtml("\">").Append(names.Error).AppendHtml("</div>");
    }

    /// <summary>Puts the hint and the error in the accessible description of the control.</summary>
    public override void Init(TagHelperContext context) => context.Items[typeof(FieldTagHelper)] = Hint;

    // Attributes that the field does not know, such as autocomplete, belong to its input.
    private TagHelperOutput Input(TagHelperContext context, TagHelperAttributeList attributes)
    {
        var input = new TagHelperOutput("input", new TagHelperAttributeList(attributes), (_, _) => Task.FromResult<TagHelperContent>(new DefaultTagHelperContent())) { TagMode = TagMode.SelfClosing };
        var helper = new InputTagHelper(generator) { For = For, ViewContext = ViewContext, InputTypeName = attributes["type"]?.Value.ToString() };
        helper.Process(new TagHelperContext("input", new TagHelperAttributeList(attributes), context.Items, context.UniqueId), input);
        FieldNames.Of(For, ViewContext).Describe(input, "form-control", Hint);
        return input;
    }
}

/// <summary>A control written inside a field: class, error state and description are the field's.</summary>
[HtmlTargetElement("input", Attributes = "asp-for", ParentTag = "field")]
[HtmlTargetElement("select", Attributes = "asp-for", ParentTag = "field")]
[HtmlTargetElement("textarea", Attributes = "asp-for", ParentTag = "field")]
public sealed class FieldControlTagHelper : TagHelper
{
    [HtmlAttributeName("asp-for")]
    public ModelExpression For { get; set; } = null!;

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output) =>
        FieldNames.Of(For, ViewContext).Describe(output, output.TagName == "select" ? "form-select" : "form-control", context.Items.TryGetValue(typeof(FieldTagHelper), out var hint) ? hint as string : null);
}

/// <summary>What a failed form says first: what is wrong, with a link to each field. It takes the focus; without errors it is nothing.</summary>
[HtmlTargetElement("error-summary", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ErrorSummaryTagHelper : TagHelper
{
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var errors = ViewContext.ViewData.ModelState.OrderBy(entry => Place(entry.Key), StringComparer.Ordinal)
            .SelectMany(entry => entry.Value!.Errors.Select(error => (Field: entry.Key, Text: FieldNames.Text(error)))).Distinct().ToList();
        if (errors.Count == 0)
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        foreach (var (name, value) in new[] { ("class", "note bad mb-4"), ("id", "erreurs"), ("role", "alert"), ("tabindex", "-1"), ("data-error-summary", "") })
            output.Attributes.SetAttribute(name, value);
        output.Attributes.Add(new TagHelperAttribute("autofocus"));
        output.Content.SetHtmlContent("<div><b>")
            .Append(errors.Count == 1 ? T("Rien n’a été enregistré : un point est à corriger.") : T($"Rien n’a été enregistré : {errors.Count} points sont à corriger."))
            .AppendHtml("</b><ul class=\"mb-0 ps-3\">");
        foreach (var (field, text) in errors)
        {
            if (field.Length == 0) output.Content.AppendHtml("<li>").Append(text).AppendHtml("</li>");
            else output.Content.AppendHtml("<li><a href=\"#").Append(FieldNames.IdOf(field)).AppendHtml("\">").Append(text).AppendHtml("</a></li>");
        }
        output.Content.AppendHtml("</ul></div>");
    }

    // The order in which the properties are declared is the order of the form.
    private string Place(string field)
    {
        var (place, model) = ("", ViewContext.ViewData.ModelMetadata);
        foreach (var part in field.Split('.'))
        {
            var at = model.Properties.TakeWhile(property => property.PropertyName != part).Count();
            if (at == model.Properties.Count) break;
            (place, model) = (string.Create(CultureInfo.InvariantCulture, $"{place}{at:000}."), model.Properties[at]);
        }
        return place;
    }
}

/// <summary>The identifiers that tie a control to its hint and its error.</summary>
internal sealed record FieldNames(string Id, string? Error)
{
    public string HintId => Id + "-aide";

    public string ErrorId => Id + "-erreur";

    public static FieldNames Of(ModelExpression expression, ViewContext view)
    {
        var name = view.ViewData.TemplateInfo.GetFullHtmlFieldName(expression.Name);
        return new FieldNames(IdOf(name), view.ModelState.TryGetValue(name, out var entry) && entry.Errors.Count > 0 ? Text(entry.Errors[0]) : null);
    }

    public static string IdOf(string name) => TagBuilder.CreateSanitizedId(name, "_");

    public static string Text(ModelError error) => error.ErrorMessage.Length > 0 ? error.ErrorMessage : T("Cette valeur n’est pas valable.");

    public void Describe(TagHelperOutput control, string style, string? hint)
    {
        var described = string.Join(' ', new[] { hint is null ? null : HintId, Error is null ? null : ErrorId }.OfType<string>());
        control.Attributes.SetAttribute("class", string.Join(' ', new[] { style, control.Attributes["class"]?.Value.ToString(), Error is null ? null : "is-invalid" }
            .OfType<string>().SelectMany(c => c.Split(' ')).Distinct().Where(c => c != "input-validation-error")));
        if (described.Length > 0) control.Attributes.SetAttribute("aria-describedby", described);
        if (Error is not null) control.Attributes.SetAttribute("aria-invalid", "true");
    }
}
