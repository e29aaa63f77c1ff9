using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Attacks;

/// <summary>What comes over the bare wire.</summary>
public sealed class RawRequestTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_body_that_drips_is_cut_off_while_others_are_served_and_no_method_gives_a_request_back()
    {
        await using var live = await LiveApp.StartAsync(postgres);
        var address = new Uri(live.Address);
        using var dripping = new TcpClient();
        await dripping.ConnectAsync(address.Host, address.Port);
        var stream = dripping.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /account/sign-in HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n"));
        var watch = Stopwatch.StartNew();
        var drips = DripAsync(stream);

        using var http = new HttpClient { BaseAddress = address };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/account/sign-in", UriKind.Relative))).StatusCode);
        foreach (var method in (string[])["TRACE", "TRACK", "DEBUG", "PROPFIND"])
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/account/sign-in") { Headers = { { "X-Secret", "canarizmo" } } };
            var answer = await http.SendAsync(request);
            Assert.False(answer.IsSuccessStatusCode, method);
            Assert.DoesNotContain("canarizmo", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var told = await new StreamReader(stream).ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1));
        await drips;
        Assert.DoesNotContain("200 OK", told, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_fault_of_the_product_tells_the_reader_nothing_about_its_inside()
    {
        await using var app = await CrmApp.StartAsync(postgres, settings: [("environment", "Production"), ("Agency:Address", "https://localhost")]);
        var agent = await app.SignInAsync(Role.Agent);
        await app.SqlAsync("ALTER TABLE properties RENAME TO elsewhere");

        var answer = await agent.GetAsync("/properties");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var told = await answer.Content.ReadAsStringAsync();
        Assert.Contains("Une erreur est survenue", told, StringComparison.Ordinal);
        foreach (var inside in (string[])["Npgsql", "42P01", "   at ", ".cs:line", "SELECT", app.Database.Name]) Assert.DoesNotContain(inside, told, StringComparison.Ordinal);
    }

    // Five bytes a second, for as long as anyone listens.
    private static async Task DripAsync(NetworkStream stream)
    {
        try
        {
            while (true)
            {
                await stream.WriteAsync("x"u8.ToArray());
                await Task.Delay(200);
            }
        }
        catch (IOException)
        {
            // Cut off.
        }
    }
}
