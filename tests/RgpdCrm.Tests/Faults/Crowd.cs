using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Faults;

/// <summary>The people of a fault.</summary>
internal static class Crowd
{
    /// <summary>Plants people whose two months are over that day and whom no brake keeps back; Karim, who is as due and held; and Sofia, whose lease ended three years ago.</summary>
    public static async Task<Invariants> PlantAsync(TestDatabase database, int due, DateOnly on)
    {
        await database.OwnerConnectionString.QueryAsync<object>($"""
            INSERT INTO contacts (id, kind, last_name, first_name, search_name, roles, language, collected_on, created_at, status, pending_since, pending_version, from_archive, postponements, deletion_approved, restricted)
            SELECT gen_random_uuid(), 'Private', 'Martin', 'P' || n, 'p', 1, 'fr', date '{on.AddYears(-6):O}', now(), 'PendingDeletion', date '{on.AddMonths(-2):O}', 1, false, 0, true, false FROM generate_series(1, {due} + 2) n;
            INSERT INTO emails (id, contact_id, value) SELECT gen_random_uuid(), id, id || '@crowd.example' FROM contacts c WHERE NOT EXISTS (SELECT FROM emails e WHERE e.contact_id = c.id);
            INSERT INTO notes (id, contact_id, at, text) SELECT gen_random_uuid(), id, now(), 'x' FROM contacts c WHERE NOT EXISTS (SELECT FROM notes n WHERE n.contact_id = c.id) AND c.status = 'PendingDeletion'
            """);
        var (karim, sofia) = (await IdAsync(database, due + 1), await IdAsync(database, due + 2));
        await using var db = CrmDbContext.Open(database.OwnerConnectionString);
        db.Holds.Add(new Hold { ContactId = karim, Reason = "Litige", PlacedAt = DateTimeOffset.UnixEpoch, ReviewOn = on.AddMonths(6) });
        db.Contracts.Add(new Contract(ContractKind.Lease, $"B-{sofia}", null, on.AddYears(-6), on.AddYears(-6), on.AddYears(-3), new Party { ContactId = sofia, Side = Side.Tenant }));
        await db.SaveChangesAsync();
        return await Invariants.BeforeAsync(database);
    }

    /// <summary>How many of them are left: two at the end.</summary>
    public static async Task<long> LeftAsync(TestDatabase database) => (await database.OwnerConnectionString.QueryAsync<long>("SELECT count(*) FROM contacts")).Single();

    private static async Task<Guid> IdAsync(TestDatabase database, int number) =>
        (await database.OwnerConnectionString.QueryAsync<Guid>($"SELECT id FROM contacts WHERE first_name = 'P{number}' AND status = 'PendingDeletion' AND NOT EXISTS (SELECT FROM holds WHERE contact_id = contacts.id)")).Single();
}
