using System.ComponentModel.DataAnnotations;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;

namespace RgpdCrm.Core.Retention;

/// <summary>The agency's published retention rules, one version of them, and the decision they lead to.
/// Everything here is pure: dates in, verdict out. Source of the numbers: the agency's policy (30 + 2 months, never more
/// than 36 from the person's last act; CNIL, délibération 2021-131) and décret 72-678 for the ten years.</summary>
public sealed record RetentionPolicy
{
    /// <summary>Days before the legal limit at which every postponement ends: a backup lives 7 days.</summary>
    public const int LastMomentDays = 8;

    /// <summary>Months before the end of the ten years at which an archived person enters the queue.</summary>
    public const int ArchiveNoticeMonths = 2;

    /// <summary>Days by which ends of months clamp: 31 August + 30 months and 28 August + 30 months are both 28 February. A broad list reaches that much further.</summary>
    public const int ClampDays = 3;

    /// <summary>Versions count from 1 and are never reused.</summary>
    [Key, NotPersonal] public int Version { get; init; } = 1;

    /// <summary>Months without activity before someone enters the queue.</summary>
    [NotPersonal] public int InactivityMonths { get; init; } = 30;

    /// <summary>Months someone stays in the queue.</summary>
    [NotPersonal] public int PendingMonths { get; init; } = 2;

    /// <summary>Months from the person's last act after which nothing may remain: the legal limit, at most 36.</summary>
    [NotPersonal] public int CeilingMonths { get; init; } = 36;

    /// <summary>Months kept in reserve before the ceiling, for missed nights and the week of backups.</summary>
    [NotPersonal] public int MarginMonths { get; init; } = 1;

    /// <summary>How often a deletion may be put off by one month, 0 to 3.</summary>
    [NotPersonal] public int MaxPostponements { get; init; } = 3;

    /// <summary>Professionals are not deleted automatically.</summary>
    [NotPersonal] public bool ProfessionalsExempt { get; init; } = true;

    /// <summary>Months a website inquiry is kept, 1 to 24.</summary>
    [NotPersonal] public int InquiryMonths { get; init; } = 24;

    /// <summary>Months raw site statistics are kept, 1 to 24.</summary>
    [NotPersonal] public int StatisticsMonths { get; init; } = 24;

    /// <summary>Since when this version applies.</summary>
    [NotPersonal] public DateTimeOffset PublishedAt { get; init; }

    /// <summary>Who published it; none for the first.</summary>
    [NotPersonal] public Guid? PublishedById { get; init; }

    /// <summary>Why it was published.</summary>
    [MaxLength(500), NotPersonal] public string Reason { get; init; } = "";

    /// <summary>Months of silence that lead into the queue: what the ceiling leaves once queue and margin are taken off.</summary>
    public int SilenceMonths => CeilingMonths - PendingMonths - MarginMonths;

