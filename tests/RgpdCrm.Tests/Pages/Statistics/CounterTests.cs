using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Tests.Pages.Statistics;

/// <summary>The counter as browsers, robots and forgers meet it. Today is 15 November 2026.</summary>
public sealed class CounterTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Site = "https://www.agence.example", Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(postgres, settings: ("PublicSite:AllowedSites", $"{Site}, https://autre.example"));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_page_of_the_agencys_site_is_counted_by_its_path_and_the_site_before_and_nothing_else_is_kept()
    {
        const string Canary = "canarizmo", Address = "198.51.100.77";
        var answer = await HitAsync("/biens/?q=claire", $"https://www.leboncoin.fr/claire-{Canary}", agent: $"{Firefox} {Canary}", from: Address);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(Site, Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal("cross-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
        await HitAsync("/", $"{Site}/biens");
        await FlushAsync();

        Assert.Equal(["2026-11-15 / ", "2026-11-15 /biens leboncoin.fr"], await _app.Database.OwnerConnectionString.QueryAsync<string>("SELECT concat_ws(' ', seen_on, page, source) FROM hits ORDER BY page"));
        var dump = await _app.Database.DumpAsync();
        Assert.DoesNotContain(Canary, dump, StringComparison.Ordinal);
        Assert.DoesNotContain(Address, dump, StringComparison.Ordinal);
        Assert.DoesNotContain("Firefox", dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_public_pages_are_counted_and_foreign_sites_are_not()
    {
        Assert.Equal(HttpStatusCode.NoContent, (await HitAsync("/contact", origin: "https://localhost")).StatusCode);
        foreach (var foreign in (string?[])["https://evil.example", "http://www.agence.example", "null", null])
            Assert.Equal(HttpStatusCode.Forbidden, (await HitAsync("/contact", origin: foreign)).StatusCode);
        await FlushAsync();
        Assert.Equal(1, await _app.CountAsync("hits"));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"), InlineData("curl/8.5.0"), InlineData("Mozilla/5.0 HeadlessChrome/140.0"), InlineData("")]
    public async Task A_robot_is_answered_and_not_counted(string agent)
    {
        Assert.Equal(HttpStatusCode.NoContent, (await HitAsync("/", agent: agent)).StatusCode);
        await FlushAsync();
        Assert.Equal(0, await _app.CountAsync("hits"));
    }

    [Theory]
    [InlineData("DNT"), InlineData("Sec-GPC")]
    public async Task A_visitor_who_objects_is_not_counted(string header)
    {
        Assert.Equal(HttpStatusCode.NoContent, (await HitAsync("/", header: header)).StatusCode);
        await FlushAsync();
        Assert.Equal(0, await _app.CountAsync("hits"));
    }

    [Fact]
    public async Task Forged_requests_get_a_dull_answer_and_are_not_counted()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await HitAsync("/<script>alert(1)</script>")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await HitAsync("/a\0b")).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await HitAsync("/" + new string('a', 100_000))).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _app.Visitor().GetAsync("/stats/hit?p=/")).StatusCode);
        using var json = new StringContent("""{"p":"/"}""", System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync(json, Site, Firefox, "192.0.2.10", null)).StatusCode);
        await FlushAsync();
        Assert.Equal(0, await _app.CountAsync("hits"));
    }

    [Fact]
    public async Task One_address_counts_60_pages_a_minute_and_no_more()
    {
        for (var i = 0; i < 60; i++) Assert.Equal(HttpStatusCode.NoContent, (await HitAsync("/", from: "203.0.113.9")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await HitAsync("/", from: "203.0.113.9")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await HitAsync("/", from: "203.0.113.10")).StatusCode);
    }

    [Fact]
    public async Task The_script_is_small_and_loads_from_another_site()
    {
        var answer = await _app.Visitor().GetAsync("/stats/counter.js");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 100, 1000);
        Assert.Equal("cross-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
    }

    [Fact]
    public async Task Hits_wait_for_a_database_that_refuses_and_are_written_when_the_process_ends()
    {
        await _app.SqlAsync("ALTER TABLE hits RENAME TO away");
        Assert.Equal(HttpStatusCode.NoContent, (await HitAsync("/")).StatusCode);
        await FlushAsync();
        await _app.SqlAsync("ALTER TABLE away RENAME TO hits");
        await FlushAsync();
        Assert.Equal(1, await _app.CountAsync("hits"));
    }

    // Stopping is what writes at once; the buffer goes on taking.
    private Task FlushAsync() => _app.Services.GetRequiredService<HitBuffer>().StopAsync(TestContext.Current.CancellationToken);

    private async Task<HttpResponseMessage> HitAsync(string page, string referrer = "", string? origin = Site, string agent = Firefox, string from = "192.0.2.10", string? header = null)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("p", page), KeyValuePair.Create("r", referrer)]);
        return await SendAsync(form, origin, agent, from, header);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpContent content, string? origin, string agent, string from, string? header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/stats/hit") { Content = content };
        if (origin is not null) request.Headers.Add("Origin", origin);
        if (agent.Length > 0) request.Headers.TryAddWithoutValidation("User-Agent", agent);
        if (header is not null) request.Headers.Add(header, "1");
        return await _app.Visitor(from).Client.SendAsync(request);
    }
}
