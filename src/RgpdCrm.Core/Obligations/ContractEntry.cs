using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Obligations;

/// <summary>A contract as someone fills it in. A deed starts and ends at its signature; only a lease may have no end.</summary>
public sealed record ContractEntry(ContractKind Kind, string Reference, Guid? PropertyId, DateOnly SignedOn, DateOnly StartsOn, DateOnly? EndsOn, IReadOnlyList<Signatory> Parties)
{
    /// <summary>The sides a kind of contract has, each at least once.</summary>
    public static IReadOnlyList<Side> SidesOf(ContractKind kind) => kind == ContractKind.Lease ? [Side.Landlord, Side.Tenant] : [Side.Seller, Side.Buyer];

    /// <summary>Writes it with its parties and their history, and brings back whom the rules bring back.</summary>
    public Task<ObligationResult> CreateAsync(CrmDbContext db, Act act, DateOnly today, CancellationToken cancel = default) => TryAsync(db, act, today, preview: false, cancel);

    /// <summary>What creating it would do; nothing is written.</summary>
    public Task<ObligationResult> PreviewAsync(CrmDbContext db, Act act, DateOnly today, CancellationToken cancel = default) => TryAsync(db, act, today, preview: true, cancel);

    private async Task<ObligationResult> TryAsync(CrmDbContext db, Act act, DateOnly today, bool preview, CancellationToken cancel)
    {
        var entry = Kind == ContractKind.Deed ? this with { StartsOn = SignedOn, EndsOn = SignedOn } : this;
        if (entry.FaultOf(today) is { } fault) return ObligationResult.Refused(fault);

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        return await new PartyChange(db, act, today, preview).MakeAsync([.. Parties.Select(p => p.ContactId)], async () =>
        {
            if (PropertyId is { } property && !await Signature.LockPropertyAsync(db, property, cancel)) return (Guid.Empty, ObligationRefusal.UnknownProperty);
            if (await db.Contracts.AnyAsync(c => c.Reference == Reference, cancel)) return (Guid.Empty, ObligationRefusal.ReferenceTaken);
            var contract = new Contract(Kind, Reference, PropertyId, SignedOn, entry.StartsOn, entry.EndsOn);
            try
            {
                await Signature.WriteAsync(db, contract, "contract", Parties, act, cancel);
            }
            catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation })
            {
                db.ChangeTracker.Clear();
                return (Guid.Empty, ObligationRefusal.ReferenceTaken);
            }
            return (contract.Id, null);
        }, cancel);
    }

    private ObligationRefusal? FaultOf(DateOnly today)
    {
        if (string.IsNullOrWhiteSpace(Reference)) return ObligationRefusal.ReferenceMissing;
        if (EndsOn is null && Kind != ContractKind.Lease) return ObligationRefusal.TermMissing;
        if (Signature.FaultOf(SignedOn, StartsOn, EndsOn, Parties, today) is { } fault) return fault;
        var sides = SidesOf(Kind);
        return Parties.All(p => sides.Contains(p.Side)) && sides.All(s => Parties.Any(p => p.Side == s)) ? null : ObligationRefusal.SideDoesNotFit;
    }
}
