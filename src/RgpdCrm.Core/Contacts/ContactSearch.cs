using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Contacts;

/// <summary>What a list of contacts shows: view, text, filters, order and page, all of them part of the address.</summary>
public sealed record ContactQuery
{
    /// <summary>Contacts shown on a page.</summary>
    public const int PageSize = 25;

    public ContactView View { get; init; }
    public string? Text { get; init; }
    public ContactRoles Role { get; init; }
    public Guid? ResponsibleId { get; init; }
    public RetentionFilter Retention { get; init; }

    /// <summary>A label; capitals do not matter.</summary>
    public string? Tag { get; init; }

    /// <summary>None: the best match first when something was typed, else by name.</summary>
    public ContactSort? Sort { get; init; }

    public bool Descending { get; init; }
    public int Page { get; init; } = 1;
}

/// <summary>Who is in view.</summary>
public enum ContactView
{
    All,
    Mine,

    /// <summary>Nothing exchanged for 24 months.</summary>
    Quiet,

    /// <summary>Professionals who have given no sign for 36 months: exempt from deletion, so someone has to look at them.</summary>
    SilentProfessionals,
}

/// <summary>Where someone stands in the schedule.</summary>
public enum RetentionFilter
{
    Any,
    DueSoon,
    Held,
    Running,
}

/// <summary>The only orders a list can be put in.</summary>
public enum ContactSort
{
    Name,
    Responsible,
    LastActivity,
    NextDate,
}

/// <summary>How many contacts each view holds.</summary>
public sealed record ViewCounts(int All, int Mine, int Quiet, int SilentProfessionals = 0);

/// <summary>One page of ids in the order asked for, and how many there are in all; <paramref name="More"/> when only the best were counted.</summary>
public sealed record ContactPage(IReadOnlyList<Guid> Ids, int Total, int Page, bool More = false)
{
    /// <summary>Matches put in order of relevance, at most.</summary>
    public const int MostRanked = 500;

    public int Pages => Paging.Pages(Total, ContactQuery.PageSize);
}

/// <summary>Finds contacts by part of a name, phone or e-mail, within what an agent may see.</summary>
public static class ContactSearch
{
    /// <summary>Months without any exchange after which a contact is in the view "quiet".</summary>
    public const int QuietMonths = 24;

    /// <summary>Months of silence after which a professional is on the review worklist.</summary>
    public const int ProfessionalSilenceMonths = 36;

    /// <summary>Months before entering the queue from which someone is shown as due soon.</summary>
    public const int DueSoonMonths = 3;

    /// <summary>Who is in daily screens: neither pending, nor archived, nor restricted (retention.md, "Pending means").</summary>
    public static IQueryable<Contact> VisibleToAgents(this IQueryable<Contact> contacts) =>
        contacts.Where(c => c.Status == ContactStatus.Active && !c.Restricted);

    /// <summary>How many contacts each view holds for an agent.</summary>
    public static async Task<ViewCounts> CountViewsAsync(CrmDbContext db, Guid me, DateOnly today, CancellationToken cancel = default)
    {
        var (quiet, silent) = (today.AddMonths(-QuietMonths), today.AddMonths(-ProfessionalSilenceMonths));
        return await db.Contacts.VisibleToAgents().GroupBy(_ => 1)
            .Select(g => new ViewCounts(g.Count(), g.Count(c => c.ResponsibleId == me), g.Count(c => c.IdleSince <= quiet), g.Count(c => c.Kind == ContactKind.Professional && c.SilentSince <= silent)))
            .FirstOrDefaultAsync(cancel) ?? new ViewCounts(0, 0, 0);
    }

    /// <summary>The ids of one page; a page past the end gives the last one.</summary>
    public static async Task<ContactPage> FindAsync(CrmDbContext db, ContactQuery query, RetentionPolicy policy, Guid me, DateOnly today, CancellationToken cancel = default)
    {
        var text = SearchText.Read(query.Text);
        if (text is null && !string.IsNullOrWhiteSpace(query.Text)) return new ContactPage([], 0, 1);

        var found = db.Contacts.VisibleToAgents().InView(query.View, me, today).With(query, db, policy, today);
        if (text is not null && query.Sort is null) return await BestAsync(found, text, query.Page, me, cancel);
        if (text is not null) found = found.Matching(text);
        var total = await found.CountAsync(cancel);
        var page = Paging.Within(query.Page, total, ContactQuery.PageSize);
        var ids = await found.InOrder(query, db, policy)
            .Skip((page - 1) * ContactQuery.PageSize).Take(ContactQuery.PageSize).ToListAsync(cancel);
        return new ContactPage(ids, total, page);
    }

    /// <summary>Everyone the list would show on all its pages, by name.</summary>
    public static IQueryable<Contact> All(CrmDbContext db, ContactQuery query, RetentionPolicy policy, Guid me, DateOnly today)
    {
        var found = db.Contacts.VisibleToAgents().InView(query.View, me, today).With(query, db, policy, today);
        if (SearchText.Read(query.Text) is { } text) found = found.Matching(text);
        else if (!string.IsNullOrWhiteSpace(query.Text)) found = found.Where(_ => false);
        return found.OrderBy(c => c.LastName).ThenBy(c => c.FirstName).ThenBy(c => c.Id);
    }

