using System.Diagnostics;

namespace RgpdCrm.Core.Backups;

/// <summary>A backup rests as long as it works, so that whoever opens a page meanwhile waits little; it takes twice as long.</summary>
internal static class Pace
{
    private const int Block = 1 << 16;
    private static readonly TimeSpan Stint = TimeSpan.FromMilliseconds(50);

    /// <summary>Copies to the end.</summary>
    public static async Task CopyAsync(Stream from, Stream to, CancellationToken cancel)
    {
        var (buffer, watch) = (new byte[Block], Stopwatch.StartNew());
        while (await from.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
            if (watch.Elapsed < Stint) continue;
            await Task.Delay(watch.Elapsed, cancel);
            watch.Restart();
        }
    }
}
