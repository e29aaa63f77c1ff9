using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Core.Restores;

/// <summary>Does to a restored database what the register outside says was done since the backup, finding people by hashing the ids that the backup holds. Set-based, in batches, and safe to repeat.</summary>
/// <param name="connection">The restored database, as its owner.</param>
/// <param name="history">The register, as far as it is whole.</param>
/// <param name="since">Number of the last entry of the ledger that the backup held.</param>
/// <param name="clock">The agency's clock.</param>
internal sealed class LedgerReplay(NpgsqlConnection connection, OutsideHistory history, long since, AgencyClock clock)
{
    private const int BatchSize = 1000;
    private static readonly string[] Guarded = ["contacts", "holds", "parties", "obligations"];
    private readonly List<RunCount> _counts = [];

    /// <summary>What is wrong with the register, also when it is compared with the ledger that the backup held.</summary>
    public async Task<OutsideFault?> FaultAsync(CancellationToken cancel)
    {
        if (history.Fault is not null || since == 0) return history.Fault;
        await using var db = CrmDbContext.On(connection);
        var held = await db.Ledger.Where(e => e.Number == since).Select(e => e.Hash).SingleOrDefaultAsync(cancel);
        if (history.Entries.FirstOrDefault(e => e.Number == since) is not { } known) return OutsideFault.Older;
        return held is null || known.Hash.AsSpan().SequenceEqual(held) ? null : OutsideFault.Foreign;
    }

    /// <summary>Replays everything that can be read. A register of another database is not replayed.</summary>
    public async Task<IReadOnlyList<RunCount>> RunAsync(CancellationToken cancel)
    {
        if (await FaultAsync(cancel) == OutsideFault.Foreign) return [];
        await LedgerAsync(cancel);
        await PlantAsync(cancel);
        await ExecuteAsync("policy", "restored", Facts.Policies, cancel);
        await ExecuteAsync("account", "closed", Facts.Accounts, cancel);
        await ExecuteAsync("key", "revoked", Facts.Keys, cancel);
        await MergesAsync(cancel);
        await ExecuteAsync("hold", "reviewed", Facts.HoldsKnown, cancel);
        await ExecuteAsync("consent", "withdrawn", Facts.Consents, cancel);
        await ExecuteAsync("subscription", "stopped", Facts.Subscriptions, cancel);
        await EachAsync("obligations", "category IN ('mandate', 'contract')", LedgerAction.Erased, "obligation", "erased", (erasure, doomed) => erasure.DestroyObligationsAsync(doomed, "contract", cancel), cancel);
        await ContactsAsync(cancel);
        await EachAsync("inquiries", "category = 'inquiry'", LedgerAction.Erased, "inquiry", "erased", (erasure, doomed) => erasure.DestroyInquiriesAsync(doomed, cancel), cancel);
        await EachAsync("properties", "category = 'property'", LedgerAction.Erased, "property", "erased", (erasure, doomed) => erasure.DestroyPropertiesAsync(doomed, cancel), cancel);
        await EachAsync("properties", "category = 'property' AND EXISTS (SELECT FROM photos p WHERE p.property_id = t.id)", LedgerAction.ErasedInPart, "property", "photos-destroyed", (erasure, doomed) => erasure.DestroyPhotosAsync(doomed, cancel), cancel);
        await ExecuteAsync("hold", "placed", Facts.HoldsUnknown, cancel);
        await ExecuteAsync("objection", "lifted", Facts.ObjectionsGone, cancel);
        await ExecuteAsync("objection", "restored", Facts.Objections, cancel);
        await AgainAsync(cancel);
        // Told again under the ids they have now.
        await ExecuteAsync(null, "", "UPDATE holds SET review_on = review_on WHERE lifted_at IS NULL", cancel);
        return _counts;
    }

    /// <summary>Nobody whom the ledger names as erased is there, the chain is whole and ends where the register says, and whom it says is held is held.</summary>
    public async Task<bool> VerifyAsync(CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(connection);
        if (!(await LedgerChain.VerifyAsync(db, cancel)).Intact) return false;
        if (history.Entries.LastOrDefault() is { } last && await FaultAsync(cancel) is null && !await db.Ledger.AnyAsync(e => e.Number == last.Number && e.Hash == last.Hash, cancel)) return false;
        return await AskAsync<long>(Facts.Alive, cancel) == 0 && (!_planted || await AskAsync<long>(Facts.HeldMissing, cancel) == 0);
    }

    private bool _planted;

    private async Task LedgerAsync(CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(connection);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await LedgerChain.ContinueAsync(db, history.Entries, cancel);
        await transaction.CommitAsync(cancel);
    }

