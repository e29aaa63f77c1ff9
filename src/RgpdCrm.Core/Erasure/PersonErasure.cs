using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Erasure;

/// <summary>The one way a person's data, a mandate or contract, a property or an inquiry is destroyed. Every method works inside the caller's transaction
/// on rows the caller has locked and decided on, and writes the ledger in it.</summary>
/// <param name="db">The database, in the caller's transaction.</param>
/// <param name="today">The agency's date.</param>
/// <param name="at">The instant.</param>
/// <param name="proven">The ledger says so already: a restored backup is brought up to date, and no entry is added.</param>
public sealed class PersonErasure(CrmDbContext db, DateOnly today, DateTimeOffset at, bool proven = false)
{
    /// <summary>Erases people: every row that hangs on them, then themselves. Nothing can bring them back.</summary>
    public async Task EraseAsync(IReadOnlyList<Doomed> people, CancellationToken cancel = default)
    {
        if (people.Count == 0) return;
        var ids = Ids(people);
        var counts = await DestroyHangingAsync(ids, archiving: false, cancel);
        await DetachAsync(ids, cancel);
        await db.Database.ExecuteSqlAsync($"DELETE FROM brake_members WHERE subject_id = ANY ({ids})", cancel);
        var gone = await db.Database.ExecuteSqlAsync($"DELETE FROM contacts WHERE id = ANY ({ids})", cancel);
        if (gone != ids.Length) throw new InvalidOperationException($"Erased {gone} of {ids.Length} contacts.");
        await NoteAsync([.. people.Select(p => Entry(p, "contact", LedgerAction.Erased, counts))], cancel);
    }

    /// <summary>Archives people: what no obligation needs is destroyed; identity and contracts stay, out of daily screens.</summary>
    public async Task ArchiveAsync(IReadOnlyList<Doomed> people, CancellationToken cancel = default)
    {
        if (people.Count == 0) return;
        var ids = Ids(people);
        var counts = await DestroyHangingAsync(ids, archiving: true, cancel);
        await db.Database.ExecuteSqlAsync($"DELETE FROM brake_members WHERE subject_id = ANY ({ids})", cancel);
        await db.Database.ExecuteSqlAsync($"""
            UPDATE contacts SET status = 'Archived', archived_on = {today}, household_id = NULL, idle_on = NULL, idle_kind = NULL, silent_on = NULL, silent_kind = NULL,
                   pending_since = NULL, pending_version = NULL, from_archive = false, postponed_until = NULL, postponements = 0, deletion_approved = false
            WHERE id = ANY ({ids})
            """, cancel);
        await NoteAsync([.. people.Select(p => Entry(p, "contact", LedgerAction.Archived, counts))], cancel);
    }

    /// <summary>Grants an erasure request in part: marketing data goes now, the record is restricted and the rest follows when the last reason ends.</summary>
    public async Task RestrictAsync(Doomed person, CancellationToken cancel = default)
    {
        Guid[] ids = [person.Id];
        var marketing = new Dictionary<Guid, SortedDictionary<string, int>>();
        foreach (var table in (string[])["consents", "contact_links", "email_changes", "searches", "subscriptions", "tags"])
        {
            var sql = $"DELETE FROM {table} WHERE contact_id = ANY ({{0}})";
            var gone = await db.Database.ExecuteSqlRawAsync(sql, [ids], cancel);
            if (gone > 0) Add(marketing, person.Id, table, gone);
        }
        await db.Database.ExecuteSqlAsync($"DELETE FROM outgoing_mails WHERE contact_id = {person.Id} AND state IN ('Recorded', 'Quarantined')", cancel);
        await db.Database.ExecuteSqlAsync($"UPDATE contacts SET restricted = true, household_id = NULL WHERE id = {person.Id}", cancel);
        await db.Database.ExecuteSqlAsync($"SELECT refresh_clocks({ids})", cancel);
        await NoteAsync([Entry(person, "contact", LedgerAction.ErasedInPart, marketing)], cancel);
    }

