using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using NetVips;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Photos;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Benchmarks;

/// <summary>A photo of 12 megapixels becomes six files as fast as with libvips' own tools, in little memory, and two dozen covers are light.</summary>
internal static class PhotoClaim
{
    /// <summary>Asks this program for the memory claim alone: only a process that does nothing else shows its peak.</summary>
    public const string AtOnceArgument = "--photos-at-once";

    private const int Width = 4000, Height = 3000, Rounds = 7, Covers = 24;
    private const double Mega = 1 << 20;

    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        var folder = Directory.CreateTempSubdirectory("photos").FullName;
        try
        {
            using var pipeline = Pipeline(folder);
            var upload = Path.Combine(folder, "upload.jpg");
            await File.WriteAllBytesAsync(upload, Pictures.Jpeg(Width, Height));
            List<double> ours = [], tools = [];
            for (var round = 0; round <= Rounds; round++)
            {
                var (mine, theirs) = (await TimeAsync(() => MakeAsync(pipeline, upload, folder)), await TimeAsync(() => ToolsAsync(upload, folder)));
                if (round == 0) continue; // Compiles, and reads the tools from the disk.
                ours.Add(mine);
                tools.Add(theirs);
            }
            yield return Measure.AtLeast(0.8, "12-megapixel JPEG to master and six sizes, against vipsthumbnail", 60 / Median(ours), 60 / Median(tools), "/min");
            yield return Measure.Under(1, "memory at its peak, two of them at once, on their side", await PeakAsync(Path.Combine(folder, "turned.jpg")), 300, "MB");
            yield return Measure.Under(1, $"{Covers} covers of a list, 480 pixels, WebP", await CoversAsync(pipeline) / 1000, 300, "kB");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Makes an upload eight times, two at once, and prints the most memory that this process ever had, in bytes.</summary>
    public static async Task<int> AtOnceAsync(string path)
    {
        using var pipeline = Pipeline(Path.GetDirectoryName(path)!);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using var upload = File.OpenRead(path);
            await pipeline.MakeAsync("photo.jpg", upload);
        })));
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(process.PeakWorkingSet64);
        return 0;
    }

    private static PhotoPipeline Pipeline(string folder) => new(new PhotoFiles(folder), new FolderPhotoStore(folder));

    private static async Task MakeAsync(PhotoPipeline pipeline, string upload, string folder)
    {
        await using var file = File.OpenRead(upload);
        var made = await pipeline.MakeAsync("photo.jpg", file);
        await File.WriteAllBytesAsync(Path.Combine(folder, "master.jpg"), made.Master);
        foreach (var size in made.Sizes) await File.WriteAllBytesAsync(Path.Combine(folder, $"ours-{size.Side}.{size.Format}"), size.Content);
    }

    private static async Task ToolsAsync(string upload, string folder)
    {
        foreach (var side in PhotoSizes.Sides)
        {
            await RunAsync("vipsthumbnail", upload, "--size", $"{side}x{side}>", "-o", Path.Combine(folder, $"theirs-{side}.webp[Q={PhotoPipeline.WebpQuality(side)},strip]"));
            await RunAsync("vipsthumbnail", upload, "--size", $"{side}x{side}>", "-o", Path.Combine(folder, $"theirs-{side}.jpg[Q={PhotoPipeline.JpegQuality},strip]"));
        }
    }

    // A telephone held upright: its sensor lies on its side, and turning needs every pixel at once.
    private static async Task<double> PeakAsync(string path)
    {
        using (var scene = Pictures.Scene(Width, Height))
        using (var turned = scene.Mutate(m => m.Set(GValue.GIntType, "orientation", 6)))
            await File.WriteAllBytesAsync(path, turned.JpegsaveBuffer(q: 90));
        var peak = await RunAsync(Environment.ProcessPath!, [.. Environment.GetCommandLineArgs()[..1].Where(_ => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"), AtOnceArgument, path]);
        return long.Parse(peak, CultureInfo.InvariantCulture) / Mega;
    }

    private static async Task<double> CoversAsync(PhotoPipeline pipeline)
    {
        double bytes = 0;
        for (var cover = 1; cover <= Covers; cover++)
        {
            using var upload = new MemoryStream(Pictures.Jpeg(Width / 2, Height / 2, cover));
            bytes += (await pipeline.MakeAsync("photo.jpg", upload)).Sizes[0].Content.Length;
        }
        return bytes;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} failed.");
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException($"{program} is needed: apt-get install libvips-tools, or brew install vips.");
        }
    }
}
