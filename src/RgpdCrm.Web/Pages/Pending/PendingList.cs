using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>Which part of the queue is looked at. Postponed, Late and Notice show people who are also in another part.</summary>
public enum QueueTab
{
    Week,
    Upcoming,
    Postponed,
    Held,
    Failed,
    Late,

    /// <summary>Their notice could not be sent: someone tells them another way.</summary>
    Notice,
}

/// <summary>The queue as the database counts and sorts it. The dates that people read come from the verdict; these only choose and order,
/// with the same arithmetic, and a test holds both together.</summary>
public sealed class PendingList(CrmDbContext db, AgencyClock clock)
{
    /// <summary>Weeks shown ahead.</summary>
    public const int Weeks = 8;

    /// <summary>Monday of the current week.</summary>
    public DateOnly WeekStart { get; } = MondayOf(clock.Today);

    /// <summary>How many are in each part.</summary>
    public async Task<QueueCounts> CountAsync(PolicyHistory policies, CancellationToken cancel = default)
    {
        var nextWeek = WeekStart.AddDays(7);
        return await Lines(policies).GroupBy(_ => 1).Select(g => new QueueCounts
        {
            Total = g.Count(),
            Week = g.Count(l => !l.Held && !l.Failed && l.DeleteOn < nextWeek),
            WeekArchived = g.Count(l => !l.Held && !l.Failed && l.DeleteOn < nextWeek && l.KeptUntil >= l.DeleteOn),
            Upcoming = g.Count(l => !l.Held && !l.Failed && l.DeleteOn >= nextWeek),
            Postponed = g.Count(l => l.Postponements > 0),
            Held = g.Count(l => l.Held && !l.Failed),
            Failed = g.Count(l => l.Failed),
            Late = g.Count(l => l.Late),
            Notice = g.Count(l => l.NoticeUnsent),
            First = g.Min(l => l.Held || l.Failed ? null : l.DeleteOn),
        }).SingleOrDefaultAsync(cancel) ?? new QueueCounts();
    }

    /// <summary>How many deletions fall into each of the coming weeks; what is overdue counts in the first.</summary>
    public async Task<IReadOnlyList<QueueWeek>> WeeksAsync(PolicyHistory policies, CancellationToken cancel = default)
    {
        var end = WeekStart.AddDays(7 * Weeks);
        var days = await Lines(policies).Where(l => !l.Held && !l.Failed && l.DeleteOn < end)
            .GroupBy(l => l.DeleteOn).Select(g => new { On = g.Key!.Value, Count = g.Count() }).ToListAsync(cancel);
        return [.. Enumerable.Range(0, Weeks).Select(i => WeekStart.AddDays(7 * i))
            .Select((monday, i) => new QueueWeek(monday, days.Where(d => (i == 0 || d.On >= monday) && d.On < monday.AddDays(7)).Sum(d => d.Count)))];
    }

    /// <summary>Ids of one page of a part, the nearest deletion first.</summary>
    public async Task<IReadOnlyList<Guid>> PageAsync(PolicyHistory policies, QueueTab tab, int page, int size, CancellationToken cancel = default)
    {
        var nextWeek = WeekStart.AddDays(7);
        var lines = Lines(policies);
        lines = tab switch
        {
            QueueTab.Week => lines.Where(l => !l.Held && !l.Failed && l.DeleteOn < nextWeek),
            QueueTab.Upcoming => lines.Where(l => !l.Held && !l.Failed && l.DeleteOn >= nextWeek),
            QueueTab.Postponed => lines.Where(l => l.Postponements > 0),
            QueueTab.Held => lines.Where(l => l.Held && !l.Failed),
            QueueTab.Failed => lines.Where(l => l.Failed),
            QueueTab.Late => lines.Where(l => l.Late),
            QueueTab.Notice => lines.Where(l => l.NoticeUnsent),
            _ => throw new ArgumentOutOfRangeException(nameof(tab), tab, null),
        };
        return await lines.OrderBy(l => l.DeleteOn).ThenBy(l => l.LastName).ThenBy(l => l.FirstName).ThenBy(l => l.Id)
            .Skip((page - 1) * size).Take(size).Select(l => l.Id).ToListAsync(cancel);
    }

