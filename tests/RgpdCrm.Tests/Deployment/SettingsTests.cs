using System.Text.RegularExpressions;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Tests.Deployment;

/// <summary>One list of settings: what the code reads, what the README explains, what each deployment sets.</summary>
public sealed partial class SettingsTests
{
    private static readonly string[] ReadByTheFramework = ["ASPNETCORE_ENVIRONMENT", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_URLS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    private static readonly string[] NotOurs = ["PATH", "DOCKER_HOST", "DOTNET_EnableDiagnostics", "POSTGRES_INITDB_ARGS", "MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"];

    [Fact]
    public void Every_setting_that_is_read_is_in_the_readme_and_the_other_way_round() =>
        Assert.Equal(Checkout.ReadmeSettings(), Read().Concat(ReadByTheFramework).Except(NotOurs).Order(StringComparer.Ordinal));

    [Fact]
    public void Compose_sets_nothing_that_the_readme_does_not_explain()
    {
        var compose = new ComposeFile(Answers());
        var known = Checkout.ReadmeSettings();

        foreach (var service in compose.Services.Values)
            Assert.Empty(service.Environment.Keys.Except(NotOurs).Except(known));
        Assert.Empty(ComposeFile.Asked.Except(known));
        Assert.Empty(Dockerfile.Environment.Keys.Except(NotOurs).Except(known));
    }

    [Fact]
    public void The_example_answers_every_question_of_compose_and_no_other() =>
        Assert.Equal(ComposeFile.Asked, Checkout.EnvironmentFile(".env.example").Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void What_has_no_default_stops_compose_with_a_sentence()
    {
        Assert.Equal(
            ["Agency__City", "Agency__Name", "DataProtection__CertificateFile", "Objections__Key", "POSTGRES_PASSWORD", "RGPDCRM_APP_PASSWORD", "RGPDCRM_BACKUP_PASSWORD", "RGPDCRM_HOST", "RGPDCRM_OWNER_PASSWORD", "RGPDCRM_TLS"],
            ComposeFile.Required.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, sentence) in ComposeFile.Required)
        {
            Assert.InRange(sentence.Length, 15, 120);
            var answers = Answers();
            answers[name] = "";
            Assert.Contains(name, Assert.Throws<MissingVariableException>(() => new ComposeFile(answers)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Both_deployments_give_the_application_the_same_settings()
    {
        var compose = new ComposeFile(Answers());
        foreach (var name in new[] { "web", "worker", "migrate" })
        {
            var unit = new UnitFile($"rgpdcrm-{name}.service");
            var containers = compose.Services[name].Environment.Keys.Concat(Dockerfile.Environment.Keys).Except(["ASPNETCORE_HTTP_PORTS"]);
            var units = unit.Environment.Keys.Except(["ASPNETCORE_URLS"]);
            Assert.Equal(containers.Order(StringComparer.Ordinal), units.Order(StringComparer.Ordinal));
        }
        Assert.Equal(compose.Services["caddy"].Environment.Keys.Order(StringComparer.Ordinal), Checkout.EnvironmentFile("deploy/systemd/caddy.env").Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_certificate_that_does_not_open_stops_the_start_with_a_sentence()
    {
        var wrong = Assert.Throws<WrongSettingException>(() => Web.Program.Build(["--environment=Production", "--DataProtection:CertificateFile=/nowhere/keys.pfx"]));

        Assert.Contains("DataProtection__CertificateFile", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere/keys.pfx", wrong.Message, StringComparison.Ordinal);
        wrong = Assert.Throws<WrongSettingException>(() => Web.Program.Build(["--environment=Production", "--DataProtection:FormerCertificateFiles=/nowhere/former.pfx"]));
        Assert.Contains("DataProtection__FormerCertificateFiles", wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>A filled-in <c>.env</c>.</summary>
    internal static Dictionary<string, string> Answers()
    {
        var answers = Checkout.EnvironmentFile(".env.example");
        foreach (var name in ComposeFile.Required.Keys) answers[name] = $"answer{name.Length}";
        return answers;
    }

    private static IEnumerable<string> Read()
    {
        var code = string.Join('\n', Checkout.Sources("src"));
        var scripts = string.Join('\n', new[] { "run", "test", ".ci/prepare", "docker-compose.yml", "deploy/Caddyfile", "deploy/postgres/roles.sh" }.Select(Checkout.Read));
        var settings = Indexer().Matches(code).Concat(Getter().Matches(code)).Select(m => m.Groups[1].Value.Replace(":", "__", StringComparison.Ordinal));
        var connections = Connection().Matches(code).Select(m => "ConnectionStrings__" + m.Groups[1].Value);
        var variables = Variable().Matches(code + string.Join('\n', Checkout.Sources("tests"))).Select(m => m.Groups[1].Value);
        var ofScripts = ScriptVariable().Matches(scripts).Select(m => m.Value);
        return [.. settings.Concat(connections).Concat(variables).Concat(ofScripts).Distinct()];
    }

    [GeneratedRegex("""(?:[Cc]onfiguration|[Ss]ettings)\["([\w:]+)"\]""")]
    private static partial Regex Indexer();

    [GeneratedRegex("""(?:[Cc]onfiguration|[Ss]ettings)\.(?:GetValue(?:<[^>]+>)?|GetSection)\("([\w:]+)["]""")]
    private static partial Regex Getter();

    [GeneratedRegex("""(?:GetConnectionString\(|Connection\(settings, )"(\w+)["]""")]
    private static partial Regex Connection();

    [GeneratedRegex("""Environment\.GetEnvironmentVariable\("(\w+)"\)""")]
    private static partial Regex Variable();

    [GeneratedRegex("(?:RGPDCRM|POSTGRES)_[A-Z_]+")]
    private static partial Regex ScriptVariable();
}