    /// <summary>Names of the values that break a bound; empty when the policy may be published.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (InactivityMonths < 1) faults.Add(nameof(InactivityMonths));
        if (PendingMonths < 1) faults.Add(nameof(PendingMonths));
        if (MarginMonths < 1) faults.Add(nameof(MarginMonths));
        if (CeilingMonths > 36 || (long)InactivityMonths + PendingMonths + MarginMonths > CeilingMonths) faults.Add(nameof(CeilingMonths));
        if (MaxPostponements is < 0 or > 3) faults.Add(nameof(MaxPostponements));
        if (InquiryMonths is < 1 or > 24) faults.Add(nameof(InquiryMonths));
        if (StatisticsMonths is < 1 or > 24) faults.Add(nameof(StatisticsMonths));
        return faults;
    }

    /// <summary>Names of the values that are not those of another version.</summary>
    public IReadOnlyList<string> DifferencesFrom(RetentionPolicy other)
    {
        var names = new List<string>();
        Note(InactivityMonths == other.InactivityMonths, nameof(InactivityMonths));
        Note(PendingMonths == other.PendingMonths, nameof(PendingMonths));
        Note(CeilingMonths == other.CeilingMonths, nameof(CeilingMonths));
        Note(MarginMonths == other.MarginMonths, nameof(MarginMonths));
        Note(MaxPostponements == other.MaxPostponements, nameof(MaxPostponements));
        Note(ProfessionalsExempt == other.ProfessionalsExempt, nameof(ProfessionalsExempt));
        Note(InquiryMonths == other.InquiryMonths, nameof(InquiryMonths));
        Note(StatisticsMonths == other.StatisticsMonths, nameof(StatisticsMonths));
        return names;

        void Note(bool same, string name)
        {
            if (!same) names.Add(name);
        }
    }

    /// <summary>Someone is due earlier under these rules than under others: sooner in the queue, for a shorter time in it, or gone sooner.</summary>
    public bool ShortensAny(RetentionPolicy other) =>
        InactivityMonths < other.InactivityMonths || SilenceMonths < other.SilenceMonths || PendingMonths < other.PendingMonths || CeilingMonths < other.CeilingMonths
        || MaxPostponements < other.MaxPostponements || (other.ProfessionalsExempt && !ProfessionalsExempt)
        || InquiryMonths < other.InquiryMonths || StatisticsMonths < other.StatisticsMonths;

    /// <summary>What happens to one contact on a date: the first line of retention.md that applies.
    /// For someone pending, ask the policy they entered under (<see cref="PolicyHistory.For"/>).</summary>
    public Verdict Decide(ContactFacts contact, DateOnly today)
    {
        var dates = DatesOf(contact);
        var (decision, rule) = DecideOnly(contact, dates, today);
        return new Verdict(decision, rule, dates);
    }

    /// <summary>What an admin's "delete now" leads to: archive what is owed, else erase; refused (keep) while the person
    /// is held, has an open request or a running obligation, or is archived before the end of what is kept.</summary>
    public Verdict DecideOrder(ContactFacts contact, DateOnly today)
    {
        var dates = DatesOf(contact);
        var owed = today <= contact.KeptUntil;
        var (decision, rule) = contact switch
        {
            { Hold: true } => (Decision.Keep, Rule.Held),
            { OpenRequest: true } => (Decision.Keep, Rule.RequestOpen),
            { Running: true } => (Decision.Keep, Rule.ObligationRunning),
            _ when owed && contact.InArchive => (Decision.Keep, Rule.StillOwed),
            _ when owed => (Decision.Archive, Rule.OrderedByAdmin),
            _ => (Decision.Erase, Rule.OrderedByAdmin),
        };
        return new Verdict(decision, rule, dates);
    }

    /// <summary>What the person's own erasure request leads to: at once, whatever the clocks; only in part (restricted) under
    /// a running obligation or a hold.</summary>
    public Verdict DecideRequest(ContactFacts contact, DateOnly today)
    {
        var dates = DatesOf(contact);
        var (decision, rule) = contact switch
        {
            { Running: true } => (Decision.Restrict, Rule.ObligationRunning),
            { Hold: true } => (Decision.Restrict, Rule.Held),
            _ when today <= contact.KeptUntil && contact.InArchive => (Decision.Keep, Rule.StillOwed),
            _ when today <= contact.KeptUntil => (Decision.Archive, Rule.RequestedByPerson),
            _ => (Decision.Erase, Rule.RequestedByPerson),
        };
        return new Verdict(decision, rule, dates);
    }

    /// <summary>The date a postponement would give, or none when it may not be granted: one month each from the
    /// ordinary two, cut at the last moment, never from the archive, and it must move the deletion beyond today.</summary>
    public DateOnly? PostponedUntil(ContactFacts contact, int postponements, DateOnly today)
    {
        if (contact is not { Status: ContactStatus.PendingDeletion, FromArchive: false, PendingSince: { } since }) return null;
        if (postponements >= MaxPostponements) return null;
        var dates = DatesOf(contact);
        var wished = since.AddMonths(PendingMonths + postponements + 1);
        var until = wished < dates.LastMoment ? wished : dates.LastMoment;
        var moved = DatesOf(contact with { PostponedUntil = until }).DeleteOn;
        return moved > today && moved > dates.DeleteOn ? until : null;
    }

    /// <summary>Where each of the two clocks leads, the earlier one being <see cref="ScheduleDates.FlagOn"/>; for people outside the archive.</summary>
    public ClockDates ClocksOf(ContactFacts contact)
    {
        var (idleSince, silentSince) = (Later(contact.CollectedOn, contact.IdleOn), Later(contact.CollectedOn, contact.SilentOn));
        return new ClockDates(idleSince, idleSince.AddMonths(InactivityMonths), silentSince, silentSince.AddMonths(SilenceMonths));
    }

    private (Decision, Rule) DecideOnly(ContactFacts contact, ScheduleDates dates, DateOnly today)
    {
        if (contact.Restricted && !(contact.InArchive && !contact.Running))
        {
            if (contact.Running) return (Decision.Keep, Rule.ObligationRunning);
            if (contact.Hold) return (Decision.Keep, Rule.Held);
            return (today <= contact.KeptUntil ? Decision.Archive : Decision.Erase, Rule.RequestedByPerson);
        }

        if (contact.Running)
            return (contact.Status == ContactStatus.Active ? Decision.Keep : Decision.Reactivate, Rule.ObligationRunning);

        if (IsExempt(contact) && !contact.InArchive)
            return (contact.Status == ContactStatus.Active ? Decision.Keep : Decision.Reactivate, Rule.ProfessionalExempt);

        return contact switch
        {
            { InArchive: true } => InArchive(contact, dates, today),
            { Status: ContactStatus.Active } => today >= dates.FlagOn ? (Decision.Flag, dates.FlagRule) : (Decision.Keep, dates.FlagRule),
            _ => Pending(contact, dates, today),
        };
    }

    private static (Decision, Rule) Pending(ContactFacts contact, ScheduleDates dates, DateOnly today)
    {
        if (contact.PendingSince is null || contact.PendingSince > today) return (Decision.Fail, Rule.PendingDateImpossible);
        if (today < dates.FlagOn) return (Decision.Reactivate, Rule.NewActivity);
        if (contact.Hold) return (Decision.Keep, Rule.Held);
        if (contact.OpenRequest) return (Decision.Keep, Rule.RequestOpen);
        if (today < dates.DeleteOn) return (Decision.Keep, dates.FlagRule);
        return (today <= contact.KeptUntil ? Decision.Archive : Decision.Erase, dates.FlagRule);
    }

    private static (Decision, Rule) InArchive(ContactFacts contact, ScheduleDates dates, DateOnly today)
    {
        if (contact.SilentOn is not null) return (Decision.Reactivate, Rule.NewActivity);
        if (contact.Status == ContactStatus.Archived)
            return dates.FlagOn is null || today >= dates.FlagOn ? (Decision.Flag, Rule.TenYearsOver) : (Decision.Keep, Rule.StillOwed);

        if (contact.PendingSince is null || contact.PendingSince > today) return (Decision.Fail, Rule.PendingDateImpossible);
        if (today < dates.FlagOn) return (Decision.Archive, Rule.StillOwed);
        if (contact.Hold) return (Decision.Keep, Rule.Held);
        if (contact.OpenRequest) return (Decision.Keep, Rule.RequestOpen);
        // A run never erases whom it flagged itself, even when a correction left them due on the day of entry.
        if (contact.PendingSince == today || today < dates.DeleteOn) return (Decision.Keep, Rule.TenYearsOver);
        return (Decision.Erase, Rule.TenYearsOver);
    }

    private bool IsExempt(ContactFacts contact) => contact.Kind == ContactKind.Professional && ProfessionalsExempt;

    private ScheduleDates DatesOf(ContactFacts contact)
    {
        var pending = contact.Status == ContactStatus.PendingDeletion ? contact.PendingSince : null;
        if (contact.InArchive)
        {
            return new ScheduleDates(
                FlagOn: contact.KeptUntil?.AddMonths(-ArchiveNoticeMonths),
                FlagRule: Rule.TenYearsOver,
                DeleteOn: pending is null ? null : contact.KeptUntil is { } kept ? DayAfter(kept) : pending.Value.AddMonths(PendingMonths),
                LegalLimit: null,
                LastMoment: DateOnly.MaxValue);
        }

        var (_, idleFlag, silentSince, silentFlag) = ClocksOf(contact);
        var limit = silentSince.AddMonths(CeilingMonths);
        var lastMoment = limit.AddDays(-LastMomentDays);
        return new ScheduleDates(
            FlagOn: idleFlag < silentFlag ? idleFlag : silentFlag,
            FlagRule: silentFlag < idleFlag ? Rule.SilenceCeiling : Rule.Inactivity,
            DeleteOn: pending is null ? null : Later(pending.Value.AddMonths(PendingMonths), contact.PostponedUntil is { } until && until > lastMoment ? lastMoment : contact.PostponedUntil),
            LegalLimit: contact.Running || IsExempt(contact) ? null : limit,
            LastMoment: lastMoment);
    }

    private static DateOnly Later(DateOnly a, DateOnly? b) => b > a ? b.Value : a;

    private static DateOnly DayAfter(DateOnly day) => day == DateOnly.MaxValue ? day : day.AddDays(1);
}

