using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Photos;

namespace RgpdCrm.Web.Pages.Properties.Photos;

/// <summary>Puts one photo at another place, as long as the order is still the one that was shown.</summary>
public sealed class OrderModel(CrmDbContext db, AgencyClock clock, PhotoPipeline pipeline) : PhotoPage(db, clock, pipeline)
{
    public IActionResult OnGet() => ToIndex();

    /// <param name="move">Id of the photo, a colon, its new place from 0.</param>
    /// <param name="shown">Ids in the order that was shown.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IActionResult> OnPostAsync(string? move, string? shown, CancellationToken cancel)
    {
        if (!await LoadAsync(cancel)) return NotFound();
        if (move?.Split(':') is not [var photo, var to] || !Guid.TryParse(photo, out var id) || !int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var place)) return BadRequest();
        var order = (shown ?? "").Split(',').Select(text => Guid.TryParse(text, out var one) ? one : Guid.Empty).ToList();
        return await Album.MoveAsync(id, place, order, Act, cancel) ? ToIndex(id) : Answer(StatusCodes.Status409Conflict);
    }
}
