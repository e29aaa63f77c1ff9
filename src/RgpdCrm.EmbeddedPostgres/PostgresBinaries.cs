using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RgpdCrm.EmbeddedPostgres;

/// <summary>The embedded server cannot be used; the message is one line meant for the person at the keyboard.</summary>
public class EmbeddedPostgresException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>No usable PostgreSQL binaries on this machine; the message says what to install.</summary>
public sealed class MissingPostgresException(string found) : EmbeddedPostgresException(
    $"{found}: PostgreSQL {PostgresBinaries.OldestMajor} or later is needed; install it with `apt-get install postgresql` (Debian, Ubuntu) or `brew install postgresql@17` (macOS), then start again.");

/// <summary>One installation of PostgreSQL: <c>initdb</c>, <c>pg_ctl</c>, <c>pg_dump</c> and <c>postgres</c> side by side in <paramref name="Folder"/>.</summary>
/// <param name="Folder">The folder of the binaries.</param>
/// <param name="Major">The major version, such as 17.</param>
public sealed partial record PostgresBinaries(string Folder, int Major)
{
    /// <summary>The oldest major version the application supports.</summary>
    public const int OldestMajor = 15;

    /// <summary>The system account that runs the server when this process is root, since PostgreSQL refuses root.</summary>
    internal const string ServerAccount = "postgres";

    /// <summary>C.UTF-8 sorts the same on every machine; macOS does not have it.</summary>
    internal static readonly string Locale = OperatingSystem.IsMacOS() ? "en_US.UTF-8" : "C.UTF-8";

    private static readonly string[] Tools = ["initdb", "pg_ctl", "pg_dump", "postgres"];

    /// <summary>The first usable installation of <see cref="KnownFolders"/>.</summary>
    /// <param name="major">The wanted major version, when existing data ask for one; otherwise any supported version.</param>
    /// <exception cref="MissingPostgresException">There is none.</exception>
    public static PostgresBinaries Find(int? major = null) => FindIn(KnownFolders(), major);

    /// <summary>The first usable installation among <paramref name="folders"/>.</summary>
    /// <inheritdoc cref="Find" path="/exception"/>
    public static PostgresBinaries FindIn(IEnumerable<string> folders, int? major = null)
    {
        PostgresBinaries? unsuited = null;
        foreach (var folder in folders.Where(HasEveryTool).Distinct())
        {
            var binaries = new PostgresBinaries(folder, MajorOf(Path.Combine(folder, "postgres")));
            if (binaries.Major >= OldestMajor && binaries.Major == (major ?? binaries.Major))
                return binaries;
            unsuited ??= binaries;
        }

        throw unsuited switch
        {
            null => new MissingPostgresException("PostgreSQL was not found"),
            { Major: < OldestMajor } => new MissingPostgresException($"PostgreSQL {unsuited.Major} in {unsuited.Folder} is too old"),
            _ => new EmbeddedPostgresException($"The existing data were written by PostgreSQL {major}, and only {unsuited.Major} was found: install PostgreSQL {major}, or drop the data with `./run --reset`."),
        };
    }

    /// <summary>Where installations live: the PATH, what <c>pg_config</c> says, then Debian, Red Hat and Homebrew, newest first.</summary>
    public static IEnumerable<string> KnownFolders()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        foreach (var folder in path)
            yield return folder;

        foreach (var config in path.Select(folder => Path.Combine(folder, "pg_config")).Where(File.Exists))
            yield return Output(config, "--bindir");

        foreach (var folder in Newest("/usr/lib/postgresql", "*")
            .Concat(Newest("/usr", "pgsql-*"))
            .Concat(Newest("/opt/homebrew/opt", "postgresql*"))
            .Concat(Newest("/usr/local/opt", "postgresql*"))
            .Concat(Newest("/home/linuxbrew/.linuxbrew/opt", "postgresql*")))
            yield return Path.Combine(folder, "bin");
    }

    /// <summary>Runs one of the tools to its end, as <see cref="ServerAccount"/> when this process is root.</summary>
    /// <exception cref="EmbeddedPostgresException">The tool failed; the message carries what it said.</exception>
    internal async Task RunAsync(string tool, params string[] arguments)
    {
        var start = Quiet(Path.Combine(Folder, tool), arguments);
        if (Environment.IsPrivilegedProcess && OperatingSystem.IsLinux())
            start.UserName = ServerAccount;

        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new EmbeddedPostgresException($"{tool} failed: {OneLine(errors + " " + await output)}");
    }

    private static bool HasEveryTool(string folder) => Tools.All(tool => File.Exists(Path.Combine(folder, tool)));

    private static int MajorOf(string postgres) =>
        int.TryParse(VersionNumber().Match(Output(postgres, "--version")).Value, CultureInfo.InvariantCulture, out var major) ? major : 0;

    private static IEnumerable<string> Newest(string parent, string pattern) => Directory.Exists(parent)
        ? Directory.EnumerateDirectories(parent, pattern)
            .OrderByDescending(folder => int.TryParse(VersionNumber().Match(Path.GetFileName(folder)).Value, CultureInfo.InvariantCulture, out var major) ? major : 0)
        : [];

    private static string Output(string file, string argument)
    {
        using var process = Start(Quiet(file, [argument]));
        return process.StandardOutput.ReadToEnd().Trim();
    }

    private static ProcessStartInfo Quiet(string file, IEnumerable<string> arguments) => new(file, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = "/",
        Environment = { ["LC_ALL"] = Locale },
    };

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception reason)
        {
            throw new EmbeddedPostgresException($"{start.FileName} does not start{(start.UserName is "" ? "" : $" as {start.UserName}")}: {reason.Message}", reason);
        }
    }

    private static string OneLine(string text) => LineBreaks().Replace(text.Trim(), " ");

    [GeneratedRegex(@"\d+")]
    private static partial Regex VersionNumber();

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex LineBreaks();
}
