using System.Diagnostics;

namespace RgpdCrm.Benchmarks;

/// <summary>The process needs no more memory for twenty times as many due people.</summary>
internal static class MemoryClaim
{
    private const double Mega = 1 << 20;

    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        var (contacts, fewer, more) = (bench.Scaled(200_000), bench.Scaled(2_000), bench.Scaled(40_000));
        var few = await PeakAsync(bench, contacts, fewer);
        var many = await PeakAsync(bench, contacts, more);
        yield return Measure.Under(1.3, $"live heap at its peak, {more} due against {fewer}", many.Live / Mega, few.Live / Mega, "MB");
        yield return Measure.Under(1.3, $"working set at its peak, {more} due against {fewer}", many.WorkingSet / Mega, few.WorkingSet / Mega, "MB");
    }

    private static async Task<(long Live, long WorkingSet)> PeakAsync(Bench bench, int contacts, int due)
    {
        await using var database = await bench.DatabaseAsync(contacts, due);
        using var process = Process.GetCurrentProcess();
        var (live, workingSet) = (0L, 0L);
        Sample();
        var run = bench.RunAsync(database, erased: due);
        while (await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(50))) != run) Sample();
        await run;
        return (live, workingSet);

        // Collecting first leaves what the run really holds on to.
        void Sample()
        {
            process.Refresh();
            (live, workingSet) = (Math.Max(live, GC.GetTotalMemory(forceFullCollection: true)), Math.Max(workingSet, process.WorkingSet64));
        }
    }
}