    /// <summary>Contacts with every word in their name, or the text in an e-mail, or the digits in a phone number.</summary>
    public static IQueryable<Contact> Matching(this IQueryable<Contact> contacts, SearchText text) =>
        Ways(contacts, text).Aggregate((one, other) => one.Union(other));

    // The best first needs every match put in order; past some hundreds nobody reads on, so each way of matching gives its first hundreds only.
    private static async Task<ContactPage> BestAsync(IQueryable<Contact> found, SearchText text, int page, Guid me, CancellationToken cancel)
    {
        var anywhere = Ways(found, text).ToList();
        string[] whole = [$"{Name(text)} %", $"% {Name(text)} %", $"% {Name(text)}"], beginning = [$"{Name(text)}%", $"% {Name(text)}%"];
        var ids = anywhere.Select(way => way.Where(c => c.ResponsibleId == me)).Concat(anywhere)
            .Append(found.Where(c => whole.Any(p => EF.Functions.Like(c.SearchName, p))))
            .Append(found.Where(c => beginning.Any(p => EF.Functions.Like(c.SearchName, p))))
            .Select(way => way.Select(c => c.Id).Take(ContactPage.MostRanked + 1))
            .Aggregate((one, other) => one.Union(other));
        var ranked = await found.Where(c => ids.Contains(c.Id)).ByRelevance(text, me).Select(c => c.Id).Take(ContactPage.MostRanked + 1).ToListAsync(cancel);
        var total = Math.Min(ranked.Count, ContactPage.MostRanked);
        var at = Paging.Within(page, total, ContactQuery.PageSize);
        return new ContactPage([.. ranked.Take(total).Skip((at - 1) * ContactQuery.PageSize).Take(ContactQuery.PageSize)], total, at, ranked.Count > total);
    }

    private static IEnumerable<IQueryable<Contact>> Ways(IQueryable<Contact> contacts, SearchText text)
    {
        yield return text.Words.Aggregate(contacts, (named, word) =>
        {
            var patterns = text.NamePatterns(word).ToArray();
            return named.Where(c => patterns.Any(p => EF.Functions.Like(c.SearchName, p)));
        });
        if (text.Email is { } email)
        {
            string[] patterns = [$"%{SearchText.Literal(email)}%"];
            yield return contacts.Where(c => c.Emails.Any(e => patterns.Any(p => EF.Functions.Like(e.Value, p))));
        }
        if (text.PhoneParts.Count > 0)
        {
            var patterns = text.PhoneParts.ToArray();
            yield return contacts.Where(c => c.Phones.Any(n => patterns.Any(p => EF.Functions.Like(n.Value, p))));
        }
    }

    private static string Name(SearchText text) => SearchText.Literal(text.Folded);

    private static IQueryable<Contact> InView(this IQueryable<Contact> contacts, ContactView view, Guid me, DateOnly today)
    {
        var (quiet, silent) = (today.AddMonths(-QuietMonths), today.AddMonths(-ProfessionalSilenceMonths));
        return view switch
        {
            ContactView.Mine => contacts.Where(c => c.ResponsibleId == me),
            ContactView.Quiet => contacts.Where(c => c.IdleSince <= quiet),
            ContactView.SilentProfessionals => contacts.Where(c => c.Kind == ContactKind.Professional && c.SilentSince <= silent),
            _ => contacts,
        };
    }

    private static IQueryable<Contact> With(this IQueryable<Contact> contacts, ContactQuery query, CrmDbContext db, RetentionPolicy policy, DateOnly today)
    {
        if (query.Role != ContactRoles.None) contacts = contacts.Where(c => (c.Roles & query.Role) != 0);
        if (query.ResponsibleId is { } responsible) contacts = contacts.Where(c => c.ResponsibleId == responsible);
        if (!string.IsNullOrWhiteSpace(query.Tag)) contacts = contacts.Where(c => db.Tags.Called(query.Tag).Any(t => t.ContactId == c.Id));
        var soon = today.AddMonths(DueSoonMonths);
        return query.Retention switch
        {
            RetentionFilter.DueSoon => contacts.Scheduled(policy, today)
                .Where(c => c.IdleSince.AddMonths(policy.InactivityMonths) <= soon || c.SilentSince.AddMonths(policy.SilenceMonths) <= soon),
            RetentionFilter.Held => contacts.Where(c => db.Holds.Any(h => h.ContactId == c.Id && h.LiftedAt == null)),
            RetentionFilter.Running => contacts.Where(c => c.RunningUntil >= today),
            _ => contacts,
        };
    }

    private static IQueryable<Contact> Scheduled(this IQueryable<Contact> contacts, RetentionPolicy policy, DateOnly today) =>
        contacts.Where(c => (c.RunningUntil == null || c.RunningUntil < today) && (c.Kind == ContactKind.Private || !policy.ProfessionalsExempt));

