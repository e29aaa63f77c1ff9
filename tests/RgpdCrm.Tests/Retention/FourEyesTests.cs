using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Retention;

/// <summary>What cannot be undone for many is seen by two admins where there are two: Léa proposes, Nora confirms.</summary>
public sealed class FourEyesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Agency _agency = null!;
    private Guid _lea, _nora;

    public async ValueTask InitializeAsync()
    {
        _agency = await Agency.OpenAsync(postgres);
        (_lea, _nora) = (await AdminAsync("Léa"), await AdminAsync("Nora"));
    }

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task Nora_confirms_the_number_that_Lea_proposed_and_the_brake_lets_go()
    {
        var brake = await BrakedAsync();

        Assert.Equal(Approval.OtherList, await ApproveAsync(brake, 4, _lea));
        Assert.Equal(Approval.Proposed, await ApproveAsync(brake, 5, _lea));
        Assert.Equal(Approval.SameAdmin, await ApproveAsync(brake, 5, _lea));
        Assert.Equal(Approval.OtherList, await ApproveAsync(brake, 6, _nora));
        Assert.Equal(25, await FlaggedAfterARunAsync());
        Assert.Equal(Approval.Given, await ApproveAsync(brake, 5, _nora));
        Assert.Equal(30, await FlaggedAfterARunAsync());

        Assert.Equal([("brake.proposed", (Guid?)_lea), ("brake.approved", _nora)], await AuditAsync("brake"));
    }

    [Fact]
    public async Task A_number_on_the_command_line_counts_for_one_approver_before_or_after_the_screen()
    {
        var brake = await BrakedAsync();
        await _agency.RunAsync("2026-11-15", approve: 5);
        await _agency.RunAsync("2026-11-15", approve: 5);
        Assert.Equal(25, await FlaggedAsync());
        Assert.Equal(Approval.Given, await ApproveAsync(brake, 5, _lea));
        Assert.Equal(30, await FlaggedAfterARunAsync());

        for (var i = 0; i < 3; i++) await _agency.CallerAsync($"Voisin {i}", "2024-05-10");
        await _agency.RunAsync("2026-11-15");
        Assert.Equal(Approval.Proposed, await ApproveAsync((await OpenAsync()).Id, 3, _nora));
        await _agency.RunAsync("2026-11-15", approve: 3);
        Assert.Equal(33, await FlaggedAsync());
    }

    [Fact]
    public async Task With_one_admin_one_is_enough_and_the_audit_says_so()
    {
        await _agency.SqlAsync($"UPDATE accounts SET disabled_at = '2026-01-05' WHERE id = '{_nora}'");

        Assert.Equal(Approval.Given, await ApproveAsync(await BrakedAsync(), 5, _lea));

        Assert.Equal([("brake.approved-alone", (Guid?)_lea)], await AuditAsync("brake"));
    }

    [Fact]
    public async Task Whom_Lea_let_in_is_no_second_pair_of_eyes_of_hers_for_72_hours()
    {
        var (promoted, enabled, reset, sent, invited) = (await AdminAsync("Paul", Role.Agent), await AdminAsync("Zoé"), await AdminAsync("Marc"), await AdminAsync("Inès"), await AdminAsync("Claire"));
        await _agency.SqlAsync($"UPDATE accounts SET disabled_at = '2026-01-05' WHERE id = '{enabled}'");
        await _agency.SqlAsync($"UPDATE accounts SET authenticator_secret = 'sealed' WHERE id = '{reset}'");
        await DecideAsync(team => team.ChangeRoleAsync(promoted, Role.Admin, Of(_lea)));
        await DecideAsync(team => team.EnableAsync(enabled, Of(_lea)));
        await DecideAsync(team => team.ResetSecondFactorAsync(reset, Of(_lea)));
        await NoteAsync("account.link_made", sent, _lea);
        await NoteAsync("account.created", invited, _lea);
        var proposal = await ProposeAsync(_lea);

        _agency.Time.Advance(TimeSpan.FromHours(FourEyes.RememberedHours) - TimeSpan.FromMinutes(1));
        foreach (var known in (Guid[])[promoted, enabled, reset, sent, invited]) Assert.Equal(Approval.Tied, (await ConfirmAsync(proposal, 2, known)).Approval);
        _agency.Time.Advance(TimeSpan.FromMinutes(1));
        foreach (var known in (Guid[])[promoted, enabled, reset, sent]) Assert.Equal(Approval.OtherList, (await ConfirmAsync(proposal, 3, known)).Approval);
        Assert.Equal(Approval.Given, (await ConfirmAsync(proposal, 2, invited)).Approval);
    }

    [Fact]
    public async Task Nor_is_she_theirs_nor_they_each_others_whereas_Paul_is_everybodys()
    {
        var (paul, zoe, ines) = (await AdminAsync("Paul"), await AdminAsync("Zoé"), await AdminAsync("Inès"));
        await NoteAsync("account.link_made", _nora, _lea);
        await NoteAsync("account.created", zoe, _nora);
        await NoteAsync("account.link_made", ines, _lea);
        await NoteAsync("account.link_made", ines, paul);
        var brake = await BrakedAsync();
        Assert.Equal(Approval.Proposed, await ApproveAsync(brake, 5, zoe));

        foreach (var tied in (Guid[])[_lea, _nora, ines]) Assert.Equal(Approval.Tied, await ApproveAsync(brake, 5, tied));
        Assert.Equal(Approval.Given, await ApproveAsync(brake, 5, paul));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Who_puts_the_second_admin_out_is_not_alone_for_72_hours(bool disable)
    {
        await DecideAsync(team => disable ? team.DisableAsync(_nora, Of(_lea)) : team.ChangeRoleAsync(_nora, Role.Agent, Of(_lea)));

        var proposal = await ProposeAsync(_lea);
        Assert.NotNull(proposal);
        _agency.Time.Advance(TimeSpan.FromHours(FourEyes.RememberedHours) - TimeSpan.FromMinutes(1));
        Assert.Equal(Approval.SameAdmin, (await ConfirmAsync(proposal, 2, _lea)).Approval);
        // A colleague who never was an admin is not waited for.
        var paul = await AdminAsync("Paul", Role.Agent);
        await DecideAsync(team => team.ChangeRoleAsync(paul, Role.Ops, Of(_lea)));
        _agency.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Approval.Given, (await ConfirmAsync(proposal, 2, _lea)).Approval);
    }

    [Fact]
    public async Task Who_is_no_admin_any_more_counts_for_nothing_neither_before_nor_after()
    {
        var (brake, paul) = (await BrakedAsync(), await AdminAsync("Paul"));
        Assert.Equal(Approval.Proposed, await ApproveAsync(brake, 5, _nora));
        await _agency.SqlAsync($"UPDATE accounts SET role = 'Agent' WHERE id = '{_nora}'");

        Assert.Equal(Approval.NotAdmin, await ApproveAsync(brake, 5, _nora));
        Assert.Equal(Approval.NotAdmin, await ApproveAsync(brake, 5, Guid.NewGuid()));
        Assert.Equal(Approval.Proposed, await ApproveAsync(brake, 5, _lea));
        Assert.Equal(Approval.Given, await ApproveAsync(brake, 5, paul));
    }

    [Fact]
    public async Task A_list_that_changed_overnight_has_to_be_proposed_again()
    {
        var brake = await BrakedAsync();
        Assert.Equal(Approval.Proposed, await ApproveAsync(brake, 5, _lea));
        await _agency.CallerAsync("Zoé", "2024-05-10");
        await _agency.RunAsync("2026-11-15");

        Assert.Equal(Approval.OtherList, await ApproveAsync(brake, 5, _nora));
        Assert.Equal(Approval.Proposed, await ApproveAsync((await OpenAsync()).Id, 6, _nora));
    }

    [Fact]
    public async Task Two_admins_at_once_are_two_and_one_admin_twice_at_once_is_one()
    {
        var brake = await BrakedAsync();
        var twice = await Task.WhenAll(ApproveAsync(brake, 5, _lea), ApproveAsync(brake, 5, _lea));
        Assert.Equal([Approval.Proposed, Approval.SameAdmin], twice.Order());

        await _agency.SqlAsync("UPDATE brakes SET proposed_at = NULL, proposed_by_id = NULL");
        Assert.Equal([Approval.Given, Approval.Proposed], (await Task.WhenAll(ApproveAsync(brake, 5, _lea), ApproveAsync(brake, 5, _nora))).Order());
    }

    [Fact]
    public async Task An_approval_given_while_a_run_is_under_way_is_for_the_next_run()
    {
        var brake = await BrakedAsync();
        Assert.Equal(Approval.Proposed, await ApproveAsync(brake, 5, _lea));
        await using var db = _agency.Db();
        await using var transaction = await db.Database.BeginTransactionAsync();
        Assert.Equal(Approval.Given, await new Brakes(db, _agency.Clock).ApproveAsync(brake, 5, new Act(_nora, _agency.Clock.Now.AddSeconds(1))));
        var run = _agency.RunAsync("2026-11-15");
        while (await _agency.SqlAsync<long>("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()") == 0) await Task.Delay(20, TestContext.Current.CancellationToken);
        await transaction.CommitAsync();
        await run;

        _agency.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(30, await FlaggedAfterARunAsync());
    }

    [Fact]
    public async Task Lea_proposes_to_delete_two_and_their_ten_minutes_begin_when_Nora_types_two()
    {
        var (claire, marc) = (await _agency.CallerAsync("Claire", "2026-10-01"), await _agency.CallerAsync("Marc", "2026-10-01"));
        var (results, proposal) = await _agency.ReviewAsync(r => r.OrderDeletionAsync([claire, marc], Of(_lea)));
        Assert.All(results.Values, r => Assert.True(r.Done));
        Assert.Equal(0, await ExecutedAsync());

        Assert.Equal(Approval.SameAdmin, (await ConfirmAsync(proposal, 2, _lea)).Approval);
        Assert.Equal(Approval.OtherList, (await ConfirmAsync(proposal, 3, _nora)).Approval);
        Assert.Equal(Approval.OtherList, (await ConfirmAsync(Guid.NewGuid(), 2, _nora)).Approval);
        Assert.Equal(Approval.NotAdmin, (await ConfirmAsync(proposal, 2, Guid.NewGuid())).Approval);
        Assert.Equal(Approval.Given, (await ConfirmAsync(proposal, 2, _nora)).Approval);
        Assert.Equal(Approval.OtherList, (await ConfirmAsync(proposal, 2, _nora)).Approval);
        Assert.Equal(2, await ExecutedAsync());
        Assert.Equal(((ContactStatus?)null, (ContactStatus?)null), (await _agency.StatusAsync(claire), await _agency.StatusAsync(marc)));
        Assert.Equal(["deletion.confirmed", "deletion.confirmed", "deletion.proposed", "deletion.proposed"], (await AuditAsync("contact")).Select(a => a.Action).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_person_alone_needs_no_second_admin_and_nobody_is_named_twice()
    {
        var (claire, marc, zoe) = (await _agency.CallerAsync("Claire", "2026-10-01"), await _agency.CallerAsync("Marc", "2026-10-01"), await _agency.CallerAsync("Zoé", "2026-10-01"));
        Assert.Null((await _agency.ReviewAsync(r => r.OrderDeletionAsync([claire], Of(_lea)))).ProposalId);
        Assert.NotNull((await _agency.ReviewAsync(r => r.OrderDeletionAsync([marc, zoe], Of(_lea)))).ProposalId);

        var again = (await _agency.ReviewAsync(r => r.OrderDeletionAsync([claire, marc], Of(_nora)))).Results;
        Assert.Equal((Refusal.AlreadyOrdered, Refusal.AlreadyProposed), (again[claire].Refusal, again[marc].Refusal));
        Assert.Equal(Refusal.NotAdmin, (await _agency.ReviewAsync(r => r.OrderDeletionAsync([zoe], Of(Guid.NewGuid())))).Results[zoe].Refusal);
        Assert.Equal(1, await ExecutedAsync());
    }

    [Fact]
    public async Task Who_was_held_or_taken_back_meanwhile_stays()
    {
        var (claire, marc, zoe) = (await _agency.CallerAsync("Claire", "2026-10-01"), await _agency.CallerAsync("Marc", "2026-10-01"), await _agency.CallerAsync("Zoé", "2026-10-01"));
        var proposal = (await _agency.ReviewAsync(r => r.OrderDeletionAsync([claire, marc, zoe], Of(_lea)))).ProposalId;
        Assert.True((await _agency.ReviewAsync(r => r.WithdrawOrderAsync(zoe, Of(_lea)))).Done);
        Assert.True((await _agency.ReviewAsync(r => r.HoldAsync(marc, "Litige", null, _agency.Today.AddMonths(1), Of(_nora)))).Done);

        Assert.Equal(Approval.OtherList, (await ConfirmAsync(proposal, 3, _nora)).Approval);
        var (approval, results) = await ConfirmAsync(proposal, 2, _nora);

        Assert.Equal((Approval.Given, Refusal.Held), (approval, results[marc].Refusal));
        Assert.Equal(1, await ExecutedAsync());
        Assert.Equal(ContactStatus.Active, await _agency.StatusAsync(zoe));
    }

    [Fact]
    public async Task A_proposal_is_taken_back_whole_and_dies_with_its_proposer()
    {
        var (claire, marc) = (await _agency.CallerAsync("Claire", "2026-10-01"), await _agency.CallerAsync("Marc", "2026-10-01"));
        await AdminAsync("Paul");
        var proposal = (await _agency.ReviewAsync(r => r.OrderDeletionAsync([claire, marc], Of(_lea)))).ProposalId;
        await _agency.SqlAsync($"UPDATE accounts SET disabled_at = now() WHERE id = '{_lea}'");

        Assert.Equal(Approval.ProposerGone, (await ConfirmAsync(proposal, 2, _nora)).Approval);
        Assert.Equal(2, await _agency.ReviewAsync(r => r.WithdrawProposalAsync(proposal!.Value, Of(_nora))));
        Assert.Equal(0, await _agency.ReviewAsync(r => r.WithdrawProposalAsync(proposal!.Value, Of(_nora))));
        Assert.Equal(0, await ExecutedAsync());
    }

    private Act Of(Guid admin) => new(admin, _agency.Clock.Now);

    private async Task<Guid> AdminAsync(string name, Role role = Role.Admin)
    {
        await using var db = _agency.Db();
        var account = new Account { Id = Guid.NewGuid(), UserName = name, Email = $"{name}@example.org", FullName = name, Role = role };
        db.Users.Add(account);
        await db.SaveChangesAsync();
        return account.Id;
    }

    private async Task DecideAsync(Func<Team, Task<TeamRefusal?>> verb)
    {
        await using var db = _agency.Db();
        Assert.Null(await verb(new Team(db)));
    }

    private async Task NoteAsync(string action, Guid account, Guid by)
    {
        await using var db = _agency.Db();
        db.AuditEntries.Add(new AuditEntry(_agency.Clock.Now, by, action, "account", account));
        await db.SaveChangesAsync();
    }

    // Two people whom somebody proposes to delete.
    private async Task<Guid?> ProposeAsync(Guid by)
    {
        Guid[] two = [await _agency.CallerAsync("Claire", "2026-10-01"), await _agency.CallerAsync("Marc", "2026-10-01")];
        return (await _agency.ReviewAsync(r => r.OrderDeletionAsync(two, Of(by)))).ProposalId;
    }

    // Thirty people are due and twenty-five may enter: five wait.
    private async Task<Guid> BrakedAsync()
    {
        for (var i = 0; i < 30; i++) await _agency.CallerAsync($"Client {i}", "2024-05-10");
        await _agency.RunAsync("2026-11-15");
        return (await OpenAsync()).Id;
    }

    private async Task<Brake> OpenAsync()
    {
        await using var db = _agency.Db();
        return await db.Brakes.SingleAsync(b => b.ApprovedAt == null);
    }

    private async Task<Approval> ApproveAsync(Guid brake, int number, Guid admin)
    {
        _agency.Time.Advance(TimeSpan.FromSeconds(1));
        await using var db = _agency.Db();
        return await new Brakes(db, _agency.Clock).ApproveAsync(brake, number, Of(admin));
    }

    private Task<(Approval Approval, IReadOnlyDictionary<Guid, ReviewResult> Results)> ConfirmAsync(Guid? proposal, int number, Guid admin) =>
        _agency.ReviewAsync(r => r.ConfirmDeletionAsync(proposal!.Value, number, Of(admin)));

    private async Task<int> FlaggedAfterARunAsync()
    {
        await _agency.RunAsync("2026-11-15");
        return await FlaggedAsync();
    }

    private async Task<int> FlaggedAsync()
    {
        await using var db = _agency.Db();
        return await db.Contacts.CountAsync(c => c.Status == ContactStatus.PendingDeletion);
    }

    private Task<int> ExecutedAsync()
    {
        _agency.Time.Advance(TimeSpan.FromMinutes(DeletionOrder.DelayMinutes));
        return _agency.Engine.ExecuteOrdersAsync();
    }

    private async Task<List<(string Action, Guid? ActorId)>> AuditAsync(string subject)
    {
        await using var db = _agency.Db();
        return [.. (await db.AuditEntries.Where(a => a.Subject == subject).OrderBy(a => a.Id).ToListAsync()).Select(a => (a.Action, a.ActorId))];
    }
}
