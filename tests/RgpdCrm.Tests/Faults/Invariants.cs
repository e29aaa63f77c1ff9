using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Faults;

/// <summary>What must be so after a fault, whatever happened in between: nobody is half erased; the ledger names exactly those who are gone; whoever is held or owed is there with everything;
/// its chain is whole; nothing of the erased is in a full dump; and once all is quiet the outboxes are empty.</summary>
internal sealed partial class Invariants
{
    private readonly TestDatabase _database;
    private readonly Dictionary<Guid, Person> _before;
    private readonly HashSet<Guid> _kept;

    private Invariants(TestDatabase database, Dictionary<Guid, Person> before, HashSet<Guid> kept) => (_database, _before, _kept) = (database, before, kept);

    /// <summary>Remembers who is there before the fault, and who of them must stay.</summary>
    public static async Task<Invariants> BeforeAsync(TestDatabase database)
    {
        var kept = await database.OwnerConnectionString.QueryAsync<Guid>("""
            SELECT id FROM contacts c WHERE kept_until >= current_date OR EXISTS (SELECT FROM holds h WHERE h.contact_id = c.id AND h.lifted_at IS NULL)
            """);
        return new Invariants(database, await PeopleAsync(database), [.. kept]);
    }

    /// <summary>Someone whom a hold or an act saved after all.</summary>
    public void MustStay(Guid person) => _kept.Add(person);

    /// <summary>Someone whose record became part of another one.</summary>
    public void Merged(Guid person) => _before.Remove(person);

    /// <summary>The same people, looked for in another database: one that was restored.</summary>
    public Invariants In(TestDatabase database) => new(database, _before, _kept);

    /// <summary>Asks twice: now, and after one more run, which must find nothing to do.</summary>
    /// <param name="again">The run, and whatever drains the outboxes.</param>
    public async Task HoldTwiceAsync(Func<Task> again)
    {
        var state = await HoldAsync();
        await DrainedAsync();
        await again();
        Assert.Equal(state, await HoldAsync());
        await DrainedAsync();
    }

    /// <summary>Asks once, as soon as a fault has struck.</summary>
    /// <returns>The whole state, but for what a quiet run notes about itself.</returns>
    public async Task<string> HoldAsync()
    {
        await using var db = Open(_database);
        Assert.True((await LedgerChain.VerifyAsync(db)).Intact);
        var entries = await db.Ledger.AsNoTracking().Where(e => e.Category == "contact").Select(e => new { e.SubjectHash, e.Action }).ToListAsync();
        var erased = entries.Where(e => e.Action == LedgerAction.Erased).Select(e => Convert.ToHexString(e.SubjectHash)).ToList();
        var reduced = entries.Where(e => e.Action != LedgerAction.Erased).Select(e => Convert.ToHexString(e.SubjectHash)).ToHashSet();
        var dump = await _database.DumpAsync();

        var (now, words) = (await PeopleAsync(_database), Words().Matches(dump).Select(m => m.Value).ToHashSet());
        var faults = _before.SelectMany(person => FaultsOf(person.Key, person.Value, now.GetValueOrDefault(person.Key), erased.Contains(Hash(person.Key)), reduced.Contains(Hash(person.Key)), words))
            .Concat(now.Where(person => !person.Value.Alive).Select(person => $"{person.Key} is gone and {string.Join(", ", person.Value.Rows.Keys)} is left"))
            .Concat(erased.Distinct().Count() < erased.Count ? ["someone was erased twice"] : []);
        Assert.Empty(faults);
        return string.Join('\n', dump.Split('\n').Where(IsState).Order(StringComparer.Ordinal));
    }

    private IEnumerable<string> FaultsOf(Guid id, Person before, Person? now, bool erased, bool reduced, HashSet<string> words)
    {
        if (now is null != erased) yield return now is null ? $"{id} is gone without a word in the ledger" : $"{id} is in the ledger and alive";
        if (now is null && _kept.Contains(id)) yield return $"{id} was held or owed and is gone";
        if (now is null && before.Addresses.Append(id.ToString()).Where(words.Contains).ToList() is { Count: > 0 } left) yield return $"{id} is gone and the dump still says {string.Join(", ", left)}";
        if (now is not null && !reduced && before.Rows.FirstOrDefault(rows => now.Rows.GetValueOrDefault(rows.Key) < rows.Value).Key is { } lost) yield return $"{id} is alive and lost {lost}";
    }

    private async Task DrainedAsync() => Assert.Equal(0L, (await _database.OwnerConnectionString.QueryAsync<long>(
        "SELECT (SELECT count(*) FROM object_removals) + (SELECT count(*) FROM outgoing_mails WHERE state = 'Recorded')")).Single());

    private static async Task<Dictionary<Guid, Person>> PeopleAsync(TestDatabase database)
    {
        await using var db = Open(database);
        var people = (await db.Contacts.AsNoTracking().Select(c => new { c.Id, Addresses = c.Emails.Select(e => e.Value) }).ToListAsync())
            .ToDictionary(c => c.Id, c => new Person(Alive: true, [.. c.Addresses], []));
        var hanging = ErasureInventory.Of(db.Model).Select(h => (h.Table, h.Column)).Append((Table: "parties", Column: "contact_id"));
        var counts = string.Join(" UNION ALL ", hanging.Select(h => $"SELECT '{h.Table}' AS \"table\", {h.Column} AS id, count(*)::int AS count FROM {h.Table} WHERE {h.Column} IS NOT NULL GROUP BY 2"));
        foreach (var row in await db.Database.SqlQueryRaw<Hanging>(counts).ToListAsync())
        {
            if (!people.TryGetValue(row.Id, out var person)) people[row.Id] = person = new Person(Alive: false, [], []);
            person.Rows[row.Table] = row.Count;
        }
        return people;
    }

    // A session of its own: those of the pool may be what the fault broke.
    private static CrmDbContext Open(TestDatabase database) => CrmDbContext.Open(new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { Pooling = false }.ConnectionString);

    private static string Hash(Guid id) => Convert.ToHexString(PersonErasure.HashOf(id));

    // The report of a run, the job store's own affairs, and the random word that pg_dump writes around its text.
    private static bool IsState(string line) =>
        line.StartsWith("INSERT INTO ", StringComparison.Ordinal) && !line.StartsWith("INSERT INTO public.retention_runs", StringComparison.Ordinal) && !line.StartsWith("INSERT INTO hangfire.", StringComparison.Ordinal);

    /// <param name="Alive">There is a record, and not only what hangs on it.</param>
    /// <param name="Addresses">Their e-mail addresses.</param>
    /// <param name="Rows">Rows that hang on them, by table.</param>
    private sealed record Person(bool Alive, string[] Addresses, Dictionary<string, int> Rows);

    private sealed record Hanging(string Table, Guid Id, int Count);

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[\w.+-]+@[\w.-]+")]
    private static partial Regex Words();
}
