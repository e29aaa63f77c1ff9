using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Matching;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Contacts;

/// <summary>What a prospect told a colleague they look for.</summary>
public sealed class NotedSearchTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(postgres);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_search_told_to_an_agent_finds_a_property_once_she_agreed_and_moves_no_clock()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr");
        var agent = await _app.SignInAsync(Role.Agent);
        Assert.Contains("notez d’abord son accord", await TextAsync(agent, $"/contacts/{claire}/search"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await SaveAsync(agent, $"/contacts/{claire}/search", "Angers", "300 000 €")).StatusCode);
        Assert.Equal((0, 0), await MatchedAsync("B-1"));

        await agent.PostFormAsync($"/contacts/{claire}/agreements", ("Channel", "Email"), ("Source", "Visite du 12 novembre"));
        Assert.Equal((1, 1), await MatchedAsync("B-2"));

        await using var db = _app.Db();
        var search = await db.Searches.AsNoTracking().SingleAsync();
        Assert.Equal((claire, 300_000, "49007"), (search.ContactId, search.MaxPrice, Assert.Single(search.Communes)));
        Assert.False(await db.Activities.AnyAsync(a => a.ContactId == claire && (a.MovesIdle || a.MovesSilent)));
        Assert.Equal(1, await db.AuditEntries.CountAsync(a => a.Action == "search.noted" && a.ActorId != null));

        // Changed, then removed.
        Assert.Contains("value=\"300000\"", await agent.ReadAsync($"/contacts/{claire}/search/{search.Id}"), StringComparison.Ordinal);
        await SaveAsync(agent, $"/contacts/{claire}/search/{search.Id}", "Avrillé (49240)", "250000");
        Assert.Equal((250_000, "49015"), await db.Searches.AsNoTracking().Select(s => new ValueTuple<int?, string>(s.MaxPrice, s.Communes[0])).SingleAsync());
        Assert.Equal(HttpStatusCode.Redirect, (await agent.PostFormAsync($"/contacts/{claire}/search/{search.Id}?handler=Remove")).StatusCode);
        Assert.False(await db.Searches.AnyAsync());
        Assert.Contains("n’existe plus", await TextAsync(agent, (await agent.GetAsync($"/contacts/{claire}/search/{search.Id}")).Headers.Location!.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_field_is_told_next_to_it_and_nothing_is_noted_on_a_frozen_set_aside_or_full_record()
    {
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr");
        var page = $"/contacts/{claire}/search";
        var agent = await _app.SignInAsync(Role.Agent);
        var refused = await SaveAsync(agent, page, "Atlantide", "beaucoup");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var html = WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync());
        Assert.Contains("Aucune commune ne s’appelle", html, StringComparison.Ordinal);
        Assert.Contains("value=\"beaucoup\"", html, StringComparison.Ordinal);

        await using var db = _app.Db();
        db.Searches.AddRange(Enumerable.Range(0, Search.Most).Select(_ => new Search { ContactId = claire }));
        await db.SaveChangesAsync();
        await SaveAsync(agent, page, "", "");
        Assert.Equal(Search.Most, await db.Searches.CountAsync());
        await db.Searches.ExecuteDeleteAsync();

        await db.Database.ExecuteSqlAsync($"INSERT INTO holds (id, contact_id, kind, reason, placed_at, review_on) VALUES (gen_random_uuid(), {claire}, 'Restriction', 'Article 18', now(), '2027-01-01')");
        await SaveAsync(agent, page, "", "");
        Assert.False(await db.Searches.AnyAsync());
        await db.Holds.ExecuteUpdateAsync(h => h.SetProperty(x => x.LiftedAt, _app.Time.GetUtcNow()));
        await db.Database.ExecuteSqlAsync($"UPDATE contacts SET status = 'PendingDeletion', pending_since = '2026-11-14', pending_version = 1 WHERE id = {claire}");
        Assert.Equal(HttpStatusCode.NotFound, (await SaveAsync(agent, page, "", "")).StatusCode);
        Assert.False(await db.Searches.AnyAsync());
    }

    private static Task<HttpResponseMessage> SaveAsync(Browser agent, string page, string communes, string maxPrice) =>
        agent.PostFormAsync(page, [("Input.Transaction", "Sale"), ("Input.Frequency", "AtOnce"), ("Input.Kinds", "House"), ("Input.Communes", communes), ("Input.MaxPrice", maxPrice)], tokenFrom: "/contacts/create");

    /// <summary>How many people a new house in Angers at 285,000 euros is for, and how many mails say so.</summary>
    private async Task<(int Found, int Told)> MatchedAsync(string reference)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CrmDbContext>();
        await new PropertyEntry(reference, PropertyKind.House, "12 rue des Tilleuls", 285_000, null) { Town = Communes.OfCode("49007") }.CreateAsync(db, new(null, _app.Time.GetUtcNow()), new DateOnly(2026, 11, 15));
        var matcher = scope.ServiceProvider.GetRequiredService<Matcher>();
        return (await matcher.FindAsync(), await matcher.TellAsync(MailFrequency.AtOnce));
    }

    private static async Task<string> TextAsync(Browser agent, string page) => WebUtility.HtmlDecode(await agent.ReadAsync(page));
}
