using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Retention;

/// <summary>A human decision to suspend deletion. Only a human lifts it; an overdue review is shown in red, nothing more.</summary>
[LeavesWithContact]
public sealed class Hold
{
    /// <summary>Months after which a hold must have been reviewed, at most.</summary>
    public const int MaxReviewMonths = 12;

    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }

    /// <summary>Why it stands; a person may be under one of each.</summary>
    [Personal] public HoldKind Kind { get; init; }

    [MaxLength(500), Personal] public required string Reason { get; init; }
    [MaxLength(80), Personal] public string? Reference { get; init; }
    [Personal] public Guid? PlacedById { get; init; }
    [Personal] public DateTimeOffset PlacedAt { get; init; }
    [Personal] public DateOnly ReviewOn { get; init; }
    [Personal] public DateTimeOffset? LiftedAt { get; private set; }
    [Personal] public Guid? LiftedById { get; private set; }

    /// <summary>What the register outside the database learns before a hold is placed: should the confirmation never come, it stands there.</summary>
    internal static Outside.Intent Intent(IEnumerable<Guid> contactIds, HoldKind kind, DateOnly reviewOn) => new(Erasure.Trigger.Admin, "hold", [],
        [.. contactIds.Select(id => Outside.OutsideFact.Of("hold", new { subject = Outside.OutsideLine.HashOf(id), kind = kind.ToString(), reviewOn }))]);

    /// <summary>Ends the hold; lifting it twice changes nothing.</summary>
    public void Lift(Audit.Act act)
    {
        if (LiftedAt is not null) return;
        (LiftedAt, LiftedById) = (act.At, act.By);
    }
}

/// <summary>What a hold stands for.</summary>
public enum HoldKind
{
    /// <summary>A dispute or a procedure: nothing is deleted.</summary>
    Dispute,

    /// <summary>The person asked for restriction (GDPR 18): nothing is deleted, changed or used; the data is stored, and that is all.</summary>
    Restriction,
}

/// <summary>A deletion put off by a month, with the reason given.</summary>
[LeavesWithContact]
public sealed class Postponement
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }
    [MaxLength(500), Personal] public required string Reason { get; init; }
    [Personal] public DateOnly Until { get; init; }
    [Personal] public Guid? ById { get; init; }
    [Personal] public DateTimeOffset At { get; init; }

    /// <summary>The id that one form's postponement of one contact has, however often the form is sent.</summary>
    internal static Guid IdOf(Guid form, Guid contactId) => new(SHA256.HashData([.. form.ToByteArray(), .. contactId.ToByteArray()]).AsSpan(0, 16));
}

/// <summary>An admin's "delete now" on the unchanged record: carried out ten minutes later through the same code, withdrawn until then.</summary>
[LeavesWithContact]
public sealed class DeletionOrder
{
    /// <summary>Minutes between the order and its execution, during which it can be withdrawn.</summary>
    public const int DelayMinutes = 10;

    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }
    [Personal] public Guid? ById { get; init; }
    [Personal] public DateTimeOffset OrderedAt { get; init; }
    [Personal] public DateTimeOffset DueAt { get; set; }

    /// <summary>How many people the same order named.</summary>
    [NotPersonal] public int Together { get; init; }

    /// <summary>The proposal that an order for several people began as, while a second admin had to confirm it.</summary>
    [NotPersonal] public Guid? ProposalId { get; init; }

    [Personal] public OrderState State { get; set; }

    /// <summary>The second admin, where one had to confirm.</summary>
    [Personal] public Guid? ConfirmedById { get; private set; }

    /// <summary>Why the order was refused when its turn came.</summary>
    [Personal] public Rule? RefusedBecause { get; set; }

    /// <summary>A second admin agrees: the ten minutes begin.</summary>
    internal void Confirm(Audit.Act act) => (State, ConfirmedById, DueAt) = (OrderState.Waiting, act.By, act.At.AddMinutes(DelayMinutes));
}

public enum OrderState
{
    /// <summary>One admin asks for it; the ten minutes begin when another one confirms.</summary>
    Proposed,

    Waiting,
    Withdrawn,
    Done,
    Refused,
}

/// <summary>Someone the run could not handle: set aside, counted, shown, and tried again the next night.</summary>
[LeavesWithContact]
public sealed class SetAside
{
    [Key, Personal] public Guid ContactId { get; init; }
    [Personal] public DateOnly Since { get; init; }

