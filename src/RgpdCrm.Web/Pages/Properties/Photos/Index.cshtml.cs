using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Photos;

namespace RgpdCrm.Web.Pages.Properties.Photos;

/// <summary>The photos of a property: add, order, describe, remove. Each of them is a page of its own.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock, PhotoPipeline pipeline) : PhotoPage(db, clock, pipeline)
{
    public IReadOnlyList<Photo> Photos { get; private set; } = [];

    /// <summary>Photos whose mandate ended: kept for a while, shown nowhere.</summary>
    public int Unpublished { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (!await LoadAsync(cancel)) return NotFound();
        Photos = await PhotoGallery.OfAsync(Db, Id, cancel);
        Unpublished = await Db.Photos.CountAsync(p => p.PropertyId == Id && p.State == PhotoState.Unpublished, cancel);
        return Page();
    }
}
