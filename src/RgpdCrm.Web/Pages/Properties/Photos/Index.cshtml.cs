using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Web.Pages.Properties.Photos;

/// <summary>The photos of a property: add, order, describe, remove. Each of them is a page of its own.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock, PhotoPipeline pipeline) : PhotoPage(db, clock, pipeline)
{
    public IReadOnlyList<Photo> Photos { get; private set; } = [];

    /// <summary>Photos whose mandate ended: kept for a while, shown nowhere.</summary>
    public int Unpublished { get; private set; }

    /// <summary>When its last mandate ended; none while one runs or is to come, or without any.</summary>
    public DateOnly? EndedOn { get; private set; }

    /// <summary>When a photo that is added now will be destroyed: by the coming night at the soonest.</summary>
    public DateOnly? DestroyedOn => EndedOn is not { } end ? null : PropertySchedule.PhotosDestroyedOn(end) is var due && due > Tomorrow ? due : Tomorrow;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (!await LoadAsync(cancel)) return NotFound();
        Photos = await PhotoGallery.OfAsync(Db, Id, cancel);
        Unpublished = await Db.Photos.CountAsync(p => p.PropertyId == Id && p.State == PhotoState.Unpublished, cancel);
        var end = await Db.Obligations.OfType<Mandate>().Where(m => m.PropertyId == Id).MaxAsync(m => m.EndsOn, cancel);
        EndedOn = end < Tomorrow.AddDays(-1) ? end : null;
        return Page();
    }

    private DateOnly Tomorrow { get; } = clock.Today.AddDays(1);
}
