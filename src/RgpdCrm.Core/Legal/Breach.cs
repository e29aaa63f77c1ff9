using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Legal;

/// <summary>A personal data breach: what happened, what it may lead to, what was done (GDPR 33, 5). The register keeps every one, without limit, and asks for no names.</summary>
public sealed class Breach
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>The day it happened or began, as far as is known.</summary>
    [NotPersonal] public DateOnly HappenedOn { get; private set; }

    /// <summary>When the agency became aware of it: the 72 hours run from here.</summary>
    [NotPersonal] public DateTimeOffset NoticedAt { get; private set; }

    /// <summary>What happened: lost, disclosed, altered.</summary>
    [MaxLength(1000), NotPersonal] public string Nature { get; private set; } = "";

    /// <summary>Kinds of people and of data, in words.</summary>
    [MaxLength(300), NotPersonal] public string Concerned { get; private set; } = "";

    /// <summary>People concerned, approximately; none while it is not known.</summary>
    [NotPersonal] public int? People { get; private set; }

    [MaxLength(1000), NotPersonal] public string Consequences { get; private set; } = "";

    /// <summary>What was done, and is to be done.</summary>
    [MaxLength(1000), NotPersonal] public string Measures { get; private set; } = "";

    [NotPersonal] public BreachRisk Risk { get; private set; }

    /// <summary>When the CNIL was notified; none while it was not.</summary>
    [NotPersonal] public DateTimeOffset? NotifiedAt { get; private set; }

    /// <summary>Why it was notified after 72 hours, or why it need not be.</summary>
    [MaxLength(500), NotPersonal] public string Reason { get; private set; } = "";

    /// <summary>The day the people concerned were told; none while they were not.</summary>
    [NotPersonal] public DateOnly? PeopleToldOn { get; private set; }

    [NotPersonal] public uint Version { get; private set; }

    /// <summary>Takes what was entered; returns the names of what changed.</summary>
    internal IReadOnlyList<string> Change(BreachEntry entry)
    {
        var before = BreachEntry.From(this);
        (HappenedOn, NoticedAt, Nature, Concerned, People, Consequences, Measures) = (entry.HappenedOn, entry.NoticedAt, entry.Nature, entry.Concerned, entry.People, entry.Consequences, entry.Measures);
        (Risk, NotifiedAt, Reason, PeopleToldOn) = (entry.Risk, entry.NotifiedAt, entry.Reason, entry.PeopleToldOn);
        return [.. typeof(BreachEntry).GetProperties().Where(p => !Equals(p.GetValue(before), p.GetValue(entry))).Select(p => p.Name)];
    }
}

/// <summary>What a breach may do to people's rights and freedoms.</summary>
public enum BreachRisk
{
    /// <summary>Not yet judged: the clock runs.</summary>
    Unknown,

    /// <summary>Unlikely to be a risk: recorded, not notified (GDPR 33, 1).</summary>
    Unlikely,

    /// <summary>A risk: notified to the CNIL.</summary>
    Risk,

    /// <summary>A high risk: the people concerned are told too (GDPR 34).</summary>
    High,
}

/// <summary>The 72 hours of GDPR 33, counted hour by hour from the moment the agency is aware, through nights, weekends and changes of the clock
/// (Regulation 1182/71, article 3: a period in hours is not moved by a holiday).</summary>
public static class BreachClock
{
    /// <summary>Hours in which the CNIL is notified.</summary>
    public const int Hours = 72;

    /// <summary>The last instant of the period.</summary>
    public static DateTimeOffset Deadline(DateTimeOffset noticedAt) => noticedAt.AddHours(Hours);

    /// <summary>How a breach stands at an instant.</summary>
    public static BreachState StateOf(DateTimeOffset noticedAt, BreachRisk risk, DateTimeOffset? notifiedAt, DateTimeOffset now) => (risk, notifiedAt) switch
    {
        (_, { } at) => at <= Deadline(noticedAt) ? BreachState.Notified : BreachState.NotifiedLate,
        (BreachRisk.Unlikely, _) => BreachState.NotNeeded,
        _ => now <= Deadline(noticedAt) ? BreachState.Running : BreachState.Overdue,
    };
}

/// <summary>How a breach stands with the 72 hours.</summary>
public enum BreachState
{
    Running,
    Overdue,
    Notified,
    NotifiedLate,
    NotNeeded,
}

/// <summary>A breach as an admin enters it, already validated.</summary>
public sealed record BreachEntry(DateOnly HappenedOn, DateTimeOffset NoticedAt, string Nature, string Concerned, int? People, string Consequences, string Measures,
    BreachRisk Risk, DateTimeOffset? NotifiedAt, string Reason, DateOnly? PeopleToldOn)
{
    private const string Subject = "breach";

    public static BreachEntry From(Breach breach) => new(breach.HappenedOn, breach.NoticedAt, breach.Nature, breach.Concerned, breach.People, breach.Consequences, breach.Measures,
        breach.Risk, breach.NotifiedAt, breach.Reason, breach.PeopleToldOn);

    /// <summary>Records a breach.</summary>
    public async Task<Guid> CreateAsync(CrmDbContext db, Act act, CancellationToken cancel = default)
    {
        var breach = new Breach();
        breach.Change(this);
        db.Breaches.Add(breach);
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "breach.recorded", Subject, breach.Id));
        await db.SaveChangesAsync(cancel);
        return breach.Id;
    }

    /// <summary>Completes a breach, if it is still the version that was shown. What was there before stays in the audit by name of field.</summary>
    /// <exception cref="DbUpdateConcurrencyException">It changed meanwhile; nothing was written.</exception>
    public async Task EditAsync(CrmDbContext db, Breach breach, uint version, Act act, CancellationToken cancel = default)
    {
        var changed = breach.Change(this);
        db.Entry(breach).Property(b => b.Version).OriginalValue = version;
        // What was typed may be what is stored: a colleague's change has to be noticed all the same.
        db.Entry(breach).Property(b => b.Nature).IsModified = true;
        if (changed.Count > 0) db.AuditEntries.Add(new AuditEntry(act.At, act.By, "breach.completed", Subject, breach.Id, [.. changed]));
        await db.SaveChangesAsync(cancel);
    }
}
