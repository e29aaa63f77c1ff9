using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Retention;

/// <summary>What the simulation announces is what the next runs do.</summary>
public sealed class PolicySimulationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly DateOnly Tonight = Agency.D("2026-11-16");

    private Agency _agency = null!;

    public async ValueTask InitializeAsync() => _agency = await Agency.OpenAsync(postgres);

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Simulation_equals_what_the_next_runs_do_when_the_rules_are_published_and_when_they_are_not(bool published)
    {
        await PlantAsync();
        await ReleaseBrakesAsync();
        await using var db = _agency.Db();
        var wanted = (await PolicyHistory.LoadAsync(db)).Current with { Version = 2, InactivityMonths = 9, PendingMonths = 1, MarginMonths = 2, CeilingMonths = 20, ProfessionalsExempt = false, InquiryMonths = 12 };
        var simulated = await PolicySimulation.RunAsync(db, wanted, Tonight);
        var announced = published ? simulated.After : simulated.Before;
        var sample = simulated.Sample.Select(e => (e.ContactId, On: published ? e.After : e.Before)).Where(e => e.On is { } on && on < Tonight.AddMonths(PolicySimulation.Months)).ToList();

        if (published) await _agency.InForceAsync(wanted);
        var (entries, leaving, inquiries, met) = (new int[PolicySimulation.Months], 0, 0, new List<(Guid, DateOnly?)>());
        for (var night = Tonight; night < Tonight.AddMonths(PolicySimulation.Months); night = night.AddDays(1))
        {
            _agency.Time.Advance(TimeSpan.FromDays(1));
            Assert.Equal(night, _agency.Today);
            var counts = await RunAsync();
            var month = Enumerable.Range(0, PolicySimulation.Months).Last(m => night >= Tonight.AddMonths(m));
            entries[month] += Sum(counts, "contact", "flagged");
            met.AddRange(await EnteredAsync(sample.Where(e => e.On == night).Select(e => e.ContactId), night));
            if (night != Tonight) continue;
            (leaving, inquiries) = (Sum(counts, "contact", "archived") + Sum(counts, "contact", "erased"), Sum(counts, "inquiry", "erased"));
            Assert.Equal(Sum(counts, "contact", "flagged"), announced.Tonight);
        }

        Assert.Equal(entries, announced.Entries);
        Assert.Equal((leaving, inquiries), (announced.Leaving, announced.Inquiries));
        Assert.Equal(sample.OrderBy(e => e.On).ThenBy(e => e.ContactId), met.OrderBy(e => e.Item2).ThenBy(e => e.Item1));
        Assert.NotEmpty(sample);
        Assert.True(simulated.After.Tonight > 20 && simulated.After.Leaving > 0 && simulated.After.Inquiries > simulated.Before.Inquiries && simulated.After.Entries.Count(n => n > 0) > 9);
    }

    [Fact]
    public async Task The_rules_in_force_simulated_against_themselves_change_nothing()
    {
        await PlantAsync();
        await using var db = _agency.Db();
        var simulated = await PolicySimulation.RunAsync(db, (await PolicyHistory.LoadAsync(db)).Current, Tonight);

        Assert.Equal(simulated.Before.Entries, simulated.After.Entries);
        Assert.Empty(simulated.Sample);
        Assert.True(simulated.Before.Total > 0);
    }

    [Fact]
    public async Task A_shorter_period_names_whom_it_reaches_tonight_and_what_the_brake_keeps_back()
    {
        var claire = await _agency.CallerAsync("Claire", "2024-10-19");
        var marc = await _agency.CallerAsync("Marc", "2024-12-24");
        await _agency.CallerAsync("Nora", "2026-11-01");
        await _agency.SqlAsync("INSERT INTO brake_uses (date, category, budget, used) VALUES ('2026-11-14', 'contact', 'Flagging', 25)");
        await using var db = _agency.Db();

        var simulated = await PolicySimulation.RunAsync(db, (await PolicyHistory.LoadAsync(db)).Current with { InactivityMonths = 24 }, Tonight);

        Assert.Equal((0, 1, 1), (simulated.Before.Tonight, simulated.After.Tonight, simulated.KeptBack));
        Assert.Equal([(claire, "Claire Martin", Agency.D("2027-04-19"), Tonight), (marc, "Marc Martin", Agency.D("2027-06-24"), Agency.D("2026-12-24"))],
            simulated.Sample.Select(e => (e.ContactId, e.Name, e.Before!.Value, e.After!.Value)));
        Assert.Equal([1, 1, 0], simulated.After.Entries.Take(3));
        Assert.Equal(ContactStatus.Active, await _agency.StatusAsync(claire));
    }

    // Who among them entered the queue that night.
    private async Task<IEnumerable<(Guid, DateOnly?)>> EnteredAsync(IEnumerable<Guid> people, DateOnly night)
    {
        if (people.ToList() is not { Count: > 0 } ids) return [];
        await using var db = _agency.Db();
        return (await db.Contacts.Where(c => ids.Contains(c.Id) && c.PendingSince == night).Select(c => c.Id).ToListAsync()).Select(id => (id, (DateOnly?)night));
    }

    private async Task<IReadOnlyList<RunCount>> RunAsync()
    {
        var report = await _agency.Engine.RunAsync(new RunRequest());
        Assert.Equal((RunOutcome.Succeeded, false), (report.Outcome, report.Counts.Any(c => c.Action == "waiting")));
        return report.Counts;
    }

    // The brake has room for everyone on every night of the year.
    private Task ReleaseBrakesAsync() => _agency.SqlAsync("""
        INSERT INTO brake_uses (date, category, budget, used)
        SELECT date '2026-11-16' + n, c, b, -10000 FROM generate_series(0, 366) n, unnest(ARRAY['contact', 'contract', 'inquiry']) c, unnest(ARRAY['Flagging', 'Deleting']) b
        """);

    private static int Sum(IEnumerable<RunCount> counts, string category, string action) => counts.Where(c => c.Category == category && c.Action == action).Sum(c => c.Count);

    // 240 people in every state, with mandates that end along the year, holds, requests and inquiries.
    private Task PlantAsync() => _agency.SqlAsync("""
        SELECT setseed(0.2026);
        INSERT INTO contacts (id, kind, last_name, first_name, search_name, roles, language, collected_on, created_at, status,
                              pending_since, pending_version, from_archive, postponed_until, postponements, deletion_approved, restricted, archived_on, kept_until_of_destroyed, kept_until)
        SELECT gen_random_uuid(), CASE WHEN random() < 0.15 THEN 'Professional' ELSE 'Private' END, '', '', '', 1, 'fr', date '2022-01-01' + (random() * 1500)::int, now(), s.status,
               CASE WHEN s.status = 'PendingDeletion' THEN date '2026-09-10' + (random() * 66)::int END, CASE WHEN s.status = 'PendingDeletion' THEN 1 END, a.archive AND s.status = 'PendingDeletion',
               CASE WHEN s.status = 'PendingDeletion' AND random() < 0.2 THEN date '2026-12-01' + (random() * 60)::int END, 0, false, random() < 0.03,
               CASE WHEN a.archive THEN date '2024-01-01' + (random() * 900)::int END,
               CASE WHEN a.archive OR random() < 0.2 THEN a.kept END, CASE WHEN a.archive OR random() < 0.2 THEN a.kept END
        FROM generate_series(1, 240) n,
             LATERAL (SELECT (ARRAY['Active', 'Active', 'PendingDeletion', 'Archived'])[1 + n % 4] AS status) s,
             LATERAL (SELECT s.status = 'Archived' OR s.status = 'PendingDeletion' AND n % 12 = 2 AS archive, date '2026-11-20' + (random() * 700)::int AS kept) a;
        UPDATE contacts SET kept_until = kept_until_of_destroyed;
        INSERT INTO activities (id, contact_id, happened_on, kind, outcome, recorded_at)
        SELECT gen_random_uuid(), id, (CASE WHEN status = 'Active' THEN date '2025-01-01' ELSE date '2023-06-01' END) + (random() * 650)::int,
               CASE WHEN random() < 0.6 THEN 'InboundCall' ELSE 'PropertyProposed' END, 'None', now()
        FROM contacts WHERE archived_on IS NULL AND random() < 0.9;
        INSERT INTO obligations (id, type, contract_kind, reference, signed_on, starts_on, term_on, end_recorded)
        SELECT gen_random_uuid(), 'Contract', 'Lease', 'B' || n, '2015-01-01', '2015-01-01', CASE WHEN n % 7 > 0 THEN date '2025-03-01' + n * 10 END, false FROM generate_series(1, 80) n;
        INSERT INTO parties (id, obligation_id, contact_id, side)
        SELECT gen_random_uuid(), o.id, c.id, 'Tenant' FROM (SELECT id, row_number() OVER (ORDER BY reference) n FROM obligations) o JOIN (SELECT id, row_number() OVER (ORDER BY md5(id::text)) n FROM contacts) c ON c.n = o.n OR c.n = o.n + 50;
        INSERT INTO holds (id, contact_id, reason, placed_at, review_on) SELECT gen_random_uuid(), id, 'x', now(), '2027-01-01' FROM contacts ORDER BY md5(id::text) DESC LIMIT 20;
        INSERT INTO rights_requests (id, contact_id, kind, received_on, restricted) SELECT gen_random_uuid(), id, 'Access', '2026-11-01', false FROM contacts ORDER BY md5(id::text) DESC OFFSET 30 LIMIT 10;
        INSERT INTO inquiries (id, received_on, status, name, message) SELECT gen_random_uuid(), date '2024-11-20' + n * 8, 'Handled', 'x', 'y' FROM generate_series(-5, 80) n;
        """);
}
