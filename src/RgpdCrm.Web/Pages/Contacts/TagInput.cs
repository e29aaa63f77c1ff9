using System.ComponentModel.DataAnnotations;
using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>One label as a form posts it.</summary>
public sealed class TagInput : IValidatableObject
{
    [LengthOf(typeof(Tag), nameof(Tag.Name)), PlainText] public string? Name { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Tagging.Tidy(Name).Any(c => char.IsLetterOrDigit(c) || char.IsSurrogate(c))) yield return new(T("Écrivez l’étiquette."), [nameof(Name)]);
    }
}
