using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Core.Obligations;

/// <summary>A mandate or a contract: what the agency owes to keep for ten years after its end
/// (décret 72-678, art. 72 and 86). While it runs, its parties stay active.</summary>
public abstract class Obligation
{
    /// <summary>Years for which a mandate or contract is kept after its end; fixed, not a policy value.</summary>
    public const int KeptYears = 10;

    [NotPersonal] public Guid Id { get; private protected set; } = Guid.NewGuid();

    /// <summary>Number by which the agency knows it, such as <c>2026-114</c>.</summary>
    [MaxLength(40), Kept("décret 72-678: 10 years after the end, then destroyed")]
    public string Reference { get; private protected set; } = "";

    [Kept("décret 72-678: 10 years after the end, then destroyed")]
    public Guid? PropertyId { get; private protected set; }

    [Kept("décret 72-678: 10 years after the end, then destroyed")]
    public DateOnly SignedOn { get; private protected set; }

    [Kept("décret 72-678: 10 years after the end, then destroyed")]
    public DateOnly StartsOn { get; private protected set; }

    [Kept("décret 72-678: 10 years after the end, then destroyed")]
    public DateOnly? TermOn { get; private protected set; }

    [Kept("décret 72-678: 10 years after the end, then destroyed")]
    public DateOnly? RevokedOn { get; private protected set; }

    [Kept("décret 72-678: 10 years after the end, then destroyed")]
    public DateOnly? CompletedOn { get; private protected set; }

    /// <summary>The revocation, else the completion, else the term; none for an open lease. Computed by the database.</summary>
    [Kept("décret 72-678: 10 years after the end, then destroyed")]
    public DateOnly? EndsOn { get; private protected set; }

    /// <summary>The end, reached by time alone or by an act, is in the parties' history.</summary>
    [NotPersonal] public bool EndRecorded { get; private protected set; }

    [NotPersonal] public uint Version { get; private protected set; }

    [NotPersonal] public ICollection<Party> Parties { get; } = [];

    /// <summary>Every renewal, revocation and completion, in the order they were made.</summary>
    [NotPersonal] public ICollection<EndChange> EndChanges { get; } = [];

    /// <summary>Runs on a date: no end, or the end has not passed; future starts included.</summary>
    public bool RunsOn(DateOnly today) => EndsOn is not { } end || today <= end;

    /// <summary>A later term, agreed while it still runs.</summary>
    public ObligationRefusal? Renew(DateOnly term, DateOnly today) => this switch
    {
        { TermOn: null } => ObligationRefusal.NoTerm,
        { RevokedOn: not null } or { CompletedOn: not null } => ObligationRefusal.EndDecided,
        _ when !RunsOn(today) => ObligationRefusal.NoLongerRunning,
        _ when term <= TermOn => ObligationRefusal.TermNotLater,
        _ when !ObligationDates.IsPlausible(StartsOn, term) => ObligationRefusal.TermTooFar,
        _ => Set(() => TermOn = term),
    };

    /// <summary>Ends by what it was signed for. Only a lease's end may lie ahead: notice was given. It replaces an earlier completion while the end is not in the parties' history.</summary>
    public ObligationRefusal? Complete(DateOnly on, DateOnly today) => this switch
    {
        { EndRecorded: true } => ObligationRefusal.EndRecorded,
        { RevokedOn: not null } => ObligationRefusal.EndDecided,
        _ when on < StartsOn => ObligationRefusal.EndBeforeStart,
        _ when on > TermOn => ObligationRefusal.AfterTerm,
        _ when on > today && this is not Contract { ContractKind: ContractKind.Lease } => ObligationRefusal.EndInFuture,
        _ when !ObligationDates.IsPlausible(StartsOn, on) => ObligationRefusal.TermTooFar,
        _ => Set(() => CompletedOn = on),
    };

    private protected static ObligationRefusal? Set(Action change)
    {
        change();
        return null;
    }
}

/// <summary>Permission to sell, let, search or manage, numbered in the register without a gap.</summary>
public sealed class Mandate : Obligation
{
    private Mandate() { }

