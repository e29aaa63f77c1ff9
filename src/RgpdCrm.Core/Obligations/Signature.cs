using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Obligations;

/// <summary>Someone who signs, and on which side.</summary>
public sealed record Signatory(Guid ContactId, Side Side);

/// <summary>What mandates and contracts have in common when they are signed.</summary>
internal static class Signature
{
    /// <summary>What is wrong with dates and parties, before anything is read.</summary>
    public static ObligationRefusal? FaultOf(DateOnly signedOn, DateOnly startsOn, DateOnly? endsOn, IReadOnlyList<Signatory> parties, DateOnly today)
    {
        if (signedOn > today) return ObligationRefusal.SignedInFuture;
        if (signedOn < ObligationDates.Earliest || startsOn < ObligationDates.Earliest) return ObligationRefusal.DateTooOld;
        if (endsOn < startsOn) return ObligationRefusal.TermBeforeStart;
        if (!ObligationDates.IsPlausible(today, startsOn) || endsOn is { } end && !ObligationDates.IsPlausible(startsOn, end)) return ObligationRefusal.TermTooFar;
        if (endsOn is { } over && today > ContactFacts.KeptUntilOf(over)) return ObligationRefusal.TenYearsOver;
        if (parties.Count == 0) return ObligationRefusal.NoParty;
        return parties.DistinctBy(p => p.ContactId).Count() < parties.Count ? ObligationRefusal.PartyTwice : null;
    }

    /// <summary>Locks the property, so that two mandates at once see each other; false when there is none.</summary>
    public static async Task<bool> LockPropertyAsync(CrmDbContext db, Guid id, CancellationToken cancel) =>
        (await db.Database.SqlQuery<Guid>($"""SELECT id AS "Value" FROM properties WHERE id = {id} FOR UPDATE""").ToListAsync(cancel)).Count == 1;

    /// <summary>Whether an exclusive mandate would run beside another one of its kind on the same property; one of the two being exclusive is enough.</summary>
    public static Task<bool> OverlapsAsync(CrmDbContext db, Guid propertyId, MandateKind kind, bool exclusive, DateOnly startsOn, DateOnly termOn, Guid? exceptId, DateOnly today, CancellationToken cancel) =>
        db.Mandates.AnyAsync(m => m.PropertyId == propertyId && m.MandateKind == kind && m.Id != exceptId && (exclusive || m.Exclusive)
            && m.EndsOn >= today && m.EndsOn >= startsOn && m.StartsOn <= termOn, cancel);

    /// <summary>Writes the parties and the signature in their history. Someone in the archive has none any more: only an act dated after the archiving enters it.</summary>
    public static async Task WriteAsync(CrmDbContext db, Obligation obligation, string subject, IReadOnlyList<Signatory> parties, Act act, CancellationToken cancel)
    {
        db.Add(obligation);
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, subject + ".created", subject, obligation.Id));
        await db.SaveChangesAsync(cancel);
        var (ids, sides) = (parties.Select(p => p.ContactId).ToArray(), parties.Select(p => p.Side.ToString()).ToArray());
        // One statement: the triggers see every party at once, and a hold on one of them reaches the others.
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO parties (id, obligation_id, contact_id, side)
            SELECT gen_random_uuid(), {obligation.Id}, n.id, n.side FROM unnest({ids}, {sides}) AS n (id, side)
            """, cancel);
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO activities (id, contact_id, happened_on, kind, outcome, by_id, recorded_at, obligation_id)
            SELECT gen_random_uuid(), c.id, {obligation.SignedOn}, 'ObligationSigned', 'None', {act.By}, {act.At}, {obligation.Id} FROM contacts c
            WHERE c.id = ANY ({ids}) AND {obligation.SignedOn} > CASE WHEN c.status = 'Archived' OR c.from_archive THEN c.archived_on ELSE date '-infinity' END
            """, cancel);
    }
}