    /// <summary>Destroys mandates or contracts whose ten years are over; their dates stay with the parties, a mandate's number in the register.</summary>
    public async Task DestroyObligationsAsync(IReadOnlyList<Doomed> obligations, string category, CancellationToken cancel = default)
    {
        if (obligations.Count == 0) return;
        var ids = Ids(obligations);
        await db.Database.ExecuteSqlAsync($"""
            SELECT set_config('rgpdcrm.today', {today}::text, true);
            UPDATE contacts c SET kept_until_of_destroyed = greatest(c.kept_until_of_destroyed, n.kept)
            FROM (SELECT p.contact_id, max((o.ends_on + interval '10 years')::date) AS kept
                  FROM parties p JOIN obligations o ON o.id = p.obligation_id WHERE o.id = ANY ({ids}) GROUP BY p.contact_id) n
            WHERE c.id = n.contact_id
            """, cancel);
        var counts = new Dictionary<Guid, SortedDictionary<string, int>>();
        await CollectAsync(counts, "WITH gone AS (DELETE FROM parties WHERE obligation_id = ANY ({0}) RETURNING obligation_id) SELECT 'parties' AS \"table\", obligation_id AS id, count(*)::int AS count FROM gone GROUP BY 2", ids, cancel);
        await CollectAsync(counts, "WITH gone AS (DELETE FROM end_changes WHERE obligation_id = ANY ({0}) RETURNING obligation_id) SELECT 'end_changes' AS \"table\", obligation_id AS id, count(*)::int AS count FROM gone GROUP BY 2", ids, cancel);
        await db.Database.ExecuteSqlAsync($"DELETE FROM brake_members WHERE subject_id = ANY ({ids})", cancel);
        await CollectAsync(counts, $$"""
            WITH gone AS (DELETE FROM documents WHERE obligation_id = ANY ({0}) RETURNING obligation_id AS id, key), {{ObjectRemoval.AskedOf("gone", StoredObject.Document)}}
            SELECT 'documents' AS "table", id, count(*)::int AS count FROM gone GROUP BY id
            """, ids, cancel);
        await DestroyOrphanedPropertiesAsync(ids, counts, cancel);
        await NoteAsync([.. obligations.Select(o => Entry(o, category, LedgerAction.Erased, counts))], cancel);
    }

    /// <summary>Destroys properties that nobody needs any more, with their photos.</summary>
    public async Task DestroyPropertiesAsync(IReadOnlyList<Doomed> properties, CancellationToken cancel = default)
    {
        if (properties.Count == 0) return;
        var ids = Ids(properties);
        var counts = await DestroyPhotosAsync(ids, cancel);
        await db.Database.ExecuteSqlAsync($"DELETE FROM properties WHERE id = ANY ({ids})", cancel);
        await NoteAsync([.. properties.Select(p => Entry(p, "property", LedgerAction.Erased, counts))], cancel);
    }

    /// <summary>Destroys every photo of properties that stay.</summary>
    public async Task DestroyPhotosAsync(IReadOnlyList<Doomed> properties, CancellationToken cancel = default)
    {
        if (properties.Count == 0) return;
        var counts = await DestroyPhotosAsync(Ids(properties), cancel);
        await NoteAsync([.. properties.Select(p => Entry(p, "property", LedgerAction.ErasedInPart, counts))], cancel);
    }

    /// <summary>Takes the photos of properties out of the photo store; the masters stay. Nothing is destroyed, so the ledger has nothing to say.</summary>
    public Task UnpublishAsync(IReadOnlyList<Guid> properties, CancellationToken cancel = default)
    {
        var sql = $$"""
            WITH gone AS (UPDATE photos SET state = 'Unpublished' WHERE property_id = ANY ({0}) AND state = 'Published' RETURNING key), {{ObjectRemoval.AskedOf("gone", StoredObject.PublishedPhoto)}}
            SELECT FROM gone
            """;
        return properties.Count == 0 ? Task.CompletedTask : db.Database.ExecuteSqlRawAsync(sql, [properties.ToArray(), at], cancel);
    }

    /// <summary>Destroys website inquiries.</summary>
    public async Task DestroyInquiriesAsync(IReadOnlyList<Doomed> inquiries, CancellationToken cancel = default)
    {
        if (inquiries.Count == 0) return;
        var ids = Ids(inquiries);
        await db.Database.ExecuteSqlAsync($"DELETE FROM brake_members WHERE subject_id = ANY ({ids})", cancel);
        await db.Database.ExecuteSqlAsync($"DELETE FROM inquiries WHERE id = ANY ({ids})", cancel);
        await NoteAsync([.. inquiries.Select(i => Entry(i, "inquiry", LedgerAction.Erased, []))], cancel);
    }

    /// <summary>A person's own request counts in the week's budget, though it never waits.</summary>
    internal static Task CountInBrakeAsync(CrmDbContext db, DateOnly today, Decision decision, CancellationToken cancel) =>
        decision is not (Decision.Erase or Decision.Archive) ? Task.CompletedTask : db.Database.ExecuteSqlAsync($"""
            INSERT INTO brake_uses (date, category, budget, used) VALUES ({today}, 'contact', 'Deleting', 1)
            ON CONFLICT (date, category, budget) DO UPDATE SET used = brake_uses.used + 1
            """, cancel);

    /// <summary>The mandates or contracts go, and the properties that no other one names, whose photos are counted with them.</summary>
    private async Task DestroyOrphanedPropertiesAsync(Guid[] obligations, Dictionary<Guid, SortedDictionary<string, int>> counts, CancellationToken cancel)
    {
        var named = await db.Database.SqlQuery<Named>($"DELETE FROM obligations WHERE id = ANY ({obligations}) RETURNING id, property_id").ToListAsync(cancel);
        var properties = named.Select(n => n.PropertyId).OfType<Guid>().Distinct().ToArray();
        var alone = await db.Database.SqlQuery<Guid>($"""
            SELECT id AS "Value" FROM properties p WHERE id = ANY ({properties}) AND NOT EXISTS (SELECT FROM obligations o WHERE o.property_id = p.id) FOR UPDATE
            """).ToArrayAsync(cancel);
        if (alone.Length == 0) return;
        foreach (var (property, gone) in await DestroyPhotosAsync(alone, cancel)) Add(counts, named.First(n => n.PropertyId == property).Id, "photos", gone["photos"]);
        await db.Database.ExecuteSqlAsync($"DELETE FROM properties WHERE id = ANY ({alone})", cancel);
    }

