using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace RgpdCrm.EmbeddedPostgres;

/// <summary>The server's folder on disk: <c>data</c>, <c>passwords.json</c>, <c>server.log</c> and the lock two starts queue at.</summary>
internal sealed record DataFolder(string Root)
{
    internal sealed record Passwords(string Superuser, string Owner, string App, string? Backup);

    internal sealed record Postmaster(int Port, bool Ready);

    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(2);

    private string Data => Path.Combine(Root, "data");
    private string UnfinishedData => Path.Combine(Root, "data.new");
    private string PasswordFile => Path.Combine(Root, "passwords.json");
    private string Log => Path.Combine(Root, "server.log");
    private string LockFile => Path.Combine(Root, "lock");
    private string PidFile => Path.Combine(Data, "postmaster.pid");

    internal bool Initialised => Directory.Exists(Data);

    /// <summary>The major version that wrote the data; null before the first start.</summary>
    internal int? Major => Initialised ? int.Parse(File.ReadAllText(Path.Combine(Data, "PG_VERSION")), CultureInfo.InvariantCulture) : null;

    /// <summary>Creates the folder, closed to everyone but the account that runs the server.</summary>
    internal void Create()
    {
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess)
            CreateForServerAccount();
        else if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Root);
        else
            Directory.CreateDirectory(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Waits for the folder's lock, which the operating system frees when its holder dies.</summary>
    internal async Task<IDisposable> LockAsync()
    {
        var waited = Stopwatch.StartNew();
        IDisposable? held;
        while ((held = TryLock()) is null)
        {
            if (waited.Elapsed > LockPatience)
                throw new EmbeddedPostgresException($"Another process has been starting the server in {Root} for {LockPatience.TotalMinutes:0} minutes.");
            await Task.Delay(100);
        }

        return held;
    }

    /// <summary>The folder's lock, or null when another process holds it.</summary>
    internal IDisposable? TryLock()
    {
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Runs <c>initdb</c> aside and moves the result into place, so that data either exist whole or not at all.</summary>
    internal async Task InitialiseAsync(PostgresBinaries binaries, bool ephemeral)
    {
        if (Directory.Exists(UnfinishedData))
            Directory.Delete(UnfinishedData, recursive: true);

        var passwords = new Passwords(NewPassword(), NewPassword(), NewPassword(), NewPassword());
        WritePrivately(PasswordFile, JsonSerializer.Serialize(passwords));

        // The server's account reads this one: only the folder's own mode protects it, for the seconds it exists.
        var superuserPassword = Path.Combine(Root, "initdb.password");
        try
        {
            await File.WriteAllTextAsync(superuserPassword, passwords.Superuser);
            await binaries.RunAsync("initdb", [
                "--pgdata", UnfinishedData, "--username", "postgres", "--pwfile", superuserPassword,
                "--auth-host", "scram-sha-256", "--auth-local", "reject", "--encoding", "UTF8", "--locale", PostgresBinaries.Locale,
                .. ephemeral ? ["--no-sync"] : Array.Empty<string>()]);
        }
        finally
        {
            File.Delete(superuserPassword);
        }

        Directory.Move(UnfinishedData, Data);
    }

    internal Passwords ReadPasswords()
    {
        if (!File.Exists(PasswordFile)) throw MissingPasswords();
        var read = JsonSerializer.Deserialize<Passwords>(File.ReadAllText(PasswordFile))!;
        if (read.Backup is not null) return read;
        // Written before there was a role for backups.
        read = read with { Backup = NewPassword() };
        WritePrivately(PasswordFile, JsonSerializer.Serialize(read));
        return read;
    }

    private EmbeddedPostgresException MissingPasswords() => new($"{PasswordFile} is gone, so the data beside it cannot be opened: put it back, or drop the data with `./run --reset`.");

    /// <summary>Writes the whole configuration. Errors quote what people typed, so the log keeps neither errors, statements nor parameters.</summary>
    internal void Configure(bool ephemeral) => File.WriteAllText(Path.Combine(Data, "postgresql.conf"), $"""
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        max_connections = 200
        shared_buffers = '256MB'
        timezone = 'UTC'
        lc_messages = 'C'
        log_timezone = 'UTC'
        log_min_messages = log
        log_min_error_statement = panic
        log_error_verbosity = terse
        log_statement = none
        log_min_duration_statement = -1
        log_parameter_max_length = 0
        log_parameter_max_length_on_error = 0

        """ + (ephemeral ? """
        fsync = off
        synchronous_commit = off
        full_page_writes = off

        """ : ""));

    internal Task StartAsync(PostgresBinaries binaries, int port) =>
        binaries.RunAsync("pg_ctl", "start", "--wait", "--silent", "--timeout", "60", "--pgdata", Data, "--log", Log, "--options", $"-p {port}");

    internal Task StopAsync(PostgresBinaries binaries, bool immediately) =>
        binaries.RunAsync("pg_ctl", "stop", "--wait", "--silent", "--timeout", "60", "--pgdata", Data, "--mode", immediately ? "immediate" : "fast");

    internal void DeleteLog() => File.Delete(Log);

    internal string LastWords() => File.Exists(Log) ? string.Join(" | ", File.ReadLines(Log).TakeLast(3)) : "it left no log";

    /// <summary>The postmaster that <c>postmaster.pid</c> names, or null when there is none or it is dead.</summary>
    internal Postmaster? FindPostmaster()
    {
        if (!File.Exists(PidFile))
            return null;

        // Lines of the file, in PostgreSQL's own order: pid, data folder, start, port, socket folder, address, shared memory, status.
        var lines = File.ReadAllLines(PidFile);
        if (lines.Length < 4 || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out var pid) || !IsPostgres(pid))
            return null;
        return new Postmaster(int.Parse(lines[3], CultureInfo.InvariantCulture), lines.Length > 7 && lines[7].Trim() == "ready");
    }

    internal void ForgetPostmaster() => File.Delete(PidFile);

    internal bool IsDataOf(string dataDirectory) => dataDirectory == Data;

    private void CreateForServerAccount()
    {
        using var install = Process.Start(new ProcessStartInfo("install", ["-d", "-m", "0700", "-o", PostgresBinaries.ServerAccount, Root]) { RedirectStandardError = true })!;
        var error = install.StandardError.ReadToEnd().Trim();
        install.WaitForExit();
        if (install.ExitCode != 0)
            throw new EmbeddedPostgresException($"{Root} cannot be created for the account {PostgresBinaries.ServerAccount}: {error}");
    }

    private static bool IsPostgres(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void WritePrivately(string file, string text)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.Write(text);
    }

    private static string NewPassword() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
