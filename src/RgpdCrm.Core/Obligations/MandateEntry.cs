using System.Globalization;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Obligations;

/// <summary>A mandate as someone fills it in. Its number is the register's next one, taken when it is written.</summary>
public sealed record MandateEntry(MandateKind Kind, bool Exclusive, Guid? PropertyId, DateOnly SignedOn, DateOnly StartsOn, DateOnly? TermOn, IReadOnlyList<Signatory> Parties)
{
    /// <summary>Writes it under the next number of the register, with its parties and their history, and brings back whom the rules bring back.</summary>
    public Task<ObligationResult> CreateAsync(CrmDbContext db, Act act, DateOnly today, CancellationToken cancel = default) => TryAsync(db, act, today, preview: false, cancel);

    /// <summary>What creating it would do; nothing is written and no number is taken.</summary>
    public Task<ObligationResult> PreviewAsync(CrmDbContext db, Act act, DateOnly today, CancellationToken cancel = default) => TryAsync(db, act, today, preview: true, cancel);

    private async Task<ObligationResult> TryAsync(CrmDbContext db, Act act, DateOnly today, bool preview, CancellationToken cancel)
    {
        // A mandate must have a term (loi Hoguet, art. 7).
        if (TermOn is not { } term) return ObligationResult.Refused(ObligationRefusal.TermMissing);
        if (Signature.FaultOf(SignedOn, StartsOn, term, Parties, today) is { } fault) return ObligationResult.Refused(fault);
        if (Parties.Any(p => p.Side != Side.Principal)) return ObligationResult.Refused(ObligationRefusal.SideDoesNotFit);

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        return await new PartyChange(db, act, today, preview).MakeAsync([.. Parties.Select(p => p.ContactId)], async () =>
        {
            if (PropertyId is { } property)
            {
                if (!await Signature.LockPropertyAsync(db, property, cancel)) return (Guid.Empty, ObligationRefusal.UnknownProperty);
                if (await Signature.OverlapsAsync(db, property, Kind, Exclusive, StartsOn, term, exceptId: null, today, cancel)) return (Guid.Empty, ObligationRefusal.ExclusiveOverlap);
            }
            var number = await MandateRegister.TakeNumberAsync(db, today, cancel);
            var mandate = new Mandate(Kind, await ReferenceAsync(db, number, today, cancel), number, Exclusive, PropertyId, SignedOn, StartsOn, term);
            await Signature.WriteAsync(db, mandate, "mandate", Parties, act, cancel);
            return (mandate.Id, null);
        }, cancel);
    }

    // A mandate taken over from an older register may bear the same number: this one's then says its year.
    private static async Task<string> ReferenceAsync(CrmDbContext db, int number, DateOnly today, CancellationToken cancel)
    {
        var reference = number.ToString(CultureInfo.InvariantCulture);
        return await db.Mandates.AnyAsync(m => m.Reference == reference, cancel) ? $"{today.Year}/{reference}" : reference;
    }
}
