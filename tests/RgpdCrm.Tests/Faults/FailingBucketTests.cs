using Microsoft.AspNetCore.Http;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Faults;

/// <summary>A bucket that refuses, is silent or lies for more than a day.</summary>
public sealed class FailingBucketTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("500"), InlineData("503"), InlineData("silent"), InlineData("per-key errors")]
    public async Task The_database_side_does_not_wait_the_alarm_sounds_after_a_day_and_every_object_goes_once_it_is_well(string fault)
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await using var bucket = await VersionedBucket.StartAsync();
        using var store = bucket.Store(timeoutSeconds: 1);
        using var warehouse = new Warehouse(agency, store);
        var photo = await warehouse.PhotoAsync(await warehouse.PropertyAsync("A-1", "2024-11-15"));
        var published = bucket.Held.Count;
        var invariants = await Crowd.PlantAsync(agency.Database, 5, agency.Today);
        if (fault == "per-key errors") bucket.Refused.Add($"tilleul/{photo}/1200.jpg");
        else bucket.Fault = http => FailAsync(http, fault);

        Assert.Equal(RunOutcome.Succeeded, (await agency.RunAsync()).Outcome);
        Assert.Equal(2, await Crowd.LeftAsync(agency.Database));
        Assert.Equal((1, 1), await warehouse.DrainAsync());
        foreach (var hours in (int[])[3, 22])
        {
            agency.Time.Advance(TimeSpan.FromHours(hours));
            Assert.Equal((0, 1), await warehouse.DrainAsync());
        }
        Assert.Equal(fault == "per-key errors" ? 1 : published, bucket.Held.Count);
        await using (var db = agency.Db()) Assert.Contains((await new DeadMansSwitch(db, agency.Clock).CheckAsync()).Alarms, alarm => alarm.Code == Alarm.RemovalsWait);
        await invariants.HoldAsync();

        bucket.Refused.Clear();
        bucket.Fault = _ => Task.FromResult(false);
        agency.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((1, 0), await warehouse.DrainAsync());
        Assert.Empty(bucket.Held);
        await invariants.HoldTwiceAsync(async () =>
        {
            await agency.RunAsync();
            await warehouse.DrainAsync();
        });
    }

    private static async Task<bool> FailAsync(HttpContext http, string fault)
    {
        if (fault == "silent") await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        else http.Response.StatusCode = int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture);
        return true;
    }
}
