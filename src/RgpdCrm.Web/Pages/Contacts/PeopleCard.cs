using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Whom a contact lives with and which labels they carry.</summary>
/// <param name="Contact">The contact.</param>
/// <param name="Others">The rest of the household, as an agent may see it.</param>
/// <param name="Tags">Labels in the order of the alphabet.</param>
public sealed record PeopleCard(Contact Contact, IReadOnlyList<Contact> Others, IReadOnlyList<string> Tags)
{
    /// <summary>In daily screens: only there it can be changed.</summary>
    public bool Open => SetAsideHint.Of(Contact) is null;

    public static async Task<PeopleCard> LoadAsync(CrmDbContext db, Contact contact, CancellationToken cancel = default) => new(
        contact,
        await Household.OthersAsync(db, contact, cancel),
        await db.Tags.Where(t => t.ContactId == contact.Id).OrderBy(t => t.Name).Select(t => t.Name).ToListAsync(cancel));
}

/// <summary>Whose records a reader sees.</summary>
internal static class Readers
{
    /// <summary>Everyone for an admin; who is in daily screens for an agent.</summary>
    public static IQueryable<Contact> SeenBy(this IQueryable<Contact> contacts, ClaimsPrincipal user) => user.IsInRole(Access.Admin) ? contacts : contacts.VisibleToAgents();

    /// <summary>Archived, from the archive or restricted, and an agent asks: the id is an id that is nobody's.</summary>
    public static bool HiddenFrom(this Contact contact, ClaimsPrincipal user) => SetAsideHint.Of(contact) == SetAsideState.AskAnAdmin && !user.IsInRole(Access.Admin);
}
