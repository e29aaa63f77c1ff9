using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Rights;

/// <summary>Records frozen at the person's request (GDPR 18): stored, and nothing else.</summary>
public static class FrozenRecord
{
    /// <summary>Whether a record is frozen.</summary>
    public static Task<bool> IsAsync(CrmDbContext db, Guid contactId, CancellationToken cancel = default) => AnyAsync(db, [contactId], cancel);

    /// <summary>Whether one of these records is frozen.</summary>
    public static Task<bool> AnyAsync(CrmDbContext db, Guid[] contactIds, CancellationToken cancel = default) => Among(db, contactIds).AnyAsync(cancel);

    /// <summary>Which of these records are frozen.</summary>
    internal static IQueryable<Guid> Among(CrmDbContext db, Guid[] contactIds) =>
        db.Holds.Where(h => contactIds.Contains(h.ContactId) && h.Kind == HoldKind.Restriction && h.LiftedAt == null).Select(h => h.ContactId);
}