    /// <summary>Kind of fault only: the database's messages may carry values.</summary>
    [MaxLength(120), NotPersonal] public string Fault { get; init; } = "";
}

/// <summary>One run of the policy and its report: counts and ids, nothing personal.</summary>
public sealed class RunReport
{
    [NotPersonal] public Guid Id { get; init; }
    [NotPersonal] public DateOnly Date { get; init; }
    [NotPersonal] public DateTimeOffset StartedAt { get; init; }
    [NotPersonal] public DateTimeOffset? FinishedAt { get; set; }
    [NotPersonal] public RunOutcome Outcome { get; set; }

    /// <summary>The date came from the host's clock, not from <c>--on</c>: only such runs feed the clock guard and the dead man's switch. No longer so once the clock was confirmed to have been ahead.</summary>
    [NotPersonal] public bool HostClock { get; set; }

    [NotPersonal] public int PolicyVersion { get; set; }

    /// <summary>Why the run was refused or failed: a word of <see cref="RunNotes"/>; after <see cref="RunNotes.Fault"/>, the kind of fault.</summary>
    [MaxLength(300), NotPersonal] public string? Note { get; set; }

    /// <summary>The number that confirms a clock in doubt; none when nothing was asked.</summary>
    [NotPersonal] public int? Asks { get; set; }

    /// <summary>Rows of the report: category, action, rule, count.</summary>
    [NotPersonal] public List<RunCount> Counts { get; set; } = [];

    /// <summary>Ids set aside by this run.</summary>
    [NotPersonal] public Guid[] FailedIds { get; set; } = [];
}

/// <summary>Why a run was refused or failed; the screens put it into words.</summary>
public static class RunNotes
{
    public const string UnderWay = "under-way", ClocksApart = "clocks-apart", ClockWentBack = "clock-went-back", ClockJumped = "clock-jumped", SetAside = "set-aside", Fault = "fault",
        Closed = "closed", NoTrace = "no-trace";
}

/// <summary>How many of a category met one fate under one rule.</summary>
public sealed record RunCount(string Category, string Action, string Rule, int Count);

public enum RunOutcome
{
    Running,
    Succeeded,
    Failed,
    Refused,
}

/// <summary>What a day has used of a brake's budget; counted in the same transaction as the act.</summary>
public sealed class BrakeUse
{
    [NotPersonal] public DateOnly Date { get; init; }
    [MaxLength(20), NotPersonal] public string Category { get; init; } = "";
    [NotPersonal] public Budget Budget { get; init; }
    [NotPersonal] public int Used { get; init; }
}

/// <summary>The two budgets of every category: entering the queue, and archiving with erasing.</summary>
public enum Budget
{
    Flagging,
    Deleting,
}

/// <summary>A frozen list of ids that waits for an admin's approval, each decided again when its turn comes.</summary>
public sealed class Brake
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [MaxLength(20), NotPersonal] public string Category { get; init; } = "";
    [NotPersonal] public Budget Budget { get; init; }
    [NotPersonal] public DateTimeOffset FrozenAt { get; init; }
    [NotPersonal] public DateOnly Date { get; init; }

    /// <summary>The number an admin has to type.</summary>
    [NotPersonal] public int Count { get; init; }

    /// <summary>When a first admin typed the number, where a second one has to confirm it.</summary>
    [NotPersonal] public DateTimeOffset? ProposedAt { get; set; }

    /// <summary>Who that was; none for the command line.</summary>
    [NotPersonal] public Guid? ProposedById { get; set; }

    [NotPersonal] public DateTimeOffset? ApprovedAt { get; set; }
    [NotPersonal] public Guid? ApprovedById { get; set; }
}

/// <summary>One id on a frozen list; random, so it tells nothing once its subject is gone.</summary>
public sealed class BrakeMember
{
    [NotPersonal] public Guid BrakeId { get; init; }
    [NotPersonal] public Guid SubjectId { get; init; }
}

/// <summary>One row: what this deployment knows of itself.</summary>
public sealed class Installation
{
    /// <summary>Since when mails can leave, without a break; none while no server is configured. A notice expires 7 days later at the earliest.</summary>
    [NotPersonal] public DateTimeOffset? SenderSince { get; set; }

    [NotPersonal] public int Id { get; init; } = 1;

    /// <summary>The first migration: the dead man's switch counts from here until the first run.</summary>
    [NotPersonal] public DateTimeOffset InstalledAt { get; init; }

