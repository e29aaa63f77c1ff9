using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Colleagues who can follow a contact, in the order of their names.</summary>
internal static class Staff
{
    public static Task<List<SelectListItem>> FollowersAsync(CrmDbContext db, Guid? alsoThis = null) =>
        db.Users.Where(u => (u.DisabledAt == null && u.Role != Role.Ops) || u.Id == alsoThis).OrderBy(u => u.FullName)
            .Select(u => new SelectListItem(u.FullName, u.Id.ToString())).ToListAsync();
}
