using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Benchmarks;

/// <summary>Twelve months of nights decided ahead for two sets of rules, against reading every contact once and deciding nothing.</summary>
internal static class SimulationClaim
{
    private const int Times = 5;

    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        var contacts = bench.Scaled(100_000);
        await using var database = await bench.DatabaseAsync(contacts);
        List<double> simulated = [], read = [];
        for (var time = 0; time <= Times; time++)
        {
            var (ofRead, ofSimulation) = (await TimedAsync(() => ReadAsync(database.App, contacts)), await TimedAsync(() => SimulateAsync(database.App, bench.Clock.Today)));
            if (time == 0) continue; // The first compiles, and reads the pages from the disk.
            read.Add(ofRead);
            simulated.Add(ofSimulation);
        }
        yield return Measure.Under(6, $"simulate 24 months, {contacts} contacts, against reading them once", Median(simulated), Median(read), "ms");
    }

    private static async Task SimulateAsync(string app, DateOnly today)
    {
        await using var db = CrmDbContext.Open(app);
        var wanted = (await PolicyHistory.LoadAsync(db)).Current with { Version = 2, InactivityMonths = 24 };
        var simulation = await PolicySimulation.RunAsync(db, wanted, today.AddDays(1));
        if (simulation.After.Total == 0) throw new InvalidOperationException("The simulated rules reach nobody.");
    }

    private static async Task ReadAsync(string app, int contacts)
    {
        await using var db = CrmDbContext.Open(app);
        var seen = 0;
        await foreach (var contact in db.Contacts.AsNoTracking().AsAsyncEnumerable()) seen++;
        if (seen != contacts) throw new InvalidOperationException($"{seen} of {contacts} contacts were read.");
    }

    private static async Task<double> TimedAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
