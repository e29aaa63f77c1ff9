using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Rights;

/// <summary>A free text of another record that names a person. No engine can tell a namesake from them, so a human cleans it.</summary>
/// <param name="ContactId">Whose record it is in; none for an inquiry that is tied to nobody.</param>
/// <param name="Name">That record's name, as shown.</param>
/// <param name="Text">The text.</param>
/// <param name="Where">Table it stands in.</param>
public sealed record Mention(Guid? ContactId, string? Name, string Text, string Where)
{
    /// <summary>Texts found at most.</summary>
    public const int Most = 200;

    /// <summary>Texts of other records that hold the person's full name in either order, an address or a number.</summary>
    public static async Task<IReadOnlyList<Mention>> FindAsync(CrmDbContext db, Guid contactId, CancellationToken cancel = default)
    {
        if (await db.Contacts.AsNoTracking().Include(c => c.Emails).Include(c => c.Phones).SingleOrDefaultAsync(c => c.Id == contactId, cancel) is not { } person) return [];
        string[] named = person is { FirstName.Length: > 0, LastName.Length: > 0 }
            ? [$"{person.FirstName} {person.LastName}", $"{person.LastName} {person.FirstName}"]
            : person.DisplayName.Length > 3 ? [person.DisplayName] : [];
        string[] sought = [.. named.Concat(person.Emails.Select(e => e.Value)).Concat(person.Phones.SelectMany(p => new[] { p.Value, Phone.Show(p.Value) })).Select(t => $"%{SearchText.Literal(t)}%")];
        var found = await db.Database.SqlQuery<Found>($"""
            SELECT contact_id, text, "where" FROM (
              SELECT contact_id, text, 'activities' AS "where" FROM activities WHERE text ILIKE ANY ({sought})
              UNION ALL SELECT contact_id, text, 'notes' FROM notes WHERE text ILIKE ANY ({sought})
              UNION ALL SELECT contact_id, message, 'inquiries' FROM inquiries WHERE message ILIKE ANY ({sought})
              UNION ALL SELECT contact_id, reason, 'holds' FROM holds WHERE reason ILIKE ANY ({sought})
              UNION ALL SELECT contact_id, text, 'outgoing_mails' FROM outgoing_mails WHERE text ILIKE ANY ({sought})) found
            WHERE contact_id IS DISTINCT FROM {contactId} LIMIT {Most}
            """).ToListAsync(cancel);
        Guid[] ids = [.. found.Select(f => f.ContactId).OfType<Guid>().Distinct()];
        var names = await db.Contacts.Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => ContactName.Display(c.FirstName, c.LastName, c.Organisation), cancel);
        return [.. found.Select(f => new Mention(f.ContactId, f.ContactId is { } id ? names.GetValueOrDefault(id) : null, f.Text, f.Where))];
    }

    private sealed record Found(Guid? ContactId, string Text, string Where);
}
