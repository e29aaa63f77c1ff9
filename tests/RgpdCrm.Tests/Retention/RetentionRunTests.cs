using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Retention;

/// <summary>The nightly run on real rows.</summary>
public sealed class RetentionRunTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Claire_enters_the_queue_waits_two_months_and_is_gone_with_proof()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var claire = await agency.CallerAsync("Claire", "2024-03-15");

        await agency.RunAsync("2026-09-14");
        Assert.Equal(ContactStatus.Active, await agency.StatusAsync(claire));

        await agency.RunAsync("2026-09-15");
        Assert.Equal(ContactStatus.PendingDeletion, await agency.StatusAsync(claire));
        Assert.Equal("Recorded", await agency.SqlAsync<string>("SELECT state FROM outgoing_mails"));

        await agency.RunAsync("2026-11-14");
        Assert.Equal(ContactStatus.PendingDeletion, await agency.StatusAsync(claire));

        var report = await agency.RunAsync("2026-11-15");
        Assert.Null(await agency.FindAsync(claire));
        Assert.Equal(RunOutcome.Succeeded, report.Outcome);
        Assert.Equal(new RunCount("contact", "erased", "Inactivity", 1), Assert.Single(report.Counts));

        await using var db = agency.Db();
        var entry = Assert.Single(await db.Ledger.ToListAsync());
        Assert.Equal(PersonErasure.HashOf(claire), entry.SubjectHash);
        Assert.Equal("2024-03", entry.LastActivityMonth);
        Assert.Equal(Agency.D("2026-11-15"), entry.DueOn);
        Assert.Equal("""{"activities":1,"emails":1,"outgoing_mails":1,"phones":1}""", entry.Counts);
        Assert.Equal(new LedgerCheck(true, 1, null), await LedgerChain.VerifyAsync(db));
    }

    [Fact]
    public async Task A_run_repeated_the_same_day_changes_nothing()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.CallerAsync("Claire", "2024-03-15");
        await agency.PendingAsync("Jeanne", "2024-03-15", "2026-09-15");
        await agency.RunAsync("2026-11-15");
        var before = await StateAsync(agency);

        var again = await agency.RunAsync("2026-11-15");

        Assert.Empty(again.Counts);
        Assert.Equal(before, await StateAsync(agency));
    }

    [Fact]
    public async Task A_preview_changes_nothing_and_announces_what_the_run_then_does()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.CallerAsync("Claire", "2024-03-15");
        await agency.PendingAsync("Jeanne", "2024-03-15", "2026-09-15");
        var sofia = await agency.PendingAsync("Sofia", "2024-03-15", "2026-09-15");
        await agency.ContractAsync("B-1", "2021-04-20", sofia);
        var paul = await agency.PersonAsync("Paul", "2010-01-01");
        await agency.ContractAsync("B-2", "2016-11-14", paul);
        await agency.SqlAsync($"UPDATE contacts SET status = 'PendingDeletion', from_archive = true, archived_on = '2020-01-01', pending_since = '2026-09-14' WHERE id = '{paul}'");
        await agency.SqlAsync("INSERT INTO inquiries (id, received_on, status, name, message) VALUES (gen_random_uuid(), '2024-11-15', 'Handled', 'Nora', 'Bonjour')");
        var before = await StateAsync(agency);

        var preview = await agency.Engine.PreviewAsync(agency.Today);
        Assert.Equal(before, await StateAsync(agency));
        var report = await agency.RunAsync("2026-11-15");

        Assert.Equal(report.Counts, preview);
        Assert.Contains(preview, c => c is { Category: "contact", Action: "erased", Rule: "TenYearsOver", Count: 1 });
        Assert.Contains(preview, c => c is { Category: "contract", Action: "erased" });
        Assert.Contains(preview, c => c is { Category: "inquiry", Action: "erased" });
        Assert.Contains(preview, c => c is { Action: "archived" });
    }

    [Fact]
    public async Task Sofia_goes_to_the_archive_with_her_contract_and_is_gone_the_day_after_its_ten_years()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var sofia = await agency.PendingAsync("Sofia", "2024-03-15", "2026-09-15");
        var lease = await agency.ContractAsync("B-1", "2024-05-20", sofia);
        await agency.SqlAsync($"INSERT INTO notes (id, contact_id, at, text) VALUES (gen_random_uuid(), '{sofia}', now(), 'Préfère le jeudi')");

        await agency.RunAsync("2026-11-15");
        Assert.Equal(ContactStatus.Active, await agency.StatusAsync(sofia)); // the end of her lease, 20 May 2024, moved both clocks
        await agency.RunAsync("2026-11-20");
        await agency.RunAsync("2027-01-20");
        var archived = (await agency.FindAsync(sofia))!;
        Assert.Equal(ContactStatus.Archived, archived.Status);
        Assert.Null(archived.IdleOn);
        Assert.Equal(0, await agency.SqlAsync<long>("SELECT (SELECT count(*) FROM activities) + (SELECT count(*) FROM notes)"));
        Assert.Equal(1, await agency.SqlAsync<long>("SELECT count(*) FROM emails"));

        await agency.RunAsync("2034-03-19");
        Assert.Equal(ContactStatus.Archived, await agency.StatusAsync(sofia));
        await agency.RunAsync("2034-03-20");
        Assert.Equal(ContactStatus.PendingDeletion, await agency.StatusAsync(sofia));
        await agency.RunAsync("2034-05-20");
        Assert.NotNull(await agency.FindAsync(sofia));
        await agency.RunAsync("2034-05-21");
        Assert.Null(await agency.FindAsync(sofia));
        Assert.Equal(0, await agency.SqlAsync<long>($"SELECT count(*) FROM obligations WHERE id = '{lease}'"));
        Assert.Equal(["contact Archived", "contract Erased", "contact Erased"], await agency.Database.OwnerConnectionString.QueryAsync<string>("SELECT category || ' ' || action FROM ledger ORDER BY number"));
    }

    [Fact]
    public async Task A_hold_on_one_tenant_keeps_the_lease_and_sends_the_other_to_the_archive()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var held = await agency.PendingAsync("Karim", "2024-01-10", "2026-09-15");
        var other = await agency.PendingAsync("Ines", "2024-01-10", "2026-09-15");
        var lease = await agency.ContractAsync("B-1", "2016-01-10", held, other);
        Assert.Equal(Agency.D("2026-01-10"), (await agency.FindAsync(other))!.KeptUntil);

        await agency.ReviewAsync(r => r.HoldAsync(held, "Litige sur le dépôt de garantie", "RG 26/101", Agency.D("2027-06-01"), agency.Act));
        Assert.Equal(DateOnly.MaxValue, (await agency.FindAsync(other))!.KeptUntil);
        await agency.RunAsync("2026-11-15");
        Assert.Equal(ContactStatus.PendingDeletion, await agency.StatusAsync(held));
        Assert.Equal(ContactStatus.Archived, await agency.StatusAsync(other));
        Assert.Equal(1, await agency.SqlAsync<long>($"SELECT count(*) FROM obligations WHERE id = '{lease}'"));

        await agency.ReviewAsync(r => r.LiftHoldAsync(held, agency.Act));
        Assert.Equal(Agency.D("2026-01-10"), (await agency.FindAsync(other))!.KeptUntil);
        await agency.RunAsync("2026-11-16");
        Assert.Null(await agency.FindAsync(held));
        Assert.Equal(ContactStatus.PendingDeletion, await agency.StatusAsync(other));
    }

    [Fact]
    public async Task Flagging_stops_at_the_cap_oldest_first_and_an_approved_list_passes_with_the_erasure_that_follows()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await PlantAsync(agency, 60, "2023-12-01");

        var first = await agency.RunAsync("2026-11-15");
        Assert.Equal(25, Count(first, "flagged"));
        Assert.Equal(35, Count(first, "waiting"));
        Assert.Equal(25, await agency.SqlAsync<long>("SELECT count(*) FROM contacts WHERE status = 'PendingDeletion' AND collected_on < date '2023-12-01' + 25"));

        var sameDay = await agency.RunAsync("2026-11-15");
        Assert.Equal(0, Count(sameDay, "flagged"));
        Assert.Equal(0, Count(await agency.RunAsync("2026-11-15", approve: 34), "flagged"));

        var approved = await agency.RunAsync("2026-11-15", approve: 35);
        Assert.Equal(35, Count(approved, "flagged"));
        Assert.Equal(0, Count(approved, "waiting"));

        var later = await agency.RunAsync("2027-01-15");
        Assert.Equal(60, Count(later, "erased"));
        Assert.Equal(0, await agency.SqlAsync<long>("SELECT count(*) FROM contacts"));
    }

    [Fact]
    public async Task Erasing_beyond_the_cap_waits_and_each_member_of_the_approved_list_is_decided_again()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await PlantAsync(agency, 40, "2023-03-01");
        await agency.SqlAsync("UPDATE contacts SET status = 'PendingDeletion', pending_since = '2026-09-15', pending_version = 1");

        var run = await agency.RunAsync("2026-11-15");
        Assert.Equal((25, 15), (Count(run, "erased"), Count(run, "waiting")));
        var saved = await agency.SqlAsync<Guid>("SELECT subject_id FROM brake_members ORDER BY subject_id LIMIT 1");
        await agency.ReviewAsync(r => r.HoldAsync(saved, "Litige", null, Agency.D("2027-01-01"), agency.Act));

        var approved = await agency.RunAsync("2026-11-15", approve: 15);
        Assert.Equal(14, Count(approved, "erased"));
        Assert.NotNull(await agency.FindAsync(saved));
    }

    [Fact]
    public async Task One_failing_row_is_set_aside_and_the_rest_goes_on()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var jeanne = await agency.PendingAsync("Jeanne", "2024-03-15", "2026-09-15");
        var hugo = await agency.PendingAsync("Hugo", "2024-03-15", "2026-09-15");
        var rose = await agency.PendingAsync("Rose", "2024-03-15", "2026-11-20");
        await agency.SqlAsync($$"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF old.id = '{{hugo}}' THEN RAISE EXCEPTION 'Hugo Martin'; END IF; RETURN old; END $$;
            CREATE TRIGGER refuse BEFORE DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION refuse()
            """);

        var report = await agency.RunAsync("2026-11-15");

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Equal(new[] { hugo, rose }.Order(), report.FailedIds.Order());
        Assert.Null(await agency.FindAsync(jeanne));
        Assert.NotNull(await agency.FindAsync(hugo));
        Assert.Equal(["PendingDateImpossible", "PostgreSQL P0001"], await agency.Database.OwnerConnectionString.QueryAsync<string>("SELECT fault FROM set_asides ORDER BY fault"));
        await using var db = agency.Db();
        Assert.True((await LedgerChain.VerifyAsync(db)).Intact);

        await agency.SqlAsync("DROP TRIGGER refuse ON contacts");
        await agency.RunAsync("2026-11-20");
        Assert.Null(await agency.FindAsync(hugo));
        Assert.Equal(0, await agency.SqlAsync<long>("SELECT count(*) FROM set_asides"));
    }

    [Fact]
    public async Task Two_runs_at_once_handle_each_person_once()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await PlantAsync(agency, 2000, "2020-01-01");
        await agency.SqlAsync("UPDATE contacts SET status = 'PendingDeletion', pending_since = '2026-09-15', pending_version = 1, deletion_approved = true");

        var reports = await Task.WhenAll(agency.RunAsync("2026-11-15"), agency.RunAsync("2026-11-15"));

        Assert.Equal(2000, reports.Sum(r => Count(r, "erased")));
        Assert.Equal(2000, await agency.SqlAsync<long>("SELECT count(DISTINCT subject_hash) FROM ledger WHERE action = 'Erased'"));
        Assert.Equal(0, await agency.SqlAsync<long>("SELECT count(*) FROM contacts"));
    }

    [Fact]
    public async Task A_hold_an_act_and_a_mandate_that_land_during_the_run_win()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var held = await agency.PendingAsync("Jeanne", "2024-03-15", "2026-09-15");
        var calling = await agency.PendingAsync("Hugo", "2024-03-15", "2026-09-15");
        var signing = await agency.PendingAsync("Omar", "2024-03-15", "2026-09-15");
        await using var colleague = agency.Db();
        await using var unfinished = await colleague.Database.BeginTransactionAsync();
        colleague.Holds.Add(new Hold { ContactId = held, Reason = "Litige", PlacedAt = agency.Clock.Now, ReviewOn = Agency.D("2027-01-01") });
        colleague.Activities.Add(new Activity(calling, Agency.D("2026-11-14"), ActivityKind.InboundCall, Outcome.None, null, agency.Clock.Now));
        colleague.Contracts.Add(new Core.Obligations.Contract(Core.Obligations.ContractKind.Lease, "B-9", null, Agency.D("2026-11-14"), Agency.D("2026-12-01"), null,
            new Core.Obligations.Party { ContactId = signing }));
        await colleague.SaveChangesAsync();

        await agency.RunAsync("2026-11-15");
        await unfinished.CommitAsync();
        await agency.RunAsync("2026-11-15");

        Assert.Equal(ContactStatus.PendingDeletion, await agency.StatusAsync(held));
        Assert.Equal(ContactStatus.Active, await agency.StatusAsync(calling));
        Assert.Equal(ContactStatus.Active, await agency.StatusAsync(signing));
    }

    [Fact]
    public async Task A_notice_is_recorded_once_and_never_for_the_held_the_asking_the_opposed_or_those_past_their_limit()
    {
        await using var agency = await Agency.OpenAsync(postgres, "2026-09-15");
        var claire = await agency.CallerAsync("Claire", "2024-03-15");
        var held = await agency.CallerAsync("Marc", "2024-03-15");
        await agency.ReviewAsync(r => r.HoldAsync(held, "Litige", null, Agency.D("2027-01-01"), agency.Act));
        var asking = await agency.CallerAsync("Nora", "2024-03-15");
        await agency.SqlAsync($"INSERT INTO rights_requests (id, contact_id, kind, received_on, restricted) VALUES (gen_random_uuid(), '{asking}', 'Access', '2026-09-01', false)");
        var opposed = await agency.CallerAsync("Ines", "2024-03-15");
        await agency.SqlAsync($"INSERT INTO objections (id, contact_id, fingerprint, channel, latest_on) VALUES (gen_random_uuid(), '{opposed}', decode(repeat('ab', 32), 'hex'), 'Email', '2026-01-01')");
        await agency.PersonAsync("Rose", "2019-05-01");

        await agency.RunAsync();
        await agency.RunAsync();

        Assert.Equal(5, await agency.SqlAsync<long>("SELECT count(*) FROM contacts WHERE status = 'PendingDeletion'"));
        Assert.Equal([claire], await agency.Database.OwnerConnectionString.QueryAsync<Guid>("SELECT contact_id FROM outgoing_mails"));
    }

    [Fact]
    public async Task An_erasure_request_is_granted_in_part_under_a_lease_and_the_rest_follows_its_end()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var omar = await agency.CallerAsync("Omar", "2026-10-01");
        await agency.ContractAsync("B-1", "2026-12-31", omar);
        await agency.SqlAsync($"INSERT INTO searches (id, contact_id, transaction, kinds, communes, frequency) VALUES (gen_random_uuid(), '{omar}', 'Sale', '{{House}}', '{{49007}}', 'Weekly')");
        var request = Guid.NewGuid();
        await agency.SqlAsync($"INSERT INTO rights_requests (id, contact_id, kind, received_on, restricted) VALUES ('{request}', '{omar}', 'Erasure', '2026-11-10', false)");

        Assert.Equal(Decision.Restrict, await agency.ReviewAsync(r => r.ExecuteErasureRequestAsync(request, agency.Act)));
        Assert.True((await agency.FindAsync(omar))!.Restricted);
        Assert.Equal(0, await agency.SqlAsync<long>("SELECT count(*) FROM searches"));

        await agency.RunAsync("2026-12-31");
        Assert.Equal(ContactStatus.Active, await agency.StatusAsync(omar));
        await agency.RunAsync("2027-01-01");
        Assert.Equal(ContactStatus.Archived, await agency.StatusAsync(omar));
        await agency.RunAsync("2027-01-02");
        Assert.Equal(ContactStatus.Archived, await agency.StatusAsync(omar)); // the end of his lease is not an act that brings back
        Assert.Equal(["ErasedInPart Request", "Archived Request"], await agency.Database.OwnerConnectionString.QueryAsync<string>("SELECT action || ' ' || trigger FROM ledger ORDER BY number"));
    }

    [Fact]
    public async Task The_clock_guard_refuses_a_jump_back_and_a_week_forward_until_its_number_is_typed()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        Assert.Equal(RunOutcome.Succeeded, (await agency.RunAsync()).Outcome);
        agency.Time.Advance(TimeSpan.FromDays(9));
        var refused = await agency.RunAsync();
        Assert.Equal(RunOutcome.Refused, refused.Outcome);
        Assert.Equal((RunNotes.ClockJumped, 9), (refused.Note, refused.Asks));
        Assert.Equal(RunOutcome.Succeeded, (await agency.RunAsync(approve: 9)).Outcome);
        await agency.SqlAsync("UPDATE retention_runs SET started_at = started_at + interval '1 day'");
        Assert.Equal(RunOutcome.Refused, (await agency.RunAsync()).Outcome);
        Assert.Equal(RunOutcome.Succeeded, (await agency.RunAsync("2026-11-01")).Outcome);
    }

    [Fact]
    public async Task The_dead_mans_switch_cries_without_a_run_for_26_hours_and_for_what_is_overdue()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.SqlAsync($"UPDATE installation SET installed_at = '{agency.Clock.Now:O}'");
        Assert.True((await HealthAsync()).Healthy);
        agency.Time.Advance(TimeSpan.FromHours(26));
        Assert.True((await HealthAsync()).Healthy);
        agency.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("no-run", Assert.Single((await HealthAsync()).Alarms).Code);
        await agency.RunAsync();
        Assert.True((await HealthAsync()).Healthy);

        await agency.PendingAsync("Jeanne", "2024-03-15", "2026-09-15");
        var alarm = Assert.Single((await HealthAsync()).Alarms);
        Assert.Equal(("overdue", 1), (alarm.Code, alarm.Count));

        async Task<RetentionHealth> HealthAsync()
        {
            await using var db = agency.Db();
            return await new DeadMansSwitch(db, agency.Clock).CheckAsync();
        }
    }

    [Fact]
    public async Task Categories_that_expire_by_age_alone_go_on_their_day()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.SqlAsync("""
            INSERT INTO rights_requests (id, kind, received_on, closed_on, restricted) VALUES
              (gen_random_uuid(), 'Access', '2023-11-01', '2023-11-15', false), (gen_random_uuid(), 'Access', '2023-11-01', '2023-11-16', false);
            INSERT INTO objections (id, fingerprint, channel, latest_on) VALUES (gen_random_uuid(), decode(repeat('01', 32), 'hex'), 'Email', '2023-11-15'), (gen_random_uuid(), decode(repeat('02', 32), 'hex'), 'Email', '2023-11-16');
            INSERT INTO properties (id, reference, kind, address, changed_on) VALUES (gen_random_uuid(), 'P1', 'Maison', '', '2024-11-15'), (gen_random_uuid(), 'P2', 'Maison', '', '2024-11-16');
            INSERT INTO audit_entries (id, at, action, subject, fields) VALUES (gen_random_uuid(), now() - interval '400 days', 'x', 'contact', '{}'), (gen_random_uuid(), now(), 'x', 'contact', '{}');
            INSERT INTO accounts (id, full_name, role, language, disabled_at, authenticator_secret, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
              VALUES ('11111111-1111-4111-8111-111111111111', 'Marc', 'Agent', 'fr', '2025-11-14', 'sealed', false, false, false, false, 0);
            INSERT INTO recovery_codes (account_id, hash) VALUES ('11111111-1111-4111-8111-111111111111', decode(repeat('01', 32), 'hex'));
            INSERT INTO sign_ins (id, account_id, at, outcome, device)
              SELECT gen_random_uuid(), '11111111-1111-4111-8111-111111111111', at, 'Password', '' FROM unnest(ARRAY['2025-11-14', '2025-11-17']::timestamptz[]) at;
            """);

        await agency.RunAsync("2026-11-15");

        Assert.Equal([1L, 1L, 1L, 1L, 1L, 0L, 0L], await agency.Database.OwnerConnectionString.QueryAsync<long>("""
            SELECT count(*) FROM rights_requests UNION ALL SELECT count(*) FROM objections UNION ALL SELECT count(*) FROM properties UNION ALL SELECT count(*) FROM audit_entries
            UNION ALL SELECT count(*) FROM sign_ins UNION ALL SELECT count(*) FROM recovery_codes UNION ALL SELECT count(*) FROM accounts WHERE full_name <> '' OR authenticator_secret IS NOT NULL
            """));
    }

    [Fact]
    public async Task The_applications_role_cannot_alter_the_ledger_the_audit_the_register_or_the_rules()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.PendingAsync("Jeanne", "2024-03-15", "2026-09-15");
        await agency.RunAsync("2026-11-15");
        foreach (var sql in (string[])["UPDATE ledger SET rule = 'x'", "DELETE FROM ledger", "TRUNCATE ledger", "DELETE FROM audit_entries", "UPDATE audit_entries SET action = 'x'",
            "DELETE FROM register_lines", "UPDATE policy_versions SET inactivity_months = 99", "UPDATE ledger_anchor SET number = 9", "TRUNCATE audit_entries", "TRUNCATE holds", "ALTER TABLE contacts DISABLE TRIGGER ALL", "SET session_replication_role = 'replica'", "ALTER FUNCTION refuse_standing_holds() RENAME TO mine",
            "DELETE FROM restores", "UPDATE restores SET fault = NULL", "INSERT INTO restores (id, backup, restored_at, ledger, knowingly) VALUES (gen_random_uuid(), 'x', now(), 0, false)", "UPDATE installation SET rehearsals = true", "CREATE TABLE mine (x int)", "DROP TRIGGER activities_insert ON activities"])
        {
            var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => agency.App.QueryAsync<int>(sql));
            Assert.Equal("42501", refused.SqlState);
        }
        await using var db = agency.Db();
        Assert.True((await LedgerChain.VerifyAsync(db)).Intact);
        await agency.SqlAsync("UPDATE ledger SET rule = 'NewActivity'");
        Assert.Equal(new LedgerCheck(false, 0, 1), await LedgerChain.VerifyAsync(db));
    }

    private static async Task PlantAsync(Agency agency, int count, string collectedFrom) => await agency.SqlAsync($"""
        INSERT INTO contacts (id, kind, last_name, first_name, search_name, roles, language, collected_on, created_at, status, from_archive, postponements, deletion_approved, restricted)
        SELECT gen_random_uuid(), 'Private', 'Martin', 'P' || n, 'p', 1, 'fr', date '{collectedFrom}' + n % 60, now(), 'Active', false, 0, false, false FROM generate_series(0, {count} - 1) n
        """);

    private static int Count(RunReport report, string action) => report.Counts.Where(c => c.Category == "contact" && c.Action == action).Sum(c => c.Count);

    private static async Task<List<string>> StateAsync(Agency agency) => await agency.Database.OwnerConnectionString.QueryAsync<string>("""
        SELECT c::text FROM contacts c UNION ALL SELECT a::text FROM activities a UNION ALL SELECT l::text FROM ledger l UNION ALL SELECT o::text FROM obligations o
        UNION ALL SELECT i::text FROM inquiries i UNION ALL SELECT m::text FROM outgoing_mails m UNION ALL SELECT b::text FROM brake_uses b ORDER BY 1
        """);
}
