using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Contacts;

/// <summary>Another record that may be the same person, and why.</summary>
/// <param name="Contact">The other record.</param>
/// <param name="SameEmail">They share an e-mail address.</param>
/// <param name="SamePhone">They share a number.</param>
/// <param name="SameName">They bear the same full name, accents and case aside.</param>
public sealed record PossibleDuplicate(Contact Contact, bool SameEmail, bool SamePhone, bool SameName)
{
    private const int MostShown = 10;

    /// <summary>The other records, among those the reader may see, that share an address, a number or the name; what agrees most comes first.</summary>
    public static async Task<IReadOnlyList<PossibleDuplicate>> OfAsync(CrmDbContext db, Contact contact, IQueryable<Contact> seen, CancellationToken cancel = default)
    {
        var emails = db.Emails.Where(e => e.ContactId == contact.Id).Select(e => e.Value);
        var phones = db.Phones.Where(p => p.ContactId == contact.Id).Select(p => p.Value);
        var alike = await db.Emails.Where(e => emails.Contains(e.Value)).Select(e => new { Id = e.ContactId, Email = true, Phone = false, Name = false })
            .Concat(db.Phones.Where(p => phones.Contains(p.Value)).Select(p => new { Id = p.ContactId, Email = false, Phone = true, Name = false }))
            .Concat(db.Contacts.Where(c => c.SearchName == contact.SearchName && contact.SearchName != "").Select(c => new { c.Id, Email = false, Phone = false, Name = true }))
            .Where(a => a.Id != contact.Id).ToListAsync(cancel);

        var reasons = alike.GroupBy(a => a.Id).ToDictionary(g => g.Key, g => (Email: g.Any(a => a.Email), Phone: g.Any(a => a.Phone), Name: g.Any(a => a.Name)));
        Guid[] ids = [.. reasons.Keys];
        var others = await seen.AsNoTracking().Where(c => ids.Contains(c.Id)).OrderBy(c => c.CreatedAt).ToListAsync(cancel);
        return
        [
            .. others.Select(c => new PossibleDuplicate(c, reasons[c.Id].Email, reasons[c.Id].Phone, reasons[c.Id].Name))
                .OrderByDescending(d => (d.SameEmail ? 1 : 0) + (d.SamePhone ? 1 : 0) + (d.SameName ? 1 : 0)).Take(MostShown),
        ];
    }
}
