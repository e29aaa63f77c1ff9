using System.Net;
using System.Net.Sockets;
using Npgsql;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Commands;

/// <summary>Whatever goes wrong, the person at the keyboard reads one line and scripts get the exit code.</summary>
public sealed class MisuseTests(PostgresFixture postgres)
{
    private const int Failure = 1;
    private const int WrongUsage = 2;

    [Theory]
    [InlineData("frobnicate", "« frobnicate » n’est pas compris")]
    [InlineData("retention frob", "« frob » n’est pas compris")]
    [InlineData("retention preview --on 2026-02-30", "« 2026-02-30 » n’est pas une date de la forme AAAA-MM-JJ")]
    [InlineData("retention run --on 15/11/2026", "n’est pas une date")]
    [InlineData("retention run --approve dix", "« dix » n’est pas un nombre")]
    [InlineData("retention run --approve -3", "« -3 » n’est pas un nombre")]
    [InlineData("import contacts", "contacts")]
    [InlineData("seed", "--contacts est obligatoire")]
    [InlineData("seed --contacts 0", "« 0 » n’est pas un nombre d’au moins 1")]
    [InlineData("seed --contacts beaucoup", "« beaucoup » n’est pas un nombre")]
    [InlineData("seed --contacts 5 --seed x", "« x » n’est pas un nombre")]
    [InlineData("users add claire@example.org", "--role est obligatoire")]
    [InlineData("users add claire@example.org --role chef", "chef")]
    [InlineData("demo --port 65536", "« 65536 » n’est pas un nombre de 1 à 65535")]
    [InlineData("demo --port web", "« web » n’est pas un nombre de 1 à 65535")]
    public async Task Wrong_usage_is_told_in_one_line(string words, string expected) =>
        Assert.Contains(expected, await new Verb().FailAsync(WrongUsage, words.Split(' ')), StringComparison.Ordinal);

    [Theory]
    [InlineData("en_GB.UTF-8", "“frobnicate” is not understood")]
    [InlineData("C.UTF-8", "« frobnicate » n’est pas compris")]
    [InlineData("de_DE.UTF-8", "« frobnicate » n’est pas compris")]
    public async Task A_terminal_in_English_is_answered_in_English_and_any_other_in_French(string terminal, string expected) =>
        Assert.Contains(expected, (await new Verb(("LC_ALL", terminal)).RunAsync("frobnicate")).Errors, StringComparison.Ordinal);

    [Fact]
    public async Task Production_says_which_setting_is_missing()
    {
        var production = new Verb();
        Assert.Contains("ConnectionStrings__RgpdCrmOwner manque", await production.FailAsync(Failure, "migrate"), StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__RgpdCrm manque", await production.FailAsync(Failure, "ledger", "verify"), StringComparison.Ordinal);
        var served = new Verb(("Agency__Address", "https://crm.example.org"), ("Objections__Key", new string('k', 32)), ("ConnectionStrings__RgpdCrm", "Host=127.0.0.1;Port=1"));
        var refused = await served.RunAsync();
        Assert.Equal(Failure, refused.Code);
        Assert.Contains("DataProtection__CertificateFile manque", refused.OneLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n'importe quoi", "ConnectionStrings__RgpdCrm est mal écrit")]
    [InlineData("Host=127.0.0.1;Port=abc;Password=secret", "ConnectionStrings__RgpdCrm est mal écrit")]
    [InlineData("Database=rgpdcrm", "(Host)")]
    [InlineData("Host=127.0.0.1;Port=1;Database=x;Username=y;Password=secret", "La base de données ne répond pas")]
    public async Task A_connection_that_leads_nowhere_is_told_in_one_line(string connection, string expected)
    {
        var line = await new Verb(("ConnectionStrings__RgpdCrm", connection)).FailAsync(Failure, "retention", "preview");

        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_absent_closed_or_empty_is_told_in_one_line()
    {
        await using var empty = await postgres.CreateDatabaseAsync();
        Assert.Equal("La base de données n’est pas à jour : lancez d’abord le verbe « migrate ».", await Verb.On(empty).FailAsync(Failure, "ledger", "verify"));

        var absent = new NpgsqlConnectionStringBuilder(empty.AppConnectionString) { Database = "absent" }.ConnectionString;
        Assert.Equal("Cette base de données n’existe pas sur le serveur.", await Verb.On(empty, ("ConnectionStrings__RgpdCrm", absent)).FailAsync(Failure, "clocks", "check"));

        var closed = new NpgsqlConnectionStringBuilder(empty.AppConnectionString) { Password = "faux" }.ConnectionString;
        Assert.Equal("Le serveur PostgreSQL refuse ce nom ou ce mot de passe.", await Verb.On(empty, ("ConnectionStrings__RgpdCrm", closed)).FailAsync(Failure, "clocks", "check"));
    }

    [Fact]
    public async Task The_demonstration_says_which_postgresql_to_install_when_its_data_need_one_that_is_missing()
    {
        var state = Directory.CreateTempSubdirectory("rgpdcrm-state-");
        var data = Directory.CreateDirectory(Path.Combine(state.FullName, "postgres", "data"));
        await File.WriteAllTextAsync(Path.Combine(data.FullName, "PG_VERSION"), "9\n", TestContext.Current.CancellationToken);
        try
        {
            var spoken = await new Verb(("RGPDCRM_STATE", state.FullName)).RunAsync("demo", "--port", $"{FreePort()}");

            Assert.Equal(Failure, spoken.Code);
            Assert.Contains("install PostgreSQL 9", spoken.OneLine, StringComparison.Ordinal);
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_taken_port_is_told_in_one_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        Assert.Contains($"Le port {port} est déjà pris", await new Verb(("RGPDCRM_STATE", EmbeddedServer.StateFolder)).FailAsync(Failure, "demo", "--port", $"{port}"), StringComparison.Ordinal);

        await using var database = await postgres.CreateDatabaseAsync(Agency.MigrateAsync);
        var spoken = await Verb.On(database, ("Hangfire__Server", "false")).RunAsync($"--urls=http://127.0.0.1:{port}");
        Assert.Equal(Failure, spoken.Code);
        Assert.Equal("Le port est déjà pris par un autre programme.", spoken.OneLine);
        Assert.DoesNotContain("   at ", spoken.Output, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
