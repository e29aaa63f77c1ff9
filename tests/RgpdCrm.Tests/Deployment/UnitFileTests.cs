using System.Diagnostics;

namespace RgpdCrm.Tests.Deployment;

/// <summary>The deployment without containers.</summary>
public sealed class UnitFileTests
{
    public static TheoryData<string> Units => [.. Directory.EnumerateFiles(Checkout.PathOf("deploy/systemd"), "*.service").Select(file => Path.GetFileName(file)!)];

    public static TheoryData<string> Scripts => ["run", "test", ".ci/prepare", ".ci/run", "deploy/postgres/roles.sh", "deploy/systemd/rgpdcrm"];

    [Theory, MemberData(nameof(Units))]
    public void A_unit_runs_without_root_and_sees_nothing_it_does_not_need(string name)
    {
        var unit = new UnitFile(name);

        Assert.Equal("rgpdcrm", unit.One("User"));
        Assert.Equal("strict", unit.One("ProtectSystem"));
        Assert.Equal("", unit.One("CapabilityBoundingSet"));
        Assert.Equal("@system-service", unit.One("SystemCallFilter"));
        foreach (var key in new[] { "NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectKernelTunables", "RestrictNamespaces", "RestrictSUIDSGID", "LockPersonality" })
            Assert.Equal("yes", unit.One(key));
        // The just-in-time compiler writes code and runs it.
        Assert.Empty(unit.All("MemoryDenyWriteExecute"));
    }

    [Theory, MemberData(nameof(Units))]
    public async Task A_unit_is_valid_to_systemd(string name)
    {
        var sections = Checkout.Read($"deploy/systemd/{name}").Split('\n').Where(line => line.StartsWith('[')).Where(line => line != "[Install]");
        Assert.Equal(["[Unit]", "[Service]"], sections);
        if (!File.Exists("/usr/bin/systemd-analyze")) return;

        var folder = Directory.CreateTempSubdirectory("rgpdcrm-units");
        try
        {
            // It looks for the program, which an operator installs and a developer has elsewhere.
            foreach (var unit in Units.Select(row => row.Data))
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, unit), Checkout.Read($"deploy/systemd/{unit}").Replace("/usr/bin/dotnet", "/bin/sh", StringComparison.Ordinal));
            Assert.Equal((0, ""), await RunAsync("/usr/bin/systemd-analyze", "verify", Path.Combine(folder.FullName, name)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Only_migrate_holds_the_owners_connection()
    {
        foreach (var name in Units.Select(row => row.Data))
            Assert.Equal(name == "rgpdcrm-migrate.service", new UnitFile(name).Environment.ContainsKey("ConnectionStrings__RgpdCrmOwner"));
    }

    [Fact]
    public void Pages_and_jobs_listen_to_loopback_alone_and_start_after_the_migration()
    {
        foreach (var name in new[] { "web", "worker" })
        {
            var unit = new UnitFile($"rgpdcrm-{name}.service");
            Assert.StartsWith("http://127.0.0.1:", unit.Environment["ASPNETCORE_URLS"], StringComparison.Ordinal);
            Assert.Equal("rgpdcrm-migrate.service", unit.One("Requires"));
            Assert.Contains("rgpdcrm-migrate.service", unit.One("After"), StringComparison.Ordinal);
            Assert.Equal(name == "worker" ? "true" : "false", unit.Environment["Hangfire__Server"]);
        }
    }

    [Theory, MemberData(nameof(Scripts))]
    public async Task A_script_is_valid_to_its_shell(string script) =>
        Assert.Equal((0, ""), await RunAsync("bash", "-n", Checkout.PathOf(script)));

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output + errors).Trim());
    }
}
