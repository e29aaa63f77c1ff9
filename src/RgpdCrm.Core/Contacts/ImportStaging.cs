using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Contacts;

/// <summary>The database's side of an import, inside one transaction: rows go into temporary tables by COPY and on from there by whole sets.
/// People are written with the clocks their history gives, so the triggers find nothing left to change.</summary>
internal sealed class ImportStaging(NpgsqlTransaction transaction, DateOnly today, Act act, Fingerprints fingerprints)
{
    private readonly NpgsqlConnection connection = transaction.Connection ?? throw new InvalidOperationException("The import's transaction is over.");

    // Rows written in the same transaction have no statistics yet: without this the planner reads whole tables for each person.
    // The name, mail and phone indexes take their new entries in one go; autovacuum merges what is left.
    private const string Tables = """
        SET LOCAL enable_hashjoin = off;
        SET LOCAL enable_mergejoin = off;
        SET LOCAL jit = off;
        SET LOCAL gin_pending_list_limit = '32MB';
        SET LOCAL work_mem = '64MB';
        CREATE TEMP TABLE staged_people (
          line int, id uuid, import_key bytea, kind text, last_name text, first_name text, organisation text, siren text, search_name text,
          roles int, responsible_id uuid, collected_on date, source text, emails text[], phones text[], street text, postal_code text, city text,
          last_contact_on date, by_person boolean, fingerprints bytea[]) ON COMMIT DROP;
        CREATE TEMP TABLE staged_obligations (
          line int, import_key bytea, type text, kind text, reference text, signed_on date, ends_on date, side text) ON COMMIT DROP;
        CREATE TEMP TABLE imported_people (id uuid PRIMARY KEY) ON COMMIT DROP;
        """;

    private const string People = """
        INSERT INTO contacts (id, import_key, kind, last_name, first_name, organisation, siren, search_name, roles, language, responsible_id,
          collected_on, created_at, idle_on, idle_kind, silent_on, silent_kind, status, from_archive, postponements, deletion_approved, restricted)
        SELECT id, import_key, kind, last_name, first_name, organisation, siren, search_name, roles, 'fr', responsible_id, collected_on, @now,
          last_contact_on, CASE WHEN last_contact_on IS NOT NULL THEN 'LastContactBeforeImport' END,
          CASE WHEN by_person THEN last_contact_on END, CASE WHEN by_person AND last_contact_on IS NOT NULL THEN 'LastContactBeforeImport' END,
          'Active', false, 0, false, false
        FROM staged_people ORDER BY line
        ON CONFLICT (import_key) DO NOTHING
        """;

    private const string New = "INSERT INTO imported_people SELECT s.id FROM staged_people s JOIN contacts c ON c.id = s.id";

    private const string Details = """
        INSERT INTO emails (id, contact_id, value, place)
        SELECT gen_random_uuid(), s.id, e.value, e.place - 1 FROM staged_people s JOIN imported_people USING (id), unnest(s.emails) WITH ORDINALITY e (value, place);
        INSERT INTO phones (id, contact_id, value)
        SELECT gen_random_uuid(), s.id, p FROM staged_people s JOIN imported_people USING (id), unnest(s.phones) p;
        INSERT INTO addresses (id, contact_id, street, postal_code, city, country)
        SELECT gen_random_uuid(), s.id, s.street, s.postal_code, s.city, 'FR' FROM staged_people s JOIN imported_people USING (id)
        WHERE (s.street, s.postal_code, s.city) <> ('', '', '');
        """;

    // Who objected stays out of mailings, whatever file brings them back.
    private const string Objections = """
        INSERT INTO objections (id, contact_id, fingerprint, channel, latest_on)
        SELECT DISTINCT ON (s.id, o.fingerprint) gen_random_uuid(), s.id, o.fingerprint, o.channel, o.latest_on
        FROM staged_people s JOIN imported_people USING (id), unnest(s.fingerprints) f JOIN objections o ON o.fingerprint = f
        WHERE o.latest_on > @today - interval '3 years'
        ORDER BY s.id, o.fingerprint, o.latest_on DESC
        """;

    private const string Objected = "SELECT count(DISTINCT o.contact_id)::int FROM objections o JOIN imported_people i ON i.id = o.contact_id";

    private const string History = """
        INSERT INTO activities (id, contact_id, happened_on, kind, outcome, by_id, recorded_at, text)
        SELECT gen_random_uuid(), s.id, a.happened_on, a.kind, a.outcome, @by, @now, a.text
        FROM staged_people s JOIN imported_people USING (id)
        CROSS JOIN LATERAL (VALUES
          (@today, 'Import', 'None', nullif('Origine : ' || s.source, 'Origine : ')),
          (s.last_contact_on, 'LastContactBeforeImport', CASE WHEN s.by_person THEN 'InitiatedByPerson' ELSE 'None' END, NULL))
          AS a (happened_on, kind, outcome, text)
        WHERE a.happened_on IS NOT NULL
        """;

