using System.Collections.Concurrent;
using System.Diagnostics;

namespace RgpdCrm.Tests.Deployment;

/// <summary>A process with exactly the environment given, apart from what finds programs; everything it says is kept.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private static readonly string[] Inherited = ["PATH", "HOME", "DOTNET_ROOT", "TMPDIR"];
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    public Daemon(IEnumerable<string> command, string folder, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(command.First(), command.Skip(1)) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Except(Inherited).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Log => string.Join('\n', _said);

    /// <summary>Runs to its end and returns what it said.</summary>
    public static async Task<string> RunAsync(IEnumerable<string> command, string folder, Dictionary<string, string> environment)
    {
        await using var run = new Daemon(command, folder, environment);
        await run._process.WaitForExitAsync();
        Assert.True(run._process.ExitCode == 0, $"{string.Join(' ', command)} ended with {run._process.ExitCode}: {run.Log}");
        return run.Log;
    }

    /// <summary>Waits until something is so, for three minutes at most, as long as the process lives.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var watch = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.False(_process.HasExited, $"It ended: {Log}");
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(3), $"It was not ready within three minutes: {Log}");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null) _said.Enqueue(line);
    }
}
