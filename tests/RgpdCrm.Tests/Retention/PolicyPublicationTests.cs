using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Retention;

/// <summary>Publishing rules: who, why, what changed, and everything that stops it.</summary>
public sealed class PolicyPublicationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly DateOnly Tonight = Agency.D("2026-11-16");

    private Agency _agency = null!;

    public async ValueTask InitializeAsync() => _agency = await Agency.OpenAsync(postgres);

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task Lea_publishes_24_months_and_the_history_says_who_why_and_what()
    {
        await using var db = _agency.Db();
        var lea = new Account { Id = Guid.NewGuid(), UserName = "lea@example.org", Email = "lea@example.org", FullName = "Léa Fontaine", Role = Role.Admin };
        db.Users.Add(lea);
        await db.SaveChangesAsync();

        var result = await PolicyHistory.PublishAsync(db, Wanted(24), "  Note du délégué  ", new Act(lea.Id, _agency.Clock.Now));

        Assert.True(result.Done);
        var current = (await PolicyHistory.LoadAsync(db)).Current;
        Assert.Equal((2, 24, 2, "Note du délégué", lea.Id, _agency.Clock.Now), (current.Version, current.InactivityMonths, current.PendingMonths, current.Reason, current.PublishedById!.Value, current.PublishedAt));
        var entry = await db.AuditEntries.SingleAsync(a => a.Action == "policy.published");
        Assert.Equal([nameof(RetentionPolicy.InactivityMonths)], entry.Fields);
    }

    [Fact]
    public async Task Who_entered_under_the_old_rules_comes_back_under_the_new()
    {
        var id = await _agency.PendingAsync("Jeanne", "2024-04-10", "2026-10-11");
        await using var db = _agency.Db();
        Assert.True((await PolicyHistory.PublishAsync(db, Wanted(24), "Note du délégué", _agency.Act)).Done);

        var kept = await _agency.ReviewAsync(r => r.KeepAsync(id, ActivityKind.InboundCall, Outcome.None, _agency.Today, null, _agency.Act));

        Assert.Equal((true, _agency.Today.AddMonths(24)), (kept.Done, kept.Date));
    }

    [Fact]
    public async Task What_breaks_the_inequality_says_nothing_new_or_gives_no_reason_is_refused()
    {
        await using var db = _agency.Db();

        Assert.Equal(PublishRefusal.OutOfBounds, (await PolicyHistory.PublishAsync(db, Wanted(34), "Trop long", _agency.Act)).Refusal);
        Assert.Equal(PublishRefusal.OutOfBounds, (await PolicyHistory.PublishAsync(db, Wanted(24) with { MaxPostponements = 4 }, "Trop", _agency.Act)).Refusal);
        Assert.Equal(PublishRefusal.NothingChanged, (await PolicyHistory.PublishAsync(db, Wanted(30), "Rien", _agency.Act)).Refusal);
        Assert.Equal(PublishRefusal.EmptyReason, (await PolicyHistory.PublishAsync(db, Wanted(24), "  ", _agency.Act)).Refusal);
        Assert.Equal(1, await db.Policies.CountAsync());
        Assert.Equal(0, await db.AuditEntries.CountAsync());
    }

    [Fact]
    public async Task Two_admins_publish_at_once_and_one_version_stands()
    {
        await using var one = _agency.Db();
        await using var other = _agency.Db();

        var results = await Task.WhenAll(
            PolicyHistory.PublishAsync(one, Wanted(24), "La mienne", _agency.Act),
            PolicyHistory.PublishAsync(other, Wanted(18), "L’autre", _agency.Act));

        Assert.Single(results, r => r.Done);
        Assert.Single(results, r => r.Refusal == PublishRefusal.Stale);
        Assert.Equal(2, await one.Policies.CountAsync());
    }

    [Fact]
    public async Task The_typed_number_lets_all_of_tonight_enter_and_a_wrong_one_publishes_nothing()
    {
        for (var i = 0; i < 30; i++) await _agency.CallerAsync($"Client {i}", "2024-10-19");
        await using var db = _agency.Db();

        Assert.Equal(PublishRefusal.WrongNumber, (await PolicyHistory.PublishAsync(db, Wanted(24), "Note", _agency.Act, new EntryApproval(29, Tonight))).Refusal);
        Assert.Equal(1, await db.Policies.CountAsync());
        Assert.Equal(0, await db.Brakes.CountAsync());

        Assert.True((await PolicyHistory.PublishAsync(db, Wanted(24), "Note", _agency.Act, new EntryApproval(30, Tonight))).Done);
        var report = await _agency.RunAsync("2026-11-16");
        Assert.Equal(30, report.Counts.Where(c => c.Action == "flagged").Sum(c => c.Count));
        Assert.DoesNotContain(report.Counts, c => c.Action == "waiting");
    }

    [Fact]
    public async Task Without_it_the_brake_spreads_them()
    {
        for (var i = 0; i < 30; i++) await _agency.CallerAsync($"Client {i}", "2024-10-19");
        await using var db = _agency.Db();
        Assert.True((await PolicyHistory.PublishAsync(db, Wanted(24), "Note", _agency.Act)).Done);

        await _agency.RunAsync("2026-11-16");

        Assert.Equal(25, await db.Contacts.CountAsync(c => c.Status == ContactStatus.PendingDeletion && c.PendingVersion == 2));
    }

    private static RetentionPolicy Wanted(int inactivity) => new() { Version = 2, InactivityMonths = inactivity };
}