/// <summary>What the decision needs to know about one contact. On people in the archive or pending from it,
/// the clocks hold only acts dated after the archiving.</summary>
public sealed record ContactFacts
{
    public required Guid Id { get; init; }
    public required ContactKind Kind { get; init; }
    public required DateOnly CollectedOn { get; init; }

    /// <summary>Latest activity that counts for the idle clock.</summary>
    public DateOnly? IdleOn { get; init; }

    /// <summary>Latest act of the person.</summary>
    public DateOnly? SilentOn { get; init; }

    public required ContactStatus Status { get; init; }
    public DateOnly? PendingSince { get; init; }
    public int? PendingVersion { get; init; }
    public bool FromArchive { get; init; }
    public DateOnly? PostponedUntil { get; init; }
    public bool Restricted { get; init; }

    /// <summary>A mandate or contract without end, or whose end has not passed.</summary>
    public bool Running { get; init; }

    /// <summary>Latest end + 10 years of the ended mandates and contracts, destroyed ones included.</summary>
    public DateOnly? KeptUntil { get; init; }

    public bool Hold { get; init; }
    public bool OpenRequest { get; init; }

    /// <summary>Archived, or in the queue from the archive.</summary>
    public bool InArchive => Status == ContactStatus.Archived || (Status == ContactStatus.PendingDeletion && FromArchive);

