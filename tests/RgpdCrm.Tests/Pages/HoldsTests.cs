using System.Net;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages;

/// <summary>Standing holds and their reviews, over HTTP. Today is 15 November 2026.</summary>
public sealed class HoldsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;
    private Browser _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres);
        _admin = await _app.SignInAsync(Role.Admin);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task The_overdue_review_comes_first_and_in_red()
    {
        Assert.Contains("Aucun blocage", Office.Plain(await _admin.ReadAsync("/holds")), StringComparison.Ordinal);
        await _app.HoldAsync(await _app.ActiveAsync("Marc", "2026-10-01"), "2027-03-01");
        var claire = await _app.PendingAsync("Claire");
        await _app.HoldAsync(claire, "2026-11-15");

        var html = await _admin.ReadAsync("/holds");
        Assert.True(html.IndexOf("Claire Martin", StringComparison.Ordinal) < html.IndexOf("Marc Martin", StringComparison.Ordinal));
        Assert.Contains("<b>15/11/2026</b>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>01/03/2027</b>", html, StringComparison.Ordinal);
        Assert.Contains($"/pending/lift-hold/{claire}", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Marc Martin", await _admin.ReadAsync("/holds?overdue=true"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_room_for_its_trace_outside_the_database_a_hold_is_not_placed()
    {
        // A file stands where the folder should be.
        await using var app = await CrmApp.StartAsync(postgres, settings: ("Ledger:Folder", Path.GetTempFileName()));
        var (admin, claire) = (await app.SignInAsync(Role.Admin), await app.PendingAsync("Claire"));

        var answer = await admin.PostFormAsync($"/pending/hold/{claire}", ("Reason", "Litige sur la commission"), ("ReviewOn", "2027-03-01"));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(0, (await app.Database.AppConnectionString.QueryAsync<long>("SELECT count(*) FROM holds")).Single());
    }

    [Fact]
    public async Task The_review_is_renewed_for_12_months_at_most_with_its_trace()
    {
        var claire = await _app.PendingAsync("Claire");
        await _app.HoldAsync(claire, "2026-11-01");
        foreach (var (typed, says) in new[] { ("2026-11-15", "à une date à venir"), ("2027-11-16", "Au plus tard le 15/11/2027"), ("", "Indiquez la date") })
        {
            var answer = await PostAsync(claire, ("ReviewOn", typed));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains(says, await answer.TextAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await PostAsync(claire, ("ReviewOn", "2027-11-15"), ("Hold.PlacedAt", "2001-01-01"), ("Hold.Reason", "autre"))).StatusCode);
        Assert.Equal(1, await _app.CountAsync("holds WHERE review_on = '2027-11-15' AND reason = 'Litige sur la commission' AND placed_at > '2026-01-01'"));
        Assert.Equal(1, await _app.CountAsync("audit_entries WHERE action = 'hold.reviewed' AND fields = '{ReviewOn}'"));
    }

    [Fact]
    public async Task Without_a_hold_or_a_right_there_is_nothing_to_review()
    {
        var claire = await _app.PendingAsync("Claire");
        Assert.Equal(HttpStatusCode.NotFound, (await _admin.GetAsync($"/holds/{claire}/review")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(claire, ("ReviewOn", "2027-01-01"))).StatusCode);
        foreach (var role in (Role[])[Role.Agent, Role.Ops])
            Assert.Equal(HttpStatusCode.Forbidden, (await (await _app.SignInAsync(role)).GetAsync("/holds")).StatusCode);
    }

    private Task<HttpResponseMessage> PostAsync(Guid id, params (string Name, string Value)[] fields) => _admin.PostFormAsync($"/holds/{id}/review", fields, tokenFrom: "/pending");
}