    /// <summary>Which part someone is in; none when they are not pending.</summary>
    public async Task<QueueTab?> TabOfAsync(PolicyHistory policies, Guid id, CancellationToken cancel = default) =>
        await Lines(policies).SingleOrDefaultAsync(l => l.Id == id, cancel) switch
        {
            null => null,
            { Failed: true } => QueueTab.Failed,
            { Held: true } => QueueTab.Held,
            var line => line.DeleteOn < WeekStart.AddDays(7) ? QueueTab.Week : QueueTab.Upcoming,
        };

    /// <summary>Everyone pending, with the deletion date of the version they entered under (retention.md, lines 4 and 5).</summary>
    internal IQueryable<QueueLine> Lines(PolicyHistory policies)
    {
        var (today, current, endless) = (clock.Today, policies.Current.Version, DateOnly.MaxValue);
        return
            from c in db.Contacts.AsNoTracking()
            where c.Status == ContactStatus.PendingDeletion
            join p in db.Policies on c.PendingVersion ?? current equals p.Version
            let ordinary = c.PendingSince!.Value.AddMonths(p.PendingMonths)
            let limit = c.SilentSince.AddMonths(p.CeilingMonths)
            let lastMoment = limit.AddDays(-RetentionPolicy.LastMomentDays)
            let postponed = c.PostponedUntil > lastMoment ? lastMoment : c.PostponedUntil
            select new QueueLine
            {
                Id = c.Id,
                LastName = c.LastName,
                FirstName = c.FirstName,
                KeptUntil = c.KeptUntil,
                Postponements = c.Postponements,
                DeleteOn = c.PendingSince == null ? null
                    : !c.FromArchive ? (postponed > ordinary ? postponed : ordinary)
                    : c.KeptUntil == null ? ordinary
                    : c.KeptUntil == endless ? endless : c.KeptUntil!.Value.AddDays(1),
                Late = !c.FromArchive && limit <= today && (c.RunningUntil == null || c.RunningUntil < today),
                Held = db.Holds.Any(h => h.ContactId == c.Id && h.LiftedAt == null) || db.RightsRequests.Any(r => r.ContactId == c.Id && r.ClosedOn == null),
                // What is not sent leaves with the queue, so this is the notice of the present entry.
                NoticeUnsent = db.OutgoingMails.Any(m => m.ContactId == c.Id && m.Template == MailTemplate.PendingNotice && (m.State == MailState.Failed || m.State == MailState.Bounced || m.State == MailState.Expired)),
                Failed = c.PendingSince == null || c.PendingSince > today || db.SetAsides.Any(s => s.ContactId == c.Id),
            };
    }

    private static DateOnly MondayOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}

/// <summary>One person of the queue, as sorted by the database.</summary>
internal sealed record QueueLine
{
    public required Guid Id { get; init; }
    public required string LastName { get; init; }
    public required string FirstName { get; init; }
    public DateOnly? KeptUntil { get; init; }
    public int Postponements { get; init; }
    public DateOnly? DeleteOn { get; init; }
    public bool Late { get; init; }
    public bool Held { get; init; }
    public bool Failed { get; init; }
    public bool NoticeUnsent { get; init; }
}

/// <summary>How many people each part of the queue holds.</summary>
public sealed record QueueCounts
{
    public int Total { get; init; }
    public int Week { get; init; }

    /// <summary>Of this week's, how many go to the archive.</summary>
    public int WeekArchived { get; init; }

    public int Upcoming { get; init; }
    public int Postponed { get; init; }
    public int Held { get; init; }
    public int Failed { get; init; }

    /// <summary>Past their legal limit.</summary>
    public int Late { get; init; }

    /// <summary>Whose notice could not be sent.</summary>
    public int Notice { get; init; }

    /// <summary>The next deletion date.</summary>
    public DateOnly? First { get; init; }

    /// <summary>Size of one part.</summary>
    public int Of(QueueTab tab) => tab switch
    {
        QueueTab.Week => Week,
        QueueTab.Upcoming => Upcoming,
        QueueTab.Postponed => Postponed,
        QueueTab.Held => Held,
        QueueTab.Failed => Failed,
        QueueTab.Notice => Notice,
        _ => Late,
    };
}

/// <summary>Deletions of one week, from Monday.</summary>
public sealed record QueueWeek(DateOnly Monday, int Count);