    // Ids are hashed once, and only the people of the register are kept.
    private async Task PlantAsync(CancellationToken cancel)
    {
        await ExecuteAsync(null, "", Facts.Tables, cancel);
        var restored = history.Lines.LastOrDefault(l => l.Kind == OutsideKind.Restored)?.Number ?? 0;
        await using (var writer = await connection.BeginBinaryImportAsync("COPY outside_facts (recent, kind, data) FROM STDIN (FORMAT binary)", cancel))
        {
            foreach (var (line, fact) in history.Facts)
            {
                await writer.StartRowAsync(cancel);
                await writer.WriteAsync(line > restored, NpgsqlDbType.Boolean, cancel);
                await writer.WriteAsync(fact.Kind, NpgsqlDbType.Text, cancel);
                await writer.WriteAsync(fact.Data.GetRawText(), NpgsqlDbType.Jsonb, cancel);
            }
            await writer.CompleteAsync(cancel);
        }
        await using var plant = new NpgsqlCommand(Facts.Living, connection) { CommandTimeout = 0, Parameters = { new("since", since), new("open", history.Open.SelectMany(l => l.Subjects ?? []).Distinct().ToArray()) } };
        await plant.ExecuteNonQueryAsync(cancel);
        _planted = true;
    }

    // In their order. One that is not in the backup lives on in the other: what is said of it later is said of that one.
    private async Task MergesAsync(CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(connection);
        foreach (var entry in await db.Ledger.AsNoTracking().Where(e => e.Number > since && e.Action == LedgerAction.Merged).OrderBy(e => e.Number).ToListAsync(cancel))
        {
            var ids = await db.Database.SqlQuery<Living>($"SELECT hash, id FROM living WHERE hash = {entry.SubjectHash} OR hash = {entry.OtherHash}").ToListAsync(cancel);
            var (kept, gone) = (ids.Find(l => l.Hash.SequenceEqual(entry.SubjectHash))?.Id, ids.Find(l => l.Hash.SequenceEqual(entry.OtherHash!))?.Id);
            if (gone is null || kept == gone) continue;
            if (kept is { } into && (await new ContactMerge(db, clock).AgainAsync(new Merge(into, gone.Value), new Act(null, entry.ExecutedAt), cancel)).Refusal is null) _counts.Add(new RunCount("contact", "merged", "", 1));
            await db.Database.ExecuteSqlAsync($"UPDATE living SET id = {kept ?? gone} WHERE id = {gone}", cancel);
            if (kept is null) await db.Database.ExecuteSqlAsync($"INSERT INTO living (hash, id) VALUES ({entry.SubjectHash}, {gone})", cancel);
        }
    }

    private async Task ContactsAsync(CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(connection);
        var done = await db.Database.SqlQuery<DoneTo>($"""
            SELECT l.number, v.id, l.action, l.executed_at, CASE l.action WHEN 'ErasedInPart' THEN c.restricted WHEN 'Archived' THEN c.status = 'Archived' ELSE false END AS already FROM ledger l JOIN living v ON v.hash = l.subject_hash JOIN contacts c ON c.id = v.id
            WHERE l.number > {since} AND l.category = 'contact' AND l.action <> 'Merged' ORDER BY l.number
            """).ToListAsync(cancel);
        await ExecuteAsync(null, "", Facts.RequestsExecuted, cancel);
        var erased = done.Where(d => d.Action == nameof(LedgerAction.Erased)).Select(d => d.Id).ToHashSet();
        var stay = done.Where(d => !erased.Contains(d.Id)).ToList();
        foreach (var one in stay.Where(d => d.Action == nameof(LedgerAction.ErasedInPart)))
            await InTransactionAsync(one.ExecutedAt, (_, erasure) => erasure.RestrictAsync(Doom(one.Id), cancel), cancel);
        foreach (var night in stay.Where(d => d.Action == nameof(LedgerAction.Archived)).GroupBy(d => d.Id).Select(g => g.Last()).GroupBy(d => d.ExecutedAt).SelectMany(g => g.Chunk(BatchSize)))
            await InTransactionAsync(night[0].ExecutedAt, (_, erasure) => erasure.ArchiveAsync([.. night.Select(d => Doom(d.Id))], cancel), cancel);
        foreach (var ids in erased.Chunk(BatchSize))
        {
            await InTransactionAsync(clock.Now, async (own, erasure) =>
            {
                // They were parties of nothing any more when they were erased.
                await own.Database.ExecuteSqlAsync($"DELETE FROM parties WHERE contact_id = ANY ({ids})", cancel);
                await erasure.EraseAsync([.. ids.Select(Doom)], cancel);
            }, cancel);
        }
        Count("contact", "restricted", stay.Where(d => d is { Action: nameof(LedgerAction.ErasedInPart), Already: false }).DistinctBy(d => d.Id).Count());
        Count("contact", "archived", stay.Where(d => d is { Action: nameof(LedgerAction.Archived), Already: false }).DistinctBy(d => d.Id).Count());
        Count("contact", "erased", erased.Count);
    }

