using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Legal;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Pages.Public.Legal;

/// <summary>What the legal pages said, and since when.</summary>
public sealed class VersionsModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>The version that was asked for.</summary>
    public NoticeVersion? Shown { get; private set; }

    /// <summary>Every version in the reader's language, the latest first, without its text.</summary>
    public IReadOnlyList<(Guid Id, string Page, DateTimeOffset Since)> Versions { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid? id, CancellationToken cancel)
    {
        if (id is not null) return (Shown = await db.NoticeVersions.AsNoTracking().SingleOrDefaultAsync(v => v.Id == id, cancel)) is null ? NotFound() : Page();
        var kept = await db.NoticeVersions.Where(v => v.Language == Languages.Current).OrderByDescending(v => v.Since).ThenByDescending(v => v.Id).Select(v => new { v.Id, v.Page, v.Since }).ToListAsync(cancel);
        Versions = [.. kept.Select(v => (v.Id, v.Page, v.Since))];
        return Page();
    }

    /// <summary>The agency's local day and hour of an instant.</summary>
    public string Moment(DateTimeOffset at) => T($"{Format.Date(clock.DateOf(at))} à {Format.Hour(clock.Local(at))}");
}