    /// <summary>Ten years after an end, the full last day owed.</summary>
    public static DateOnly KeptUntilOf(DateOnly end) => end.AddYears(Obligation.KeptYears);
}

/// <summary>The dates of one contact's schedule, before the decision is applied.</summary>
/// <param name="FlagOn">Enters the queue; none when nothing is kept for an archived person any more.</param>
/// <param name="FlagRule">Which clock or end decides.</param>
/// <param name="DeleteOn">Archived or erased; only while pending.</param>
/// <param name="LegalLimit">Nothing may remain; none in the archive, under a running obligation, for exempt professionals.</param>
/// <param name="LastMoment">No postponement goes further: 8 days before the limit.</param>
public sealed record ScheduleDates(DateOnly? FlagOn, Rule FlagRule, DateOnly? DeleteOn, DateOnly? LegalLimit, DateOnly LastMoment);

/// <summary>Start and end of each clock.</summary>
/// <param name="IdleSince">Latest of collection and idle clock.</param>
/// <param name="IdleFlagOn">Where inactivity leads.</param>
/// <param name="SilentSince">Latest of collection and silent clock.</param>
/// <param name="SilentFlagOn">Where silence of the person leads.</param>
public sealed record ClockDates(DateOnly IdleSince, DateOnly IdleFlagOn, DateOnly SilentSince, DateOnly SilentFlagOn);

/// <summary>A decision, the rule that led to it and the dates it rests on.</summary>
public sealed record Verdict(Decision Decision, Rule Rule, ScheduleDates Dates);

/// <summary>What happens to a contact.</summary>
public enum Decision
{
    Keep,
    Flag,
    Reactivate,
    Archive,
    Erase,

    /// <summary>An erasure request granted in part.</summary>
    Restrict,

    /// <summary>Set aside for a human: the record contradicts itself.</summary>
    Fail,
}

/// <summary>The line of the rules that decided.</summary>
public enum Rule
{
    Inactivity,
    SilenceCeiling,
    TenYearsOver,
    ObligationRunning,
    ProfessionalExempt,
    NewActivity,
    Held,
    RequestOpen,
    StillOwed,
    OrderedByAdmin,
    RequestedByPerson,
    PendingDateImpossible,
    InquiryExpired,
    StatisticsExpired,
    ObligationExpired,
    Merged,
    PropertyExpired,
    MandateOver,
    PhotosExpired,
}
