using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Retention;

/// <summary>Properties and their photos on the day before, and on the day.</summary>
public sealed class PropertyRetentionTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("2024-11-15", null, "2026-11-14", PropertyDecision.Keep)]
    [InlineData("2024-11-15", null, "2026-11-15", PropertyDecision.Erase)]
    [InlineData("2024-02-29", null, "2026-02-27", PropertyDecision.Keep)]
    [InlineData("2024-02-29", null, "2026-02-28", PropertyDecision.Erase)]
    [InlineData("2020-01-01", "2026-11-15", "2026-11-15", PropertyDecision.Keep)]
    [InlineData("2020-01-01", "2026-11-15", "2026-11-16", PropertyDecision.UnpublishPhotos)]
    [InlineData("2020-01-01", "2026-11-15", "2027-11-14", PropertyDecision.UnpublishPhotos)]
    [InlineData("2020-01-01", "2026-11-15", "2027-11-15", PropertyDecision.DestroyPhotos)]
    [InlineData("2020-01-01", "2024-02-29", "2025-02-28", PropertyDecision.DestroyPhotos)]
    public void A_property_and_its_published_photos(string changedOn, string? lastMandateEndsOn, string today, PropertyDecision expected) =>
        Assert.Equal(expected, PropertySchedule.Decide(
            new PropertyFacts(Guid.NewGuid(), Agency.D(changedOn), lastMandateEndsOn is not null, lastMandateEndsOn is null ? null : Agency.D(lastMandateEndsOn), true, true), Agency.D(today)));

    [Fact]
    public async Task The_photos_of_a_house_leave_the_site_with_the_mandate_and_are_destroyed_a_year_later_the_house_stays()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        using var warehouse = new Warehouse(agency);
        var house = await warehouse.PropertyAsync("A-1", "2020-01-01");
        await warehouse.MandateAsync(house, "2026-01-01", "2026-06-30");
        await warehouse.MandateAsync(house, "2026-05-01", "2026-11-15");
        var key = await warehouse.PhotoAsync(house);

        Assert.Empty((await agency.RunAsync("2026-11-15")).Counts);
        Assert.Equal(new RunCount("property", "unpublished", "MandateOver", 1), Assert.Single((await agency.RunAsync("2026-11-16")).Counts));
        await warehouse.DrainAsync();
        Assert.Equal((0, true), (await warehouse.ObjectsOfAsync(key), warehouse.Masters.Holds(key)));
        Assert.Equal(0, await agency.SqlAsync<long>("SELECT count(*) FROM ledger"));

        Assert.Empty((await agency.RunAsync("2027-11-14")).Counts);
        Assert.Equal(new RunCount("property", "photos-destroyed", "PhotosExpired", 1), Assert.Single((await agency.RunAsync("2027-11-15")).Counts));
        await warehouse.DrainAsync();
        Assert.False(warehouse.Masters.Holds(key));
        Assert.Equal(1, await agency.SqlAsync<long>("SELECT count(*) FROM properties"));
        Assert.Equal("property ErasedInPart PhotosExpired 2027-11-15 {\"photos\":1}",
            await agency.SqlAsync<string>("SELECT category || ' ' || action || ' ' || rule || ' ' || due_on || ' ' || counts FROM ledger"));
        Assert.Empty((await agency.RunAsync("2027-11-16")).Counts);
    }

    [Fact]
    public async Task A_house_nobody_ever_mandated_goes_with_its_photos_24_months_after_its_last_change_and_with_proof()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        using var warehouse = new Warehouse(agency);
        var house = await warehouse.PropertyAsync("A-1", "2024-11-15");
        await warehouse.PhotoAsync(house);
        await warehouse.PhotoAsync(house, PhotoState.Waiting);
        await agency.SqlAsync($"INSERT INTO inquiries (id, received_on, status, name, message, property_id) VALUES (gen_random_uuid(), '2026-11-01', 'New', 'Nora', 'Bonjour', '{house}')");

        Assert.Empty((await agency.RunAsync("2026-11-14")).Counts);
        var preview = await agency.Engine.PreviewAsync(Agency.D("2026-11-15"));
        Assert.Equal(new RunCount("property", "erased", "PropertyExpired", 1), Assert.Single(preview));
        Assert.Equal(preview, (await agency.RunAsync("2026-11-15")).Counts);

        await using var db = agency.Db();
        var entry = Assert.Single(db.Ledger.ToList());
        Assert.Equal(PersonErasure.HashOf(house), entry.SubjectHash);
        Assert.Equal(("property", LedgerAction.Erased, """{"photos":2}"""), (entry.Category, entry.Action, entry.Counts));
        Assert.Equal(4, await warehouse.WaitingAsync());
        Assert.Equal(1, await agency.SqlAsync<long>("SELECT count(*) FROM inquiries WHERE property_id IS NULL"));
    }

    [Fact]
    public async Task A_photo_added_to_a_house_whose_mandate_ended_is_overdue_a_day_later_and_not_at_once()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        using var warehouse = new Warehouse(agency);
        var house = await warehouse.PropertyAsync("A-1", "2020-01-01");
        await warehouse.MandateAsync(house, "2026-01-01", "2026-06-30");
        await warehouse.PhotoAsync(house);

        Assert.DoesNotContain(await AlarmsAsync(), alarm => alarm.Code == Alarm.Overdue);
        agency.Time.Advance(TimeSpan.FromHours(25));
        Assert.Equal(new Alarm(Alarm.Overdue, 1), Assert.Single(await AlarmsAsync(), alarm => alarm.Code == Alarm.Overdue));

        async Task<IReadOnlyList<Alarm>> AlarmsAsync()
        {
            await using var db = agency.Db();
            return (await new DeadMansSwitch(db, agency.Clock).CheckAsync()).Alarms;
        }
    }

    [Fact]
    public async Task A_preview_of_years_without_a_run_counts_each_property_once_as_the_run_does()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        using var warehouse = new Warehouse(agency);
        var (goes, stays) = (await warehouse.PropertyAsync("A-1"), await warehouse.PropertyAsync("A-2"));
        foreach (var property in (Guid[])[goes, stays])
        {
            await warehouse.MandateAsync(property, "2015-01-01", "2016-01-01");
            await warehouse.PhotoAsync(property);
        }
        await warehouse.MandateAsync(stays, "2020-01-01", "2021-01-01");

        var preview = await agency.Engine.PreviewAsync();
        var report = await agency.RunAsync();

        Assert.Equal(preview, report.Counts);
        Assert.Equal(["mandate erased 2", "property photos-destroyed 1"], preview.Select(c => $"{c.Category} {c.Action} {c.Count}"));
        Assert.Equal(stays, await agency.SqlAsync<Guid>("SELECT id FROM properties"));
    }
}
