using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Retention;

/// <summary>Reads what the decision needs, the same way for the nightly run, the preview and the screens.</summary>
public static class ContactFactsQuery
{
    /// <summary>The facts of these contacts on a date; ends of mandates and contracts reached by time alone are derived from their dates.</summary>
    public static IQueryable<FactsRow> Facts(this IQueryable<Contact> contacts, CrmDbContext db, DateOnly today) =>
        contacts.AsNoTracking().Select(c => new FactsRow
        {
            Id = c.Id,
            Kind = c.Kind,
            CollectedOn = c.CollectedOn,
            IdleOn = c.IdleOn,
            SilentOn = c.SilentOn,
            Status = c.Status,
            PendingSince = c.PendingSince,
            PendingVersion = c.PendingVersion,
            FromArchive = c.FromArchive,
            PostponedUntil = c.PostponedUntil,
            DeletionApproved = c.DeletionApproved,
            Restricted = c.Restricted,
            ArchivedOn = c.ArchivedOn,
            KeptUntil = c.KeptUntil,
            EndedOn = db.Parties.Where(p => p.ContactId == c.Id)
                .Join(db.Obligations, p => p.ObligationId, o => o.Id, (p, o) => o.EndsOn).Where(end => end <= today).Max(),
            Running = db.Parties.Where(p => p.ContactId == c.Id)
                .Join(db.Obligations, p => p.ObligationId, o => o.Id, (p, o) => o.EndsOn).Any(end => end == null || end >= today),
            HasObligations = db.Parties.Any(p => p.ContactId == c.Id),
            Hold = db.Holds.Any(h => h.ContactId == c.Id && h.LiftedAt == null),
            OpenRequest = db.RightsRequests.Any(r => r.ContactId == c.Id && r.ClosedOn == null),
        });
}

/// <summary>One contact as read; <see cref="ToFacts"/> is what the rules see.</summary>
public sealed record FactsRow
{
    public required Guid Id { get; init; }
    public required ContactKind Kind { get; init; }
    public required DateOnly CollectedOn { get; init; }
    public DateOnly? IdleOn { get; init; }
    public DateOnly? SilentOn { get; init; }
    public required ContactStatus Status { get; init; }
    public DateOnly? PendingSince { get; init; }
    public int? PendingVersion { get; init; }
    public bool FromArchive { get; init; }
    public DateOnly? PostponedUntil { get; init; }
    public bool DeletionApproved { get; init; }
    public bool Restricted { get; init; }
    public DateOnly? ArchivedOn { get; init; }
    public DateOnly? KeptUntil { get; init; }

    /// <summary>Latest end of a mandate or contract reached by the date asked.</summary>
    public DateOnly? EndedOn { get; init; }

    public bool Running { get; init; }

    /// <summary>A mandate or contract still exists: the person waits for it.</summary>
    public bool HasObligations { get; init; }

    public bool Hold { get; init; }
    public bool OpenRequest { get; init; }

    /// <summary>Latest activity of any kind that moves a clock.</summary>
    public DateOnly? LastActivityOn => Later(IdleOn, EndedOn);

    /// <summary>The same contact with one more exchange: each clock it moves is at its date, unless it already stood later.</summary>
    public FactsRow WithExchange(ActivityKind kind, Outcome outcome, DateOnly on) => this with
    {
        IdleOn = Clocks.MovesIdle(kind, outcome) && !(IdleOn > on) ? on : IdleOn,
        SilentOn = Clocks.MovesSilent(kind, outcome) && !(SilentOn > on) ? on : SilentOn,
    };

    /// <summary>The same contact back among the active, as <see cref="Schedule.ReleaseAsync"/> writes it.</summary>
    public FactsRow Reactivated() => this with
    {
        Status = ContactStatus.Active,
        PendingSince = null,
        PendingVersion = null,
        FromArchive = false,
        PostponedUntil = null,
        Restricted = false,
        ArchivedOn = null,
    };

    /// <summary>Applies the rules on ends and on the archive, where only acts dated after the archiving count.</summary>
    public ContactFacts ToFacts()
    {
        var inArchive = Status == ContactStatus.Archived || (Status == ContactStatus.PendingDeletion && FromArchive);
        var ended = inArchive && Restricted ? null : EndedOn;
        return new ContactFacts
        {
            Id = Id,
            Kind = Kind,
            CollectedOn = CollectedOn,
            IdleOn = Clock(IdleOn),
            SilentOn = Clock(SilentOn),
            Status = Status,
            PendingSince = PendingSince,
            PendingVersion = PendingVersion,
            FromArchive = FromArchive,
            PostponedUntil = PostponedUntil,
            Restricted = Restricted,
            Running = Running,
            KeptUntil = KeptUntil,
            Hold = Hold,
            OpenRequest = OpenRequest,
        };

        DateOnly? Clock(DateOnly? stored)
        {
            var latest = Later(stored, ended);
            return inArchive && !(latest > ArchivedOn) ? null : latest;
        }
    }

    private static DateOnly? Later(DateOnly? a, DateOnly? b) => a is null || b > a ? b : a;
}
