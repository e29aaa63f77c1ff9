using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Benchmarks;

/// <summary>Raw days of statistics destroyed by the nightly run, against the DELETE one writes by hand, and what a page of contacts feels meanwhile.</summary>
internal static class StatisticsClaim
{
    private const int Days = 100, Due = 20;

    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        var (aDay, contacts) = (bench.Scaled(100_000), bench.Scaled(20_000));
        double byHand, byRun, idle, busy;
        await using (var database = await bench.DatabaseAsync(contacts))
        {
            await PlantAsync(database.App, bench.Clock.Today, aDay);
            byHand = await TimedAsync(() => DeleteAsync(database.App, bench.Clock.Today));
        }
        await using (var database = await bench.DatabaseAsync(contacts))
        {
            // What the process compiles once belongs to no measure.
            await ExecuteAsync(database.App, "INSERT INTO hits (seen_on, page, source) VALUES ('2020-01-01', '/', '')");
            await bench.RunAsync(database, erased: 1);
            await PlantAsync(database.App, bench.Clock.Today, aDay);
            await PageTimesAsync(database.App, Task.Delay(TimeSpan.FromSeconds(1)));
            idle = Percentile95(await PageTimesAsync(database.App, Task.Delay(TimeSpan.FromSeconds(5))));
            var run = Task.Run(() => TimedAsync(() => bench.RunAsync(database, erased: Due)));
            busy = Percentile95(await PageTimesAsync(database.App, run));
            byRun = await run;
        }
        yield return Measure.Under(2, $"{Due} days of {aDay} hits out of {Days * aDay}, against DELETE by hand", byRun, byHand, "ms");
        yield return Measure.Under(2, "p95 of a page of contacts meanwhile, against idle", busy, idle, "ms");
    }

    // Every day has its totals already, as after any night; the oldest days are over.
    private static async Task PlantAsync(string app, DateOnly today, int aDay)
    {
        var first = today.AddMonths(-24).AddDays(1 - Due);
        await ExecuteAsync(app, $"INSERT INTO hits (seen_on, page, source) SELECT date '{first:yyyy-MM-dd}' + d, '/biens/' || n % 40, '' FROM generate_series(0, {Days - 1}) d, generate_series(1, {aDay}) n");
        await ExecuteAsync(app, "INSERT INTO daily_totals (seen_on, page, source, count) SELECT seen_on, page, source, count(*) FROM hits GROUP BY 1, 2, 3");
    }

    private static async Task DeleteAsync(string app, DateOnly today)
    {
        for (var day = 0; day < Due; day++) await ExecuteAsync(app, $"DELETE FROM hits WHERE seen_on = date '{today.AddMonths(-24).AddDays(1 - Due + day):yyyy-MM-dd}'");
    }

    private static async Task<List<double>> PageTimesAsync(string app, Task until)
    {
        var times = new List<double>();
        while (!until.IsCompleted) times.Add(await TimedAsync(() => PageAsync(app)));
        return times;
    }

    private static async Task PageAsync(string app)
    {
        await using var db = CrmDbContext.Open(app);
        await db.Contacts.AsNoTracking().Where(c => c.Status == ContactStatus.Active).OrderBy(c => c.SearchName).ThenBy(c => c.Id).Take(50).ToListAsync();
        await db.Contacts.CountAsync(c => c.Status == ContactStatus.Active);
    }

    private static async Task<double> TimedAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Percentile95(List<double> times) => times.Order().ElementAt((int)(times.Count * 0.95));

    private static async Task ExecuteAsync(string app, string sql)
    {
        await using var connection = new NpgsqlConnection(app);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
