using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Contacts;

/// <summary>Puts labels on contacts and takes them off. The same word in other capitals is the same label.</summary>
public static class Tagging
{
    /// <summary>Labels one contact may carry.</summary>
    public const int Most = 20;

    /// <summary>A label as it is stored: single spaces, none at the ends.</summary>
    public static string Tidy(string? name) => string.Join(' ', (name ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Labels in use that an agent may see, the most used first.</summary>
    public static Task<List<string>> InUseAsync(CrmDbContext db, int most, CancellationToken cancel = default) =>
        db.Tags.Where(t => db.Contacts.VisibleToAgents().Any(c => c.Id == t.ContactId))
            .GroupBy(t => t.Name).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).Select(g => g.Key).Take(most).ToListAsync(cancel);

    /// <summary>The labels that are this word, in whatever capitals.</summary>
    internal static IQueryable<Tag> Called(this IQueryable<Tag> tags, string name)
    {
        var word = SearchText.Literal(Tidy(name));
        return tags.Where(t => EF.Functions.ILike(t.Name, word, @"\"));
    }

    /// <summary>Puts one label on each of these contacts; each refusal stands for itself.</summary>
    public static async Task<IReadOnlyDictionary<Guid, BulkRefusal?>> AddAsync(CrmDbContext db, IReadOnlyCollection<Guid> contactIds, string name, Act act, CancellationToken cancel = default)
    {
        name = Tidy(name);
        return await Bulk.OnVisibleAsync(db, contactIds, async visible =>
        {
            var carried = (await db.Tags.Where(t => visible.Keys.Contains(t.ContactId)).Select(t => new { t.ContactId, t.Name }).ToListAsync(cancel)).ToLookup(t => t.ContactId, t => t.Name);
            // The spelling already in use wins: one label, one word in the filter.
            var spelling = await db.Tags.Called(name).OrderBy(t => t.Name).Select(t => t.Name).FirstOrDefaultAsync(cancel) ?? name;
            return visible.Keys.ToDictionary(id => id, Tag);

            BulkRefusal? Tag(Guid id)
            {
                if (carried[id].Contains(spelling, StringComparer.OrdinalIgnoreCase)) return BulkRefusal.AlreadyTagged;
                if (carried[id].Count() >= Most) return BulkRefusal.TooManyTags;
                db.Tags.Add(new Tag { ContactId = id, Name = spelling });
                db.AuditEntries.Add(new AuditEntry(act.At, act.By, "contact.tagged", "contact", id, nameof(Tag)));
                return null;
            }
        }, cancel);
    }

    /// <summary>Takes a label off; taking it off twice changes nothing.</summary>
    public static Task<IReadOnlyDictionary<Guid, BulkRefusal?>> RemoveAsync(CrmDbContext db, Guid contactId, string name, Act act, CancellationToken cancel = default) =>
        Bulk.OnVisibleAsync(db, [contactId], async visible =>
        {
            if (visible.Count == 0) return [];
            var gone = await db.Tags.Called(name).Where(t => t.ContactId == contactId).ExecuteDeleteAsync(cancel);
            if (gone > 0) db.AuditEntries.Add(new AuditEntry(act.At, act.By, "contact.untagged", "contact", contactId, nameof(Tag)));
            return new() { [contactId] = null };
        }, cancel);
}
