using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Staff;

/// <summary>Decisions about colleagues: an enabled admin always remains, nobody decides about themselves.</summary>
public sealed class TeamTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Agency _agency = null!;

    public async ValueTask InitializeAsync() => _agency = await Agency.OpenAsync(postgres);

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task Lea_disables_Marc_whose_sessions_lose_their_stamp()
    {
        var (lea, marc) = (await PersonAsync("Léa", Role.Admin), await PersonAsync("Marc", Role.Agent));

        Assert.Null(await DecideAsync(team => team.DisableAsync(marc, By(lea))));

        await using var db = _agency.Db();
        var account = await db.Users.SingleAsync(u => u.Id == marc);
        Assert.Equal(_agency.Clock.Now, account.DisabledAt);
        Assert.NotEqual("stamp", account.SecurityStamp);
        var entry = await db.AuditEntries.SingleAsync();
        Assert.Equal(("account.disabled", marc, lea), (entry.Action, entry.SubjectId!.Value, entry.ActorId!.Value));
        Assert.Equal(TeamRefusal.AlreadyDisabled, await DecideAsync(team => team.DisableAsync(marc, By(lea))));
        Assert.Null(await DecideAsync(team => team.EnableAsync(marc, By(lea))));
        Assert.Equal(TeamRefusal.NotDisabled, await DecideAsync(team => team.EnableAsync(marc, By(lea))));
    }

    [Fact]
    public async Task Nobody_changes_their_own_role_or_disables_themselves()
    {
        var (lea, _) = (await PersonAsync("Léa", Role.Admin), await PersonAsync("Nora", Role.Admin));

        Assert.Equal(TeamRefusal.Oneself, await DecideAsync(team => team.ChangeRoleAsync(lea, Role.Agent, By(lea))));
        Assert.Equal(TeamRefusal.Oneself, await DecideAsync(team => team.DisableAsync(lea, By(lea))));
        Assert.Equal(2, await AdminsAsync());
    }

    [Fact]
    public async Task The_last_enabled_admin_stays_whoever_asks()
    {
        var (lea, nora) = (await PersonAsync("Léa", Role.Admin), await PersonAsync("Nora", Role.Admin));
        Assert.Null(await DecideAsync(team => team.DisableAsync(nora, By(lea))));

        Assert.Equal(TeamRefusal.LastAdmin, await DecideAsync(team => team.DisableAsync(lea, new Act(null, _agency.Clock.Now))));
        Assert.Equal(TeamRefusal.LastAdmin, await DecideAsync(team => team.ChangeRoleAsync(lea, Role.Ops, new Act(null, _agency.Clock.Now))));
        Assert.Equal(TeamRefusal.NoLongerAdmin, await DecideAsync(team => team.DisableAsync(lea, By(nora))));
        Assert.Equal(1, await AdminsAsync());
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Two_admins_who_turn_on_each_other_at_once_leave_one(bool disable)
    {
        var (lea, nora) = (await PersonAsync("Léa", Role.Admin), await PersonAsync("Nora", Role.Admin));

        var refusals = await Task.WhenAll(TurnAsync(nora, lea), TurnAsync(lea, nora));

        Assert.Equal(1, await AdminsAsync());
        Assert.Single(refusals, r => r is null);
        Assert.Single(refusals, r => r == TeamRefusal.NoLongerAdmin);

        Task<TeamRefusal?> TurnAsync(Guid whom, Guid by) => DecideAsync(team => disable ? team.DisableAsync(whom, By(by)) : team.ChangeRoleAsync(whom, Role.Agent, By(by)));
    }

    [Fact]
    public async Task An_account_whose_name_is_gone_is_not_opened_again()
    {
        var (lea, marc) = (await PersonAsync("Léa", Role.Admin), await PersonAsync("Marc", Role.Agent));
        await DecideAsync(team => team.DisableAsync(marc, By(lea)));
        await _agency.SqlAsync($"UPDATE accounts SET full_name = '', email = NULL WHERE id = '{marc}'");

        Assert.Equal(TeamRefusal.Forgotten, await DecideAsync(team => team.EnableAsync(marc, By(lea))));
        Assert.Equal(TeamRefusal.Unknown, await DecideAsync(team => team.DisableAsync(Guid.NewGuid(), By(lea))));
        Assert.Equal(TeamRefusal.SameRole, await DecideAsync(team => team.ChangeRoleAsync(marc, Role.Agent, By(lea))));
    }

    private Act By(Guid id) => new(id, _agency.Clock.Now);

    private async Task<TeamRefusal?> DecideAsync(Func<Team, Task<TeamRefusal?>> verb)
    {
        await using var db = _agency.Db();
        return await verb(new Team(db));
    }

    private async Task<int> AdminsAsync()
    {
        await using var db = _agency.Db();
        return await db.Users.CountAsync(u => u.Role == Role.Admin && u.DisabledAt == null);
    }

    private async Task<Guid> PersonAsync(string name, Role role)
    {
        await using var db = _agency.Db();
        var account = new Account { Id = Guid.NewGuid(), UserName = name, Email = $"{name}@example.org", FullName = name, Role = role, SecurityStamp = "stamp" };
        db.Users.Add(account);
        await db.SaveChangesAsync();
        return account.Id;
    }
}
