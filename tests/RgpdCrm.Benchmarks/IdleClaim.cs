namespace RgpdCrm.Benchmarks;

/// <summary>A night on which nobody is due costs the same whatever the size of the agency.</summary>
internal static class IdleClaim
{
    private const int Nights = 15;

    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        var (fewer, more) = (bench.Scaled(20_000), bench.Scaled(200_000));
        await using var small = await bench.DatabaseAsync(fewer);
        await using var large = await bench.DatabaseAsync(more);
        List<double> few = [], many = [];
        for (var night = 0; night <= Nights; night++)
        {
            var (ofSmall, ofLarge) = (await bench.RunAsync(small, erased: 0), await bench.RunAsync(large, erased: 0));
            if (night == 0) continue; // The first reads the pages of each from the disk.
            few.Add(ofSmall.TotalMilliseconds);
            many.Add(ofLarge.TotalMilliseconds);
        }
        yield return Measure.Under(1.5, $"nothing due, {more} contacts against {fewer}", Median(many), Median(few), "ms");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
