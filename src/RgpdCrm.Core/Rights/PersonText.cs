using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Rights;

/// <summary>A free text of a record, to be read before it is given: what tells about someone else stays out (GDPR 15, 4).</summary>
/// <param name="Id">Its random id.</param>
/// <param name="On">Its day.</param>
/// <param name="Text">The text.</param>
/// <param name="NamesOthers">It holds an e-mail address or a telephone number that is none of the record's.</param>
public sealed partial record PersonText(Guid Id, DateOnly On, string Text, bool NamesOthers)
{
    /// <summary>The notes and the texts of exchanges of one contact, latest first.</summary>
    public static async Task<IReadOnlyList<PersonText>> OfAsync(CrmDbContext db, Guid contactId, AgencyClock clock, CancellationToken cancel = default)
    {
        var own = (await db.Emails.Where(e => e.ContactId == contactId).Select(e => e.Value).ToListAsync(cancel))
            .Concat(await db.Phones.Where(p => p.ContactId == contactId).Select(p => p.Value).ToListAsync(cancel)).ToHashSet(StringComparer.Ordinal);
        var notes = await db.Notes.Where(n => n.ContactId == contactId).Select(n => new { n.Id, n.At, n.Text }).ToListAsync(cancel);
        var exchanges = await db.Activities.Where(a => a.ContactId == contactId && a.Text != null).Select(a => new { a.Id, a.On, a.Text }).ToListAsync(cancel);
        return [.. notes.Select(n => (n.Id, On: clock.DateOf(n.At), n.Text)).Concat(exchanges.Select(a => (a.Id, a.On, Text: a.Text!)))
            .OrderByDescending(t => t.On).Select(t => new PersonText(t.Id, t.On, t.Text, NamesSomeoneElse(t.Text, own)))];
    }

    private static bool NamesSomeoneElse(string text, HashSet<string> own) =>
        Addresses().Matches(text).Select(m => Email.Normalise(m.Value.TrimEnd('.'))).Concat(Numbers().Matches(text).Select(m => Phone.Normalise(m.Value))).Any(found => found is not null && !own.Contains(found));

    [GeneratedRegex(@"[^\s@<>()]{1,64}@[^\s@<>(),;]{3,250}")]
    private static partial Regex Addresses();

    [GeneratedRegex(@"\+?\d[\d .\-]{8,20}\d")]
    private static partial Regex Numbers();
}
