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
    public async Task Lea_publishes_31_months_and_the_history_says_who_why_and_what()
    {
        var lea = await AdminAsync("Léa");
        await using var db = _agency.Db();

        var result = await new Publication(db).PublishAsync(Wanted(31), "  Note du délégué  ", Of(lea));

        Assert.Equal((true, false), (result.Done, result.Waits));
        var current = await CurrentAsync();
        Assert.Equal((2, 31, 2, "Note du délégué", lea, _agency.Clock.Now), (current.Version, current.InactivityMonths, current.PendingMonths, current.Reason, current.PublishedById!.Value, current.PublishedAt));
        Assert.Equal([nameof(RetentionPolicy.InactivityMonths)], (await db.AuditEntries.SingleAsync(a => a.Action == "policy.published")).Fields);
    }

    [Fact]
    public async Task A_shorter_period_waits_72_hours_and_then_takes_effect_by_itself_with_the_next_run()
    {
        var lea = await AdminAsync("Léa");
        var id = await _agency.CallerAsync("Claire", "2024-10-19");
        await using var db = _agency.Db();
        var proposed = _agency.Clock.Now;
        Assert.True((await new Publication(db).PublishAsync(Wanted(24), "Note", Of(lea))).Waits);
        Assert.Equal(PublishRefusal.AnotherWaits, (await new Publication(db).PublishAsync(Wanted(31), "Autre", Of(lea))).Refusal);

        _agency.Time.Advance(TimeSpan.FromHours(RuleProposal.WaitHours) - TimeSpan.FromMinutes(1));
        Assert.Equal((1, ContactStatus.Active), ((await _agency.RunAsync()).PolicyVersion, (await _agency.StatusAsync(id))!.Value));
        _agency.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((2, ContactStatus.PendingDeletion), ((await _agency.RunAsync()).PolicyVersion, (await _agency.StatusAsync(id))!.Value));

        var current = await CurrentAsync();
        Assert.Equal((24, lea, proposed.AddHours(72)), (current.InactivityMonths, current.PublishedById!.Value, current.PublishedAt));
        Assert.Null(await new Publication(db).WaitingAsync());
        Assert.Equal([("policy.proposed", (Guid?)lea), ("policy.published", null)], (await db.AuditEntries.OrderBy(a => a.Id).ToListAsync()).Select(a => (a.Action, a.ActorId)));
    }

    [Fact]
    public async Task Nora_confirms_what_Lea_proposed_and_Lea_cannot_and_a_sole_admin_cannot()
    {
        var lea = await AdminAsync("Léa");
        await using var db = _agency.Db();
        await new Publication(db).PublishAsync(Wanted(24), "Note", Of(lea));
        var proposal = (await new Publication(db).WaitingAsync())!.Id;
        Assert.Equal(PublishRefusal.SameAdmin, (await new Publication(db).ConfirmAsync(proposal, Of(lea))).Refusal);

        var nora = await AdminAsync("Nora");
        Assert.Equal(PublishRefusal.SameAdmin, (await new Publication(db).ConfirmAsync(proposal, Of(lea))).Refusal);
        Assert.Equal(PublishRefusal.NotAdmin, (await new Publication(db).ConfirmAsync(proposal, Of(Guid.NewGuid()))).Refusal);
        Assert.Equal(PublishRefusal.Stale, (await new Publication(db).ConfirmAsync(Guid.NewGuid(), Of(nora))).Refusal);
        Assert.True((await new Publication(db).ConfirmAsync(proposal, Of(nora))).Done);
        Assert.Equal((2, 24), ((await CurrentAsync()).Version, (await CurrentAsync()).InactivityMonths));
    }

    [Fact]
    public async Task What_was_withdrawn_never_takes_effect_and_what_its_proposer_left_behind_only_waits()
    {
        var (lea, nora) = (await AdminAsync("Léa"), await AdminAsync("Nora"));
        await AdminAsync("Paul");
        await using var db = _agency.Db();
        await new Publication(db).PublishAsync(Wanted(24), "Note", Of(lea));
        await _agency.SqlAsync($"UPDATE accounts SET disabled_at = now() WHERE id = '{lea}'");
        var proposal = (await new Publication(db).WaitingAsync())!.Id;

        Assert.Equal(PublishRefusal.ProposerGone, (await new Publication(db).ConfirmAsync(proposal, Of(nora))).Refusal);
        Assert.True(await new Publication(db).WithdrawAsync(proposal, Of(nora)));
        Assert.False(await new Publication(db).WithdrawAsync(proposal, Of(nora)));
        _agency.Time.Advance(TimeSpan.FromDays(4));
        Assert.Equal(1, (await _agency.RunAsync()).PolicyVersion);
    }

    [Fact]
    public async Task Who_entered_under_the_old_rules_comes_back_under_the_new()
    {
        var id = await _agency.PendingAsync("Jeanne", "2024-04-10", "2026-10-11");
        await _agency.InForceAsync(Wanted(24));

        var kept = await _agency.ReviewAsync(r => r.KeepAsync(id, ActivityKind.InboundCall, Outcome.None, _agency.Today, null, _agency.Act));

        Assert.Equal((true, _agency.Today.AddMonths(24)), (kept.Done, kept.Date));
    }

    [Fact]
    public async Task What_breaks_the_inequality_says_nothing_new_or_gives_no_reason_is_refused()
    {
        await using var db = _agency.Db();

        Assert.Equal(PublishRefusal.OutOfBounds, (await new Publication(db).PublishAsync(Wanted(34), "Trop long", _agency.Act)).Refusal);
        Assert.Equal(PublishRefusal.OutOfBounds, (await new Publication(db).PublishAsync(Wanted(24) with { MaxPostponements = 4 }, "Trop", _agency.Act)).Refusal);
        Assert.Equal(PublishRefusal.NothingChanged, (await new Publication(db).PublishAsync(Wanted(30), "Rien", _agency.Act)).Refusal);
        Assert.Equal(PublishRefusal.EmptyReason, (await new Publication(db).PublishAsync(Wanted(24), "  ", _agency.Act)).Refusal);
        Assert.Equal(1, await db.Policies.CountAsync());
        Assert.Equal(0, await db.AuditEntries.CountAsync());
    }

    [Fact]
    public async Task Two_admins_publish_at_once_and_one_version_stands()
    {
        await using var one = _agency.Db();
        await using var other = _agency.Db();

        var results = await Task.WhenAll(
            new Publication(one).PublishAsync(Wanted(31), "La mienne", _agency.Act),
            new Publication(other).PublishAsync(Wanted(32), "L’autre", _agency.Act));

        Assert.Single(results, r => r.Done);
        Assert.Single(results, r => r.Refusal == PublishRefusal.Stale);
        Assert.Equal(2, await one.Policies.CountAsync());
    }

    [Fact]
    public async Task The_number_that_both_admins_typed_lets_all_of_tonight_enter_and_a_wrong_one_publishes_nothing()
    {
        var (lea, nora) = (await AdminAsync("Léa"), await AdminAsync("Nora"));
        await ThirtyAsync();
        await using var db = _agency.Db();

        Assert.Equal(PublishRefusal.WrongNumber, (await new Publication(db).PublishAsync(Wanted(24), "Note", Of(lea), new EntryApproval(29, Tonight))).Refusal);
        Assert.True((await new Publication(db).PublishAsync(Wanted(24), "Note", Of(lea), new EntryApproval(30, Tonight))).Waits);
        var proposal = (await new Publication(db).WaitingAsync())!.Id;
        Assert.Equal(PublishRefusal.WrongNumber, (await new Publication(db).ConfirmAsync(proposal, Of(nora), new EntryApproval(29, Tonight))).Refusal);
        Assert.Equal((1, 0), (await db.Policies.CountAsync(), await db.Brakes.CountAsync()));

        Assert.True((await new Publication(db).ConfirmAsync(proposal, Of(nora), new EntryApproval(30, Tonight))).Done);
        var report = await _agency.RunAsync("2026-11-16");
        Assert.Equal(30, report.Counts.Where(c => c.Action == "flagged").Sum(c => c.Count));
        Assert.DoesNotContain(report.Counts, c => c.Action == "waiting");
    }

    [Theory]
    [InlineData(false, false, 30), InlineData(true, false, 25), InlineData(false, true, 25)]
    public async Task The_number_of_a_sole_admin_counts_72_hours_later_if_it_is_still_right(bool secondAdmin, bool oneMore, int entered)
    {
        var lea = await AdminAsync("Léa");
        if (secondAdmin) await AdminAsync("Nora");
        await ThirtyAsync();
        await using var db = _agency.Db();
        Assert.True((await new Publication(db).PublishAsync(Wanted(24), "Note", Of(lea), new EntryApproval(30, Tonight))).Waits);
        if (oneMore) await _agency.CallerAsync("Zoé", "2024-10-19");

        _agency.Time.Advance(TimeSpan.FromHours(RuleProposal.WaitHours));
        await _agency.RunAsync();

        Assert.Equal(entered, await db.Contacts.CountAsync(c => c.Status == ContactStatus.PendingDeletion && c.PendingVersion == 2));
    }

    private async Task ThirtyAsync()
    {
        for (var i = 0; i < 30; i++) await _agency.CallerAsync($"Client {i}", "2024-10-19");
    }

    private Act Of(Guid admin) => new(admin, _agency.Clock.Now);

    private async Task<RetentionPolicy> CurrentAsync()
    {
        await using var db = _agency.Db();
        return (await PolicyHistory.LoadAsync(db)).Current;
    }

    private async Task<Guid> AdminAsync(string name)
    {
        await using var db = _agency.Db();
        var account = new Account { Id = Guid.NewGuid(), UserName = name, FullName = name, Role = Role.Admin };
        db.Users.Add(account);
        await db.SaveChangesAsync();
        return account.Id;
    }

    private static RetentionPolicy Wanted(int inactivity) => new() { Version = 2, InactivityMonths = inactivity };
}
