using System.Diagnostics;
using System.Text;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Tests.Support;

/// <summary>The real executable, in a process of its own and in French. Nothing of the tests' environment reaches its settings.</summary>
public sealed record Verb(params (string Key, string? Value)[] Settings)
{
    /// <summary>An executable on a database, in development; <paramref name="more"/> outweighs the rest.</summary>
    public static Verb On(TestDatabase database, params (string Key, string? Value)[] more) => new([
        ("ConnectionStrings__RgpdCrm", database.AppConnectionString), ("ConnectionStrings__RgpdCrmOwner", database.OwnerConnectionString),
        ("ASPNETCORE_ENVIRONMENT", "Development"), .. more]);

    /// <summary>Starts it; the caller ends it.</summary>
    public Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "RgpdCrm.Web.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var foreign in start.Environment.Keys.Where(k => k.Contains("__", StringComparison.Ordinal) || k.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(foreign);
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (key, value) in Settings) start.Environment[key] = value;
        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end.</summary>
    public async Task<Spoken> RunAsync(params string[] args)
    {
        using var process = Start(args);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Spoken(process.ExitCode, Texts.Key(await output), Texts.Key(errors));
    }

    /// <summary>Runs it; fails unless it succeeds in silence on the error stream. Returns what it printed.</summary>
    public async Task<string> SucceedAsync(params string[] args)
    {
        var spoken = await RunAsync(args);
        Assert.Equal((0, ""), (spoken.Code, spoken.Errors));
        return spoken.Output;
    }

    /// <summary>Runs it; fails unless it ends with this code, one line on the error stream and nothing else. Returns the line.</summary>
    public async Task<string> FailAsync(int code, params string[] args)
    {
        var spoken = await RunAsync(args);
        Assert.Equal((code, ""), (spoken.Code, spoken.Output));
        return spoken.OneLine;
    }

    /// <summary>How a process ended and what it said, with ordinary spaces.</summary>
    public sealed record Spoken(int Code, string Output, string Errors)
    {
        /// <summary>The error stream, which must be one line.</summary>
        public string OneLine => Assert.Single(Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