    /// <summary>A signed mandate. A mandate must have a term (loi Hoguet, art. 7).</summary>
    public Mandate(MandateKind kind, string reference, int? registerNumber, bool exclusive, Guid? propertyId, DateOnly signedOn, DateOnly startsOn, DateOnly termOn, params Party[] parties)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(termOn, startsOn);
        (MandateKind, Reference, RegisterNumber, Exclusive, PropertyId, SignedOn, StartsOn, TermOn) =
            (kind, reference, registerNumber, exclusive, propertyId, signedOn, startsOn, termOn);
        foreach (var party in parties) Parties.Add(party);
    }

    [Kept("décret 72-678: 10 years after the end, then destroyed")]
    public MandateKind MandateKind { get; private set; }

    /// <summary>Number in this agency's register; none for a mandate taken over from an older register.</summary>
    [Kept("décret 72-678: the number stays in the register")]
    public int? RegisterNumber { get; private set; }

    [Kept("décret 72-678: 10 years after the end, then destroyed")]
    public bool Exclusive { get; private set; }

    /// <summary>Ends before its term by the will of one side. It replaces an earlier revocation while the end is not in the parties' history.</summary>
    public ObligationRefusal? Revoke(DateOnly on) => this switch
    {
        { EndRecorded: true } => ObligationRefusal.EndRecorded,
        { CompletedOn: not null } => ObligationRefusal.EndDecided,
        _ when on < StartsOn => ObligationRefusal.EndBeforeStart,
        _ when on > TermOn => ObligationRefusal.AfterTerm,
        _ => Set(() => RevokedOn = on),
    };
}

/// <summary>A preliminary sale, a deed or a lease.</summary>
public sealed class Contract : Obligation
{
    private Contract() { }

    /// <summary>A signed contract. A deed ends at its signature; only a lease may be open.</summary>
    public Contract(ContractKind kind, string reference, Guid? propertyId, DateOnly signedOn, DateOnly startsOn, DateOnly? endsOn, params Party[] parties)
    {
        if (kind == ContractKind.Deed) endsOn = signedOn;
        if (endsOn is null && kind != ContractKind.Lease) throw new ArgumentNullException(nameof(endsOn), "Only a lease may be open.");
        if (endsOn < startsOn && kind != ContractKind.Deed) throw new ArgumentOutOfRangeException(nameof(endsOn));
        (ContractKind, Reference, PropertyId, SignedOn, StartsOn) = (kind, reference, propertyId, signedOn, startsOn);
        if (kind == ContractKind.Deed) CompletedOn = signedOn;
        else TermOn = endsOn;
        foreach (var party in parties) Parties.Add(party);
    }

    [Kept("décret 72-678: 10 years after the end, then destroyed")]
    public ContractKind ContractKind { get; private set; }

    /// <summary>When someone last made sure that an open lease still runs; asked for once a year.</summary>
    [Kept("décret 72-678: 10 years after the end, then destroyed")]
    public DateOnly? ConfirmedOn { get; private set; }

    /// <summary>Someone made sure today that this open lease still runs.</summary>
    public ObligationRefusal? Confirm(DateOnly today) => EndsOn is null ? Set(() => ConfirmedOn = today) : ObligationRefusal.NotOpen;
}

/// <summary>A new end of a mandate or contract: what it was, what it became, who says so. It goes with the mandate or contract.</summary>
public sealed class EndChange
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [NotPersonal] public Guid ObligationId { get; init; }
    [Kept("décret 72-678: 10 years after the end, then destroyed")] public EndChangeKind Kind { get; init; }
    [Kept("décret 72-678: 10 years after the end, then destroyed")] public DateOnly? Before { get; init; }
    [Kept("décret 72-678: 10 years after the end, then destroyed")] public DateOnly After { get; init; }
    [NotPersonal] public DateTimeOffset At { get; init; }
    [NotPersonal] public Guid? ById { get; init; }
}

public enum EndChangeKind
{
    Renewal,
    Revocation,
    Completion,
}

public enum MandateKind
{
    Sale,
    Rental,
    Search,
    Management,
}

public enum ContractKind
{
    PreliminarySale,
    Deed,
    Lease,
}

