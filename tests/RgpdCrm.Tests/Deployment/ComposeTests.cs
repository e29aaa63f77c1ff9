using System.Net;

namespace RgpdCrm.Tests.Deployment;

/// <summary>What <c>docker-compose.yml</c> promises: one door, no root, nothing that fills the disk.</summary>
public sealed class ComposeTests
{
    private static readonly string[] App = ["web", "worker", "migrate"];
    private readonly ComposeFile _compose = new(SettingsTests.Answers());

    [Fact]
    public void Only_caddy_is_reached_from_outside()
    {
        foreach (var service in _compose.Services.Values.Where(service => service.Name != "caddy"))
        {
            Assert.All(service.List("ports"), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
            if (service.List("profiles").Count == 0) Assert.Empty(service.List("ports"));
        }
        Assert.Equal(["0.0.0.0:80:80", "0.0.0.0:443:443"], _compose.Services["caddy"].List("ports"));
    }

    [Fact]
    public void Caddy_reaches_the_pages_and_the_pages_alone_reach_the_database()
    {
        var networks = ComposeFile.Map(_compose.Tree["networks"]);

        Assert.Equal(["edge", "front"], _compose.Services["caddy"].List("networks"));
        Assert.Equal(["front", "back", "out"], _compose.Services["web"].List("networks"));
        Assert.Equal(["back", "out"], _compose.Services["worker"].List("networks"));
        Assert.All(["migrate", "db"], name => Assert.Equal(["back"], _compose.Services[name].List("networks")));
        Assert.All(["front", "back"], name => Assert.Equal("true", ComposeFile.Map(networks[name])["internal"]));
    }

    [Fact]
    public void The_known_proxy_is_the_network_that_caddy_and_web_share()
    {
        var front = ComposeFile.Map(ComposeFile.Map(_compose.Tree["networks"])["front"]);
        var subnet = ComposeFile.Map(((List<object>)ComposeFile.Map(front["ipam"])["config"])[0])["subnet"];

        Assert.Equal(subnet, _compose.Services["web"].Environment["Proxy__Known"]);
        Assert.True(IPNetwork.TryParse((string)subnet, out _));
        Assert.False(_compose.Services["worker"].Environment.ContainsKey("Proxy__Known"));
    }

    [Fact]
    public void The_application_has_one_image_no_root_and_no_disk()
    {
        foreach (var service in App.Select(name => _compose.Services[name]))
        {
            Assert.Equal("rgpdcrm", service.Text("image"));
            Assert.Equal("true", service.Text("read_only"));
            Assert.Equal(["ALL"], service.List("cap_drop"));
            Assert.Equal(["no-new-privileges:true"], service.List("security_opt"));
            Assert.All(service.List("volumes"), volume => Assert.True(volume is "storage:/storage" or "backups:/backups" or "ledger:/ledger" || volume.EndsWith(":ro", StringComparison.Ordinal), volume));
        }
        Assert.Matches("(?m)^USER \\$APP_UID$", Dockerfile.Text);
        Assert.Contains("--locked-mode", Dockerfile.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_and_jobs_wait_for_the_migration_and_it_for_the_database()
    {
        Assert.All(["web", "worker"], name => Assert.Equal("service_completed_successfully", Condition(name, "migrate")));
        Assert.Equal("service_healthy", Condition("migrate", "db"));
        Assert.Equal("service_healthy", Condition("caddy", "web"));
        Assert.Equal(["migrate"], _compose.Services["migrate"].List("command"));
        Assert.Equal("no", _compose.Services["migrate"].Text("restart"));
        Assert.All(["web", "worker", "db", "caddy"], name => Assert.Equal("unless-stopped", _compose.Services[name].Text("restart")));
    }

    [Fact]
    public void Only_migrate_holds_the_owners_password_and_only_the_worker_runs_jobs()
    {
        foreach (var service in App.Select(name => _compose.Services[name]))
        {
            Assert.Equal(service.Name == "migrate", service.Environment.ContainsKey("ConnectionStrings__RgpdCrmOwner"));
            Assert.Equal(service.Name == "worker", service.Environment.ContainsKey("ConnectionStrings__RgpdCrmBackup"));
        }
        Assert.Equal("false", _compose.Services["web"].Environment["Hangfire__Server"]);
        Assert.Equal("true", _compose.Services["worker"].Environment["Hangfire__Server"]);
    }

    [Fact]
    public void Every_log_goes_to_the_journal_that_ends_it_within_six_months_and_every_volume_has_a_name()
    {
        Assert.All(_compose.Services.Values, service => Assert.Equal("journald", service.Map("logging")["driver"]));
        Assert.Contains("MaxFileSec=1week\nMaxRetentionSec=5month", Checkout.Read("docs/operate.md"), StringComparison.Ordinal);
        var named = ComposeFile.Map(_compose.Tree["volumes"]).Keys;
        var used = _compose.Services.Values.SelectMany(service => service.List("volumes")).Select(volume => volume.Split(':')[0]).Where(source => !source.StartsWith('.'));
        Assert.Equal(named.Order(StringComparer.Ordinal), used.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_dump_tool_of_the_image_is_as_new_as_the_server()
    {
        Assert.Equal("postgres:17", _compose.Services["db"].Text("image"));
        Assert.Contains("postgresql-client-17", Dockerfile.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Store_and_mail_catcher_are_for_trials() =>
        Assert.Equal(["s3", "smtp"], _compose.Services.Values.Where(service => service.List("profiles") is ["trial"]).Select(service => service.Name));

    private string Condition(string service, string needs) => (string)ComposeFile.Map(_compose.Services[service].Map("depends_on")[needs])["condition"];
}
