using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>A party as a list shows it. Who is out of daily screens has a name for admins only.</summary>
/// <param name="Name">None: out of the reader's screens.</param>
public sealed record PartyName(Guid ContactId, string? Name, Side Side)
{
    /// <summary>The parties of these mandates or contracts.</summary>
    public static async Task<ILookup<Guid, PartyName>> LoadAsync(CrmDbContext db, IReadOnlyCollection<Guid> obligationIds, ClaimsPrincipal user)
    {
        var rows = await db.Parties.AsNoTracking().Where(p => obligationIds.Contains(p.ObligationId))
            .Join(db.Contacts, p => p.ContactId, c => c.Id, (p, c) => new { p.ObligationId, p.Side, Contact = c }).ToListAsync();
        return rows.OrderBy(r => r.Side).ThenBy(r => r.Contact.LastName, StringComparer.CurrentCulture).ToLookup(r => r.ObligationId, r => Of(r.Contact, r.Side, user));
    }

    /// <summary>One contact as this reader may see it.</summary>
    public static PartyName Of(Contact contact, Side side, ClaimsPrincipal user) =>
        new(contact.Id, SetAsideHint.Of(contact) is null || user.IsInRole(Access.Admin) ? contact.DisplayName : null, side);
}
