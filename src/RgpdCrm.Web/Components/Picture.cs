using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;
using RgpdCrm.Core.Photos;

namespace RgpdCrm.Web.Components;

/// <summary>A photo in a frame of 4 to 3: <c>&lt;photo-picture photo="@photo" sizes="(min-width: 62em) 18rem, 50vw" /&gt;</c>.
/// The browser takes the size and format that suit it, when the frame comes near; until then a few blurred pixels lie behind.</summary>
[HtmlTargetElement("photo-picture", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PhotoPictureTagHelper(IPhotoStore store) : TagHelper
{
    public Photo Photo { get; set; } = null!;

    /// <summary>How wide the frame is, as the <c>sizes</c> attribute of HTML says it.</summary>
    public string Sizes { get; set; } = "100vw";

    /// <summary>Only the smallest size, for lists of many.</summary>
    public bool Small { get; set; }

    /// <summary>Said to those who do not see it; by default, what the agent wrote.</summary>
    public string? Alt { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        (output.TagName, output.TagMode) = ("span", TagMode.StartTagAndEndTag);
        output.Attributes.SetAttribute("class", "ratio ratio-4x3 d-block rounded overflow-hidden");
        output.Content.SetHtmlContent("<img class=\"object-fit-cover\" alt=\"\" src=\"").Append(Photo.Placeholder).AppendHtml("\"><picture><source type=\"image/webp\"");
        Set("srcset", Addresses("webp"), output.Content);
        Set("sizes", Sizes, output.Content);
        output.Content.AppendHtml("><img class=\"w-100 h-100 object-fit-cover\" loading=\"lazy\" decoding=\"async\" draggable=\"false\"");
        Set("src", store.AddressOf(PhotoSizes.Name(Photo.Key, PhotoSizes.Sides[0], "jpg")), output.Content);
        Set("srcset", Addresses("jpg"), output.Content);
        Set("sizes", Sizes, output.Content);
        Set("width", Photo.Width.ToString(CultureInfo.InvariantCulture), output.Content);
        Set("height", Photo.Height.ToString(CultureInfo.InvariantCulture), output.Content);
        Set("alt", Alt ?? Photo.Alt, output.Content);
        output.Content.AppendHtml("></picture>");
    }

    private static void Set(string name, string value, IHtmlContentBuilder to) => to.AppendHtml($" {name}=\"").Append(value).AppendHtml("\"");

    private string Addresses(string format)
    {
        var sides = Small ? PhotoSizes.Sides.Take(1) : PhotoSizes.Shown(Photo.Width, Photo.Height);
        return string.Join(", ", sides.Select(side => string.Create(CultureInfo.InvariantCulture, $"{store.AddressOf(PhotoSizes.Name(Photo.Key, side, format))} {PhotoSizes.WidthAt(side, Photo.Width, Photo.Height)}w")));
    }
}
