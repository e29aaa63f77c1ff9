using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Obligations;

/// <summary>A new end of a mandate or contract: a renewal's term, a revocation or a completion.
/// One that has passed enters the parties' history with the next nightly run; their clocks count it from its date meanwhile.</summary>
public sealed record NewEnd(EndChangeKind Kind, DateOnly On)
{
    /// <summary>Writes it, if the mandate or contract is still the version that was shown.</summary>
    /// <exception cref="DbUpdateConcurrencyException">A colleague or the nightly run changed it meanwhile; nothing was written.</exception>
    public Task<ObligationResult> ApplyAsync(CrmDbContext db, Guid id, uint version, Act act, DateOnly today, CancellationToken cancel = default) =>
        TryAsync(db, id, version, act, today, preview: false, cancel);

    /// <summary>What it would do; nothing is written.</summary>
    /// <inheritdoc cref="ApplyAsync" path="/exception"/>
    public Task<ObligationResult> PreviewAsync(CrmDbContext db, Guid id, uint version, Act act, DateOnly today, CancellationToken cancel = default) =>
        TryAsync(db, id, version, act, today, preview: true, cancel);

    private async Task<ObligationResult> TryAsync(CrmDbContext db, Guid id, uint version, Act act, DateOnly today, bool preview, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // The same order as the nightly run: the mandate or contract first, its parties then.
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM obligations WHERE id = {id} FOR UPDATE", cancel);
        if (await db.Obligations.Include(o => o.Parties).SingleOrDefaultAsync(o => o.Id == id, cancel) is not { } obligation)
            return ObligationResult.Refused(ObligationRefusal.Unknown);
        if (obligation.Version != version) throw new DbUpdateConcurrencyException("The mandate or contract changed meanwhile.");

        try
        {
            return await new PartyChange(db, act, today, preview).MakeAsync([.. obligation.Parties.Select(p => p.ContactId)], async () =>
                (id, await ChangeAsync(db, obligation, act, today, cancel)), cancel);
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    private async Task<ObligationRefusal?> ChangeAsync(CrmDbContext db, Obligation obligation, Act act, DateOnly today, CancellationToken cancel)
    {
        var before = obligation.EndsOn;
        var refusal = Kind switch
        {
            EndChangeKind.Renewal => obligation.Renew(On, today),
            EndChangeKind.Completion => obligation.Complete(On, today),
            _ => obligation is Mandate mandate ? mandate.Revoke(On) : ObligationRefusal.Unknown,
        };
        if (refusal is not null) return refusal;
        if (Kind == EndChangeKind.Renewal && obligation is Mandate { PropertyId: { } property } renewed)
        {
            await Signature.LockPropertyAsync(db, property, cancel);
            if (await Signature.OverlapsAsync(db, property, renewed.MandateKind, renewed.Exclusive, renewed.StartsOn, On, renewed.Id, today, cancel)) return ObligationRefusal.ExclusiveOverlap;
        }

        var subject = obligation is Mandate ? "mandate" : "contract";
        var (action, field) = Kind switch
        {
            EndChangeKind.Renewal => (".renewed", nameof(Obligation.TermOn)),
            EndChangeKind.Completion => (".completed", nameof(Obligation.CompletedOn)),
            _ => (".revoked", nameof(Obligation.RevokedOn)),
        };
        db.EndChanges.Add(new EndChange { ObligationId = obligation.Id, Kind = Kind, Before = before, After = On, At = act.At, ById = act.By });
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, subject + action, subject, obligation.Id, field));
        return null;
    }
}
