using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Pages.Properties;

/// <summary>The properties of one contact, on the contact's page.</summary>
public sealed class OwnedPropertiesViewComponent(CrmDbContext db) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync(Guid contactId) =>
        View("/Pages/Properties/_Owned.cshtml", await db.Properties.AsNoTracking().Where(p => p.OwnerId == contactId).OrderBy(p => p.Reference).ToListAsync());
}
