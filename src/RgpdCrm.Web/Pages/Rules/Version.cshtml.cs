using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Pages.Rules;

/// <summary>One version of the rules: its values, who published it and why, what it changed, who is still in the queue under it.</summary>
public sealed class VersionModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    public AgencyClock Clock => clock;
    public VersionRow Row { get; private set; } = null!;
    public bool InForce { get; private set; }
    public DateOnly? ReplacedOn { get; private set; }

    /// <summary>People in the queue who keep the periods of this version.</summary>
    public int Pending { get; private set; }

    public async Task<IActionResult> OnGetAsync(int number, CancellationToken cancel)
    {
        var versions = await VersionRow.ListAsync(db, await PolicyHistory.LoadAsync(db, cancel), cancel);
        if (versions.FirstOrDefault(v => v.Policy.Version == number) is not { } row) return NotFound();
        Row = row;
        InForce = versions[0] == row;
        ReplacedOn = versions.LastOrDefault(v => v.Policy.Version > number) is { } next ? clock.DateOf(next.Policy.PublishedAt) : null;
        Pending = await db.Contacts.CountAsync(c => c.Status == ContactStatus.PendingDeletion && c.PendingVersion == number, cancel);
        return Page();
    }
}
