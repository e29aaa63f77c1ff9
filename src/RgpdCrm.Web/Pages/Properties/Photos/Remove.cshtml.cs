using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Photos;

namespace RgpdCrm.Web.Pages.Properties.Photos;

/// <summary>Removes one photo, once confirmed.</summary>
public sealed class RemoveModel(CrmDbContext db, AgencyClock clock, PhotoPipeline pipeline) : PhotoPage(db, clock, pipeline)
{
    public Photo Photo { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid photo, CancellationToken cancel)
    {
        if (!await LoadAsync(cancel) || await Db.Photos.AsNoTracking().SingleOrDefaultAsync(p => p.Id == photo && p.PropertyId == Id && p.State == PhotoState.Published, cancel) is not { } found) return NotFound();
        Photo = found;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid photo, CancellationToken cancel)
    {
        if (!await LoadAsync(cancel) || !await Album.RemoveAsync(photo, Act, cancel)) return NotFound();
        TempData["Message"] = T("La photo est retirée. Ses fichiers sont effacés dès que leur stockage répond.");
        return ToIndex();
    }
}
