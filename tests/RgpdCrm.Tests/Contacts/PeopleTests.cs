using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Contacts;

/// <summary>Households, labels and who follows whom, on real rows.</summary>
public sealed class PeopleTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Agency _agency = null!;

    public async ValueTask InitializeAsync() => _agency = await Agency.OpenAsync(postgres);

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task Erasing_Jeanne_leaves_Paul_with_his_own_dates_and_no_household()
    {
        var (jeanne, paul) = (await _agency.PendingAsync("Jeanne", "2024-03-15", "2026-09-15"), await _agency.CallerAsync("Paul", "2026-06-01"));
        await _agency.SqlAsync($"UPDATE contacts SET household_id = '7d9c0f0e-0000-4000-8000-000000000000' WHERE id IN ('{jeanne}', '{paul}')");

        await _agency.RunAsync("2026-11-15");

        Assert.Null(await _agency.FindAsync(jeanne));
        var left = (await _agency.FindAsync(paul))!;
        Assert.Equal((ContactStatus.Active, Agency.D("2026-06-01")), (left.Status, left.IdleSince));
        await using var db = _agency.Db();
        Assert.Empty(await Household.OthersAsync(db, left));
        var nora = await _agency.CallerAsync("Nora", "2026-06-01");
        Assert.Null(await WithAsync(d => Household.JoinAsync(d, paul, nora, _agency.Act)));
    }

    [Fact]
    public async Task A_household_shares_nothing_of_the_clocks_and_dissolves_when_one_of_two_leaves()
    {
        var (paul, nora) = (await _agency.CallerAsync("Paul", "2025-01-10"), await _agency.CallerAsync("Nora", "2026-06-01"));

        Assert.Null(await WithAsync(db => Household.JoinAsync(db, paul, nora, _agency.Act)));
        Assert.Null(await WithAsync(db => Household.JoinAsync(db, nora, paul, _agency.Act)));
        var (one, other) = ((await _agency.FindAsync(paul))!, (await _agency.FindAsync(nora))!);
        await WithAsync(async db => { await Household.LeaveAsync(db, paul, _agency.Act); await Household.LeaveAsync(db, paul, _agency.Act); return true; });

        Assert.NotNull(one.HouseholdId);
        Assert.Equal(one.HouseholdId, other.HouseholdId);
        Assert.Equal((Agency.D("2025-01-10"), Agency.D("2026-06-01")), (one.IdleSince, other.IdleSince));
        Assert.Equal((null, null), ((await _agency.FindAsync(paul))!.HouseholdId, (await _agency.FindAsync(nora))!.HouseholdId));
        Assert.Equal(["household.joined", "household.joined", "household.left", "household.left"], await AuditAsync());
    }

    [Fact]
    public async Task A_record_frozen_at_her_request_takes_no_label_no_household_and_no_other_agent()
    {
        var (nora, paul) = (await _agency.CallerAsync("Nora", "2026-06-01"), await _agency.CallerAsync("Paul", "2026-06-01"));
        Guid sophie;
        await using (var db = _agency.Db())
        {
            var account = new Account { Id = sophie = Guid.NewGuid(), UserName = "sophie@example.org", Email = "sophie@example.org", FullName = "Sophie", Role = Role.Agent };
            db.Users.Add(account);
            db.Tags.Add(new Tag { ContactId = nora, Name = "Vendeuse" });
            db.Holds.Add(new Hold { ContactId = nora, Kind = HoldKind.Restriction, Reason = "Limitation", ReviewOn = _agency.Today.AddMonths(6), PlacedAt = _agency.Clock.Now });
            await db.SaveChangesAsync();
        }

        Assert.Equal([BulkRefusal.Frozen, null], await EachAsync(db => Tagging.AddAsync(db, [nora, paul], "Acheteur", _agency.Act)));
        Assert.Equal([BulkRefusal.Frozen, null], await EachAsync(db => Bulk.AssignAsync(db, [nora, paul], sophie, _agency.Act)));
        Assert.Equal(BulkRefusal.Frozen, (await WithAsync(db => Tagging.RemoveAsync(db, nora, "Vendeuse", _agency.Act)))[nora]);
        Assert.Equal(HouseholdRefusal.Frozen, await WithAsync(db => Household.JoinAsync(db, paul, nora, _agency.Act)));
        await _agency.SqlAsync($"UPDATE contacts SET household_id = '7d9c0f0e-0000-4000-8000-000000000000' WHERE id IN ('{nora}', '{paul}')");
        Assert.Equal(HouseholdRefusal.Frozen, await WithAsync(db => Household.LeaveAsync(db, nora, _agency.Act)));

        var left = (await _agency.FindAsync(nora))!;
        Assert.Equal((null, true), (left.ResponsibleId, left.HouseholdId.HasValue));

        async Task<BulkRefusal?[]> EachAsync(Func<CrmDbContext, Task<IReadOnlyDictionary<Guid, BulkRefusal?>>> act)
        {
            var results = await WithAsync(act);
            return [results[nora], results[paul]];
        }
    }

    [Fact]
    public async Task A_third_may_join_and_leave_the_two_together()
    {
        var (paul, nora, lea) = (await _agency.CallerAsync("Paul", "2026-01-10"), await _agency.CallerAsync("Nora", "2026-06-01"), await _agency.CallerAsync("Léa", "2026-06-01"));
        await WithAsync(db => Household.JoinAsync(db, paul, nora, _agency.Act));

        await WithAsync(db => Household.JoinAsync(db, lea, nora, _agency.Act));
        await WithAsync(async db => { await Household.LeaveAsync(db, paul, _agency.Act); return true; });

        await using var db = _agency.Db();
        Assert.Equal([lea], (await Household.OthersAsync(db, (await _agency.FindAsync(nora))!)).Select(c => c.Id));
        Assert.Null((await _agency.FindAsync(paul))!.HouseholdId);
    }

    [Fact]
    public async Task Two_households_a_professional_oneself_and_someone_pending_are_refused()
    {
        var people = new List<Guid>();
        foreach (var name in new[] { "Paul", "Nora", "Ana", "Luc" }) people.Add(await _agency.CallerAsync(name, "2026-06-01"));
        await WithAsync(db => Household.JoinAsync(db, people[0], people[1], _agency.Act));
        await WithAsync(db => Household.JoinAsync(db, people[2], people[3], _agency.Act));
        var (pending, notary) = (await _agency.PendingAsync("Jeanne", "2024-03-15", "2026-10-15"), await NotaryAsync("Étude Ferrand", "2026-01-01"));

        Assert.Equal(HouseholdRefusal.InAnother, await WithAsync(db => Household.JoinAsync(db, people[0], people[2], _agency.Act)));
        Assert.Equal(HouseholdRefusal.Oneself, await WithAsync(db => Household.JoinAsync(db, people[0], people[0], _agency.Act)));
        Assert.Equal(HouseholdRefusal.Unknown, await WithAsync(db => Household.JoinAsync(db, people[0], pending, _agency.Act)));
        Assert.Equal(HouseholdRefusal.Professional, await WithAsync(db => Household.JoinAsync(db, people[0], notary, _agency.Act)));
    }

    [Fact]
    public async Task The_archive_forgets_the_household()
    {
        var (sofia, paul) = (await _agency.PendingAsync("Sofia", "2024-03-15", "2026-09-15"), await _agency.CallerAsync("Paul", "2026-06-01"));
        await _agency.ContractAsync("B-1", "2021-04-20", sofia);
        await _agency.SqlAsync($"UPDATE contacts SET household_id = '7d9c0f0e-0000-4000-8000-000000000000' WHERE id IN ('{sofia}', '{paul}')");

        await _agency.RunAsync("2026-11-15");

        var archived = (await _agency.FindAsync(sofia))!;
        Assert.Equal((ContactStatus.Archived, null), (archived.Status, archived.HouseholdId));
    }

    [Theory]
    [InlineData("2023-11-15", true), InlineData("2023-11-16", false)]
    public async Task A_notary_is_on_the_worklist_after_36_months_of_silence_and_is_never_flagged(string collectedOn, bool listed)
    {
        var notary = await NotaryAsync("Étude Ferrand", collectedOn);
        await _agency.CallerAsync("Paul", "2023-06-01");
        await _agency.RunAsync("2026-11-15");
        await using var db = _agency.Db();

        var found = await ContactSearch.FindAsync(db, new ContactQuery { View = ContactView.SilentProfessionals }, new RetentionPolicy(), Guid.Empty, _agency.Today);

        Assert.Equal(listed ? [notary] : [], found.Ids);
        Assert.Equal(listed ? 1 : 0, (await ContactSearch.CountViewsAsync(db, Guid.Empty, _agency.Today)).SilentProfessionals);
        Assert.Equal(ContactStatus.Active, await _agency.StatusAsync(notary));
    }

    [Fact]
    public async Task A_label_is_one_whatever_its_capitals_and_twenty_are_enough()
    {
        var (paul, nora) = (await _agency.CallerAsync("Paul", "2026-06-01"), await _agency.CallerAsync("Nora", "2026-06-01"));
        var jeanne = await _agency.PendingAsync("Jeanne", "2024-03-15", "2026-10-15");

        var first = await TagAsync("  Investisseur   Angers ", paul);
        var again = await TagAsync("investisseur angers", paul, nora, jeanne);
        for (var i = 0; i < 19; i++) await TagAsync($"n{i}", paul);
        var full = await TagAsync("Une de trop", paul);

        Assert.Null(first[paul]);
        Assert.Equal((BulkRefusal.AlreadyTagged, null, BulkRefusal.Unknown), (again[paul], again[nora], again[jeanne]));
        Assert.Equal(BulkRefusal.TooManyTags, full[paul]);
        Assert.Equal(["Investisseur Angers"], await NamesAsync(nora));
        await using var db = _agency.Db();
        Assert.Equal(2, (await ContactSearch.FindAsync(db, new ContactQuery { Tag = "INVESTISSEUR angers" }, new RetentionPolicy(), Guid.Empty, _agency.Today)).Total);
        Assert.Equal("Investisseur Angers", (await Tagging.InUseAsync(db, 5))[0]);
        await Tagging.RemoveAsync(db, nora, "INVESTISSEUR ANGERS", _agency.Act);
        Assert.Empty(await NamesAsync(nora));
    }

    [Theory]
    [InlineData("100%"), InlineData("a_b"), InlineData(@"c\d"), InlineData("👩‍👩‍👧"), InlineData("عائلة"), InlineData("l’été d'Aÿ")]
    public async Task A_label_is_matched_letter_for_letter(string name)
    {
        var paul = await _agency.CallerAsync("Paul", "2026-06-01");
        await TagAsync(name, paul);
        await TagAsync("100 autres", await _agency.CallerAsync("Nora", "2026-06-01"));
        await using var db = _agency.Db();

        Assert.Equal([paul], (await ContactSearch.FindAsync(db, new ContactQuery { Tag = name }, new RetentionPolicy(), Guid.Empty, _agency.Today)).Ids);
        Assert.Empty((await ContactSearch.FindAsync(db, new ContactQuery { Tag = "%" }, new RetentionPolicy(), Guid.Empty, _agency.Today)).Ids);
    }

    [Fact]
    public async Task When_Sophie_leaves_Marc_gets_all_of_hers_and_nothing_of_others()
    {
        var (sophie, marc, lucie) = (await ColleagueAsync("Sophie"), await ColleagueAsync("Marc"), await ColleagueAsync("Lucie"));
        var hers = new[] { await _agency.CallerAsync("Paul", "2026-06-01"), await _agency.PendingAsync("Jeanne", "2024-03-15", "2026-10-15") };
        var lucies = await _agency.CallerAsync("Nora", "2026-06-01");
        await _agency.SqlAsync($"UPDATE contacts SET responsible_id = '{sophie}'; UPDATE contacts SET responsible_id = '{lucie}' WHERE id = '{lucies}'");
        foreach (var status in Enum.GetValues<InquiryStatus>())
            await _agency.SqlAsync($"INSERT INTO inquiries (id, received_on, status, name, message, assigned_to_id) VALUES (gen_random_uuid(), '2026-11-01', '{status}', 'Nora', 'Bonjour', '{sophie}')");

        Assert.Equal(new Handover(2, 1), await WithAsync(db => Handover.CountAsync(db, sophie)));
        var moved = await WithAsync(db => Handover.MoveAsync(db, sophie, marc, new Act(lucie, _agency.Clock.Now)));

        Assert.Equal(new Handover(2, 1), moved);
        foreach (var id in hers) Assert.Equal(marc, (await _agency.FindAsync(id))!.ResponsibleId);
        Assert.Equal(lucie, (await _agency.FindAsync(lucies))!.ResponsibleId);
        Assert.Equal(["contact.handed-over", "contact.handed-over", "contacts.handed-over", "inquiry.assigned"], await AuditAsync());
        Assert.Equal(ContactStatus.PendingDeletion, await _agency.StatusAsync(hers[1]));
    }

    [Fact]
    public async Task A_disabled_or_ops_account_receives_nothing()
    {
        var (sophie, gone, ops) = (await ColleagueAsync("Sophie"), await ColleagueAsync("Marc", disabled: true), await ColleagueAsync("Olga", Role.Ops));
        var paul = await _agency.CallerAsync("Paul", "2026-06-01");
        await _agency.SqlAsync($"UPDATE contacts SET responsible_id = '{sophie}'");

        foreach (var receiver in new[] { gone, ops, sophie, Guid.NewGuid() }) Assert.Null(await WithAsync(db => Handover.MoveAsync(db, sophie, receiver, _agency.Act)));
        foreach (var receiver in new[] { gone, ops }) Assert.Equal(BulkRefusal.NotAColleague, (await WithAsync(db => Bulk.AssignAsync(db, [paul], receiver, _agency.Act)))[paul]);

        Assert.Equal(sophie, (await _agency.FindAsync(paul))!.ResponsibleId);
        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task Each_of_several_contacts_is_given_or_its_refusal_named()
    {
        var (sophie, marc) = (await ColleagueAsync("Sophie"), await ColleagueAsync("Marc"));
        var (paul, nora) = (await _agency.CallerAsync("Paul", "2026-06-01"), await _agency.CallerAsync("Nora", "2026-06-01"));
        var (jeanne, nobody) = (await _agency.PendingAsync("Jeanne", "2024-03-15", "2026-10-15"), Guid.NewGuid());
        await _agency.SqlAsync($"UPDATE contacts SET responsible_id = '{sophie}'; UPDATE contacts SET responsible_id = '{marc}' WHERE id = '{nora}'");

        var results = await WithAsync(db => Bulk.AssignAsync(db, [paul, nora, jeanne, nobody, paul], marc, _agency.Act));

        Assert.Equal((null, BulkRefusal.AlreadyTheirs, BulkRefusal.Unknown, BulkRefusal.Unknown), (results[paul], results[nora], results[jeanne], results[nobody]));
        Assert.Equal((marc, sophie), ((await _agency.FindAsync(paul))!.ResponsibleId, (await _agency.FindAsync(jeanne))!.ResponsibleId));
        Assert.Equal(["contact.handed-over"], await AuditAsync());
    }

    private async Task<T> WithAsync<T>(Func<CrmDbContext, Task<T>> verb)
    {
        await using var db = _agency.Db();
        return await verb(db);
    }

    private Task<IReadOnlyDictionary<Guid, BulkRefusal?>> TagAsync(string name, params Guid[] ids) => WithAsync(db => Tagging.AddAsync(db, ids, name, _agency.Act));

    private Task<List<string>> NamesAsync(Guid id) => WithAsync(db => db.Tags.Where(t => t.ContactId == id).Select(t => t.Name).ToListAsync());

    private async Task<Guid> NotaryAsync(string office, string collectedOn)
    {
        await using var db = _agency.Db();
        var notary = new Contact(new ContactName(ContactKind.Professional, "Ferrand", "Aude", office, "732829320"), Agency.D(collectedOn), ContactRoles.Other, null, _agency.Clock.Now);
        db.Contacts.Add(notary);
        await db.SaveChangesAsync();
        return notary.Id;
    }

    private async Task<Guid> ColleagueAsync(string name, Role role = Role.Agent, bool disabled = false)
    {
        await using var db = _agency.Db();
        var account = new Account { Id = Guid.NewGuid(), FullName = name, Role = role, DisabledAt = disabled ? _agency.Clock.Now : null };
        db.Users.Add(account);
        await db.SaveChangesAsync();
        return account.Id;
    }

    private async Task<List<string>> AuditAsync() => await _agency.Database.OwnerConnectionString.QueryAsync<string>("SELECT action FROM audit_entries ORDER BY action");
}
