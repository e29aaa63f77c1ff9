using System.Diagnostics;
using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Matching;

namespace RgpdCrm.Benchmarks;

/// <summary>Whom one new property is for, among 200,000 searches, against the SQL that someone would write by hand for that one property.</summary>
internal static class MatchingClaim
{
    private const int Searches = 200_000, Times = 7;

    // Searches as people have them: 200 communes, prices around theirs, everyone agreeing to e-mail.
    private const string Plant = """
        UPDATE searches s SET kinds = CASE WHEN h % 3 = 0 THEN '{}' ELSE '{House}' END::text[], communes = ARRAY['49' || lpad((h % 200)::text, 3, '0')],
          min_price = 100000 + h % 7 * 20000, max_price = 250000 + h % 11 * 20000, min_surface = 40 + h % 60, frequency = 'AtOnce'
        FROM (SELECT id, abs(hashtext(id::text)) AS h FROM searches) x WHERE x.id = s.id;
        UPDATE subscriptions SET topic = 'matching-properties';
        INSERT INTO properties (id, reference, kind, address, changed_on, transaction, status, price, surface, commune_code)
        VALUES (gen_random_uuid(), 'N-1', 'House', '1 rue des Lices', current_date, 'Sale', 'Available', 240000, 120, '49007');
        """;

    // The property's own values in place of a join, and the plan that someone who measured would force: the searches first, by the index of communes, then person by person.
    private const string ByHand = """
        BEGIN;
        SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
        WITH looking AS MATERIALIZED (
          SELECT DISTINCT contact_id FROM searches
          WHERE (communes @> '{49007}' OR communes = '{}') AND transaction = 'Sale' AND frequency <> 'Never' AND (kinds = '{}' OR 'House' = ANY (kinds))
            AND coalesce(min_price, 0) <= 240000 AND coalesce(max_price, 999999999) >= 240000 AND coalesce(min_surface, 0) <= 120 AND min_rooms IS NULL)
        INSERT INTO matches (contact_id, property_id, found_at, price)
        SELECT c.id, (SELECT id FROM properties WHERE reference = 'N-1'), now(), 240000 FROM looking s JOIN contacts c ON c.id = s.contact_id
        WHERE c.status = 'Active' AND NOT c.restricted AND EXISTS (SELECT FROM emails e WHERE e.contact_id = c.id)
          AND EXISTS (SELECT FROM subscriptions b WHERE b.contact_id = c.id AND b.topic = 'matching-properties' AND b.stopped_on IS NULL)
          AND EXISTS (SELECT FROM consents a WHERE a.contact_id = c.id AND a.channel = 'Email' AND a.granted AND a.withdrawn_at IS NULL);
        COMMIT
        """;

    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        // Out of 100 contacts 92 have a search.
        var contacts = bench.Scaled(Searches * 100 / 92);
        await using var database = await bench.DatabaseAsync(contacts);
        await ExecuteAsync(database.App, Plant);
        await ExecuteAsync(database.App, "ANALYZE searches, subscriptions, properties");
        List<double> ours = [], byHand = [];
        var found = 0;
        for (var time = 0; time <= Times; time++)
        {
            var (mine, theirs) = (await TimedAsync(database.App, async () => found = await MatchAsync(database.App, bench)), await TimedAsync(database.App, () => ExecuteAsync(database.App, ByHand)));
            if (time == 0) continue; // Compiles, and reads the pages from the disk.
            ours.Add(mine);
            byHand.Add(theirs);
        }
        if (found == 0) throw new InvalidOperationException("Nobody looks for the property.");
        yield return Measure.Under(1, $"match one property with {bench.Scaled(Searches)} searches ({found} found)", Median(ours), 100, "ms");
        yield return Measure.Under(3, "the same, against SQL by hand", Median(ours), Median(byHand), "ms");
    }

    private static async Task<int> MatchAsync(string app, Bench bench)
    {
        await using var db = CrmDbContext.Open(app);
        return await new Matcher(db, bench.Clock).FindAsync();
    }

    private static async Task<double> TimedAsync(string app, Func<Task> work)
    {
        await ExecuteAsync(app, "DELETE FROM matches; UPDATE properties SET to_match = true WHERE reference = 'N-1'");
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static async Task ExecuteAsync(string app, string sql)
    {
        await using var connection = new NpgsqlConnection(app);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
