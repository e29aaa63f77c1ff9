using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Core.Matching;

/// <summary>Finds whom a new or changed property is for, and puts the mails that say so into the outbox: one set-based statement each, safe to repeat.</summary>
public sealed class Matcher(CrmDbContext db, AgencyClock clock)
{
    /// <summary>Properties of one mail at most; the rest waits for the next.</summary>
    public const int MostInMail = 12;

    /// <summary>What makes a property <c>p</c> one that a search <c>s</c> looks for. A price, surface or number of rooms that is not known meets no bound.
    /// The communes are asked in the two forms that their index answers.</summary>
    public const string Meets = """
        s.transaction = p.transaction AND p.status = 'Available'
        AND (cardinality(s.kinds) = 0 OR p.kind = ANY (s.kinds)) AND (s.communes @> ARRAY[p.commune_code]::text[] OR s.communes = ARRAY[]::text[])
        AND (s.min_price IS NULL OR p.price >= s.min_price) AND (s.max_price IS NULL OR p.price <= s.max_price)
        AND (s.min_surface IS NULL OR p.surface >= s.min_surface) AND (s.min_rooms IS NULL OR p.rooms >= s.min_rooms)
        """;

    /// <summary>Who of the contacts <c>c</c> may be mailed at <c>{today}</c>: active, neither restricted nor frozen, not opposed, with an address that no server refused, subscribed, and agreeing to e-mail.</summary>
    public const string MayBeMailed = """
        c.status = 'Active' AND NOT c.restricted
        AND EXISTS (SELECT FROM emails e WHERE e.contact_id = c.id AND e.refused_at IS NULL)
        AND EXISTS (SELECT FROM subscriptions b WHERE b.contact_id = c.id AND b.topic = 'matching-properties' AND b.stopped_on IS NULL)
        AND EXISTS (SELECT FROM consents a WHERE a.contact_id = c.id AND a.channel = 'Email' AND a.granted AND a.withdrawn_at IS NULL AND (a.expires_on IS NULL OR a.expires_on >= {0}))
        AND NOT EXISTS (SELECT FROM objections o WHERE o.contact_id = c.id)
        AND NOT EXISTS (SELECT FROM holds h WHERE h.contact_id = c.id AND h.kind = 'Restriction' AND h.lifted_at IS NULL)
        """;

    /// <summary>Matches every property that is new or changed with every search. A property found before is found again only when it got cheaper.</summary>
    /// <returns>How many matches are new.</returns>
    public async Task<int> FindAsync(CancellationToken cancel = default)
    {
        var sql = $$"""
            WITH p AS (UPDATE properties SET to_match = false WHERE to_match RETURNING id, transaction, status, kind, commune_code, price, surface, rooms)
            INSERT INTO matches (contact_id, property_id, found_at, price)
            SELECT DISTINCT s.contact_id, p.id, {1}::timestamptz, p.price FROM p JOIN searches s ON s.frequency <> 'Never' AND {{Meets}} JOIN contacts c ON c.id = s.contact_id WHERE {{MayBeMailed}}
            ON CONFLICT (contact_id, property_id) DO UPDATE SET found_at = excluded.found_at, price = excluded.price, told_at = NULL, mail_id = NULL WHERE excluded.price < matches.price
            """;
        return await db.Database.ExecuteSqlRawAsync(sql, [clock.Today, clock.Now], cancel);
    }

    /// <summary>Puts one mail into the outbox for everyone who has matches that wait and a search of this frequency that still wants them.</summary>
    /// <returns>How many mails.</returns>
    public async Task<int> TellAsync(MailFrequency frequency, CancellationToken cancel = default)
    {
        var sql = $$"""
            WITH waiting AS (
              SELECT m.contact_id, m.property_id, row_number() OVER (PARTITION BY m.contact_id ORDER BY m.found_at, m.property_id) AS place
              FROM matches m JOIN properties p ON p.id = m.property_id JOIN contacts c ON c.id = m.contact_id
              WHERE m.told_at IS NULL AND {{MayBeMailed}}
                AND EXISTS (SELECT FROM searches s WHERE s.contact_id = c.id AND s.frequency = {1} AND {{Meets}})
            ), mails AS (
              INSERT INTO outgoing_mails (id, contact_id, template, created_at, state)
              SELECT gen_random_uuid(), contact_id, '{{MailTemplate.PropertyMatches}}', {2}::timestamptz, 'Recorded' FROM waiting GROUP BY contact_id RETURNING id, contact_id
            )
            UPDATE matches m SET told_at = {2}::timestamptz, mail_id = mails.id FROM mails, waiting w
            WHERE m.contact_id = mails.contact_id AND w.contact_id = m.contact_id AND w.property_id = m.property_id AND w.place <= {{MostInMail}}
            """;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // Two workers on the same tick: the second finds nothing left.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({(long)AdvisoryLock.Matches})", cancel);
        var told = await db.Database.ExecuteSqlRawAsync(sql, [clock.Today, frequency.ToString(), clock.Now], cancel);
        await transaction.CommitAsync(cancel);
        return told;
    }

    /// <summary>The properties on offer that a contact's searches look for, latest change first: what an agent sees.</summary>
    /// <returns>How many there are, and the first ones.</returns>
    public static async Task<(int Total, IReadOnlyList<Property> First)> PropertiesForAsync(CrmDbContext db, Guid contactId, int most, CancellationToken cancel = default)
    {
        var sql = $$"""SELECT p.*, p.xmin FROM properties p WHERE EXISTS (SELECT FROM searches s WHERE s.contact_id = {0} AND {{Meets}})""";
        var found = db.Properties.FromSqlRaw(sql, contactId).AsNoTracking();
        return (await found.CountAsync(cancel), await found.OrderByDescending(p => p.ChangedOn).ThenBy(p => p.Reference).Take(most).ToListAsync(cancel));
    }

    /// <summary>The contacts that agents may see and whose searches look for a property, by name.</summary>
    /// <returns>How many there are, and the first ones.</returns>
    public static async Task<(int Total, IReadOnlyList<Contact> First)> ContactsForAsync(CrmDbContext db, Guid propertyId, int most, CancellationToken cancel = default)
    {
        var sql = $$"""SELECT c.*, c.xmin FROM contacts c WHERE EXISTS (SELECT FROM searches s JOIN properties p ON p.id = {0} WHERE s.contact_id = c.id AND {{Meets}})""";
        var found = db.Contacts.FromSqlRaw(sql, propertyId).AsNoTracking().VisibleToAgents();
        return (await found.CountAsync(cancel), await found.OrderBy(c => c.LastName).ThenBy(c => c.FirstName).ThenBy(c => c.Id).Take(most).ToListAsync(cancel));
    }

    /// <summary>The properties of one mail that are still on offer, as they are when it leaves.</summary>
    public static async Task<IReadOnlyList<Property>> OfMailAsync(CrmDbContext db, Guid mailId, CancellationToken cancel = default) =>
        await (from match in db.Matches
               where match.MailId == mailId
               join property in db.Properties on match.PropertyId equals property.Id
               where property.Status == PropertyStatus.Available
               orderby match.FoundAt, property.Reference
               select property).AsNoTracking().ToListAsync(cancel);
}
