using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Statistics;

namespace RgpdCrm.Core.Retention;

/// <summary>The phases of one run, in batches, on one connection. A preview walks the same lists with the same decisions and applies nothing.</summary>
internal sealed class RetentionBatches
{
    private const int BatchSize = 500;
    private const int Attempts = 3;

    private readonly NpgsqlConnection _connection;
    private readonly PolicyHistory _policies;
    private readonly DateOnly _today;
    private readonly DateTimeOffset _now;
    private readonly bool _apply;
    private readonly OutsideLedger? _outside;
    private readonly List<RunCount> _counts = [];
    private readonly HashSet<Guid> _failed = [];
    private readonly Dictionary<(string Category, Budget Budget), int> _left = [];

    private RetentionBatches(NpgsqlConnection connection, PolicyHistory policies, DateOnly today, DateTimeOffset now, bool apply, OutsideLedger? outside) =>
        (_connection, _policies, _today, _now, _apply, _outside) = (connection, policies, today, now, apply, outside);

    public static async Task<RetentionBatches> StartAsync(NpgsqlConnection connection, DateOnly today, DateTimeOffset now, bool apply, CancellationToken cancel, OutsideLedger? outside = null)
    {
        await using var db = CrmDbContext.On(connection);
        await db.Database.ExecuteSqlRawAsync("""
            CREATE TEMP TABLE IF NOT EXISTS waiting (category text, budget text, id uuid);
            CREATE TEMP TABLE IF NOT EXISTS previewed (id uuid PRIMARY KEY);
            TRUNCATE waiting, previewed
            """, cancel);
        await DueContacts.EmptyAsync(db, cancel);
        return new RetentionBatches(connection, await PolicyHistory.LoadAsync(db, cancel), today, now, apply, outside);
    }

    public IReadOnlyList<RunCount> Counts => RunCounts.Sum(_counts);

    public IReadOnlyCollection<Guid> FailedIds => _failed;

    /// <summary>Everything that falls due by itself, in the run's order: what a preview shows, and what must not stay overdue.</summary>
    public async Task DueAsync(CancellationToken cancel)
    {
        await ObligationsAsync(cancel);
        await ContactsAsync(cancel);
        await InquiriesAsync(cancel);
        await StatisticsAsync(cancel);
        await PropertiesAsync(cancel);
    }

