using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;
using RgpdCrm.Web.Pages.Mandates;

namespace RgpdCrm.Web.Pages.Properties;

/// <summary>One property: owner, mandates and contracts, how many inquiries it brought.</summary>
public sealed class DetailsModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    public Property Property { get; private set; } = null!;
    public PartyName? Owner { get; private set; }
    public IReadOnlyList<Obligation> Obligations { get; private set; } = [];
    public ILookup<Guid, PartyName> Parties { get; private set; } = null!;
    public int Inquiries { get; private set; }
    public DateOnly Today { get; } = clock.Today;

    /// <summary>When it goes; none while a mandate or contract keeps it.</summary>
    public DateOnly? LeavesOn => Obligations.Count == 0 ? Property.ChangedOn.AddMonths(Property.KeptMonths) : null;

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (await db.Properties.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id) is not { } property) return NotFound();
        Property = property;
        if (await db.Contacts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == property.OwnerId) is { } owner) Owner = PartyName.Of(owner, default, User);
        Obligations = await db.Obligations.AsNoTracking().Where(o => o.PropertyId == id).OrderByDescending(o => o.StartsOn).ThenBy(o => o.Reference).ToListAsync();
        Parties = await PartyName.LoadAsync(db, [.. Obligations.Select(o => o.Id)], User);
        Inquiries = await db.Inquiries.CountAsync(i => i.PropertyId == id);
        return Page();
    }
}