    private const string Obligations = """
        INSERT INTO obligations (id, type, mandate_kind, contract_kind, reference, exclusive, signed_on, starts_on, term_on, completed_on, end_recorded)
        SELECT DISTINCT ON (type, reference) gen_random_uuid(), type,
          CASE WHEN type = 'Mandate' THEN kind END, CASE WHEN type = 'Contract' THEN kind END, reference, CASE WHEN type = 'Mandate' THEN false END,
          signed_on, signed_on, CASE WHEN kind <> 'Deed' THEN ends_on END, CASE WHEN kind = 'Deed' THEN ends_on END, coalesce(ends_on < @today, false)
        FROM staged_obligations ORDER BY type, reference, line
        ON CONFLICT (type, reference) DO NOTHING
        """;

    // Someone in the archive has no history any more: only an act dated after the archiving may enter it.
    private const string Parties = """
        WITH joined AS (
          INSERT INTO parties (id, obligation_id, contact_id, side)
          SELECT DISTINCT ON (o.id, c.id) gen_random_uuid(), o.id, c.id, s.side
          FROM staged_obligations s
          JOIN contacts c ON c.import_key = s.import_key
          JOIN obligations o ON (o.type, o.reference) = (s.type, s.reference) AND coalesce(o.mandate_kind, o.contract_kind) = s.kind AND o.signed_on = s.signed_on
          ORDER BY o.id, c.id, s.line
          ON CONFLICT (obligation_id, contact_id) DO NOTHING
          RETURNING obligation_id, contact_id)
        INSERT INTO activities (id, contact_id, happened_on, kind, outcome, by_id, recorded_at, obligation_id)
        SELECT gen_random_uuid(), j.contact_id, a.happened_on, a.kind, 'None', @by, @now, o.id
        FROM joined j
        JOIN obligations o ON o.id = j.obligation_id
        JOIN contacts c ON c.id = j.contact_id
        CROSS JOIN LATERAL (VALUES (o.signed_on, 'ObligationSigned'), (CASE WHEN o.end_recorded THEN o.ends_on END, 'ObligationEnded')) AS a (happened_on, kind)
        WHERE a.happened_on > CASE WHEN c.status = 'Archived' OR c.from_archive THEN c.archived_on ELSE date '-infinity' END
        ON CONFLICT (obligation_id, contact_id, kind) WHERE obligation_id IS NOT NULL DO NOTHING
        """;

    private const string OtherDates = """
        SELECT s.line FROM staged_obligations s JOIN obligations o ON (o.type, o.reference) = (s.type, s.reference)
        WHERE (coalesce(o.mandate_kind, o.contract_kind), o.signed_on) IS DISTINCT FROM (s.kind, s.signed_on) ORDER BY s.line
        """;

    public int Created { get; private set; }

    public int ObligationsCreated { get; private set; }

