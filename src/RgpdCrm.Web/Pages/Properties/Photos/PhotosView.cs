using RgpdCrm.Core.Photos;

namespace RgpdCrm.Web.Pages.Properties.Photos;

/// <summary>The photos of a property on its record.</summary>
public sealed record PhotosView(Guid PropertyId, IReadOnlyList<Photo> Photos);
