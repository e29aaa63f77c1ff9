using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Core.Data;

/// <summary>Drawn photos for the fictional properties that come first in the list, sent by an agent like any others.</summary>
public static class DemoPhotos
{
    private const int Shown = 24, WithRooms = 8;

    /// <summary>Draws and adds them, the first in the list first; a property whose mandate is over gets none, as the coming night would take it away.</summary>
    /// <exception cref="PhotoStoreException">The photo store refused or did not answer in time.</exception>
    /// <exception cref="IOException">The storage folder cannot be written.</exception>
    public static async Task AddAsync(CrmDbContext db, PhotoPipeline pipeline, AgencyClock clock, CancellationToken cancel = default)
    {
        var today = clock.Today;
        var properties = await db.Properties.OnTheMarket().Where(p => db.Obligations.Any(o => o.PropertyId == p.Id && o.EndsOn > today))
            .OrderBy(p => p.Reference).Take(Shown).Select(p => new { p.Id, p.Kind }).ToListAsync(cancel);
        var agent = await db.Users.Where(a => a.Role == Role.Agent).OrderBy(a => a.Email).Select(a => (Guid?)a.Id).FirstOrDefaultAsync(cancel);
        foreach (var (seed, property) in properties.Index())
        {
            var (album, act) = (new PhotoAlbum(db, pipeline, property.Id), new Act(agent, clock.Now));
            await AddAsync("Façade sur la rue", DemoPictures.Front(property.Kind, seed));
            if (seed < WithRooms) await AddAsync("Pièce principale, côté fenêtre", DemoPictures.Inside(seed));

            async Task AddAsync(string alt, byte[] picture)
            {
                using var file = new MemoryStream(picture);
                if (await album.AddAsync("photo.jpg", file, act, cancel) is { } id) await album.DescribeAsync([(id, "", alt)], act, cancel);
            }
        }
    }
}
