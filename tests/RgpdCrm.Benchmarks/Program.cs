using RgpdCrm.Benchmarks;

if (args is [PhotoClaim.AtOnceArgument, var photo]) return await PhotoClaim.AtOnceAsync(photo);
var (name, scale) = Arguments.Read(args);
await using var bench = await Bench.StartAsync(scale);
Claim[] claims = [.. Claims.All.Where(c => name is null || c.Name == name)];
if (claims.Length == 0)
{
    await Console.Error.WriteLineAsync($"No claim is named {name}: {string.Join(", ", Claims.All.Select(c => c.Name))}.");
    return 2;
}

Console.WriteLine($"PostgreSQL {bench.ServerVersion}, durable like a production server (fsync, synchronous_commit and full_page_writes on; shared_buffers {bench.SharedBuffers}),");
Console.WriteLine($"{Environment.ProcessorCount} cores shared by server and client, scale {scale}. Subject and baseline run in turn on copies of one database; read the ratios.");
Console.WriteLine();
Console.WriteLine(Measure.Heading);
List<Measure> measures = [];
foreach (var claim in claims)
{
    await foreach (var measure in claim.Measure(bench))
    {
        measures.Add(measure);
        Console.WriteLine(measure);
    }
}
return measures.All(m => m.Kept) ? 0 : 1;