    /// <summary>Ends reached by time alone become entries of the parties' history.</summary>
    public async Task RecordEndsAsync(CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(_connection);
        int recorded;
        do
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            var ids = await db.Database.SqlQuery<Guid>($"""
                SELECT id AS "Value" FROM obligations WHERE NOT end_recorded AND ends_on < {_today} ORDER BY ends_on LIMIT {BatchSize} FOR UPDATE SKIP LOCKED
                """).ToArrayAsync(cancel);
            recorded = ids.Length;
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO activities (id, contact_id, happened_on, kind, outcome, recorded_at, obligation_id)
                SELECT gen_random_uuid(), p.contact_id, o.ends_on, 'ObligationEnded', 'None', {_now}, o.id
                FROM obligations o JOIN parties p ON p.obligation_id = o.id JOIN contacts c ON c.id = p.contact_id
                WHERE o.id = ANY ({ids}) AND NOT c.restricted AND (c.status = 'Active' OR c.archived_on IS NULL OR o.ends_on > c.archived_on)
                ON CONFLICT (obligation_id, contact_id, kind) WHERE obligation_id IS NOT NULL DO NOTHING
                """, cancel);
            await db.Database.ExecuteSqlAsync($"UPDATE obligations SET end_recorded = true WHERE id = ANY ({ids})", cancel);
            await transaction.CommitAsync(cancel);
        }
        while (recorded == BatchSize);
    }

    /// <summary>Mandates and contracts the day after their ten years, unless held through a party.</summary>
    public async Task ObligationsAsync(CancellationToken cancel)
    {
        await ObligationsAsync("Mandate", "mandate", cancel);
        await ObligationsAsync("Contract", "contract", cancel);
    }

    private async Task ObligationsAsync(string type, string category, CancellationToken cancel)
    {
        await ListAsync($"""
            INSERT INTO due (position, id) SELECT row_number() OVER (ORDER BY ends_on, id), id FROM obligations
            WHERE type = @type AND ends_on <= @ended_before
            """, [new("type", type), new("ended_before", _today.AddYears(-Obligations.Obligation.KeptYears).AddDays(RetentionPolicy.ClampDays))], cancel);
        await WalkAsync(category, Trigger.Schedule, async (db, ids, batch) =>
        {
            if (_apply) ids = await LockAsync(db, "obligations", ids, cancel);
            var facts = await db.Obligations.AsNoTracking().Where(o => ids.Contains(o.Id)).Select(o => new
            {
                o.Id,
                o.EndsOn,
                Held = o.Parties.Any(p => db.Holds.Any(h => h.ContactId == p.ContactId && h.LiftedAt == null)),
            }).ToDictionaryAsync(o => o.Id, cancel);
            var approved = await ApprovedAsync(db, category, Budget.Deleting, ids, cancel);
            var doomed = new List<Doomed>();
            foreach (var o in ids.Where(facts.ContainsKey).Select(id => facts[id]))
            {
                if (o.Held || o.EndsOn is not { } end || _today <= ContactFacts.KeptUntilOf(end)) continue;
                if (!await batch.SpendAsync(category, Budget.Deleting, o.Id, Rule.ObligationExpired, approved.Contains(o.Id))) continue;
                doomed.Add(new Doomed(o.Id, Rule.ObligationExpired, _policies.Current.Version, Trigger.Schedule, end, ContactFacts.KeptUntilOf(end).AddDays(1)));
                batch.Count(category, "erased", Rule.ObligationExpired);
            }
            if (_apply) await new PersonErasure(db, _today, _now).DestroyObligationsAsync(doomed, category, cancel);
            else await db.Database.ExecuteSqlAsync($"INSERT INTO previewed SELECT unnest({doomed.Select(d => d.Id).ToArray()})", cancel);
        }, cancel);
    }

    /// <summary>Contacts: flag, release, archive, erase; each decided on its own locked row.</summary>
    public async Task ContactsAsync(CancellationToken cancel)
    {
        await using (var db = CrmDbContext.On(_connection)) await DueContacts.ListAsync(db, DueContacts.Bounds(_policies, _today), cancel);
        await WalkAsync("contact", Trigger.Schedule, (db, ids, batch) => ContactBatchAsync(db, ids, batch, (facts, _) => _policies.Decide(facts, _today), Trigger.Schedule, cancel), cancel);
    }

    /// <summary>Deletion orders whose ten minutes are over, through the same code.</summary>
    public async Task OrdersAsync(CancellationToken cancel)
    {
        await ListAsync("""
            INSERT INTO due (position, id) SELECT row_number() OVER (ORDER BY ordered_at, contact_id), contact_id FROM deletion_orders
            WHERE state = 'Waiting' AND due_at <= @now
            """, [new("now", _now)], cancel);
        await WalkAsync("contact", Trigger.Admin, async (db, ids, batch) =>
        {
            ids = await LockAsync(db, "contacts", ids, cancel);
            // The order may have been withdrawn an instant ago: it is read again once its person is locked.
            var standing = (await db.DeletionOrders.Where(o => ids.Contains(o.ContactId) && o.State == OrderState.Waiting && o.DueAt <= _now)
                .Select(o => o.ContactId).ToListAsync(cancel)).ToHashSet();
            await ContactBatchAsync(db, [.. ids.Where(standing.Contains)], batch, (facts, _) => _policies.For(facts).DecideOrder(facts, _today), Trigger.Admin, cancel);
        }, cancel);
    }

    /// <summary>Decides again about people whose batch was under way when the database was lost.</summary>
    public async Task AgainAsync(IReadOnlyCollection<Guid> people, Trigger trigger, CancellationToken cancel)
    {
        await ListAsync("INSERT INTO due (position, id) SELECT row_number() OVER (), id FROM unnest(@people) AS id", [new("people", people.ToArray())], cancel);
        await WalkAsync("contact", trigger, (db, ids, batch) => ContactBatchAsync(
            db, ids, batch, (facts, _) => trigger == Trigger.Admin ? _policies.For(facts).DecideOrder(facts, _today) : _policies.Decide(facts, _today), trigger, cancel), cancel);
    }

    /// <summary>Website inquiries after their months, unless their person is held.</summary>
    public async Task InquiriesAsync(CancellationToken cancel)
    {
        var months = _policies.Current.InquiryMonths;
        await ListAsync("INSERT INTO due (position, id) SELECT row_number() OVER (ORDER BY received_on, id), id FROM inquiries WHERE received_on <= @received_before",
            [new("received_before", _today.AddMonths(-months).AddDays(RetentionPolicy.ClampDays))], cancel);
        await WalkAsync("inquiry", Trigger.Schedule, async (db, ids, batch) =>
        {
            if (_apply) ids = await LockAsync(db, "inquiries", ids, cancel);
            var facts = await db.Inquiries.AsNoTracking().Where(i => ids.Contains(i.Id))
                .Select(i => new { i.Id, i.ReceivedOn, Held = db.Holds.Any(h => h.ContactId == i.ContactId && h.LiftedAt == null) })
                .ToDictionaryAsync(i => i.Id, cancel);
            var approved = await ApprovedAsync(db, "inquiry", Budget.Deleting, ids, cancel);
            var doomed = new List<Doomed>();
            foreach (var i in ids.Where(facts.ContainsKey).Select(id => facts[id]))
            {
                if (i.Held || _today < i.ReceivedOn.AddMonths(months)) continue;
                if (!await batch.SpendAsync("inquiry", Budget.Deleting, i.Id, Rule.InquiryExpired, approved.Contains(i.Id))) continue;
                doomed.Add(new Doomed(i.Id, Rule.InquiryExpired, _policies.Current.Version, Trigger.Schedule, i.ReceivedOn, i.ReceivedOn.AddMonths(months)));
                batch.Count("inquiry", "erased", Rule.InquiryExpired);
            }
            if (_apply) await new PersonErasure(db, _today, _now).DestroyInquiriesAsync(doomed, cancel);
        }, cancel);
    }

    /// <summary>Site statistics: finished days are summed, raw days go after their months; the sums stay.</summary>
    public async Task StatisticsAsync(CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(_connection);
        var totals = new DailyTotals(db, _today);
        if (_apply) await totals.SumAsync(cancel);
        foreach (var day in await totals.DueAsync(_policies.Current.StatisticsMonths, cancel))
        {
            if (_apply) await totals.DestroyAsync(day, _policies.Current, _now, cancel);
            _counts.Add(new RunCount("statistics", "erased", nameof(Rule.StatisticsExpired), 1));
        }
    }

    /// <summary>Properties without mandate or contract after their months; photos when their mandate is over.</summary>
    public async Task PropertiesAsync(CancellationToken cancel)
    {
        await ListAsync("""
            INSERT INTO due (position, id) SELECT row_number() OVER (ORDER BY id), id FROM (
              SELECT id FROM properties p WHERE changed_on <= @changed_before AND NOT EXISTS (SELECT FROM obligations o WHERE o.property_id = p.id)
              UNION
              SELECT ph.property_id FROM photos ph JOIN obligations o ON o.property_id = ph.property_id AND o.type = 'Mandate'
              GROUP BY ph.property_id HAVING max(o.ends_on) < @today AND (bool_or(ph.state = 'Published') OR max(o.ends_on) <= @ended_before)) properties
            """, [new("today", _today), new("changed_before", _today.AddMonths(-Property.KeptMonths).AddDays(RetentionPolicy.ClampDays)),
                new("ended_before", _today.AddMonths(-PropertySchedule.PhotosKeptMonths).AddDays(RetentionPolicy.ClampDays))], cancel);
        await WalkAsync("property", Trigger.Schedule, async (db, ids, batch) =>
        {
            if (_apply) ids = await LockAsync(db, "properties", ids, cancel);
            // In a preview, mandates and contracts that this run would destroy first are still there; their property goes with them.
            var rows = await db.Database.SqlQuery<PropertyFacts>($"""
                SELECT p.id, p.changed_on, EXISTS (SELECT FROM obligations o WHERE o.property_id = p.id) AS has_obligations,
                       (SELECT max(coalesce(o.ends_on, date '9999-12-31')) FROM obligations o WHERE o.property_id = p.id AND o.type = 'Mandate' AND NOT EXISTS (SELECT FROM previewed v WHERE v.id = o.id)) AS last_mandate_ends_on,
                       EXISTS (SELECT FROM photos ph WHERE ph.property_id = p.id AND ph.added_at <= {_now}) AS has_photos,
                       EXISTS (SELECT FROM photos ph WHERE ph.property_id = p.id AND ph.added_at <= {_now} AND ph.state = 'Published') AS has_published_photos
                FROM properties p WHERE p.id = ANY ({ids})
                  AND (NOT EXISTS (SELECT FROM obligations o WHERE o.property_id = p.id)
                       OR EXISTS (SELECT FROM obligations o WHERE o.property_id = p.id AND NOT EXISTS (SELECT FROM previewed v WHERE v.id = o.id)))
                """).ToListAsync(cancel);
            var (erased, destroyed, unpublished) = (new List<Doomed>(), new List<Doomed>(), new List<Guid>());
            foreach (var facts in rows)
            {
                switch (PropertySchedule.Decide(facts, _today))
                {
                    case PropertyDecision.Erase:
                        erased.Add(new Doomed(facts.Id, Rule.PropertyExpired, _policies.Current.Version, Trigger.Schedule, facts.ChangedOn, facts.ErasedOn));
                        batch.Count("property", "erased", Rule.PropertyExpired);
                        break;
                    case PropertyDecision.DestroyPhotos:
                        destroyed.Add(new Doomed(facts.Id, Rule.PhotosExpired, _policies.Current.Version, Trigger.Schedule, facts.LastMandateEndsOn, facts.PhotosDestroyedOn));
                        batch.Count("property", "photos-destroyed", Rule.PhotosExpired);
                        break;
                    case PropertyDecision.UnpublishPhotos:
                        unpublished.Add(facts.Id);
                        batch.Count("property", "unpublished", Rule.MandateOver);
                        break;
                }
            }
            if (!_apply) return;
            var erasure = new PersonErasure(db, _today, _now);
            await erasure.DestroyPropertiesAsync(erased, cancel);
            await erasure.DestroyPhotosAsync(destroyed, cancel);
            await erasure.UnpublishAsync(unpublished, cancel);
        }, cancel);
    }

    /// <summary>The other categories of retention.md.</summary>
    public async Task OtherCategoriesAsync(CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(_connection);
        foreach (var expiry in Expiries.All)
        {
            var gone = (await db.Database.SqlQueryRaw<int>(expiry.Sql, new NpgsqlParameter("today", _today), new NpgsqlParameter("now", _now)).ToListAsync(cancel)).Single();
            if (gone > 0 && expiry.Category != Expiries.Housekeeping) _counts.Add(new RunCount(expiry.Category, "erased", "Expired", gone));
        }
    }

    /// <summary>Freezes the lists of those whom this run made wait.</summary>
    public async Task FreezeBrakesAsync(bool replace, CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(_connection);
        await BrakeLists.FreezeAsync(db, _today, _now, replace, cancel);
    }

    private async Task ContactBatchAsync(CrmDbContext db, Guid[] ids, Batch batch, Func<ContactFacts, FactsRow, Verdict> decide, Trigger trigger, CancellationToken cancel)
    {
        if (_apply) ids = await LockAsync(db, "contacts", ids, cancel);
        var rows = await db.Contacts.Where(c => ids.Contains(c.Id)).Facts(db, _today).ToDictionaryAsync(r => r.Id, cancel);
        var flagApproved = await ApprovedAsync(db, "contact", Budget.Flagging, ids, cancel);
        var deleteApproved = await ApprovedAsync(db, "contact", Budget.Deleting, ids, cancel);
        var owing = await OwingAsync(db, ids, cancel);

        var (flagged, notified, released, returned, archived, erased, refused) = (new List<FactsRow>(), new List<Guid>(), new List<Guid>(), new List<Guid>(), new List<Doomed>(), new List<Doomed>(), new List<(Guid, Rule)>());
        foreach (var row in ids.Where(rows.ContainsKey).Select(id => rows[id]))
        {
            var facts = row.ToFacts();
            var verdict = decide(facts, row);
            var by = facts.Restricted && verdict.Rule == Rule.RequestedByPerson ? Trigger.Request : trigger;
            switch (verdict.Decision)
            {
                case Decision.Flag:
                    if (!await batch.SpendAsync("contact", Budget.Flagging, row.Id, verdict.Rule, flagApproved.Contains(row.Id))) break;
                    flagged.Add(row with { DeletionApproved = flagApproved.Contains(row.Id) });
                    if (!facts.Hold && !facts.OpenRequest && !facts.InArchive && !(_today > verdict.Dates.LegalLimit)) notified.Add(row.Id);
                    batch.Count("contact", "flagged", verdict.Rule);
                    break;
                case Decision.Reactivate:
                    released.Add(row.Id);
                    batch.Count("contact", "reactivated", verdict.Rule);
                    break;
                case Decision.Archive when facts.InArchive:
                    returned.Add(row.Id);
                    batch.Count("contact", "returned", verdict.Rule);
                    break;
                case Decision.Erase when owing.Contains(row.Id):
                    batch.Count("contact", RunCounts.Waiting, Rule.StillOwed);
                    break;
                case Decision.Archive or Decision.Erase:
                    var approved = row.DeletionApproved || deleteApproved.Contains(row.Id);
                    if (!await batch.SpendAsync("contact", Budget.Deleting, row.Id, verdict.Rule, approved, neverWaits: by == Trigger.Request)) break;
                    (verdict.Decision == Decision.Erase ? erased : archived)
                        .Add(new Doomed(row.Id, verdict.Rule, _policies.For(facts).Version, by, row.LastActivityOn, verdict.Dates.DeleteOn));
                    batch.Count("contact", verdict.Decision == Decision.Erase ? "erased" : "archived", verdict.Rule);
                    break;
                case Decision.Fail:
                    batch.Fail(row.Id, verdict.Rule);
                    break;
                default:
                    if (trigger == Trigger.Admin) refused.Add((row.Id, verdict.Rule));
                    break;
            }
        }
        if (!_apply) return;

        await db.Database.ExecuteSqlAsync($"DELETE FROM set_asides WHERE contact_id = ANY ({ids})", cancel);
        await FlagAsync(db, flagged, notified, cancel);
        await Schedule.ReleaseAsync(db, released, cancel);
        await Schedule.ReturnToArchiveAsync(db, returned, cancel);
        var erasure = new PersonErasure(db, _today, _now);
        await erasure.ArchiveAsync(archived, cancel);
        await erasure.EraseAsync(erased, cancel);
        foreach (var (id, rule) in refused)
            await db.DeletionOrders.Where(o => o.ContactId == id && o.State == OrderState.Waiting)
                .ExecuteUpdateAsync(o => o.SetProperty(x => x.State, OrderState.Refused).SetProperty(x => x.RefusedBecause, rule), cancel);
        foreach (var (id, rule) in batch.Failures) await SetAsideAsync(db, id, rule.ToString(), cancel);
    }

    private async Task FlagAsync(CrmDbContext db, List<FactsRow> flagged, List<Guid> notified, CancellationToken cancel)
    {
        if (flagged.Count == 0) return;
        var ids = flagged.Select(f => f.Id).ToArray();
        var approved = flagged.Where(f => f.DeletionApproved).Select(f => f.Id).ToArray();
        await db.Database.ExecuteSqlAsync($"""
            UPDATE contacts SET from_archive = (status = 'Archived'), status = 'PendingDeletion', pending_since = {_today}, pending_version = {_policies.Current.Version},
                   deletion_approved = (id = ANY ({approved}))
            WHERE id = ANY ({ids})
            """, cancel);
        await db.Database.ExecuteSqlAsync($"DELETE FROM brake_members WHERE subject_id = ANY ({ids})", cancel);
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO outgoing_mails (id, contact_id, template, created_at, state)
            SELECT gen_random_uuid(), c.id, {OutgoingMail.PendingNotice}, {_now}, 'Recorded' FROM contacts c
            WHERE c.id = ANY ({notified.ToArray()})
              AND EXISTS (SELECT FROM emails e WHERE e.contact_id = c.id) AND NOT EXISTS (SELECT FROM objections o WHERE o.contact_id = c.id)
            """, cancel);
    }

    /// <summary>Locks what nobody else is changing; the rest waits for the next run. Keeps the order.</summary>
    private static async Task<Guid[]> LockAsync(CrmDbContext db, string table, Guid[] ids, CancellationToken cancel)
    {
        var sql = $"SELECT id AS \"Value\" FROM {table} WHERE id = ANY ({{0}}) ORDER BY id FOR UPDATE SKIP LOCKED";
        var locked = (await db.Database.SqlQueryRaw<Guid>(sql, [ids]).ToListAsync(cancel)).ToHashSet();
        return [.. ids.Where(locked.Contains)];
    }

    private static async Task<HashSet<Guid>> ApprovedAsync(CrmDbContext db, string category, Budget budget, Guid[] ids, CancellationToken cancel) =>
        [.. await (from member in db.BrakeMembers
                   join brake in db.Brakes on member.BrakeId equals brake.Id
                   where brake.ApprovedAt != null && brake.Category == category && brake.Budget == budget && ids.Contains(member.SubjectId)
                   select member.SubjectId).ToListAsync(cancel)];

    /// <summary>People whose mandates or contracts still exist, braked or held: they wait for them.</summary>
    private static async Task<HashSet<Guid>> OwingAsync(CrmDbContext db, Guid[] ids, CancellationToken cancel) =>
        [.. await db.Database.SqlQuery<Guid>($"""
            SELECT DISTINCT p.contact_id AS "Value" FROM parties p WHERE p.contact_id = ANY ({ids}) AND NOT EXISTS (SELECT FROM previewed v WHERE v.id = p.obligation_id)
            """).ToListAsync(cancel)];

    private async Task ListAsync(string insert, NpgsqlParameter[] parameters, CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(_connection);
        await DueContacts.EmptyAsync(db, cancel);
        await db.Database.ExecuteSqlRawAsync(insert, parameters, cancel);
    }

    // One intent a batch, on the disk outside before its transaction opens: who may be destroyed is known only inside it.
    private async Task WalkAsync(string category, Trigger trigger, Func<CrmDbContext, Guid[], Batch, Task> process, CancellationToken cancel)
    {
        for (var from = 0L; ; from += BatchSize)
        {
            var ids = await NextAsync(from, cancel);
            if (ids.Length == 0) return;
            await using var db = CrmDbContext.On(_connection);
            await (_apply ? _outside : null).TraceAsync(db, new Intent(trigger, category, ids), async () =>
            {
                await TryAsync(ids, process, cancel);
                return true;
            }, cancel);
        }
    }

    private async Task<Guid[]> NextAsync(long from, CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(_connection);
        return await db.Database.SqlQuery<Guid>($"""
            SELECT id AS "Value" FROM due WHERE position > {from} AND position <= {from + BatchSize} ORDER BY position
            """).ToArrayAsync(cancel);
    }

    private async Task TryAsync(Guid[] ids, Func<CrmDbContext, Guid[], Batch, Task> process, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await OneTransactionAsync(ids, process, cancel);
                return;
            }
            catch (Exception e) when (e.GetBaseException() is PostgresException its && IsRowFault(its))
            {
                // The mapper wraps what passes by itself, such as a deadlock.
                var fault = (PostgresException)e.GetBaseException();
                if (IsTransient(fault) && attempt < Attempts) continue;
                if (ids.Length == 1)
                {
                    await SetAsideAloneAsync(ids[0], FaultOf(fault), cancel);
                    return;
                }
                break;
            }
        }
        // One of them fails: each on its own, so that the rest goes on.
        foreach (var id in ids) await TryAsync([id], process, cancel);
    }

    private async Task OneTransactionAsync(Guid[] ids, Func<CrmDbContext, Guid[], Batch, Task> process, CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(_connection);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var batch = new Batch((category, budget) => LeftAsync(db, category, budget, cancel));
        await process(db, ids, batch);
        if (_apply)
        {
            foreach (var ((category, budget), used) in batch.Used)
                await db.Database.ExecuteSqlAsync($"""
                    INSERT INTO brake_uses (date, category, budget, used) VALUES ({_today}, {category}, {budget.ToString()}, {used})
                    ON CONFLICT (date, category, budget) DO UPDATE SET used = brake_uses.used + excluded.used
                    """, cancel);
            foreach (var list in batch.Waiting.GroupBy(w => (w.Category, w.Budget)))
                await db.Database.ExecuteSqlAsync($"INSERT INTO waiting SELECT {list.Key.Category}, {list.Key.Budget.ToString()}, unnest({list.Select(w => w.Id).ToArray()})", cancel);
        }
        await transaction.CommitAsync(cancel);

        foreach (var (key, used) in batch.Used) _left[key] -= used;
        _counts.AddRange(RunCounts.Sum(batch.Counts));
        foreach (var (id, _) in batch.Failures) _failed.Add(id);
    }

    private async Task<int> LeftAsync(CrmDbContext db, string category, Budget budget, CancellationToken cancel)
    {
        if (_left.TryGetValue((category, budget), out var left)) return left;
        var (used, cap) = await Brakes.UseAsync(db, category, budget, _today, cancel);
        return _left[(category, budget)] = cap - used;
    }

    private async Task SetAsideAloneAsync(Guid id, string fault, CancellationToken cancel)
    {
        _failed.Add(id);
        _counts.Add(new RunCount("contact", "failed", fault, 1));
        if (!_apply) return;
        await using var db = CrmDbContext.On(_connection);
        await SetAsideAsync(db, id, fault, cancel);
    }

    private async Task SetAsideAsync(CrmDbContext db, Guid id, string fault, CancellationToken cancel) =>
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO set_asides (contact_id, since, fault) SELECT id, {_today}, {fault} FROM contacts WHERE id = {id} ON CONFLICT (contact_id) DO NOTHING
            """, cancel);

    /// <summary>Kind of a fault, without the database's message: messages may carry values.</summary>
    internal static string FaultOf(Exception e) => e is PostgresException p ? $"PostgreSQL {p.SqlState}" : e.GetBaseException().GetType().Name;

    private static bool IsTransient(PostgresException e) => e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable;

    // Classes 53, 57 and 58 are the server's own troubles: the run stops and the next one finishes.
    private static bool IsRowFault(PostgresException e) => e.SqlState[..2] is not ("53" or "57" or "58" or "08");

    /// <summary>What one transaction counts; believed only once it has committed.</summary>
    private sealed class Batch(Func<string, Budget, Task<int>> left)
    {
        public List<RunCount> Counts { get; } = [];
        public List<(Guid Id, Rule Rule)> Failures { get; } = [];
        public List<(string Category, Budget Budget, Guid Id)> Waiting { get; } = [];
        public Dictionary<(string Category, Budget Budget), int> Used { get; } = [];

        public void Count(string category, string action, Rule rule) => Counts.Add(new RunCount(category, action, rule.ToString(), 1));

        public void Fail(Guid id, Rule rule)
        {
            Failures.Add((id, rule));
            Count("contact", "failed", rule);
        }

        /// <summary>Takes one from the budget. Whoever an admin approved comes on top of it; a person's own request counts but never waits.</summary>
        public async Task<bool> SpendAsync(string category, Budget budget, Guid id, Rule rule, bool approved, bool neverWaits = false)
        {
            if (approved) return true;
            var used = Used.GetValueOrDefault((category, budget));
            if (used >= await left(category, budget) && !neverWaits)
            {
                Waiting.Add((category, budget, id));
                Count(category, RunCounts.Waiting, rule);
                return false;
            }
            Used[(category, budget)] = used + 1;
            return true;
        }
    }
}
