using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Contacts;

public sealed class ContactSearchTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Agency _agency = null!;

    public async ValueTask InitializeAsync() => _agency = await Agency.OpenAsync(postgres);

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Theory]
    [InlineData("hélène"), InlineData("HELENE"), InlineData("garnier"), InlineData("Garnier Hélène"), InlineData("hel gar"), InlineData("nier"), InlineData("ga"), InlineData("g")]
    [InlineData("06 39 98 14 27"), InlineData("0639981427"), InlineData("+33 6 39 98 14 27"), InlineData("0033639981427"), InlineData("98 14 27"), InlineData("06.39.98"), InlineData("8142")]
    [InlineData("h.garnier@example.org"), InlineData("H.GARNIER@"), InlineData("garnier@exa"), InlineData("@example.org")]
    public async Task Helene_is_found_by_any_part_of_her_name_phone_or_address(string typed)
    {
        var helene = await PlantAsync("Hélène", "Garnier", "h.garnier@example.org", "+33639981427");
        await PlantAsync("Nora", "Belkacem", "nora@exemple.fr", "+33261914016");

        Assert.Equal([helene], await FindAsync(typed));
    }

    [Theory]
    [InlineData("%"), InlineData("_"), InlineData(@"\"), InlineData("%%%"), InlineData("a%a"), InlineData("'; DROP TABLE contacts; --"), InlineData("' OR '1'='1"), InlineData("\0"), InlineData("zz\0top"), InlineData("\uFFFE"), InlineData("\uD800x")]
    public async Task What_is_typed_is_matched_letter_for_letter(string typed)
    {
        await PlantAsync("Hélène", "Garnier", "h.garnier@example.org", "+33639981427");

        Assert.Empty(await FindAsync(typed));
    }

    [Fact]
    public async Task Signs_of_the_pattern_language_are_found_as_such()
    {
        var odd = await PlantAsync("50%_", @"d\Or", "a_b%c@example.org");
        await PlantAsync("501x", "dOr", "axbyc@example.org");

        Assert.Equal([odd], await FindAsync("50%"));
        Assert.Equal([odd], await FindAsync("0%_"));
        Assert.Equal([odd], await FindAsync(@"d\o"));
        Assert.Equal([odd], await FindAsync("a_b%"));
    }

    [Fact]
    public async Task Three_letters_bring_the_last_name_first()
    {
        for (var i = 0; i < 30; i++) await PlantAsync("Margarida", $"Silva{i}", $"s{i}@example.org");
        var inside = await PlantAsync("Luc", "Tingarod", "luc@example.org");
        var garnier = await PlantAsync("Hélène", "Garnier", "h@example.org");
        var gar = await PlantAsync("Paul", "Gar", "p@example.org");

        var found = await FindAsync("gar");

        Assert.Equal([gar, garnier], found.Take(2));
        Assert.DoesNotContain(inside, found.Take(5));
    }

    [Fact]
    public async Task The_whole_number_comes_before_the_others_that_contain_it()
    {
        for (var i = 0; i < 8; i++) await PlantAsync("Ana", $"Moreau{i}", $"a{i}@example.org", $"+3363998142{i}");
        var whole = await PlantAsync("Zoé", "Zidane", "z@example.org", "+33639981429");

        Assert.Equal(whole, (await FindAsync("06 39 98 14 29"))[0]);
        Assert.Equal(9, (await FindAsync("06 39 98 14 2")).Count);
    }

    [Fact]
    public async Task Who_is_pending_archived_or_restricted_is_in_no_list()
    {
        foreach (var state in new[] { "status = 'PendingDeletion', pending_since = '2026-11-01'", "status = 'Archived'", "restricted = true" })
            await PlantAsync("Hélène", "Garnier", "h.garnier@example.org", "+33639981427", state);

        Assert.Empty(await FindAsync("garnier"));
        Assert.Empty(await FindAsync(new ContactQuery()));
        await using var db = _agency.Db();
        Assert.Equal(new ViewCounts(0, 0, 0), await ContactSearch.CountViewsAsync(db, Guid.NewGuid(), _agency.Today));
    }

    [Theory]
    [InlineData("06 39 98 14 27"), InlineData("h.garnier@example.org"), InlineData("H.Garnier@Example.org"), InlineData("Hélène Garnier"), InlineData("garnier helene")]
    public async Task An_exact_phone_address_or_name_tells_that_a_record_awaits_deletion(string typed)
    {
        var helene = await PlantAsync("Hélène", "Garnier", "h.garnier@example.org", "+33639981427", "status = 'PendingDeletion', pending_since = '2026-11-01', pending_version = 1");

        var hint = Assert.Single(await HintsAsync(typed));

        Assert.Equal(new SetAsideHint(helene, "Hélène Garnier", SetAsideState.LogBringsBack), hint);
    }

    [Theory]
    [InlineData("garnier"), InlineData("hélène"), InlineData("06 39 98"), InlineData("garnier@example.org"), InlineData("hel gar"), InlineData("%"), InlineData("Hélène Garnie")]
    public async Task A_part_tells_nothing_about_who_is_set_aside(string typed)
    {
        await PlantAsync("Hélène", "Garnier", "h.garnier@example.org", "+33639981427", "status = 'PendingDeletion', pending_since = '2026-11-01', pending_version = 1");

        Assert.Empty(await HintsAsync(typed));
    }

    [Theory]
    [InlineData("status = 'Archived', archived_on = '2025-01-01'"), InlineData("status = 'PendingDeletion', pending_since = '2026-11-01', from_archive = true"), InlineData("restricted = true")]
    public async Task An_archived_or_restricted_person_is_for_an_admin(string state)
    {
        await PlantAsync("Hélène", "Garnier", "h.garnier@example.org", "+33639981427", state);

        Assert.Equal(SetAsideState.AskAnAdmin, Assert.Single(await HintsAsync("Hélène Garnier")).State);
    }

    [Fact]
    public async Task A_notary_pending_is_named_by_the_office()
    {
        await using var db = _agency.Db();
        var office = new Contact(new ContactName(ContactKind.Professional, "Ferrand", "Aude", "Étude Ferrand & Fils", "732829320"), _agency.Today, ContactRoles.Other, null, _agency.Clock.Now);
        db.Contacts.Add(office);
        await db.SaveChangesAsync();
        await _agency.SqlAsync($"UPDATE contacts SET status = 'Archived' WHERE id = '{office.Id}'");

        Assert.Single(await HintsAsync("etude ferrand & fils"));
        Assert.Empty(await HintsAsync("etude ferrand"));
    }

    [Fact]
    public async Task Filters_and_orders_follow_the_schedule()
    {
        var soon = await _agency.CallerAsync("Soon", "2024-08-01");
        var later = await _agency.CallerAsync("Later", "2026-08-01");
        var held = await _agency.CallerAsync("Held", "2026-07-01");
        await _agency.ReviewAsync(r => r.HoldAsync(held, "Litige", null, Agency.D("2027-03-01"), _agency.Act));
        var tenant = await _agency.CallerAsync("Tenant", "2024-09-01");
        await _agency.ContractAsync("B-1", null, tenant);

        Assert.Equal([soon], await FindAsync(new ContactQuery { Retention = RetentionFilter.DueSoon }));
        Assert.Equal([held], await FindAsync(new ContactQuery { Retention = RetentionFilter.Held }));
        Assert.Equal([tenant], await FindAsync(new ContactQuery { Retention = RetentionFilter.Running }));
        Assert.Equal([soon, held, later, tenant], await FindAsync(new ContactQuery { Sort = ContactSort.NextDate }));
        Assert.Equal(later, (await FindAsync(new ContactQuery { Sort = ContactSort.LastActivity, Descending = true }))[0]);
        Assert.Equal(2, (await FindAsync(new ContactQuery { View = ContactView.Quiet })).Count);
        Assert.Equal(4, (await FindAsync(new ContactQuery { Sort = ContactSort.Responsible, Text = "martin" })).Count);
        Assert.Empty(await FindAsync(new ContactQuery { Role = ContactRoles.Landlord }));
    }

    [Fact]
    public async Task A_page_past_the_end_is_the_last_one()
    {
        for (var i = 0; i < 30; i++) await PlantAsync("Ana", $"Moreau{i:00}", $"a{i}@example.org");
        await using var db = _agency.Db();

        var page = await ContactSearch.FindAsync(db, new ContactQuery { Page = 99 }, new RetentionPolicy(), Guid.Empty, _agency.Today);
        var negative = await ContactSearch.FindAsync(db, new ContactQuery { Page = -3, Text = "moreau" }, new RetentionPolicy(), Guid.Empty, _agency.Today);

        Assert.Equal((30, 2, 5), (page.Total, page.Page, page.Ids.Count));
        Assert.Equal((30, 1, 25, false), (negative.Total, negative.Page, negative.Ids.Count, negative.More));
    }

    [Fact]
    public async Task A_list_row_carries_the_verdict_of_the_nightly_run()
    {
        var id = await _agency.CallerAsync("Aline", "2024-07-30");
        await using var db = _agency.Db();

        var row = Assert.Single(await ContactRow.LoadAsync(db, [id], await PolicyHistory.LoadAsync(db), _agency.Today));

        Assert.Equal((Agency.D("2024-07-30"), ActivityKind.InboundCall), (row.LastActivityOn, row.LastActivityKind!.Value));
        Assert.Equal((Agency.D("2027-01-30"), (DateOnly?)null, Agency.D("2027-03-30")), (row.Outlook.FlagOn, row.Outlook.ArchiveOn, row.Outlook.EraseOn));
    }

    private async Task<IReadOnlyList<Guid>> FindAsync(string? typed) => await FindAsync(new ContactQuery { Text = typed });

    private async Task<IReadOnlyList<Guid>> FindAsync(ContactQuery query)
    {
        await using var db = _agency.Db();
        return (await ContactSearch.FindAsync(db, query, new RetentionPolicy(), Guid.Empty, _agency.Today)).Ids;
    }

    private async Task<IReadOnlyList<SetAsideHint>> HintsAsync(string typed)
    {
        await using var db = _agency.Db();
        return await SetAsideHint.FindAsync(db, typed);
    }

    private async Task<Guid> PlantAsync(string firstName, string lastName, string email, string? phone = null, string? state = null)
    {
        await using var db = _agency.Db();
        var contact = new Contact(ContactName.Person(firstName, lastName), _agency.Today, ContactRoles.Buyer, null, _agency.Clock.Now);
        contact.Reach(phone is null ? [] : [phone], [email], []);
        db.Contacts.Add(contact);
        await db.SaveChangesAsync();
        if (state is not null) await _agency.SqlAsync($"UPDATE contacts SET {state} WHERE id = '{contact.Id}'");
        return contact.Id;
    }
}
