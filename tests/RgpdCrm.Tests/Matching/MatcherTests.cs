using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Matching;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Matching;

/// <summary>Whom a property is for, and who is told, on real PostgreSQL.</summary>
public sealed class MatcherTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Agency _agency = null!;

    public async ValueTask InitializeAsync() => _agency = await Agency.OpenAsync(postgres);

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task Each_criterion_holds_on_its_bound_and_fails_beyond_it()
    {
        // A house for sale in Angers (49007) at 285,000 euros, 98 square metres, 4 rooms.
        var id = await PropertyAsync("B-1");
        (string What, Action<Search> Change, bool Found)[] cases =
        [
            ("anything for sale", _ => { }, true), ("to let", s => s.Transaction = Transaction.Rental, false),
            ("a house", s => s.Kinds = [PropertyKind.Apartment, PropertyKind.House], true), ("a flat", s => s.Kinds = [PropertyKind.Apartment], false),
            ("in Angers", s => s.Communes = ["49015", "49007"], true), ("in Avrillé", s => s.Communes = ["49015"], false),
            ("285,000 at least", s => s.MinPrice = 285_000, true), ("285,001 at least", s => s.MinPrice = 285_001, false),
            ("285,000 at most", s => s.MaxPrice = 285_000, true), ("284,999 at most", s => s.MaxPrice = 284_999, false),
            ("98 m²", s => s.MinSurface = 98, true), ("99 m²", s => s.MinSurface = 99, false),
            ("4 rooms", s => s.MinRooms = 4, true), ("5 rooms", s => s.MinRooms = 5, false),
        ];
        var seekers = new Dictionary<Guid, (string What, bool Found)>();
        foreach (var (what, change, found) in cases)
        {
            var search = new Search { ContactId = await SeekerAsync($"Chercheur{seekers.Count}", search: false), Frequency = MailFrequency.AtOnce };
            change(search);
            await AddAsync(search);
            seekers.Add(search.ContactId, (what, found));
        }

        await FindAsync();

        var matched = await MatchedAsync();
        Assert.Empty(seekers.Where(s => matched.Contains(s.Key) != s.Value.Found).Select(s => s.Value.What));
        await using var db = _agency.Db();
        Assert.Equal(cases.Count(c => c.Found), (await Matcher.ContactsForAsync(db, id, 100)).Total);
        var angers = seekers.Single(s => s.Value.What == "in Angers").Key;
        Assert.Equal("B-1", Assert.Single((await Matcher.PropertiesForAsync(db, angers, 5)).First).Reference);
    }

    [Fact]
    public async Task A_property_without_price_or_surface_meets_no_bound_on_them()
    {
        await AddAsync(new Search { ContactId = await SeekerAsync("Claire", search: false), Frequency = MailFrequency.AtOnce, MaxPrice = 900_000 });
        var any = await SeekerAsync("Paul");
        await PropertyAsync("B-1", e => e with { Price = null, Surface = null });

        await FindAsync();

        Assert.Equal([any], await MatchedAsync());
    }

    [Fact]
    public async Task Nobody_pending_archived_restricted_frozen_opposed_without_address_or_agreement_is_found_or_told()
    {
        Dictionary<string, Guid> people = [];
        foreach (var name in (string[])["Active", "Pending", "Archived", "Restricted", "Frozen", "Opposed", "Nowhere", "Silent", "Withdrawn", "Expired", "Never", "Stopped"]) people.Add(name, await SeekerAsync(name));
        await _agency.SqlAsync($"""
            UPDATE contacts SET status = 'PendingDeletion', pending_since = '2026-11-01', pending_version = 1 WHERE id = '{people["Pending"]}';
            UPDATE contacts SET status = 'Archived', archived_on = '2026-11-01' WHERE id = '{people["Archived"]}';
            UPDATE contacts SET restricted = true WHERE id = '{people["Restricted"]}';
            DELETE FROM emails WHERE contact_id = '{people["Nowhere"]}';
            DELETE FROM consents WHERE contact_id = '{people["Silent"]}';
            UPDATE consents SET withdrawn_at = '2026-11-01' WHERE contact_id = '{people["Withdrawn"]}';
            UPDATE consents SET expires_on = '2026-11-14' WHERE contact_id = '{people["Expired"]}';
            UPDATE searches SET frequency = 'Never' WHERE contact_id = '{people["Never"]}';
            UPDATE subscriptions SET stopped_on = '2026-11-01' WHERE contact_id = '{people["Stopped"]}';
            """);
        await AddAsync(new Hold { ContactId = people["Frozen"], Kind = HoldKind.Restriction, Reason = "Limitation", ReviewOn = _agency.Today.AddMonths(6), PlacedAt = _agency.Clock.Now });
        await AddAsync(new Objection { ContactId = people["Opposed"], Fingerprint = new byte[32], Channel = Channel.Email, LatestOn = _agency.Today });
        await PropertyAsync("B-1");

        await FindAsync();
        Assert.Equal([people["Active"]], await MatchedAsync());

        // Found while they agreed, they are not told once they do not.
        await _agency.SqlAsync("UPDATE consents SET withdrawn_at = '2026-11-15'");
        Assert.Equal(0, await TellAsync(MailFrequency.AtOnce));
        await using var db = _agency.Db();
        Assert.Equal(1, (await Matcher.ContactsForAsync(db, (await db.Properties.SingleAsync()).Id, 10)).First.Count(c => c.FirstName == "Active"));
        Assert.DoesNotContain((await Matcher.ContactsForAsync(db, (await db.Properties.SingleAsync()).Id, 20)).First, c => c.FirstName is "Pending" or "Archived" or "Restricted");
    }

    [Fact]
    public async Task Each_is_told_at_their_own_pace_once_and_once_more_when_it_gets_cheaper()
    {
        var aline = await SeekerAsync("Aline");
        await SeekerAsync("Denis", MailFrequency.Daily);
        await SeekerAsync("Wanda", MailFrequency.Weekly);
        var house = await PropertyAsync("B-1");
        await FindAsync();

        Assert.Equal((1, 1, 1), (await TellAsync(MailFrequency.AtOnce), await TellAsync(MailFrequency.Daily), await TellAsync(MailFrequency.Weekly)));
        await EditAsync(house, e => e with { Price = 290_000 });
        Assert.Equal(0, await FindAsync());
        await EditAsync(house, e => e with { Description = "Belle lumière" });
        Assert.Equal(0, await FindAsync());
        Assert.Equal(0, await TellAsync(MailFrequency.AtOnce));

        await EditAsync(house, e => e with { Price = 270_000 });
        Assert.Equal(3, await FindAsync());
        Assert.Equal(1, await TellAsync(MailFrequency.AtOnce));
        Assert.Equal(0, await TellAsync(MailFrequency.AtOnce));
        await using var db = _agency.Db();
        Assert.Equal([aline], await db.OutgoingMails.GroupBy(m => m.ContactId!.Value).Where(g => g.Count() == 2).Select(g => g.Key).ToListAsync());
    }

    [Fact]
    public async Task Matches_go_with_the_person_and_with_the_property_and_a_mail_has_twelve_at_most()
    {
        var (claire, paul) = (await SeekerAsync("Claire"), await SeekerAsync("Paul"));
        for (var i = 0; i < Matcher.MostInMail + 1; i++) await PropertyAsync($"B-{i}");
        await FindAsync();

        Assert.Equal(2 * Matcher.MostInMail, await TellAsync(MailFrequency.AtOnce));
        Assert.Equal(2, await TellAsync(MailFrequency.AtOnce));
        Assert.Equal(0, await TellAsync(MailFrequency.AtOnce));
        await _agency.SqlAsync("DELETE FROM properties WHERE reference = 'B-0'");
        Assert.Equal(2 * Matcher.MostInMail, await _agency.SqlAsync<long>("SELECT count(*) FROM matches"));

        await _agency.SqlAsync($"DELETE FROM activities WHERE contact_id = '{claire}'; UPDATE contacts SET collected_on = '2023-01-01', status = 'PendingDeletion', pending_since = '2025-10-01', pending_version = 1 WHERE id = '{claire}'; SELECT refresh_clocks(ARRAY['{claire}'::uuid])");
        await _agency.RunAsync();
        await using var db = _agency.Db();
        Assert.Equal([paul], await db.Contacts.Select(c => c.Id).ToListAsync());
        Assert.Equal(Matcher.MostInMail, await _agency.SqlAsync<long>("SELECT count(*) FROM matches"));
    }

    private async Task<Guid> SeekerAsync(string firstName, MailFrequency frequency = MailFrequency.AtOnce, bool search = true)
    {
        var id = await _agency.CallerAsync(firstName, "2026-10-01");
        await using var db = _agency.Db();
        db.Consents.Add(new Consent { ContactId = id, Channel = Channel.Email, Purpose = Consent.SimilarProperties, Granted = true, At = _agency.Clock.Now });
        db.Subscriptions.Add(new Subscription { ContactId = id, Topic = Subscription.MatchingProperties, StartedOn = _agency.Today });
        if (search) db.Searches.Add(new Search { ContactId = id, Frequency = frequency });
        await db.SaveChangesAsync();
        return id;
    }

    private async Task<Guid> PropertyAsync(string reference, Func<PropertyEntry, PropertyEntry>? change = null)
    {
        var entry = new PropertyEntry(reference, PropertyKind.House, "12 rue des Tilleuls", 285_000, null) { Surface = 98, Rooms = 4, Town = Communes.OfCode("49007") };
        await using var db = _agency.Db();
        return (await (change?.Invoke(entry) ?? entry).CreateAsync(db, _agency.Act, _agency.Today))!.Value;
    }

    private async Task EditAsync(Guid id, Func<PropertyEntry, PropertyEntry> change)
    {
        await using var db = _agency.Db();
        var p = await db.Properties.SingleAsync(x => x.Id == id);
        var entry = new PropertyEntry(p.Reference, p.Kind, p.Address, p.Price, p.OwnerId) { Surface = p.Surface, Rooms = p.Rooms, Town = Communes.OfCode("49007"), Description = p.Description };
        await change(entry).EditAsync(db, p, p.Version, _agency.Act, _agency.Today);
    }

    private async Task AddAsync(object row)
    {
        await using var db = _agency.Db();
        db.Add(row);
        await db.SaveChangesAsync();
    }

    private async Task<int> FindAsync()
    {
        await using var db = _agency.Db();
        return await new Matcher(db, _agency.Clock).FindAsync();
    }

    private async Task<int> TellAsync(MailFrequency frequency)
    {
        await using var db = _agency.Db();
        return await new Matcher(db, _agency.Clock).TellAsync(frequency);
    }

    private async Task<List<Guid>> MatchedAsync()
    {
        await using var db = _agency.Db();
        return await db.Matches.Select(m => m.ContactId).ToListAsync();
    }
}
