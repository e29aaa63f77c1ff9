using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Photos;
using RgpdCrm.Web.Pages.Contacts;

namespace RgpdCrm.Web.Pages.Properties.Photos;

/// <summary>Saves what the photos show, all at once.</summary>
public sealed class DescribeModel(CrmDbContext db, AgencyClock clock, PhotoPipeline pipeline) : PhotoPage(db, clock, pipeline)
{
    [BindProperty] public List<PhotoText> Texts { get; set; } = [];

    public IActionResult OnGet() => ToIndex();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (!await LoadAsync(cancel)) return NotFound();
        if (!ModelState.IsValid) return Answer(StatusCodes.Status422UnprocessableEntity);
        var changed = await Album.DescribeAsync(Texts.DistinctBy(t => t.Id).Select(t => (t.Id, t.Shown ?? "", t.Typed?.Trim() ?? "")), Act, cancel);
        TempData["Message"] = changed == 0 ? T("Les descriptions sont inchangées.") : T("Les descriptions sont enregistrées.");
        return ToIndex();
    }
}

/// <summary>What a photo shows, as it was shown and as it was typed.</summary>
public sealed class PhotoText
{
    public Guid Id { get; set; }
    public string? Shown { get; set; }

    [LengthOf(typeof(Photo), nameof(Photo.Alt)), PlainText] public string? Typed { get; set; }
}