    private async Task EachAsync(string table, string category, LedgerAction action, string counted, string did, Func<PersonErasure, IReadOnlyList<Doomed>, Task> destroy, CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(connection);
        var sql = $"SELECT t.id AS \"Value\" FROM {table} t JOIN ledger l ON l.subject_hash = sha256(uuid_send(t.id)) WHERE l.number > {{0}} AND l.{category} AND l.action = {{1}}";
        var ids = (await db.Database.SqlQueryRaw<Guid>(sql, since, action.ToString()).ToListAsync(cancel)).Distinct().ToList();
        foreach (var batch in ids.Chunk(BatchSize)) await InTransactionAsync(clock.Now, (_, erasure) => destroy(erasure, [.. batch.Select(Doom)]), cancel);
        Count(counted, did, ids.Count);
    }

    // What was under way when the database was lost: nobody knows whether it was committed, so the rules decide once more.
    private async Task AgainAsync(CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(connection);
        foreach (var intent in history.Open.Where(l => l.Category == "contact" && l.Subjects is not null && l.Trigger is not null))
        {
            var hashes = intent.Subjects!.Select(Convert.FromHexString).ToArray();
            var ids = await db.Database.SqlQuery<Guid>($"SELECT DISTINCT v.id AS \"Value\" FROM living v JOIN contacts c ON c.id = v.id WHERE v.hash = ANY ({hashes})").ToListAsync(cancel);
            if (ids.Count == 0) continue;
            if (intent.Trigger == Trigger.Request) await RequestsAgainAsync(db, ids, cancel);
            else await (await RetentionBatches.StartAsync(connection, clock.Today, clock.Now, apply: true, cancel)).AgainAsync(ids, intent.Trigger!.Value, cancel);
            Count("contact", "decided-again", ids.Count);
        }
    }

    private async Task RequestsAgainAsync(CrmDbContext db, List<Guid> ids, CancellationToken cancel)
    {
        foreach (var id in ids)
        {
            var request = await db.RightsRequests.FirstOrDefaultAsync(r => r.ContactId == id && r.Kind == RightKind.Erasure && r.ClosedOn == null, cancel);
            if (request is null)
            {
                db.RightsRequests.Add(request = new RightsRequest { ContactId = id, Kind = RightKind.Erasure, Channel = RequestChannel.PersonalPage, ReceivedOn = clock.Today });
                await db.SaveChangesAsync(cancel);
            }
            await new Review(db, clock).ExecuteErasureRequestAsync(request.Id, new Act(null, clock.Now), cancel);
            db.ChangeTracker.Clear();
        }
    }

    private async Task InTransactionAsync(DateTimeOffset at, Func<CrmDbContext, PersonErasure, Task> work, CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(connection);
        db.Database.SetCommandTimeout(0);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // The register proves that it was right when it was done: what the backup still says is owed or held is not asked again.
        await db.Database.ExecuteSqlRawAsync(LastLine("DISABLE"), cancel);
        await work(db, new PersonErasure(db, clock.DateOf(at), at, proven: true));
        await db.Database.ExecuteSqlRawAsync(LastLine("ENABLE"), cancel);
        await transaction.CommitAsync(cancel);
    }

    private static string LastLine(string turn) => string.Join("; ", Guarded.Select(table => $"ALTER TABLE {table} {turn} TRIGGER {table}_last_line"));

    private async Task ExecuteAsync(string? category, string action, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0, Parameters = { new("since", since), new("now", clock.Now), new("zone", clock.Zone.Id) } };
        var rows = await command.ExecuteNonQueryAsync(cancel);
        if (category is not null) Count(category, action, rows);
    }

    private async Task<T> AskAsync<T>(string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync(cancel))!;
    }

    private void Count(string category, string action, int count)
    {
        if (count > 0) _counts.Add(new RunCount(category, action, "", count));
    }

    private static Doomed Doom(Guid id) => new(id, default, 0, default, null, null);

    private sealed record Living(byte[] Hash, Guid Id);

    private sealed record DoneTo(long Number, Guid Id, string Action, DateTimeOffset ExecutedAt, bool Already);
}
