using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Commands;

/// <summary>What a newcomer sees first: the demonstration behind <c>./run</c>, and two months later.</summary>
public sealed class DemonstrationTests(PostgresFixture postgres)
{
    private const string Nights = "nuits passent";

    [Fact]
    public async Task The_demonstration_outlives_kills_keeps_its_passwords_and_begins_anew_when_asked()
    {
        var state = Path.Combine(EmbeddedServer.StateFolder, "tests", Guid.NewGuid().ToString("N"));
        var verb = new Verb(("RGPDCRM_STATE", state));
        string[] demo = ["demo", "--contacts", "60", "--port", $"{FreePort()}"];
        try
        {
            // Killed while the agency is invented: the next start invents it whole.
            using (var begun = verb.Start(demo)) await KilledAtAsync(begun, Nights);
            string[] accounts;
            using (var first = verb.Start(demo))
            {
                accounts = await OpenedAsync(first);
                Assert.Equal(3, accounts.Length);
                Assert.Contains("est déjà pris", await verb.FailAsync(1, demo), StringComparison.Ordinal);
                await KillAsync(first);
            }
            var server = await EmbeddedServer.StartAsync(Path.Combine(state, "postgres"));
            var people = await PeopleAsync(server);
            // 75 before 4 in the morning, 76 after; the night at 4 may pass meanwhile.
            Assert.InRange((await server.AppConnectionString().QueryAsync<long>("SELECT count(*) FROM retention_runs")).Single(), 75, 77);

            // What those nights erased is known outside the database when the site opens.
            var ledger = Path.Combine(state, "ledger");
            var erased = (await server.AppConnectionString().QueryAsync<long>("SELECT max(number) FROM ledger")).Single();
            Assert.Contains($"\"ledger\":{erased}", File.ReadLines(Assert.Single(Directory.GetFiles(ledger, "*.jsonl"))).Last(), StringComparison.Ordinal);

            using (var second = verb.Start(demo))
            {
                Assert.Equal(accounts, await OpenedAsync(second));
                await KillAsync(second);
            }
            Assert.Equal(people, await PeopleAsync(server));

            var before = await File.ReadAllTextAsync(Path.Combine(state, "demo-accounts.json"), TestContext.Current.CancellationToken);
            using (var anew = verb.Start([.. demo, "--reset"])) await KilledAtAsync(anew, Nights);
            Assert.False(Directory.Exists(ledger));
            Assert.NotEqual(before, await File.ReadAllTextAsync(Path.Combine(state, "demo-accounts.json"), TestContext.Current.CancellationToken));
        }
        finally
        {
            await (await EmbeddedServer.StartAsync(Path.Combine(state, "postgres"))).StopAsync();
            Directory.Delete(state, recursive: true);
        }
    }

    [Fact]
    public async Task Two_months_later_the_pending_are_gone_from_every_table_and_the_register_lists_them()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var verb = Verb.On(agency.Database);
        await verb.SucceedAsync("seed", "--contacts", "300");
        const string due = "FROM contacts c JOIN emails e ON e.contact_id = c.id WHERE c.status = 'PendingDeletion' AND NOT c.from_archive AND postponements = 0 AND c.kept_until IS NULL AND NOT EXISTS (SELECT FROM holds h WHERE h.contact_id = c.id)";
        await agency.SqlAsync($"CREATE TABLE doomed AS SELECT c.id, sha256(uuid_send(c.id)) AS hash {due}");
        var addresses = await agency.Database.OwnerConnectionString.QueryAsync<string>($"SELECT e.value {due}");
        Assert.NotEmpty(addresses);
        var dump = await agency.Database.DumpAsync();
        Assert.All(addresses, address => Assert.Contains(address, dump, StringComparison.Ordinal));

        var on = (await agency.SqlAsync<DateOnly>("SELECT (max(pending_since) + interval '2 months')::date FROM contacts")).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        await verb.SucceedAsync("retention", "run", "--on", on);

        Assert.Equal(addresses.Count, await agency.SqlAsync<long>("SELECT count(*) FROM doomed d JOIN ledger l ON l.subject_hash = d.hash WHERE l.action = 'Erased'"));
        Assert.Equal(0L, await agency.SqlAsync<long>("SELECT count(*) FROM doomed JOIN contacts USING (id)"));
        await agency.SqlAsync("DROP TABLE doomed");
        dump = await agency.Database.DumpAsync();
        Assert.All(addresses, address => Assert.DoesNotContain(address, dump, StringComparison.Ordinal));
        Assert.StartsWith("Registre intact", await verb.SucceedAsync("ledger", "verify"), StringComparison.Ordinal);
    }

    private static async Task<string[]> OpenedAsync(Process demo)
    {
        await SaidAsync(demo, "est ouverte");
        return [await LineAsync(demo), await LineAsync(demo), await LineAsync(demo)];
    }

    private static async Task KilledAtAsync(Process demo, string words)
    {
        await SaidAsync(demo, words);
        await KillAsync(demo);
    }

    private static async Task SaidAsync(Process demo, string words)
    {
        while (!(await LineAsync(demo)).Contains(words, StringComparison.Ordinal))
        {
        }
    }

    private static async Task<string> LineAsync(Process demo) =>
        await demo.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException(await demo.StandardError.ReadToEndAsync());

    private static async Task KillAsync(Process demo)
    {
        demo.Kill();
        await demo.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> PeopleAsync(EmbeddedServer server) =>
        (await server.AppConnectionString().QueryAsync<string>("SELECT md5(string_agg(id::text, '' ORDER BY id)) FROM contacts")).Single();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
