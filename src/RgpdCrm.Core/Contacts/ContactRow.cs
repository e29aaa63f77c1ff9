using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Contacts;

/// <summary>One contact as a list shows it, with the verdict its retention badge is drawn from.</summary>
public sealed record ContactRow
{
    private const int MostOffered = 10;

    public required Guid Id { get; init; }
    public required string FirstName { get; init; }
    public required string LastName { get; init; }
    public string? Organisation { get; init; }
    public required ContactRoles Roles { get; init; }
    public string? Phone { get; init; }
    public string? Email { get; init; }
    public string? Responsible { get; init; }

    /// <summary>Day and kind of the latest exchange; the day of collection and no kind when there was none.</summary>
    public required DateOnly LastActivityOn { get; init; }

    public ActivityKind? LastActivityKind { get; init; }
    public Outcome? LastActivityOutcome { get; init; }

    /// <summary>A running mandate or contract.</summary>
    public Obligation? Running { get; init; }

    /// <summary>Until when a standing hold must be reviewed.</summary>
    public DateOnly? HoldReviewOn { get; init; }

    public ContactFacts Facts { get; private init; } = null!;
    public Verdict Verdict { get; private init; } = null!;
    public Outlook Outlook { get; private init; } = null!;

    /// <summary>Where the two clocks stand.</summary>
    public ClockDates Clocks { get; private init; } = null!;

    /// <summary>The day from which the clock that decides counts.</summary>
    public DateOnly DecidesSince => Verdict.Dates.FlagRule == Rule.SilenceCeiling ? Clocks.SilentSince : Clocks.IdleSince;

    public string DisplayName => ContactName.Display(FirstName, LastName, Organisation);

    /// <summary>The first contacts that a text finds, for choosing one of them; <paramref name="but"/> are not offered.</summary>
    public static async Task<IReadOnlyList<ContactRow>> OfferAsync(CrmDbContext db, string text, IReadOnlyCollection<Guid> but, Guid me, DateOnly today, CancellationToken cancel = default)
    {
        var policies = await PolicyHistory.LoadAsync(db, cancel);
        var found = await ContactSearch.FindAsync(db, new ContactQuery { Text = text }, policies.Current, me, today, cancel);
        return await LoadAsync(db, [.. found.Ids.Except(but).Take(MostOffered)], policies, today, cancel);
    }

    /// <summary>The rows of these contacts, in the order of the ids.</summary>
    public static async Task<IReadOnlyList<ContactRow>> LoadAsync(CrmDbContext db, IReadOnlyList<Guid> ids, PolicyHistory policies, DateOnly today, CancellationToken cancel = default)
    {
        var wanted = db.Contacts.Where(c => ids.Contains(c.Id));
        var facts = await wanted.Facts(db, today).ToDictionaryAsync(f => f.Id, f => f.ToFacts(), cancel);
        var rows = await wanted.AsNoTracking().Select(c => new ContactRow
        {
            Id = c.Id,
            FirstName = c.FirstName,
            LastName = c.LastName,
            Organisation = c.Organisation,
            Roles = c.Roles,
            Phone = c.Phones.OrderBy(p => p.Value).Select(p => p.Value).FirstOrDefault(),
            Email = c.Emails.OrderBy(e => e.Value).Select(e => e.Value).FirstOrDefault(),
            Responsible = db.Users.Where(u => u.Id == c.ResponsibleId).Select(u => u.FullName).FirstOrDefault(),
            LastActivityOn = c.IdleSince,
            LastActivityKind = c.IdleKind,
            LastActivityOutcome = db.Activities.Where(a => a.ContactId == c.Id && a.MovesIdle)
                .OrderByDescending(a => a.On).ThenByDescending(a => a.RecordedAt).Select(a => (Outcome?)a.Outcome).FirstOrDefault(),
            Running = db.Obligations.Where(o => o.Parties.Any(p => p.ContactId == c.Id) && (o.EndsOn == null || o.EndsOn >= today))
                .OrderByDescending(o => o.StartsOn).FirstOrDefault(),
            HoldReviewOn = db.Holds.Where(h => h.ContactId == c.Id && h.LiftedAt == null).Select(h => (DateOnly?)h.ReviewOn).FirstOrDefault(),
        }).ToDictionaryAsync(r => r.Id, cancel);
        return [.. ids.Where(id => rows.ContainsKey(id) && facts.ContainsKey(id)).Select(id => rows[id] with
        {
            Facts = facts[id],
            Verdict = policies.Decide(facts[id], today),
            Clocks = policies.For(facts[id]).ClocksOf(facts[id]),
            Outlook = Outlook.Of(facts[id], policies, today),
        })];
    }
}
