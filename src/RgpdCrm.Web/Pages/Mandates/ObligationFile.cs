using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>Everything the page of a mandate or contract shows.</summary>
/// <param name="Property">What it is about.</param>
/// <param name="Parties">Who signed, as the reader may see them.</param>
/// <param name="Ends">Every new end, latest first, with the colleague who entered it.</param>
/// <param name="Held">A party is held, and with them the whole.</param>
/// <param name="InscribedOn">The day of its line in the register.</param>
public sealed record ObligationFile(Obligation Obligation, Property? Property, IReadOnlyList<PartyName> Parties, IReadOnlyList<(EndChange Change, string? By)> Ends, bool Held, DateOnly? InscribedOn)
{
    /// <summary>Reads one; nothing when there is none of this kind.</summary>
    public static async Task<ObligationFile?> LoadAsync<T>(CrmDbContext db, Guid id, ClaimsPrincipal user) where T : Obligation
    {
        if (await db.Set<T>().AsNoTracking().SingleOrDefaultAsync(o => o.Id == id) is not { } obligation) return null;
        var ends = await db.EndChanges.AsNoTracking().Where(c => c.ObligationId == id).OrderByDescending(c => c.At)
            .LeftJoin(db.Users, c => c.ById, u => u.Id, (c, u) => new { Change = c, By = (string?)u!.FullName }).ToListAsync();
        var number = (obligation as Mandate)?.RegisterNumber;
        return new ObligationFile(
            obligation,
            await db.Properties.AsNoTracking().SingleOrDefaultAsync(p => p.Id == obligation.PropertyId),
            [.. (await PartyName.LoadAsync(db, [id], user))[id]],
            [.. ends.Select(e => (e.Change, e.By))],
            await db.Parties.AnyAsync(p => p.ObligationId == id && db.Holds.Any(h => h.ContactId == p.ContactId && h.LiftedAt == null)),
            await db.RegisterLines.Where(l => l.Number == number).Select(l => (DateOnly?)l.On).SingleOrDefaultAsync());
    }

    public bool CanRenew(DateOnly today) => Obligation is { TermOn: not null, RevokedOn: null, CompletedOn: null } && Obligation.RunsOn(today);

    public bool CanRevoke => Obligation is Mandate { EndRecorded: false, CompletedOn: null };

    public bool CanComplete => Obligation is { EndRecorded: false, RevokedOn: null } and not Contract { ContractKind: ContractKind.Deed };

    public bool CanConfirm => Obligation is Contract { EndsOn: null };
}
