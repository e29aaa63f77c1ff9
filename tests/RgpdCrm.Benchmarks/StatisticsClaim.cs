using System.Diagnostics;
using Npgsql;

namespace RgpdCrm.Benchmarks;

/// <summary>A raw day of statistics destroyed by the nightly run, against the DELETE one writes by hand, and what a page of contacts feels meanwhile.</summary>
internal static class StatisticsClaim
{
    private const int Days = 100, Rounds = 7, DueAtOnce = 20;

    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        var (aDay, contacts) = (bench.Scaled(100_000), bench.Scaled(20_000));
        await using var database = await bench.DatabaseAsync(contacts);
        var kept = bench.Clock.Today.AddMonths(-24).AddDays(1);
        await PlantAsync(database.App, kept, Days, aDay);
        // What the process compiles once belongs to no measure.
        await PlantAsync(database.App, kept.AddDays(-100), 1, 1);
        await bench.RunAsync(database, erased: 1);

        // By turns, so that a busy moment of the machine falls on all three.
        var (byHand, nights, idleNights) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var day = kept.AddDays(-1 - round);
            await PlantAsync(database.App, day, 1, aDay);
            byHand.Add(await TimedAsync(() => ExecuteAsync(database.App, $"DELETE FROM hits WHERE seen_on = date '{day:yyyy-MM-dd}'")));
            await PlantAsync(database.App, day.AddDays(-Rounds), 1, aDay);
            nights.Add(await TimedAsync(() => bench.RunAsync(database, erased: 1)));
            idleNights.Add(await TimedAsync(() => bench.RunAsync(database, erased: 0)));
        }
        yield return Measure.Under(2, $"a day of {aDay} hits out of {Days * aDay}: what a night takes longer, against DELETE by hand",
            Median(nights) - Median(idleNights), Median(byHand), "ms");

        await PlantAsync(database.App, kept.AddDays(-3 * DueAtOnce), DueAtOnce, aDay);
        await ListPage.Percentile95Async(database.App, Task.Delay(TimeSpan.FromSeconds(1)));
        var idle = await ListPage.Percentile95Async(database.App, Task.Delay(TimeSpan.FromSeconds(5)));
        var run = Task.Run(() => bench.RunAsync(database, erased: DueAtOnce));
        var busy = await ListPage.Percentile95Async(database.App, run);
        await run;
        yield return Measure.Under(2, $"p95 of a page of contacts while {DueAtOnce} such days go, against idle", busy, idle, "ms");
    }

    // Every day has its totals already, as after any night.
    private static async Task PlantAsync(string app, DateOnly first, int days, int aDay)
    {
        var planted = $"date '{first:yyyy-MM-dd}' + d";
        await ExecuteAsync(app, $"INSERT INTO hits (seen_on, page, source) SELECT {planted}, '/biens/' || n % 40, '' FROM generate_series(0, {days - 1}) d, generate_series(1, {aDay}) n");
        await ExecuteAsync(app, $"INSERT INTO daily_totals (seen_on, page, source, count) SELECT seen_on, page, source, count(*) FROM hits WHERE seen_on BETWEEN date '{first:yyyy-MM-dd}' AND date '{first.AddDays(days - 1):yyyy-MM-dd}' GROUP BY 1, 2, 3");
    }

    private static async Task<double> TimedAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static async Task ExecuteAsync(string app, string sql)
    {
        await using var connection = new NpgsqlConnection(app);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