/// <summary>A contact's side in a mandate or contract. It forbids the contact's deletion while it exists.</summary>
public sealed class Party
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [NotPersonal] public Guid ObligationId { get; init; }
    [Kept("décret 72-678: 10 years after the end, then destroyed")] public required Guid ContactId { get; init; }
    [Kept("décret 72-678: 10 years after the end, then destroyed")] public Side Side { get; init; }
}

public enum Side
{
    Principal,
    Seller,
    Buyer,
    Landlord,
    Tenant,
}

/// <summary>One line of the register of mandates: the number and its date stay, so that numbers are never reused.</summary>
public sealed class RegisterLine
{
    [Kept("décret 72-678: the register itself")] public int Number { get; init; }
    [Kept("décret 72-678: the register itself")] public DateOnly On { get; init; }
}

/// <summary>The register of mandates: numbers without a gap, never reused (décret 72-678, art. 72).</summary>
public static class MandateRegister
{
    /// <summary>Takes the next number inside the caller's transaction; a rollback gives it back, so no number is ever lost.
    /// Two callers wait for each other.</summary>
    public static async Task<int> TakeNumberAsync(CrmDbContext db, DateOnly on, CancellationToken cancel = default)
    {
        if (db.Database.CurrentTransaction is null) throw new InvalidOperationException("A register number is taken inside the mandate's own transaction.");
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({(long)AdvisoryLock.Register})", cancel);
        var number = await db.RegisterLines.MaxAsync(l => (int?)l.Number, cancel) + 1 ?? 1;
        await db.Database.ExecuteSqlAsync($"INSERT INTO register_lines (number, taken_on) VALUES ({number}, {on})", cancel);
        return number;
    }
}

internal sealed class ObligationConfiguration :
    IEntityTypeConfiguration<Obligation>, IEntityTypeConfiguration<Mandate>, IEntityTypeConfiguration<EndChange>, IEntityTypeConfiguration<Party>, IEntityTypeConfiguration<RegisterLine>
{
    public void Configure(EntityTypeBuilder<Obligation> obligation)
    {
        obligation.ToTable("obligations", t =>
        {
            t.HasCheckConstraint("ck_obligations_end", "coalesce(revoked_on, completed_on, term_on) IS NOT NULL OR contract_kind = 'Lease'");
            t.HasCheckConstraint("ck_obligations_term", "term_on >= starts_on");
        });
        obligation.HasDiscriminator<string>("type").HasValue<Mandate>("Mandate").HasValue<Contract>("Contract");
        obligation.Property<string>("type").HasMaxLength(10);
        obligation.Property(o => o.Version).IsRowVersion();
        obligation.Property(o => o.EndsOn).HasComputedColumnSql("coalesce(revoked_on, completed_on, term_on)", stored: true);
        obligation.HasOne<Property>().WithMany().HasForeignKey(o => o.PropertyId).OnDelete(DeleteBehavior.Restrict);
        obligation.HasIndex(o => o.EndsOn);
        obligation.HasIndex(o => o.EndsOn, "ix_obligations_end_to_record").HasFilter("NOT end_recorded");
        obligation.HasIndex("type", nameof(Obligation.Reference)).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Mandate> mandate) =>
        mandate.HasOne<RegisterLine>().WithOne().HasForeignKey<Mandate>(m => m.RegisterNumber).OnDelete(DeleteBehavior.Restrict);

    public void Configure(EntityTypeBuilder<EndChange> change) =>
        change.HasOne<Obligation>().WithMany(o => o.EndChanges).HasForeignKey(c => c.ObligationId).OnDelete(DeleteBehavior.Restrict);

    public void Configure(EntityTypeBuilder<Party> party)
    {
        party.HasOne<Obligation>().WithMany(o => o.Parties).HasForeignKey(p => p.ObligationId).OnDelete(DeleteBehavior.Restrict);
        party.HasOne<Contact>().WithMany().HasForeignKey(p => p.ContactId).OnDelete(DeleteBehavior.Restrict);
        party.HasIndex(p => new { p.ObligationId, p.ContactId }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<RegisterLine> line)
    {
        line.Property(l => l.On).HasColumnName("taken_on");
        line.HasKey(l => l.Number);
        line.Property(l => l.Number).ValueGeneratedNever();
    }
}