    public async Task BeginAsync(CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Tables, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Brings rows in. Returns the lines whose mandate or contract bears the number of another one.</summary>
    public async Task<IReadOnlyList<int>> StoreAsync(IReadOnlyList<ImportRow> rows, CancellationToken cancel)
    {
        await CopyPeopleAsync(rows, cancel);
        await ExecuteAsync("ANALYZE staged_people", cancel);
        await ExecuteAsync(People, cancel);
        Created += await ExecuteAsync(New, cancel);
        await ExecuteAsync(Details, cancel);
        await ExecuteAsync(Objections, cancel);
        await ExecuteAsync(History, cancel);

        List<int> strangers = [];
        if (rows.Any(r => r.Obligations.Count > 0))
        {
            await CopyObligationsAsync(rows, cancel);
            await ExecuteAsync("ANALYZE staged_obligations", cancel);
            ObligationsCreated += await ExecuteAsync(Obligations, cancel);
            await ExecuteAsync(Parties, cancel);
            await using var lines = new NpgsqlCommand(OtherDates, connection);
            await using var reader = await lines.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel)) strangers.Add(reader.GetInt32(0));
        }
        await ExecuteAsync("TRUNCATE staged_people, staged_obligations", cancel);
        return strangers;
    }

    /// <summary>How many of the people created had objected before.</summary>
    public async Task<int> ObjectedAsync(CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Objected, connection);
        return (int)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Those of the people created whom a run on that date would put into the queue, by the run's own rules.</summary>
    public async Task<IReadOnlyList<Guid>> DueAsync(DateOnly run, CancellationToken cancel)
    {
        await ExecuteAsync("ANALYZE imported_people", cancel);
        await using var db = CrmDbContext.On(connection);
        var policies = await PolicyHistory.LoadAsync(db, cancel);

        // Broad: Decide has the last word.
        var idleBefore = run.AddMonths(-policies.Current.InactivityMonths).AddDays(RetentionPolicy.ClampDays);
        var silentBefore = run.AddMonths(-policies.Current.SilenceMonths).AddDays(RetentionPolicy.ClampDays);
        var rows = db.Contacts.FromSqlRaw("SELECT c.*, c.xmin FROM contacts c JOIN imported_people i ON i.id = c.id")
            .Where(c => c.IdleSince <= idleBefore || c.SilentSince <= silentBefore).Facts(db, run);
        List<Guid> due = [];
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancel))
            if (policies.Decide(row.ToFacts(), run).Decision == Decision.Flag) due.Add(row.Id);
        return due;
    }

    /// <summary>How many people a run on that date may still put into the queue.</summary>
    public async Task<int> RoomAsync(DateOnly run, CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(connection);
        var (used, cap) = await Brakes.UseAsync(db, "contact", Budget.Flagging, run, cancel);
        return Math.Max(0, cap - used);
    }

    /// <summary>Approves the entry of these people into the queue, beyond the brake, or proposes it to a second admin;
    /// <see cref="Approval.OtherList"/>, and nothing done, when another list waits for one already.</summary>
    public async Task<Approval> ApproveAsync(IReadOnlyList<Guid> due, CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(connection);
        await db.Database.UseTransactionAsync(transaction, cancel);
        var eyes = await FourEyes.JudgeAsync(db, act, null, cancel);
        if (!await BrakeLists.ApproveEntriesAsync(db, due, today, act, eyes, cancel)) return Approval.OtherList;
        return eyes == Eyes.First ? Approval.Proposed : Approval.Given;
    }

    /// <summary>Notes that an import took place.</summary>
    public async Task AuditAsync(CancellationToken cancel)
    {
        await using var db = CrmDbContext.On(connection);
        await db.Database.UseTransactionAsync(transaction, cancel);
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "contacts.imported", "import", null));
        await db.SaveChangesAsync(cancel);
    }

    private async Task CopyPeopleAsync(IReadOnlyList<ImportRow> rows, CancellationToken cancel)
    {
        await using var copy = await connection.BeginBinaryImportAsync("COPY staged_people FROM STDIN (FORMAT BINARY)", cancel);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancel);
            await copy.WriteAsync(row.Line, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid, cancel);
            await copy.WriteAsync(row.Key, NpgsqlDbType.Bytea, cancel);
            await copy.WriteAsync(row.Name.Kind.ToString(), NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.Name.LastName, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.Name.FirstName, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.Name.Organisation, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.Name.Siren, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.Name.SearchKey, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync((int)row.Roles, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync(row.ResponsibleId, NpgsqlDbType.Uuid, cancel);
            await copy.WriteAsync(row.CollectedOn, NpgsqlDbType.Date, cancel);
            await copy.WriteAsync(row.Source, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.Emails, NpgsqlDbType.Array | NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.Phones, NpgsqlDbType.Array | NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.Street, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.PostalCode, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.City, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.LastContactOn, NpgsqlDbType.Date, cancel);
            await copy.WriteAsync(row.ByPerson, NpgsqlDbType.Boolean, cancel);
            await copy.WriteAsync((byte[][])[.. row.Emails.Select(fingerprints.OfEmail), .. row.Phones.Select(fingerprints.OfPhone)], NpgsqlDbType.Array | NpgsqlDbType.Bytea, cancel);
        }
        await copy.CompleteAsync(cancel);
    }

    private async Task CopyObligationsAsync(IReadOnlyList<ImportRow> rows, CancellationToken cancel)
    {
        await using var copy = await connection.BeginBinaryImportAsync("COPY staged_obligations FROM STDIN (FORMAT BINARY)", cancel);
        foreach (var row in rows)
        {
            foreach (var obligation in row.Obligations)
            {
                await copy.StartRowAsync(cancel);
                await copy.WriteAsync(row.Line, NpgsqlDbType.Integer, cancel);
                await copy.WriteAsync(row.Key, NpgsqlDbType.Bytea, cancel);
                await copy.WriteAsync(obligation.Type, NpgsqlDbType.Text, cancel);
                await copy.WriteAsync(obligation.Kind, NpgsqlDbType.Text, cancel);
                await copy.WriteAsync(obligation.Reference, NpgsqlDbType.Text, cancel);
                await copy.WriteAsync(obligation.SignedOn, NpgsqlDbType.Date, cancel);
                await copy.WriteAsync(obligation.EndsOn, NpgsqlDbType.Date, cancel);
                await copy.WriteAsync(obligation.Side.ToString(), NpgsqlDbType.Text, cancel);
            }
        }
        await copy.CompleteAsync(cancel);
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (sql.Contains("@now", StringComparison.Ordinal)) command.Parameters.AddWithValue("now", act.At.ToUniversalTime());
        if (sql.Contains("@today", StringComparison.Ordinal)) command.Parameters.AddWithValue("today", today);
        if (sql.Contains("@by", StringComparison.Ordinal)) command.Parameters.Add(new("by", NpgsqlDbType.Uuid) { Value = act.By is { } by ? by : DBNull.Value });
        return await command.ExecuteNonQueryAsync(cancel);
    }
}
