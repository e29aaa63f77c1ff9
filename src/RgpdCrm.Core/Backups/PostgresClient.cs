using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace RgpdCrm.Core.Backups;

/// <summary>PostgreSQL's own client: <c>pg_dump</c> and <c>pg_restore</c>. What they say is never kept: an error may quote a row.</summary>
/// <param name="folder">Where they are; none for the system's search path.</param>
public sealed partial class PostgresClient(string? folder = null)
{
    /// <summary>Schema of the job store: no truth in it, and nothing that a restored application should go on with.</summary>
    private const string JobStore = "hangfire";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Makes sure that <c>pg_dump</c> is at least as new as a server: an older one refuses it.</summary>
    /// <returns>Its major version.</returns>
    /// <exception cref="BackupException">It is missing or older.</exception>
    public async Task<int> RequireAsync(int serverMajor, CancellationToken cancel = default)
    {
        using var process = Start(null, "pg_dump", "--version");
        var said = await process.StandardOutput.ReadToEndAsync(cancel);
        await EndAsync(process, cancel);
        var major = int.Parse(FirstNumber().Match(said).Value, CultureInfo.InvariantCulture);
        return major >= serverMajor ? major : throw new BackupException(BackupFault.OldClient);
    }

    /// <summary>Writes everything but the job store, as one transaction saw it, in PostgreSQL's custom format.</summary>
    /// <exception cref="BackupException">It is missing or failed.</exception>
    public async Task DumpAsync(string connectionString, string snapshot, Stream to, CancellationToken cancel)
    {
        using var process = Start(connectionString, "pg_dump", "--format=custom", "--no-password", $"--exclude-schema={JobStore}", $"--snapshot={snapshot}");
        StandBack(process);
        try
        {
            await Pace.CopyAsync(process.StandardOutput.BaseStream, to, cancel);
        }
        catch
        {
            process.Kill();
            throw;
        }
        await EndAsync(process, cancel);
    }

    /// <summary>Fills an empty database from a dump, whole or not at all; whoever connects owns what it makes.</summary>
    /// <exception cref="BackupException">It is missing or failed.</exception>
    public async Task RestoreAsync(string connectionString, Stream from, CancellationToken cancel)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString).Database;
        using var process = Start(connectionString, "pg_restore", $"--dbname={database}", "--no-password", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error");
        try
        {
            await from.CopyToAsync(process.StandardInput.BaseStream, cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It stopped reading, and how it ended says why; or the backup cannot be read on, and it would wait for the rest for ever.
            if (!process.WaitForExit(Grace)) process.Kill();
        }
        catch
        {
            process.Kill();
            throw;
        }
        await EndAsync(process, cancel);
    }

    private Process Start(string? connectionString, string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(folder is null ? tool : Path.Combine(folder, tool), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (connectionString is not null) Point(start, new NpgsqlConnectionStringBuilder(connectionString));
        try
        {
            var process = Process.Start(start)!;
            // Read and dropped: a full pipe would stop it.
            _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
            return process;
        }
        catch (Win32Exception e)
        {
            throw new BackupException(BackupFault.NoClient, e);
        }
    }

    // Its compression would take a core from whoever works on a page at that hour.
    private static void StandBack(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // Over already; how it ended says why.
        }
    }

    // In the environment, where other accounts cannot read the password as they can in a list of processes.
    private static void Point(ProcessStartInfo start, NpgsqlConnectionStringBuilder to)
    {
        var (environment, mode) = (start.Environment, WordBreak().Replace(to.SslMode.ToString(), "-").ToLowerInvariant());
        foreach (var stray in environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList()) environment.Remove(stray);
        (environment["PGHOST"], environment["PGPORT"], environment["PGDATABASE"]) = (to.Host, to.Port.ToString(CultureInfo.InvariantCulture), to.Database);
        (environment["PGUSER"], environment["PGPASSWORD"], environment["PGSSLMODE"]) = (to.Username, to.Password, mode);
        if (to.Options is { Length: > 0 } options) environment["PGOPTIONS"] = options;
        if (to.RootCertificate is { Length: > 0 } root) environment["PGSSLROOTCERT"] = root;
    }

    private static async Task EndAsync(Process process, CancellationToken cancel)
    {
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
        if (process.ExitCode != 0) throw new BackupException(BackupFault.ClientFailed);
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex FirstNumber();

    // VerifyFull is verify-full, VerifyCA verify-ca.
    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordBreak();
}
