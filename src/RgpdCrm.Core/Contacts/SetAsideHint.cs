using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Contacts;

/// <summary>Someone out of daily screens whom an agent has just named exactly (retention.md, "Pending means"): the name and nothing else.</summary>
/// <param name="ContactId">Whose record it is.</param>
/// <param name="Name">Name as shown.</param>
/// <param name="State">What the agent can do about it.</param>
public sealed record SetAsideHint(Guid ContactId, string Name, SetAsideState State)
{
    private const int MostShown = 5;

    /// <summary>People set aside with exactly this phone number, e-mail address or full name.</summary>
    public static Task<IReadOnlyList<SetAsideHint>> FindAsync(CrmDbContext db, string? typed, CancellationToken cancel = default) =>
        SearchText.Read(typed) is { } text ? FindAsync(db, [text], cancel) : Task.FromResult<IReadOnlyList<SetAsideHint>>([]);

    /// <summary>People set aside with one of these phone numbers, e-mail addresses or full names exactly.</summary>
    public static async Task<IReadOnlyList<SetAsideHint>> FindAsync(CrmDbContext db, IReadOnlyList<SearchText> texts, CancellationToken cancel = default) =>
        [.. (await db.Contacts.Where(c => c.Status != ContactStatus.Active || c.Restricted).ExactlyAsync(db, texts, cancel))
            .Select(c => new SetAsideHint(c.Id, c.DisplayName, StateOf(c))).Take(MostShown)];

    /// <summary>What an agent can do about a record out of daily screens; none when it is in them.</summary>
    public static SetAsideState? Of(Contact contact) =>
        contact.Status == ContactStatus.Active && !contact.Restricted ? null : StateOf(contact);

    private static SetAsideState StateOf(Contact contact) =>
        contact.Restricted || contact.FromArchive || contact.Status == ContactStatus.Archived ? SetAsideState.AskAnAdmin : SetAsideState.LogBringsBack;
}

/// <summary>What an agent can do about a record out of daily screens.</summary>
public enum SetAsideState
{
    /// <summary>Awaits deletion: logging the exchange just received brings it back.</summary>
    LogBringsBack,

    /// <summary>Archived, from the archive, or restricted: an admin decides.</summary>
    AskAnAdmin,
}

/// <summary>Exact matches: the whole number, the whole address, the full name in either order.</summary>
public static class ExactMatch
{
    /// <summary>The contacts among <paramref name="contacts"/> that one of the texts names exactly, oldest record first.</summary>
    public static async Task<IReadOnlyList<Contact>> ExactlyAsync(this IQueryable<Contact> contacts, CrmDbContext db, IReadOnlyList<SearchText> texts, CancellationToken cancel = default)
    {
        string[] phones = [.. texts.Select(t => t.Phone).OfType<string>()];
        string[] emails = [.. texts.Select(t => t.Email).OfType<string>().Where(e => e.Contains('@', StringComparison.Ordinal))];
        string[] names = [.. texts.SelectMany(SearchKeys).Distinct()];
        string[] organisations = [.. texts.Select(t => $"%{SearchText.Literal(t.Folded)}%")];
        string[] folded = [.. texts.Select(t => t.Folded)];

        var ids = db.Contacts.Where(c => names.Contains(c.SearchName)).Select(c => c.Id)
            .Union(db.Phones.Where(p => phones.Contains(p.Value)).Select(p => p.ContactId))
            .Union(db.Emails.Where(e => emails.Contains(e.Value)).Select(e => e.ContactId));
        var exact = await contacts.AsNoTracking().Where(c => ids.Contains(c.Id)).OrderBy(c => c.CreatedAt).Take(20).ToListAsync(cancel);
        var professionals = await contacts.AsNoTracking()
            .Where(c => c.Kind == ContactKind.Professional && organisations.Any(o => EF.Functions.Like(c.SearchName, o)))
            .OrderBy(c => c.CreatedAt).Take(200).ToListAsync(cancel);
        return [.. exact.UnionBy(professionals.Where(c => folded.Contains(ContactName.Fold(c.Organisation ?? ""))), c => c.Id)];
    }

    // A name is stored as "first last first" so that both orders are found; which words are the first name is not known here.
    private static IEnumerable<string> SearchKeys(SearchText text)
    {
        yield return text.Folded;
        for (var i = 1; i < text.Words.Count; i++)
        {
            var (one, other) = (string.Join(' ', text.Words.Take(i)), string.Join(' ', text.Words.Skip(i)));
            yield return $"{one} {other} {one}";
            yield return $"{other} {one} {other}";
        }
    }
}
