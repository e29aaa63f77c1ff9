using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Core.Contacts;

/// <summary>People who live together: they share mailings, never clocks. Whoever is left alone is in no household any more.</summary>
public static class Household
{
    /// <summary>The other members an agent may see, by name.</summary>
    public static async Task<IReadOnlyList<Contact>> OthersAsync(CrmDbContext db, Contact contact, CancellationToken cancel = default) => contact.HouseholdId is not { } household ? []
        : await db.Contacts.AsNoTracking().VisibleToAgents().Where(c => c.HouseholdId == household && c.Id != contact.Id)
            .OrderBy(c => c.LastName).ThenBy(c => c.FirstName).ThenBy(c => c.Id).ToListAsync(cancel);

    /// <summary>Puts two people into one household; a member of one brings the other in. Doing it twice changes nothing.</summary>
    public static async Task<HouseholdRefusal?> JoinAsync(CrmDbContext db, Guid oneId, Guid otherId, Act act, CancellationToken cancel = default)
    {
        if (oneId == otherId) return HouseholdRefusal.Oneself;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var people = await LockAsync(db, [oneId, otherId], cancel);
        if (people.Count < 2) return HouseholdRefusal.Unknown;
        if (people.Any(p => p.Kind == ContactKind.Professional)) return HouseholdRefusal.Professional;
        if (await FrozenRecord.AnyAsync(db, [oneId, otherId], cancel)) return HouseholdRefusal.Frozen;

        var (one, other) = (people.Single(p => p.Id == oneId), people.Single(p => p.Id == otherId));
        if (one.HouseholdId is { } shared && shared == other.HouseholdId) return null;
        var (ofOne, ofOther) = (await SharedAsync(db, one, cancel), await SharedAsync(db, other, cancel));
        if (ofOne is not null && ofOther is not null) return HouseholdRefusal.InAnother;

        var household = ofOne ?? ofOther ?? Guid.NewGuid();
        foreach (var person in people.Where(p => p.HouseholdId != household))
        {
            person.Join(household);
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, "household.joined", "contact", person.Id, nameof(Contact.HouseholdId)));
        }
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    /// <summary>Takes someone out; two people become two single ones.</summary>
    public static async Task<HouseholdRefusal?> LeaveAsync(CrmDbContext db, Guid contactId, Act act, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var household = await db.Contacts.Where(c => c.Id == contactId).Select(c => c.HouseholdId).SingleOrDefaultAsync(cancel);
        if (household is null) return null;
        Guid[] members = await db.Contacts.Where(c => c.HouseholdId == household).Select(c => c.Id).ToArrayAsync(cancel);
        Guid[] leaving = members.Length <= 2 ? members : [contactId];
        var people = await LockAsync(db, leaving, cancel, everyone: true);
        if (await FrozenRecord.AnyAsync(db, leaving, cancel)) return HouseholdRefusal.Frozen;
        foreach (var person in people)
        {
            person.Join(null);
            db.AuditEntries.Add(new AuditEntry(act.At, act.By, "household.left", "contact", person.Id, nameof(Contact.HouseholdId)));
        }
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    // A household whose other members are gone is none.
    private static async Task<Guid?> SharedAsync(CrmDbContext db, Contact contact, CancellationToken cancel) =>
        await db.Contacts.AnyAsync(c => c.HouseholdId == contact.HouseholdId && c.Id != contact.Id, cancel) ? contact.HouseholdId : null;

    private static async Task<List<Contact>> LockAsync(CrmDbContext db, Guid[] ids, CancellationToken cancel, bool everyone = false)
    {
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM contacts WHERE id = ANY ({ids}) ORDER BY id FOR UPDATE", cancel);
        return await (everyone ? db.Contacts : db.Contacts.VisibleToAgents()).Where(c => ids.Contains(c.Id)).ToListAsync(cancel);
    }
}

/// <summary>Why two people were not put into one household.</summary>
public enum HouseholdRefusal
{
    Oneself,

    /// <summary>Nobody in daily screens.</summary>
    Unknown,
    Professional,

    /// <summary>One of them is frozen at the person's request.</summary>
    Frozen,

    /// <summary>Both are in a household of their own already.</summary>
    InAnother,
}
