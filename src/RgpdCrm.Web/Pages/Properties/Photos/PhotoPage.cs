using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Photos;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Properties.Photos;

/// <summary>A page about the photos of one property.</summary>
public abstract class PhotoPage(CrmDbContext db, AgencyClock clock, PhotoPipeline pipeline) : PageModel
{
    [BindProperty(SupportsGet = true)] public Guid Id { get; set; }

    /// <summary>The reference of the property.</summary>
    public string Reference { get; private set; } = "";

    protected CrmDbContext Db => db;

    protected PhotoAlbum Album => new(db, pipeline, Id);

    protected Act Act => new(User.AccountId(), clock.Now);

    protected async Task<bool> LoadAsync(CancellationToken cancel)
    {
        if (await db.Properties.Where(p => p.Id == Id).Select(p => p.Reference).SingleOrDefaultAsync(cancel) is not { } reference) return false;
        Reference = reference;
        return true;
    }

    protected RedirectToPageResult ToIndex(Guid? photo = null) => RedirectToPage("Index", null, new { Id }, photo is { } id ? $"photo-{id}" : null);

    protected PageResult Answer(int status)
    {
        Response.StatusCode = status;
        return Page();
    }
}
