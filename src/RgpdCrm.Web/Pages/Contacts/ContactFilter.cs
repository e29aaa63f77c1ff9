using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>The list's filters as they stand in an address or in a form that the list posts.</summary>
public static class ContactFilter
{
    /// <summary>Names of the parameters, in the order of the list's form.</summary>
    public static IReadOnlyList<string> Names { get; } = ["view", "q", "role", "agent", "retention", "tag"];

    /// <summary>Reads the filters; what cannot be read filters nothing.</summary>
    public static ContactQuery Read(Func<string, string?> value) => new()
    {
        View = Word<ContactView>(value("view")),
        Text = value("q"),
        Role = Enum.TryParse<ContactRoles>(value("role"), out var role) ? role : ContactRoles.None,
        ResponsibleId = Guid.TryParse(value("agent"), out var agent) ? agent : null,
        Retention = Word<RetentionFilter>(value("retention")),
        Tag = value("tag"),
    };

    private static T Word<T>(string? text) where T : struct, Enum => Enum.TryParse<T>(text, out var word) && Enum.IsDefined(word) ? word : default;
}
