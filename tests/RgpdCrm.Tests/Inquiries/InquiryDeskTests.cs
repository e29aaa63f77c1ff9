using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Inquiries;

/// <summary>What becomes of a message from the website, on real rows.</summary>
public sealed class InquiryDeskTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Agency _agency = null!;
    private Guid _sophie, _marc;

    public async ValueTask InitializeAsync()
    {
        _agency = await Agency.OpenAsync(postgres);
        (_sophie, _marc) = (await ColleagueAsync("Sophie Marchal"), await ColleagueAsync("Marc Leroy"));
    }

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task Creating_Helene_dates_her_record_and_her_clocks_from_the_day_she_wrote()
    {
        var id = await InquiryAsync("Hélène Garnier", "h.garnier@example.org", receivedOn: "2026-10-02");

        var result = await DeskAsync((desk, version) => desk.CreateContactAsync(id, version, Entry("Hélène", "Garnier"), By(_sophie)), id);

        Assert.True(result is { Done: true, Repeated: false });
        var helene = (await _agency.FindAsync(result.ContactId!.Value))!;
        Assert.Equal((Agency.D("2026-10-02"), Agency.D("2026-10-02"), ActivityKind.InquiryReceived), (helene.CollectedOn, helene.SilentOn!.Value, helene.SilentKind!.Value));
        var inquiry = await FindAsync(id);
        Assert.Equal((helene.Id, InquiryStatus.Handled), (inquiry.ContactId!.Value, inquiry.Status));
        Assert.Equal(["contact.created", "inquiry.linked"], await AuditAsync());
    }

    [Fact]
    public async Task A_second_click_creates_nobody_else()
    {
        var id = await InquiryAsync("Hélène Garnier", "h.garnier@example.org");
        var version = (await FindAsync(id)).Version;

        var first = await ActAsync(desk => desk.CreateContactAsync(id, version, Entry("Hélène", "Garnier"), By(_sophie)));
        var second = await ActAsync(desk => desk.CreateContactAsync(id, version, Entry("Hélène", "Garnier"), By(_sophie)));
        var colleague = await ActAsync(desk => desk.CreateContactAsync(id, version, Entry("Hélène", "Garnier"), By(_marc)));

        Assert.Equal((true, first.ContactId), (second.Repeated, second.ContactId));
        Assert.Equal(InquiryRefusal.Stale, colleague.Refusal);
        Assert.Equal(1, await _agency.SqlAsync<long>("SELECT count(*) FROM contacts"));
        Assert.Equal(1, await _agency.SqlAsync<long>("SELECT count(*) FROM activities"));
    }

    [Fact]
    public async Task Ten_clicks_at_once_link_and_log_once()
    {
        var paul = await _agency.CallerAsync("Paul", "2026-01-10");
        var id = await InquiryAsync("Paul Martin", "paul@example.org");
        var version = (await FindAsync(id)).Version;

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ActAsync(desk => desk.LinkAsync(id, version, paul, byAdmin: false, By(_sophie)))));

        Assert.All(results, result => Assert.True(result.Done));
        Assert.Single(results, result => !result.Repeated);
        Assert.Equal(1, await _agency.SqlAsync<long>("SELECT count(*) FROM activities WHERE kind = 'InquiryReceived'"));
    }

    [Fact]
    public async Task Of_two_colleagues_at_once_one_is_told_about_the_other()
    {
        var (paul, nora) = (await _agency.CallerAsync("Paul", "2026-01-10"), await _agency.CallerAsync("Nora", "2026-01-10"));
        var id = await InquiryAsync("Paul Martin", "paul@example.org");
        var version = (await FindAsync(id)).Version;

        var results = await Task.WhenAll(
            ActAsync(desk => desk.LinkAsync(id, version, paul, byAdmin: false, By(_sophie))),
            ActAsync(desk => desk.LinkAsync(id, version, nora, byAdmin: false, By(_marc))));

        Assert.Single(results, result => result.Done);
        Assert.Single(results, result => result.Refusal == InquiryRefusal.Stale);
        Assert.Equal(1, await _agency.SqlAsync<long>("SELECT count(*) FROM activities WHERE kind = 'InquiryReceived'"));
    }

    [Fact]
    public async Task Linking_Jeanne_who_is_pending_brings_her_back()
    {
        var jeanne = await _agency.PendingAsync("Jeanne", "2024-03-15", "2026-10-15");
        var id = await InquiryAsync("jeanne MARTIN", "JEANNE@example.org", receivedOn: "2026-11-10");

        var result = await DeskAsync((desk, version) => desk.LinkAsync(id, version, jeanne, byAdmin: false, By(_sophie)), id);

        Assert.True(result is { BroughtBack: true, StillPending: false });
        Assert.Equal((ContactStatus.Active, Agency.D("2026-11-10")), ((await _agency.FindAsync(jeanne))!.Status, (await _agency.FindAsync(jeanne))!.SilentOn!.Value));
    }

    [Fact]
    public async Task An_inquiry_too_old_is_linked_and_leaves_her_pending()
    {
        var jeanne = await _agency.PendingAsync("Jeanne", "2023-01-15", "2026-11-01");
        var id = await InquiryAsync("Jeanne Martin", "jeanne@example.org", receivedOn: "2024-02-01");

        var result = await DeskAsync((desk, version) => desk.LinkAsync(id, version, jeanne, byAdmin: false, By(_sophie)), id);

        Assert.True(result is { StillPending: true, BroughtBack: false });
        Assert.Equal(ContactStatus.PendingDeletion, await _agency.StatusAsync(jeanne));
    }

    [Fact]
    public async Task Someone_pending_whom_the_inquiry_does_not_name_cannot_be_reached_by_their_id()
    {
        var jeanne = await _agency.PendingAsync("Jeanne", "2024-03-15", "2026-10-15");
        var id = await InquiryAsync("Paul Roux", "paul.roux@example.org", phone: "+33144556677");

        var result = await DeskAsync((desk, version) => desk.LinkAsync(id, version, jeanne, byAdmin: true, By(_sophie)), id);

        Assert.Equal(InquiryRefusal.ContactGone, result.Refusal);
        Assert.Equal(ContactStatus.PendingDeletion, await _agency.StatusAsync(jeanne));
    }

    [Fact]
    public async Task An_archived_person_is_an_admins_and_comes_back_only_for_an_act_after_the_archiving()
    {
        var karim = await _agency.CallerAsync("Karim", "2024-01-10");
        await _agency.SqlAsync($"DELETE FROM activities; UPDATE contacts SET status = 'Archived', archived_on = '2026-06-01', kept_until_of_destroyed = '2033-01-01', kept_until = '2033-01-01' WHERE id = '{karim}'");
        var before = await InquiryAsync("Karim Martin", "karim@example.org", receivedOn: "2026-05-01");
        var after = await InquiryAsync("Karim Martin", "karim@example.org", receivedOn: "2026-11-01");

        var agent = await DeskAsync((desk, version) => desk.LinkAsync(after, version, karim, byAdmin: false, By(_sophie)), after);
        var tooOld = await DeskAsync((desk, version) => desk.LinkAsync(before, version, karim, byAdmin: true, By(_marc)), before);
        Assert.Equal(0, await _agency.SqlAsync<long>("SELECT count(*) FROM activities"));
        var back = await DeskAsync((desk, version) => desk.LinkAsync(after, version, karim, byAdmin: true, By(_marc)), after);

        Assert.Equal((InquiryRefusal.AskAnAdmin, InquiryRefusal.StaysSetAside), (agent.Refusal, tooOld.Refusal));
        Assert.True(back.BroughtBack);
        Assert.Null((await FindAsync(before)).ContactId);
        Assert.Equal(ContactStatus.Active, await _agency.StatusAsync(karim));
    }

    [Fact]
    public async Task Someone_erased_meanwhile_and_an_inquiry_destroyed_meanwhile_are_said()
    {
        var paul = await _agency.PendingAsync("Paul", "2024-03-15", "2026-09-15");
        var id = await InquiryAsync("Paul Martin", "paul@example.org");
        var linked = await InquiryAsync("Paul Martin", "paul@example.org");
        await _agency.SqlAsync($"UPDATE inquiries SET contact_id = '{paul}', status = 'Handled' WHERE id = '{linked}'");
        var (version, linkedVersion) = ((await FindAsync(id)).Version, (await FindAsync(linked)).Version);
        await _agency.RunAsync("2026-11-15");

        var gone = await ActAsync(desk => desk.LinkAsync(id, version, paul, byAdmin: false, By(_sophie)));
        var destroyed = await ActAsync(desk => desk.SortAsync(linked, linkedVersion, InquiryStatus.New, By(_sophie)));

        Assert.Null(await _agency.FindAsync(paul));
        Assert.Equal((InquiryRefusal.ContactGone, InquiryRefusal.Unknown), (gone.Refusal, destroyed.Refusal));
        Assert.Equal(InquiryStatus.New, (await FindAsync(id)).Status);
    }

    [Fact]
    public async Task A_linked_inquiry_is_erased_with_its_person_and_the_other_stays()
    {
        var paul = await _agency.CallerAsync("Paul", "2024-03-15");
        var id = await InquiryAsync("Paul Martin", "paul@example.org", receivedOn: "2024-04-01");
        var other = await InquiryAsync("Nora Roux", "nora@example.org", receivedOn: "2026-10-01");
        await DeskAsync((desk, version) => desk.LinkAsync(id, version, paul, byAdmin: false, By(_sophie)), id);
        await _agency.SqlAsync($"UPDATE contacts SET status = 'PendingDeletion', pending_since = '2026-09-10', pending_version = 1 WHERE id = '{paul}'; UPDATE inquiries SET received_on = '2026-01-01' WHERE id = '{id}'; UPDATE activities SET happened_on = '2024-04-01'");

        await _agency.RunAsync("2026-11-15");

        Assert.Null(await _agency.FindAsync(paul));
        Assert.Equal(other, await _agency.SqlAsync<Guid>("SELECT id FROM inquiries"));
    }

    [Fact]
    public async Task Spam_is_never_linked_and_what_is_linked_is_no_spam()
    {
        var paul = await _agency.CallerAsync("Paul", "2026-01-10");
        var spam = await InquiryAsync("Casino 777", "win@example.com");
        var linked = await InquiryAsync("Paul Martin", "paul@example.org");
        await DeskAsync((desk, version) => desk.SortAsync(spam, version, InquiryStatus.Spam, By(_sophie)), spam);
        await DeskAsync((desk, version) => desk.LinkAsync(linked, version, paul, byAdmin: false, By(_sophie)), linked);

        var link = await DeskAsync((desk, version) => desk.LinkAsync(spam, version, paul, byAdmin: false, By(_sophie)), spam);
        var create = await DeskAsync((desk, version) => desk.CreateContactAsync(spam, version, Entry("Casino", "777"), By(_sophie)), spam);
        var sort = await DeskAsync((desk, version) => desk.SortAsync(linked, version, InquiryStatus.Spam, By(_sophie)), linked);

        Assert.Equal((InquiryRefusal.IsSpam, InquiryRefusal.IsSpam, InquiryRefusal.AlreadyLinked), (link.Refusal, create.Refusal, sort.Refusal));
        Assert.Equal(1, await _agency.SqlAsync<long>("SELECT count(*) FROM contacts"));
    }

    [Fact]
    public async Task It_is_given_to_colleagues_only_and_every_act_leaves_a_trace()
    {
        var ops = await ColleagueAsync("Olga Serveur", Role.Ops);
        var id = await InquiryAsync("Paul Martin", "paul@example.org");

        var toOps = await DeskAsync((desk, version) => desk.AssignAsync(id, version, ops, By(_sophie)), id);
        var toNobodyKnown = await DeskAsync((desk, version) => desk.AssignAsync(id, version, Guid.NewGuid(), By(_sophie)), id);
        await DeskAsync((desk, version) => desk.AssignAsync(id, version, _marc, By(_sophie)), id);
        await DeskAsync((desk, version) => desk.SortAsync(id, version, InquiryStatus.Handled, By(_marc)), id);
        await DeskAsync((desk, version) => desk.SortAsync(id, version, InquiryStatus.New, By(_marc)), id);

        Assert.Equal((InquiryRefusal.NotAColleague, InquiryRefusal.NotAColleague), (toOps.Refusal, toNobodyKnown.Refusal));
        Assert.Equal(["inquiry.assigned", "inquiry.sorted", "inquiry.sorted"], await AuditAsync());
        Assert.Equal((_marc, InquiryStatus.New), ((await FindAsync(id)).AssignedToId!.Value, (await FindAsync(id)).Status));
    }

    [Theory]
    [InlineData("H.Garnier@Example.ORG", null, "Quelqu’un", true, false, false), InlineData(null, "+33639981427", "Quelqu’un", false, true, false)]
    [InlineData(null, "06 39 98 14 27", "Quelqu’un", false, true, false), InlineData(null, null, "GARNIER Helene", false, false, true), InlineData("h.garnier@example.org", "+33639981427", "hélène  garnier", true, true, true)]
    public async Task Helene_is_recognised_by_what_agrees(string? email, string? phone, string name, bool sameEmail, bool samePhone, bool sameName)
    {
        var helene = await PlantAsync("Hélène", "Garnier", "h.garnier@example.org", "+33639981427");
        await PlantAsync("Paul", "Roux", "garnier@example.org", "+33639981428");
        var id = await InquiryAsync(name, email, phone);
        await using var db = _agency.Db();

        var match = Assert.Single((await InquiryFile.LoadAsync(db, id))!.Matches);

        Assert.Equal((helene, sameEmail, samePhone, sameName), (match.Id, match.SameEmail, match.SamePhone, match.SameName));
    }

    [Fact]
    public async Task Who_is_pending_or_archived_is_a_hint_and_no_match()
    {
        var jeanne = await _agency.PendingAsync("Jeanne", "2024-03-15", "2026-10-15");
        var id = await InquiryAsync("Jeanne Martin", "jeanne@example.org", phone: "+33144556677");
        await using var db = _agency.Db();

        var file = (await InquiryFile.LoadAsync(db, id))!;

        Assert.Empty(file.Matches);
        Assert.Equal(new SetAsideHint(jeanne, "Jeanne Martin", SetAsideState.LogBringsBack), Assert.Single(file.Hints));
        Assert.Equal(Agency.D("2028-11-10"), file.DestroyedOn);
    }

    [Theory]
    [InlineData("Hélène Garnier", "Hélène", "Garnier"), InlineData("GARNIER Hélène", "Hélène", "GARNIER"), InlineData("Jean DE LA TOUR", "Jean", "DE LA TOUR"), InlineData("Marie de La Tour", "Marie", "de La Tour")]
    [InlineData("JEAN DUPONT", "JEAN", "DUPONT"), InlineData("Ng", "", "Ng"), InlineData("", "", ""), InlineData("محمد علي", "محمد", "علي"), InlineData("👩‍👩‍👧 O", "👩‍👩‍👧", "O"), InlineData("Ana\u202E Sousa\n", "Ana", "Sousa")]
    public void A_name_is_split_as_people_write_it(string name, string firstName, string lastName) => Assert.Equal((firstName, lastName), ContactName.Split(name));

    private static ContactEntry Entry(string firstName, string lastName) => new(ContactName.Person(firstName, lastName), ContactRoles.Buyer, null, [], ["h.garnier@example.org"], []);

    private Act By(Guid colleague) => new(colleague, _agency.Clock.Now);

    private async Task<Guid> InquiryAsync(string name, string? email, string? phone = null, string receivedOn = "2026-11-10")
    {
        await using var db = _agency.Db();
        var inquiry = new Inquiry { Name = name, Email = email, Phone = phone, Message = "Bonjour", ReceivedOn = Agency.D(receivedOn) };
        db.Inquiries.Add(inquiry);
        await db.SaveChangesAsync();
        return inquiry.Id;
    }

    private async Task<Guid> PlantAsync(string firstName, string lastName, string email, string phone)
    {
        await using var db = _agency.Db();
        var contact = new Contact(ContactName.Person(firstName, lastName), _agency.Today, ContactRoles.Buyer, null, _agency.Clock.Now);
        contact.Reach([phone], [email], []);
        db.Contacts.Add(contact);
        await db.SaveChangesAsync();
        return contact.Id;
    }

    private async Task<Guid> ColleagueAsync(string name, Role role = Role.Agent)
    {
        await using var db = _agency.Db();
        var account = new Account { Id = Guid.NewGuid(), FullName = name, Role = role };
        db.Users.Add(account);
        await db.SaveChangesAsync();
        return account.Id;
    }

    private async Task<Inquiry> FindAsync(Guid id)
    {
        await using var db = _agency.Db();
        return await db.Inquiries.SingleAsync(i => i.Id == id);
    }

    private async Task<InquiryResult> DeskAsync(Func<InquiryDesk, uint, Task<InquiryResult>> verb, Guid id)
    {
        var version = (await FindAsync(id)).Version;
        return await ActAsync(desk => verb(desk, version));
    }

    private async Task<InquiryResult> ActAsync(Func<InquiryDesk, Task<InquiryResult>> verb)
    {
        await using CrmDbContext db = _agency.Db();
        return await verb(new InquiryDesk(db, _agency.Clock));
    }

    private async Task<List<string>> AuditAsync() => await _agency.Database.OwnerConnectionString.QueryAsync<string>("SELECT action FROM audit_entries ORDER BY action");
}