    /// <summary>Deletions are judged by whatever day the engine says: for tests and the demonstration. Only the owner changes it, at each migration; else the database's own clock has the last word.</summary>
    [NotPersonal] public bool Rehearsals { get; init; }

    /// <summary>Hash of the first line of the register outside that speaks of this database, in hexadecimal; none until it wrote there once. Another register, or an empty folder where it should be, is never written into.</summary>
    [MaxLength(64), NotPersonal] public string? Chain { get; init; }

    /// <summary>When the age killer of backups last believed its clock and did its work.</summary>
    [NotPersonal] public DateTimeOffset? BackupsExpiredAt { get; init; }
}

internal sealed class RetentionConfiguration :
    IEntityTypeConfiguration<Hold>, IEntityTypeConfiguration<Postponement>, IEntityTypeConfiguration<DeletionOrder>, IEntityTypeConfiguration<SetAside>,
    IEntityTypeConfiguration<RunReport>, IEntityTypeConfiguration<BrakeUse>, IEntityTypeConfiguration<Brake>, IEntityTypeConfiguration<BrakeMember>,
    IEntityTypeConfiguration<RetentionPolicy>, IEntityTypeConfiguration<RuleProposal>
{
    public void Configure(EntityTypeBuilder<Hold> hold)
    {
        hold.HasOne<Contact>().WithMany().HasForeignKey(h => h.ContactId).OnDelete(DeleteBehavior.Restrict);
        hold.Property(h => h.Kind).HasDefaultValue(HoldKind.Dispute);
        hold.HasIndex(h => new { h.ContactId, h.Kind }, "standing").IsUnique().HasFilter("lifted_at IS NULL").HasDatabaseName("ix_holds_standing");
        hold.HasIndex(h => h.ContactId);
    }

    public void Configure(EntityTypeBuilder<Postponement> postponement) =>
        postponement.HasOne<Contact>().WithMany().HasForeignKey(p => p.ContactId).OnDelete(DeleteBehavior.Restrict);

    public void Configure(EntityTypeBuilder<DeletionOrder> order)
    {
        order.HasOne<Contact>().WithMany().HasForeignKey(o => o.ContactId).OnDelete(DeleteBehavior.Restrict);
        order.HasIndex(o => o.DueAt).HasFilter("state = 'Waiting'");
        order.HasIndex(o => o.ContactId, "waiting").IsUnique().HasFilter("state IN ('Waiting', 'Proposed')").HasDatabaseName("ix_deletion_orders_waiting");
        order.HasIndex(o => o.ProposalId).HasFilter("state = 'Proposed'");
        order.HasIndex(o => o.ContactId);
    }

    public void Configure(EntityTypeBuilder<SetAside> setAside) =>
        setAside.HasOne<Contact>().WithOne().HasForeignKey<SetAside>(s => s.ContactId).OnDelete(DeleteBehavior.Restrict);

    public void Configure(EntityTypeBuilder<RunReport> run)
    {
        run.ToTable("retention_runs");
        run.OwnsMany(r => r.Counts, counts => counts.ToJson());
        run.Property(r => r.Note).HasColumnName("message");
        run.HasIndex(r => r.StartedAt);
    }

    public void Configure(EntityTypeBuilder<BrakeUse> use) => use.HasKey(u => new { u.Date, u.Category, u.Budget });

    public void Configure(EntityTypeBuilder<Brake> brake) =>
        brake.HasIndex(b => new { b.Category, b.Budget }).IsUnique().HasFilter("approved_at IS NULL");

    public void Configure(EntityTypeBuilder<BrakeMember> member)
    {
        member.HasKey(m => new { m.BrakeId, m.SubjectId });
        member.HasIndex(m => m.SubjectId);
        member.HasOne<Brake>().WithMany().HasForeignKey(m => m.BrakeId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RetentionPolicy> policy)
    {
        policy.ToTable("policy_versions");
        policy.Property(p => p.Version).ValueGeneratedNever();
        policy.Ignore(p => p.SilenceMonths);
        policy.HasData(new RetentionPolicy { PublishedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), Reason = "Politique publiée par l’agence" });
    }
    public void Configure(EntityTypeBuilder<RuleProposal> proposal) => proposal.Property(p => p.Wanted).HasColumnType("jsonb")
        .HasConversion(policy => JsonSerializer.Serialize(policy), json => JsonSerializer.Deserialize<RetentionPolicy>(json)!);
}