    private static IQueryable<Guid> InOrder(this IQueryable<Contact> contacts, ContactQuery query, CrmDbContext db, RetentionPolicy policy) => (query.Sort, query.Descending) switch
    {
        (ContactSort.Responsible, false) => contacts.LeftJoin(db.Users, c => c.ResponsibleId, u => u.Id, (c, u) => new { c, u!.FullName })
            .OrderBy(x => x.FullName).ThenBy(x => x.c.LastName).ThenBy(x => x.c.FirstName).ThenBy(x => x.c.Id).Select(x => x.c.Id),
        (ContactSort.Responsible, true) => contacts.LeftJoin(db.Users, c => c.ResponsibleId, u => u.Id, (c, u) => new { c, u!.FullName })
            .OrderByDescending(x => x.FullName).ThenBy(x => x.c.LastName).ThenBy(x => x.c.FirstName).ThenBy(x => x.c.Id).Select(x => x.c.Id),
        (ContactSort.LastActivity, false) => contacts.OrderBy(c => c.IdleSince).ThenByName(),
        (ContactSort.LastActivity, true) => contacts.OrderByDescending(c => c.IdleSince).ThenByName(),
        (ContactSort.NextDate, var descending) => contacts.ByNextDate(policy, descending).ThenByName(),
        (_, true) => contacts.OrderByDescending(c => c.LastName).ThenByDescending(c => c.FirstName).ThenByDescending(c => c.Id).Select(c => c.Id),
        _ => contacts.OrderBy(c => c.LastName).ThenBy(c => c.FirstName).ThenBy(c => c.Id).Select(c => c.Id),
    };

    private static IQueryable<Guid> ThenByName(this IOrderedQueryable<Contact> contacts) =>
        contacts.ThenBy(c => c.LastName).ThenBy(c => c.FirstName).ThenBy(c => c.Id).Select(c => c.Id);

    private static IOrderedQueryable<Contact> ByNextDate(this IQueryable<Contact> contacts, RetentionPolicy policy, bool descending)
    {
        var sorted = contacts.OrderBy(c => c.RunningUntil != null || (c.Kind == ContactKind.Professional && policy.ProfessionalsExempt));
        return descending
            ? sorted.ThenByDescending(c => c.IdleSince.AddMonths(policy.InactivityMonths) < c.SilentSince.AddMonths(policy.SilenceMonths)
                ? c.IdleSince.AddMonths(policy.InactivityMonths) : c.SilentSince.AddMonths(policy.SilenceMonths))
            : sorted.ThenBy(c => c.IdleSince.AddMonths(policy.InactivityMonths) < c.SilentSince.AddMonths(policy.SilenceMonths)
                ? c.IdleSince.AddMonths(policy.InactivityMonths) : c.SilentSince.AddMonths(policy.SilenceMonths));
    }

    /// <summary>Exact before beginning before part; within each, one's own contacts first, then whoever was heard of last.</summary>
    private static IQueryable<Contact> ByRelevance(this IQueryable<Contact> contacts, SearchText text, Guid me)
    {
        var ordered = text switch
        {
            { MeansEmail: true, Email: { } email } => contacts.ByEmail(email, [SearchText.Literal(email) + "%"]),
            { PhoneParts: [var best, ..] } => contacts.ByPhone(text.Phone, [best]),
            _ => contacts.ByName(text.Folded, [$"{Name(text)} %", $"% {Name(text)} %", $"% {Name(text)}"], [$"{Name(text)}%"], [$"% {Name(text)}%"]),
        };
        return ordered.ThenByDescending(c => c.ResponsibleId == me).ThenByDescending(c => c.IdleSince)
            .ThenBy(c => c.LastName).ThenBy(c => c.FirstName).ThenBy(c => c.Id);
    }

    private static IOrderedQueryable<Contact> ByEmail(this IQueryable<Contact> contacts, string whole, string[] beginning) => contacts.OrderBy(c =>
        c.Emails.Any(e => e.Value == whole) ? 0 : c.Emails.Any(e => beginning.Any(p => EF.Functions.Like(e.Value, p))) ? 1 : 2);

    private static IOrderedQueryable<Contact> ByPhone(this IQueryable<Contact> contacts, string? whole, string[] beginning) => contacts.OrderBy(c =>
        c.Phones.Any(n => n.Value == whole) ? 0 : c.Phones.Any(n => beginning.Any(p => EF.Functions.Like(n.Value, p))) ? 1 : 2);

    // "First last first" is what is searched: a word that begins there but not at the start begins the last name.
    private static IOrderedQueryable<Contact> ByName(this IQueryable<Contact> contacts, string alone, string[] whole, string[] first, string[] later) => contacts.OrderBy(c =>
        c.SearchName == alone || whole.Any(p => EF.Functions.Like(c.SearchName, p)) ? 0
        : first.Any(p => EF.Functions.Like(c.SearchName, p)) ? 2
        : later.Any(p => EF.Functions.Like(c.SearchName, p)) ? 1 : 3);
}
