using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Retention;

/// <summary>The indexed filter of the nightly run never hides someone on whom the decision would act.</summary>
public sealed class BroadFilterTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Over_random_people_and_dates_the_preview_acts_on_exactly_those_the_rules_act_on()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.SqlAsync("SELECT setseed(0.2026)");
        // 40,000 people in every state, with dates crowded around the boundaries of 15 November 2026 and month ends.
        await agency.SqlAsync("""
            SELECT setseed(0.2026);
            INSERT INTO policy_versions (version, inactivity_months, pending_months, ceiling_months, margin_months, max_postponements, professionals_exempt, inquiry_months, statistics_months, published_at, reason)
            VALUES (2, 20, 1, 30, 2, 3, true, 24, 24, now(), '');
            INSERT INTO policy_versions SELECT 3, 30, 2, 36, 1, 3, true, 24, 24, now(), NULL, '';
            INSERT INTO contacts (id, kind, last_name, first_name, search_name, roles, language, collected_on, created_at, idle_on, silent_on, kept_until, running_until, status,
                                  pending_since, pending_version, from_archive, postponed_until, postponements, deletion_approved, restricted, archived_on)
            SELECT gen_random_uuid(), CASE WHEN random() < 0.15 THEN 'Professional' ELSE 'Private' END, '', '', '', 1, 'fr',
                   date '2022-01-01' + (random() * 1500)::int, now(),
                   CASE WHEN random() < 0.7 THEN date '2023-10-01' + (random() * 1100)::int END,
                   CASE WHEN random() < 0.6 THEN date '2023-06-01' + (random() * 1200)::int END,
                   CASE WHEN random() < 0.3 THEN date '2026-09-01' + (random() * 200)::int END, NULL,
                   s.status, CASE WHEN s.status = 'PendingDeletion' AND random() < 0.97 THEN date '2026-08-20' + (random() * 90)::int END,
                   CASE WHEN s.status = 'PendingDeletion' THEN 1 + (random() * 2)::int END,
                   s.status = 'PendingDeletion' AND random() < 0.3,
                   CASE WHEN s.status = 'PendingDeletion' AND random() < 0.2 THEN date '2026-11-01' + (random() * 60)::int END, 0, true, random() < 0.05,
                   CASE WHEN s.status <> 'Active' AND random() < 0.9 THEN date '2024-01-01' + (random() * 1000)::int END
            FROM generate_series(1, 40000) n, LATERAL (SELECT (ARRAY['Active', 'Active', 'PendingDeletion', 'Archived'])[1 + (n % 4)] AS status) s;
            INSERT INTO obligations (id, type, contract_kind, mandate_kind, reference, signed_on, starts_on, term_on, end_recorded)
            SELECT gen_random_uuid(), 'Contract', 'Lease', NULL, 'B' || n, '2020-01-01', '2020-01-01', CASE WHEN n % 5 > 0 THEN date '2026-10-25' + n % 40 END, false FROM generate_series(1, 2000) n;
            INSERT INTO parties (id, obligation_id, contact_id, side)
            SELECT gen_random_uuid(), o.id, c.id, 'Tenant' FROM (SELECT id, row_number() OVER () n FROM obligations) o JOIN (SELECT id, row_number() OVER (ORDER BY md5(id::text)) n FROM contacts) c USING (n);
            INSERT INTO holds (id, contact_id, reason, placed_at, review_on) SELECT gen_random_uuid(), id, 'x', now(), '2027-01-01' FROM contacts ORDER BY md5(id::text) DESC LIMIT 1500;
            """);
        await using var db = agency.Db();
        var policies = await PolicyHistory.LoadAsync(db);

        foreach (var today in (string[])["2026-11-15", "2027-02-28", "2026-08-31"])
        {
            var day = Agency.D(today);
            var expected = new SortedDictionary<string, int>(StringComparer.Ordinal);
            await foreach (var row in db.Contacts.Facts(db, day).AsAsyncEnumerable())
            {
                var facts = row.ToFacts();
                var decision = policies.Decide(facts, day).Decision;
                if (decision == Decision.Keep || (decision == Decision.Erase && row.HasObligations)) continue;
                var action = decision == Decision.Archive && facts.InArchive ? "Return" : decision.ToString();
                expected[action] = expected.GetValueOrDefault(action) + 1;
            }
            await agency.SqlAsync($"DELETE FROM brakes; INSERT INTO brakes (id, category, budget, frozen_at, date, count, approved_at) SELECT gen_random_uuid(), 'contact', b, now(), '{today}', 0, now() FROM unnest(ARRAY['Flagging', 'Deleting']) b; INSERT INTO brake_members SELECT b.id, c.id FROM brakes b, contacts c");

            var preview = await agency.Engine.PreviewAsync(day);

            var found = new SortedDictionary<string, int>(StringComparer.Ordinal);
            foreach (var count in preview.Where(c => c.Category == "contact" && c.Action != "waiting"))
            {
                var action = count.Action switch { "flagged" => "Flag", "reactivated" => "Reactivate", "archived" => "Archive", "erased" => "Erase", "returned" => "Return", _ => "Fail" };
                found[action] = found.GetValueOrDefault(action) + count.Count;
            }
            Assert.Equal(expected, found);
            Assert.True(expected.Count >= 5 && expected.Values.All(n => n > 0));
        }
    }
}