    private async Task<Dictionary<Guid, SortedDictionary<string, int>>> DestroyPhotosAsync(Guid[] properties, CancellationToken cancel)
    {
        var counts = new Dictionary<Guid, SortedDictionary<string, int>>();
        await CollectAsync(counts, $$"""
            WITH gone AS (DELETE FROM photos WHERE property_id = ANY ({0}) RETURNING property_id AS id, key), {{ObjectRemoval.AskedOf("gone", StoredObject.PublishedPhoto, StoredObject.PhotoMaster)}}
            SELECT 'photos' AS "table", id, count(*)::int AS count FROM gone GROUP BY id
            """, properties, cancel);
        return counts;
    }

    private async Task<Dictionary<Guid, SortedDictionary<string, int>>> DestroyHangingAsync(Guid[] ids, bool archiving, CancellationToken cancel)
    {
        // The clocks are emptied with the person: the triggers need not follow each row.
        await db.Database.ExecuteSqlAsync($"SELECT set_config('rgpdcrm.erasing', 'on', true), set_config('rgpdcrm.today', {today}::text, true)", cancel);
        var tables = ErasureInventory.Destroyed(db.Model, archiving).ToList();
        var deletes = tables.Select((t, i) => $"g{i} AS (DELETE FROM {t.Table} WHERE {t.Column} = ANY ({{0}}) RETURNING {t.Column} AS id)");
        var selects = tables.Select((t, i) => $"SELECT '{t.Table}' AS \"table\", id, count(*)::int AS count FROM g{i} GROUP BY id");
        var counts = new Dictionary<Guid, SortedDictionary<string, int>>();
        await CollectAsync(counts, $"WITH {string.Join(", ", deletes)} {string.Join(" UNION ALL ", selects)}", ids, cancel);
        return counts;
    }

    private async Task DetachAsync(Guid[] ids, CancellationToken cancel)
    {
        foreach (var table in ErasureInventory.Of(db.Model).Where(h => h.AtArchiving is null))
        {
            var sql = $"UPDATE {table.Table} SET {string.Join(", ", table.Emptied.Append(table.Column).Select(c => $"{c} = NULL"))} WHERE {table.Column} = ANY ({{0}})";
            await db.Database.ExecuteSqlRawAsync(sql, [ids], cancel);
        }
    }

    private async Task CollectAsync(Dictionary<Guid, SortedDictionary<string, int>> counts, string sql, Guid[] ids, CancellationToken cancel)
    {
        var rows = await db.Database.SqlQueryRaw<Destroyed>(sql, [ids, at]).ToListAsync(cancel);
        foreach (var row in rows) Add(counts, row.Id, row.Table, row.Count);
    }

    private static void Add(Dictionary<Guid, SortedDictionary<string, int>> counts, Guid id, string table, int count)
    {
        if (!counts.TryGetValue(id, out var tables)) counts[id] = tables = new(StringComparer.Ordinal);
        tables[table] = count;
    }

    private Task NoteAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancel) => proven ? Task.CompletedTask : LedgerChain.AppendAsync(db, entries, cancel);

    private LedgerEntry Entry(Doomed doomed, string category, LedgerAction action, Dictionary<Guid, SortedDictionary<string, int>> counts) => new()
    {
        Id = Guid.NewGuid(),
        SubjectHash = HashOf(doomed.Id),
        Category = category,
        Action = action,
        Rule = doomed.Rule,
        PolicyVersion = doomed.PolicyVersion,
        Trigger = doomed.Trigger,
        LastActivityMonth = doomed.LastActivityOn is { } last ? LedgerEntry.MonthOf(last) : null,
        DueOn = doomed.DueOn,
        ExecutedAt = at,
        Counts = JsonSerializer.Serialize(counts.GetValueOrDefault(doomed.Id) ?? []),
    };

    /// <summary>What the ledger keeps of an id: its SHA-256. A restored backup finds whom to erase again by hashing the ids it holds.</summary>
    public static byte[] HashOf(Guid id) => SHA256.HashData(id.ToByteArray(bigEndian: true));

    private static Guid[] Ids(IReadOnlyList<Doomed> doomed) => [.. doomed.Select(d => d.Id)];

    private sealed record Destroyed(string Table, Guid Id, int Count);

    private sealed record Named(Guid Id, Guid? PropertyId);
}

/// <summary>A record that is about to go, with what the ledger says about it.</summary>
public sealed record Doomed(Guid Id, Rule Rule, int PolicyVersion, Trigger Trigger, DateOnly? LastActivityOn, DateOnly? DueOn);
