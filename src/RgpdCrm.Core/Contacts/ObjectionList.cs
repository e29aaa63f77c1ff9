using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;

namespace RgpdCrm.Core.Contacts;

/// <summary>Keyed fingerprints (HMAC-SHA256) of addresses and numbers. Without the key, which is kept outside the database and its backups, nobody can try addresses against them.</summary>
public sealed class Fingerprints
{
    /// <summary>Characters of a key at least.</summary>
    public const int LeastCharacters = 32;

    private readonly byte[] _key;

    /// <summary>Fingerprints under a key.</summary>
    /// <exception cref="ArgumentException">The key is too short.</exception>
    public Fingerprints(string key) => _key = key.Trim() is { Length: >= LeastCharacters } text ? Encoding.UTF8.GetBytes(text) : throw new ArgumentException("The key is too short.", nameof(key));

    /// <summary>Of an address as <see cref="Email.Normalise"/> writes it.</summary>
    public byte[] OfEmail(string value) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"email:{value}"));

    /// <summary>Of a number as <see cref="Phone.Normalise"/> writes it.</summary>
    public byte[] OfPhone(string value) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"phone:{value}"));
}

/// <summary>Who objected to marketing (GDPR 21, 2 and 3): fingerprints that outlive the record by 3 years, so that an import, a form or a colleague cannot bring the person back into mailings.
/// A fingerprint that is met again is tied to the new record.</summary>
public sealed class ObjectionList(CrmDbContext db, AgencyClock clock, Fingerprints fingerprints, OutsideLedger? outside = null)
{
    /// <summary>Years an objection is remembered after the latest one.</summary>
    public const int KeptYears = 3;

    /// <summary>Remembers an objection of today, in the caller's transaction if there is one.</summary>
    /// <param name="contactId">Whose record; none when nobody's is known.</param>
    /// <param name="emails">Their addresses, normalised.</param>
    /// <param name="phones">Their numbers, in E.164.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>How many addresses and numbers are remembered.</returns>
    public async Task<int> AddAsync(Guid? contactId, IEnumerable<string> emails, IEnumerable<string> phones, CancellationToken cancel = default)
    {
        List<Objection> rows = [.. emails.Select(e => Row(Channel.Email, fingerprints.OfEmail(e))), .. phones.Select(p => Row(Channel.Phone, fingerprints.OfPhone(p)))];
        var hashes = rows.Select(r => r.Fingerprint).ToArray();
        await db.Database.ExecuteSqlAsync($"DELETE FROM objections WHERE fingerprint = ANY ({hashes}) AND contact_id IS NOT DISTINCT FROM {contactId}", cancel);
        db.Objections.AddRange(rows);
        await db.SaveChangesAsync(cancel);
        return rows.Count;

        Objection Row(Channel channel, byte[] fingerprint) => new() { ContactId = contactId, Channel = channel, Fingerprint = fingerprint, LatestOn = clock.Today };
    }

    /// <summary>Remembers an objection of nobody's record, and tells the register outside the database.</summary>
    /// <exception cref="OutsideLedgerException">That register cannot be written: nothing is remembered.</exception>
    public Task<int> NoteAsync(IReadOnlyCollection<string> emails, IReadOnlyCollection<string> phones, CancellationToken cancel = default) =>
        outside.TraceAsync(db, new Intent(Erasure.Trigger.Request, "objection", [], FactsOf(null, emails, phones)), () => AddAsync(null, emails, phones, cancel), cancel);

    /// <summary>What the register outside the database learns of an objection of today.</summary>
    internal async Task<IReadOnlyList<OutsideFact>> FactsAsync(Guid contactId, CancellationToken cancel) => FactsOf(
        contactId, await db.Emails.Where(e => e.ContactId == contactId).Select(e => e.Value).ToListAsync(cancel), await db.Phones.Where(p => p.ContactId == contactId).Select(p => p.Value).ToListAsync(cancel));

    /// <inheritdoc cref="FactsAsync"/>
    internal IReadOnlyList<OutsideFact> FactsOf(Guid? contactId, IEnumerable<string> emails, IEnumerable<string> phones)
    {
        return [.. emails.Select(e => Fact(Channel.Email, fingerprints.OfEmail(e))), .. phones.Select(p => Fact(Channel.Phone, fingerprints.OfPhone(p)))];

        OutsideFact Fact(Channel channel, byte[] fingerprint) => OutsideFact.Of("objection", new
        {
            subject = contactId is { } id ? OutsideLine.HashOf(id) : null,
            fingerprint = Convert.ToHexStringLower(fingerprint),
            channel = channel.ToString(),
            latestOn = clock.Today,
        });
    }

    /// <summary>Remembers the objection of a record under every address and number it has.</summary>
    public async Task<int> AddAsync(Guid contactId, CancellationToken cancel = default) => await AddAsync(
        contactId, await db.Emails.Where(e => e.ContactId == contactId).Select(e => e.Value).ToListAsync(cancel), await db.Phones.Where(p => p.ContactId == contactId).Select(p => p.Value).ToListAsync(cancel), cancel);

    /// <summary>Ties what is remembered of a record's addresses and numbers to it: after a creation, and after a correction.</summary>
    /// <returns>The day of the latest objection; none when there is none.</returns>
    public async Task<DateOnly?> CarryAsync(Guid contactId, CancellationToken cancel = default)
    {
        var hashes = (await db.Emails.Where(e => e.ContactId == contactId).Select(e => e.Value).ToListAsync(cancel)).Select(fingerprints.OfEmail)
            .Concat((await db.Phones.Where(p => p.ContactId == contactId).Select(p => p.Value).ToListAsync(cancel)).Select(fingerprints.OfPhone)).ToArray();
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO objections (id, contact_id, fingerprint, channel, latest_on)
            SELECT DISTINCT ON (o.fingerprint) gen_random_uuid(), {contactId}, o.fingerprint, o.channel, o.latest_on FROM objections o
            WHERE o.fingerprint = ANY ({hashes}) AND o.latest_on > {Since}
              AND NOT EXISTS (SELECT FROM objections own WHERE own.contact_id = {contactId} AND own.fingerprint = o.fingerprint)
            ORDER BY o.fingerprint, o.latest_on DESC
            """, cancel);
        return await db.Objections.Where(o => o.ContactId == contactId).MaxAsync(o => (DateOnly?)o.LatestOn, cancel);
    }

    /// <summary>The latest objection under an address or a number; none when there is none.</summary>
    /// <param name="email">An address, normalised.</param>
    /// <param name="phone">A number, in E.164.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<DateOnly?> LatestAsync(string? email, string? phone, CancellationToken cancel = default)
    {
        byte[][] hashes = [.. new[] { email is null ? null : fingerprints.OfEmail(email), phone is null ? null : fingerprints.OfPhone(phone) }.OfType<byte[]>()];
        return await db.Objections.Where(o => hashes.Contains(o.Fingerprint) && o.LatestOn > Since).MaxAsync(o => (DateOnly?)o.LatestOn, cancel);
    }

    /// <summary>The person agreed again, on a page that only their own mailbox opens: everything remembered of the record's addresses and numbers goes.</summary>
    internal async Task LiftAsync(Guid contactId, CancellationToken cancel) => await db.Database.ExecuteSqlAsync($"""
        DELETE FROM objections o WHERE o.contact_id = {contactId}
          OR o.contact_id IS NULL AND o.fingerprint IN (SELECT own.fingerprint FROM objections own WHERE own.contact_id = {contactId})
        """, cancel);

    private DateOnly Since => clock.Today.AddYears(-KeptYears);
}
