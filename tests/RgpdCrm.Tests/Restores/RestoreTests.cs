using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Restores;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Tests.Faults;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Restores;

/// <summary>The promise of the product: the machine is lost, a backup is restored, and nobody who was erased comes back.</summary>
public sealed class RestoreTests(PostgresFixture postgres) : IAsyncLifetime
{
    // What the register outside has to bring back of people whose clocks moved, or whose hold has a new id.
    private const string Known = """
        SELECT (to_jsonb(c) - '{idle_on,idle_kind,idle_since,silent_on,silent_kind,silent_since}'::text[])::text FROM contacts c
        UNION ALL SELECT (to_jsonb(h) - '{id,reason,reference}'::text[])::text FROM holds h
        UNION ALL SELECT to_jsonb(r)::text FROM rights_requests r WHERE kind = 'Erasure'
        UNION ALL SELECT to_jsonb(o)::text FROM consents o JOIN contacts c ON c.id = o.contact_id WHERE c.first_name <> 'Anne'
        UNION ALL SELECT to_jsonb(s)::text FROM subscriptions s JOIN contacts c ON c.id = s.contact_id WHERE c.first_name <> 'Anne' ORDER BY 1
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-restore");
    private Agency _agency = null!;
    private TestDatabase _rebuilt = null!;
    private Warehouse _warehouse = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string KeyFile => Path.Combine(_folder.FullName, "backup.keys");
    private string Storage => _warehouse.Folder.FullName;
    private FolderBackupStore Store => new(Path.Combine(_folder.FullName, "store"));
    private BackupSettings Settings => new(_agency.Database.BackupConnectionString, KeyFile);
    private OutsideLedger Outside => new(Path.Combine(_folder.FullName, "ledger"), _agency.Clock);
    private OutsideCopy Copy => new(Outside, Store, Settings);
    private RetentionRun Engine => new(_agency.App, _agency.Clock, NullLogger<RetentionRun>.Instance, Outside);
    private Restoration Restoration => new(_agency.Clock, Outside, Copy);
    private static PostgresClient Client => new(PostgresBinaries.Find().Folder);

    public async ValueTask InitializeAsync()
    {
        _agency = await Agency.OpenAsync(postgres);
        _rebuilt = await postgres.CreateDatabaseAsync();
        _warehouse = new Warehouse(_agency);
        BackupKeys.Begin(KeyFile, _agency.Today);
    }

    public async ValueTask DisposeAsync()
    {
        await _rebuilt.DisposeAsync();
        await _agency.DisposeAsync();
        _warehouse.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_machine_is_lost_and_nobody_who_was_erased_comes_back()
    {
        // 700 people, 500 of them due tonight; mails wait, an account and a personal link are in use.
        await SeedAsync();
        var (kept, held) = (await IdsAsync("last_name = 'Kept'"), (await IdsAsync("last_name = 'Kept'")).Take(3).ToArray());
        var (jeanne, twin, tenant, opposed) = (kept[10], kept[11], await _agency.PendingAsync("Thomas", "2024-03-01", "2026-09-15"), kept[20..22]);
        await _agency.ContractAsync("B-1", "2020-06-30", tenant);
        // As last night's run left it.
        await _agency.SqlAsync("UPDATE obligations SET end_recorded = true");
        var asking = kept[30];
        var invariants = await Invariants.BeforeAsync(_agency.Database);
        invariants.Merged(twin);
        foreach (var id in held) invariants.MustStay(id);
        // Doors that stand open, and a deletion that an admin ordered and takes back.
        await _agency.SqlAsync($"""
            INSERT INTO contact_links (id, contact_id, email_id, purpose, hash, expires_at) SELECT gen_random_uuid(), contact_id, id, 'Preferences', sha256(uuid_send(id)), '2027-01-01' FROM emails LIMIT 1;
            INSERT INTO sessions (id, account_id, started_at, seen_at, device) SELECT gen_random_uuid(), id, now(), now(), '' FROM accounts;
            INSERT INTO api_keys (id, name, hash, created_at) VALUES (gen_random_uuid(), 'site', sha256('site'), now());
            INSERT INTO deletion_orders (id, contact_id, ordered_at, due_at, together, state) VALUES (gen_random_uuid(), '{kept[40]}', now(), now(), 1, 'Waiting');
            """);
        var backup = await BackUpAsync();
        await _agency.SqlAsync("UPDATE deletion_orders SET state = 'Withdrawn'; UPDATE api_keys SET revoked_at = now(); UPDATE accounts SET disabled_at = now()");

        // Five nights and their days.
        for (var night = 0; night < 5; night++)
        {
            Assert.True((await Engine.RunAsync(new RunRequest())).Outcome is RunOutcome.Succeeded);
            _agency.Time.Advance(TimeSpan.FromDays(1));
        }
        await using (var db = _agency.Db())
        {
            var review = new Review(db, _agency.Clock, Outside);
            Assert.All((await review.HoldAsync(held, "Litige en cours", null, _agency.Today.AddMonths(6), _agency.Act, Cancel)).Values, r => Assert.True(r.Done));
            var objections = new ObjectionList(db, _agency.Clock, Agency.Fingerprints, Outside);
            var choices = new Choices(db, _agency.Clock, review, objections, Outside);
            foreach (var id in opposed) Assert.True(await choices.NoteObjectionAsync(id, _agency.Act, Cancel));
            Assert.Null((await new ContactMerge(db, _agency.Clock, Outside).MergeAsync(new Merge(jeanne, twin), _agency.Act, Cancel)).Refusal);
            await EraseAtRequestAsync(db, review, asking);
            var wanted = new RetentionPolicy { Version = 2, InactivityMonths = 31 };
            Assert.True((await new Publication(db, Outside).PublishAsync(wanted, "Décision de la direction", _agency.Act, cancel: Cancel)).Done);
        }
        var head = await _agency.SqlAsync<byte[]>("SELECT hash FROM ledger ORDER BY number DESC LIMIT 1");
        await using (var db = _agency.Db()) Assert.Equal((1, 0), (await Copy.RunAsync(db, Cancel), await Copy.RunAsync(db, Cancel)));

        // The machine is lost, the folder of the register with it: what lies beside the backups is all there is.
        await _agency.Database.DisposeAsync();
        Directory.Delete(Outside.Folder, recursive: true);
        var restore = await RestoreAsync(backup);

        Assert.Null(restore.Fault);
        Assert.NotNull(restore.VerifiedAt);
        Assert.Equal(0L, await RebuiltAsync<long>("SELECT count(*) FROM contacts WHERE last_name = 'Due'"));
        Assert.Equal(198L, await RebuiltAsync<long>("SELECT count(*) FROM contacts WHERE last_name = 'Kept'"));
        Assert.Equal("Archived", await RebuiltAsync<string>($"SELECT status FROM contacts WHERE id = '{tenant}'"));
        Assert.Equal(0L, await RebuiltAsync<long>($"SELECT count(*) FROM contacts WHERE id IN ('{twin}', '{asking}')"));
        Assert.Equal(held.Order(), (await _rebuilt.OwnerConnectionString.QueryAsync<Guid>("SELECT contact_id FROM holds WHERE lifted_at IS NULL")).Order());
        Assert.Equal(4L, await RebuiltAsync<long>($"SELECT count(*) FROM objections WHERE contact_id IN ('{opposed[0]}', '{opposed[1]}')"));
        Assert.Equal(31, await RebuiltAsync<int>("SELECT inactivity_months FROM policy_versions WHERE version = 2"));
        Assert.Equal(head, await RebuiltAsync<byte[]>("SELECT hash FROM ledger ORDER BY number DESC LIMIT 1"));
        Assert.Equal(0L, await RebuiltAsync<long>("SELECT (SELECT count(*) FROM contact_links) + (SELECT count(*) FROM sessions)"));
        Assert.Equal((0L, 0L), (await RebuiltAsync<long>("SELECT count(*) FROM accounts WHERE disabled_at IS NULL"), await RebuiltAsync<long>("SELECT count(*) FROM api_keys WHERE revoked_at IS NULL")));
        Assert.Equal("Withdrawn", await RebuiltAsync<string>("SELECT state FROM deletion_orders"));
        Assert.Equal(0L, await RebuiltAsync<long>("SELECT count(*) FROM accounts WHERE security_stamp = 'stamp of before'"));

        // Closed: no run, no mail, until a human opens it.
        await using var rebuilt = CrmDbContext.Open(_rebuilt.AppConnectionString);
        var engine = new RetentionRun(_rebuilt.AppConnectionString, _agency.Clock, NullLogger<RetentionRun>.Instance, Outside);
        Assert.Equal(RunNotes.Closed, (await engine.RunAsync(new RunRequest(_agency.Today))).Note);
        Assert.Equal(0L, await RebuiltAsync<long>("SELECT count(*) FROM outgoing_mails WHERE state <> 'Quarantined'"));
        Assert.Null(await Restoration.OpenAsync(rebuilt, _agency.Act, knowingly: false, Cancel));
        Assert.False(await Restore.IsClosedAsync(rebuilt, Cancel));
        await invariants.In(_rebuilt).HoldTwiceAsync(async () => Assert.NotEqual(RunOutcome.Failed, (await engine.RunAsync(new RunRequest(_agency.Today))).Outcome));
        var history = await OutsideHistory.ReadAsync(Directory.EnumerateFiles(Outside.Folder, "*.jsonl"), Cancel);
        Assert.Null(history.Fault);
        Assert.True((await LedgerChain.VerifyAsync(rebuilt, Cancel)).Intact);
    }

    [Fact]
    public async Task Without_a_whole_register_it_stays_closed_until_someone_says_to_know_what_that_means()
    {
        await _agency.PendingAsync("Karim", "2024-03-01", "2026-09-15");
        var (ines, helene) = (await _agency.CallerAsync("Ines", "2026-05-14"), await _agency.CallerAsync("Hélène", "2026-05-14"));
        await Engine.RunAsync(new RunRequest());
        var early = (await LinesAsync())[..^1];
        var backup = await BackUpAsync();
        await using (var db = _agency.Db())
        {
            var review = new Review(db, _agency.Clock, Outside);
            await EraseAtRequestAsync(db, review, ines);
            Assert.True((await review.HoldAsync(helene, "Litige", null, _agency.Today.AddMonths(1), _agency.Act, Cancel)).Done);
        }
        var (lines, foreign) = (await LinesAsync(), await ForeignAsync());

        // Withheld: whoever was erased since is there again, and nobody but an admin gets in to see it.
        Directory.Delete(Outside.Folder, recursive: true);
        Assert.Equal(OutsideFault.Missing, (await RestoreAsync(backup)).Fault);
        Assert.Equal(1L, await RebuiltAsync<long>($"SELECT count(*) FROM contacts WHERE id = '{ines}'"));
        await using var rebuilt = CrmDbContext.Open(_rebuilt.AppConnectionString);
        foreach (var (left, fault) in new[] { (early, OutsideFault.Older), (foreign, OutsideFault.Foreign), ([.. lines[..^1], lines[^1].Replace("Dispute", "Disputf", StringComparison.Ordinal)], OutsideFault.Altered) })
        {
            await WriteAsync(left);
            Assert.Equal(fault, (await Restoration.ReplayAsync(_rebuilt.OwnerConnectionString, Cancel)).Fault);
            Assert.Equal(OpenRefusal.WithoutRegister, await Restoration.OpenAsync(rebuilt, _agency.Act, knowingly: false, Cancel));
            rebuilt.ChangeTracker.Clear();
        }
        // Of the altered one, what stands before the damage was replayed; the hold was not known to be done, so it stands.
        Assert.Equal(0L, await RebuiltAsync<long>($"SELECT count(*) FROM contacts WHERE id = '{ines}'"));
        Assert.Equal(helene, await RebuiltAsync<Guid>("SELECT contact_id FROM holds WHERE lifted_at IS NULL"));

        Assert.Null(await Restoration.OpenAsync(rebuilt, _agency.Act, knowingly: true, Cancel));

        Assert.False(await Restore.IsClosedAsync(rebuilt, Cancel));
        Assert.Equal("restore.opened-knowingly", await rebuilt.AuditEntries.OrderByDescending(a => a.At).Select(a => a.Action).FirstAsync(Cancel));
        Assert.True(await rebuilt.Restores.AnyAsync(r => r.Knowingly && r.Fault == OutsideFault.Altered, Cancel));
        var begun = await OutsideHistory.ReadAsync(Outside.Segments(), Cancel);
        Assert.Null(begun.Fault);
        Assert.Equal(await rebuilt.Ledger.CountAsync(Cancel), begun.Entries.Count());
        Assert.Contains(begun.Facts, f => f.Fact.Kind == "hold");
        Assert.Equal(OpenRefusal.NotClosed, await Restoration.OpenAsync(rebuilt, _agency.Act, knowingly: true, Cancel));
    }

    [Fact]
    public async Task Whatever_was_destroyed_restricted_withdrawn_or_lifted_since_the_backup_is_so_again()
    {
        // Someone with a running lease, who asks to be erased; someone whose only lease ended ten years ago.
        var (omar, pauline) = (await _agency.CallerAsync("Omar", "2026-05-14"), await _agency.CallerAsync("Pauline", "2026-05-14"));
        await _agency.ContractAsync("B-1", null, omar);
        await _agency.ContractAsync("B-2", "2016-11-10", pauline);
        var (erasure, freezing) = (await RequestAsync(omar, RightKind.Erasure), await RequestAsync(await _agency.CallerAsync("Jules", "2026-05-14"), RightKind.Restriction));
        // A house of that time with its mandate, one that nobody ever mandated, one whose mandate ended a year ago.
        var (old, never, stays) = (await _warehouse.PropertyAsync("A-1"), await _warehouse.PropertyAsync("A-2", "2024-11-10"), await _warehouse.PropertyAsync("A-3"));
        await _warehouse.DocumentAsync(await _warehouse.MandateAsync(old, "2016-01-01", "2016-11-10"));
        await _warehouse.MandateAsync(stays, "2025-01-01", "2025-11-10");
        foreach (var house in (Guid[])[old, never, stays]) await _warehouse.PhotoAsync(house);
        // As last night's run left them.
        await _agency.SqlAsync("UPDATE obligations SET end_recorded = ends_on IS NOT NULL");
        await _agency.SqlAsync("INSERT INTO inquiries (id, received_on, status, name, message) VALUES (gen_random_uuid(), '2024-11-10', 'New', 'Nora', 'Bonjour')");
        // Three holds, an objection and two agreements of before.
        var (hugo, ida, lea, claire, anne) = (await _agency.CallerAsync("Hugo", "2026-05-14"), await _agency.CallerAsync("Ida", "2026-05-14"), await _agency.CallerAsync("Léa", "2026-05-14"),
            await _agency.CallerAsync("Claire", "2026-05-14"), await _agency.CallerAsync("Anne", "2026-05-14"));
        await DoAsync(async (review, desk, choices) =>
        {
            Assert.All((await review.HoldAsync([hugo, ida], "Litige", null, _agency.Today.AddMonths(6), _agency.Act, Cancel)).Values, r => Assert.True(r.Done));
            Assert.Null(await desk.RestrictAsync(await RequestAsync(lea, RightKind.Restriction), "Exactitude contestée", _agency.Today.AddMonths(1), _agency.Act, Cancel));
            foreach (var id in (Guid[])[omar, claire]) Assert.True(await choices.NoteConsentAsync(id, Channel.Email, "agence", "v1", _agency.Act, Cancel));
            Assert.True(await choices.NoteObjectionAsync(anne, _agency.Act, Cancel));
        });
        await _agency.SqlAsync($"INSERT INTO outgoing_mails (id, contact_id, template, text, created_at, state) VALUES (gen_random_uuid(), '{omar}', 'personal', 'Bonjour', now(), 'Recorded')");
        var backup = await BackUpAsync();

        await DoAsync(async (review, desk, choices) =>
        {
            Assert.Equal(Decision.Restrict, await review.ExecuteErasureRequestAsync(erasure, _agency.Act, Cancel));
            Assert.Null(await desk.RestrictAsync(freezing, "Exactitude contestée", _agency.Today.AddMonths(2), _agency.Act, Cancel));
            Assert.True((await review.LiftHoldAsync(hugo, _agency.Act, Cancel)).Done);
            Assert.True((await review.ReviewHoldAsync(ida, _agency.Today.AddMonths(9), _agency.Act, Cancel)).Done);
            Assert.True(await desk.LiftRestrictionAsync(lea, _agency.Act, Cancel));
            Assert.True(await choices.StopAsync(claire, Cancel));
            Assert.True(await choices.ChooseChannelsAsync(anne, [Channel.Email], "v1", Cancel));
        });
        Assert.Equal(["contract erased 1", "inquiry erased 1", "mandate erased 1", "property erased 1", "property photos-destroyed 1"],
            (await Engine.RunAsync(new RunRequest())).Counts.Select(c => $"{c.Category} {c.Action} {c.Count}"));
        await _warehouse.DrainAsync();
        var (lost, known) = (await _agency.Database.EverythingAsync(), await _agency.Database.OwnerConnectionString.QueryAsync<string>(Known));

        await _agency.Database.DisposeAsync();
        var restore = await RestoreAsync(backup);

        Assert.Equal((null, true), (restore.Fault, restore.VerifiedAt is not null));
        var replayed = await _rebuilt.EverythingAsync();
        // What was only created since is lost: exchanges and the clocks they moved, Anne's new agreement, the answer to Jules, who pressed which button.
        Assert.Equal("activities audit_entries backups brake_uses consents contacts holds object_removals request_steps restores retention_runs rights_requests subscriptions", Differing(lost, replayed));
        Assert.Equal(known, await _rebuilt.OwnerConnectionString.QueryAsync<string>(Known));
        // Of three photos their masters came back, and of a document.
        Assert.Equal("Document 1 PhotoMaster 3 PublishedPhoto 3", string.Join(' ', await _rebuilt.OwnerConnectionString.QueryAsync<string>("SELECT what || ' ' || count(*) FROM object_removals GROUP BY what ORDER BY 1")));
        string[] told = ["consent withdrawn 1", "contact restricted 1", "hold placed 1", "hold reviewed 3", "inquiry erased 1", "objection lifted 2", "obligation erased 2", "property erased 1", "property photos-destroyed 1", "subscription stopped 1"];
        Assert.Equal(told, restore.Counts.Select(c => $"{c.Category} {c.Action} {c.Count}"));

        Assert.NotNull((await Restoration.ReplayAsync(_rebuilt.OwnerConnectionString, Cancel)).VerifiedAt);
        Assert.Equal("", Differing(replayed, await _rebuilt.EverythingAsync()));
    }

    [Fact]
    public async Task What_was_under_way_when_the_database_was_lost_is_decided_again()
    {
        var (karim, helene) = (await _agency.PendingAsync("Karim", "2024-03-01", "2026-09-15"), await _agency.CallerAsync("Hélène", "2026-05-14"));
        var asking = await _agency.CallerAsync("Ines", "2026-05-14");
        var disputed = await _agency.CallerAsync("Omar", "2026-05-14");
        var backup = await BackUpAsync();
        await using var db = _agency.Db();
        await Outside.IntendAsync(db, new Intent(Trigger.Schedule, "contact", [karim, helene]), Cancel);
        await Outside.IntendAsync(db, new Intent(Trigger.Request, "contact", [asking]), Cancel);
        await Outside.IntendAsync(db, new Intent(Trigger.Admin, "hold", [], OutsideFact.Of("hold", new { subject = OutsideLine.HashOf(disputed), kind = "Dispute", reviewOn = "2027-03-01" })), Cancel);
        await Outside.IntendAsync(db, new Intent(Trigger.Request, "consent", [], OutsideFact.Of("subscription", new { subject = OutsideLine.HashOf(helene) })), Cancel);

        var restore = await RestoreAsync(backup);

        Assert.NotNull(restore.VerifiedAt);
        Assert.Equal([helene, disputed], (await _rebuilt.OwnerConnectionString.QueryAsync<Guid>("SELECT id FROM contacts ORDER BY first_name")).ToArray());
        Assert.Equal(disputed, await RebuiltAsync<Guid>("SELECT contact_id FROM holds WHERE lifted_at IS NULL"));
        Assert.Empty((await OutsideHistory.ReadAsync(Outside.Segments(), Cancel)).Open);
    }

    private async Task SeedAsync()
    {
        await _agency.SqlAsync("""
            INSERT INTO contacts (id, kind, last_name, first_name, search_name, roles, language, collected_on, created_at, status, pending_since, pending_version, from_archive, postponements, deletion_approved, restricted)
            SELECT gen_random_uuid(), 'Private', CASE WHEN n <= 500 THEN 'Due' ELSE 'Kept' END, 'N' || n, 'n' || n, 1, 'fr', '2023-01-10', now(), CASE WHEN n <= 500 THEN 'PendingDeletion' ELSE 'Active' END,
                   CASE WHEN n <= 500 THEN date '2026-09-15' END, CASE WHEN n <= 500 THEN 1 END, false, 0, n <= 500, false
            FROM generate_series(1, 700) AS n;
            """);
        await _agency.SqlAsync("""
            INSERT INTO activities (id, contact_id, happened_on, kind, outcome, recorded_at) SELECT gen_random_uuid(), id, CASE last_name WHEN 'Due' THEN date '2024-03-01' ELSE date '2026-05-14' END, 'InboundCall', 'None', now() FROM contacts;
            INSERT INTO emails (id, contact_id, value) SELECT gen_random_uuid(), id, lower(first_name) || '@example.org' FROM contacts;
            INSERT INTO phones (id, contact_id, value) SELECT gen_random_uuid(), id, '+336399' || lpad(substr(first_name, 2), 5, '0') FROM contacts;
            INSERT INTO accounts (id, full_name, role, email_confirmed, security_stamp, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
            VALUES (gen_random_uuid(), 'Léa Fontaine', 'Admin', true, 'stamp of before', false, false, true, 0);
            INSERT INTO outgoing_mails (id, contact_id, template, created_at, state) SELECT gen_random_uuid(), id, 'preferences-link', now(), 'Recorded' FROM contacts LIMIT 10;
            """);
    }

    private async Task EraseAtRequestAsync(CrmDbContext db, Review review, Guid person)
    {
        var request = new RightsRequest { ContactId = person, Kind = RightKind.Erasure, ReceivedOn = _agency.Today, Identity = IdentityState.ByLink };
        db.RightsRequests.Add(request);
        await db.SaveChangesAsync(Cancel);
        Assert.Equal(Decision.Erase, await review.ExecuteErasureRequestAsync(request.Id, _agency.Act, Cancel));
    }


    private static string Differing(string[] before, string[] after) => string.Join(' ', before.Except(after).Select(line => line.Split(' ')[0]));

    private async Task<Guid> RequestAsync(Guid person, RightKind kind)
    {
        await using var db = _agency.Db();
        var request = new RightsRequest { ContactId = person, Kind = kind, ReceivedOn = _agency.Today, Identity = IdentityState.ByLink, PapersKey = kind == RightKind.Erasure ? StoredFiles.NewKey() : null };
        db.RightsRequests.Add(request);
        await db.SaveChangesAsync(Cancel);
        return request.Id;
    }

    private async Task DoAsync(Func<Review, RightsDesk, Choices, Task> acts)
    {
        await using var db = _agency.Db();
        var review = new Review(db, _agency.Clock, Outside);
        var objections = new ObjectionList(db, _agency.Clock, Agency.Fingerprints, Outside);
        var choices = new Choices(db, _agency.Clock, review, objections, Outside);
        await acts(review, new RightsDesk(db, _agency.Clock, choices, objections, review, Outside), choices);
    }

    private async Task<Guid[]> IdsAsync(string which) => [.. await _agency.Database.OwnerConnectionString.QueryAsync<Guid>($"SELECT id FROM contacts WHERE {which} ORDER BY first_name")];

    private async Task<string> BackUpAsync()
    {
        await using var db = _agency.Db();
        return (await new BackupRun(Settings, Store, Client, db, new PhotoFiles(Storage), new DocumentFiles(Storage), _agency.Clock, NullLogger<BackupRun>.Instance).TakeAsync(Cancel))!.Name;
    }

    private async Task<Restore> RestoreAsync(string backup)
    {
        await new BackupRestore(Settings, Store, Client, new PhotoFiles(Storage), new DocumentFiles(Storage)).RunAsync(backup, _rebuilt.OwnerConnectionString, Cancel);
        await Agency.MigrateAsync(_rebuilt.OwnerConnectionString);
        await Restoration.CloseAsync(_rebuilt.OwnerConnectionString, backup, Cancel);
        return await Restoration.ReplayAsync(_rebuilt.OwnerConnectionString, Cancel);
    }

    private async Task<T?> RebuiltAsync<T>(string sql) => (await _rebuilt.OwnerConnectionString.QueryAsync<T>(sql)).Single();

    private async Task<string[]> LinesAsync() => (await File.ReadAllTextAsync(Outside.Segments()[^1], Encoding.UTF8, Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task WriteAsync(string[] lines)
    {
        Directory.CreateDirectory(Outside.Folder);
        await File.WriteAllTextAsync(Path.Combine(Outside.Folder, "2026-11.jsonl"), string.Join('\n', lines) + "\n", Cancel);
    }

    // As whole as ours, of another ledger.
    private async Task<string[]> ForeignAsync()
    {
        await _agency.SqlAsync("DELETE FROM ledger; UPDATE installation SET chain = NULL");
        await _agency.PendingAsync("Zoé", "2024-03-01", "2026-09-15");
        var outside = new OutsideLedger(Path.Combine(_folder.FullName, "other"), _agency.Clock);
        await new RetentionRun(_agency.App, _agency.Clock, NullLogger<RetentionRun>.Instance, outside).RunAsync(new RunRequest());
        return await File.ReadAllLinesAsync(outside.Segments()[^1], Cancel);
    }
}
