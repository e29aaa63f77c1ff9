using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Erasure;

/// <summary>What lies outside the database follows its row, however the stores and processes behave.</summary>
public sealed class ObjectRemovalTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Agency _agency = null!;
    private Warehouse _warehouse = null!;

    public async ValueTask InitializeAsync()
    {
        _agency = await Agency.OpenAsync(postgres);
        _warehouse = new Warehouse(_agency);
    }

    public ValueTask DisposeAsync()
    {
        _warehouse.Dispose();
        return _agency.DisposeAsync();
    }

    [Fact]
    public async Task With_the_last_contract_go_its_documents_its_property_and_the_photos_from_every_store()
    {
        const string mark = "canarizmo-dans-le-pdf";
        var sofia = await _agency.PersonAsync("Sofia", "2015-01-01");
        var lease = await _agency.ContractAsync("B-1", "2016-11-14", sofia);
        var property = await _warehouse.PropertyAsync("A-1");
        await _agency.SqlAsync($"UPDATE obligations SET property_id = '{property}'");
        var document = await _warehouse.DocumentAsync(lease, mark);
        var (first, second) = (await _warehouse.PhotoAsync(property), await _warehouse.PhotoAsync(property));

        Assert.Equal(new RunCount("contract", "erased", "ObligationExpired", 1), Assert.Single((await _agency.RunAsync()).Counts, c => c.Category == "contract"));
        Assert.Equal("""{"documents":1,"parties":1,"photos":2}""", await _agency.SqlAsync<string>("SELECT counts FROM ledger WHERE category = 'contract'"));
        Assert.Equal(0, await _agency.SqlAsync<long>("SELECT (SELECT count(*) FROM documents) + (SELECT count(*) FROM photos) + (SELECT count(*) FROM properties)"));
        Assert.Equal((5, 0), await _warehouse.DrainAsync());

        Assert.Equal(0, await _warehouse.WaitingAsync());
        Assert.Equal((0, 0), (await _warehouse.ObjectsOfAsync(first), await _warehouse.ObjectsOfAsync(second)));
        Assert.False(_warehouse.Documents.Holds(document) || _warehouse.Masters.Holds(first));
        Assert.DoesNotContain(_warehouse.Folder.EnumerateFiles("*", SearchOption.AllDirectories), file => File.ReadAllText(file.FullName).Contains(mark, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dead_store_delays_the_photo_alone_and_is_asked_less_and_less_often()
    {
        var key = await ExpiredAsync();
        _warehouse.Published.Dead = true;

        Assert.Equal(RunOutcome.Succeeded, (await _agency.RunAsync()).Outcome);
        Assert.Equal((1, 1), await _warehouse.DrainAsync());
        Assert.False(_warehouse.Masters.Holds(key));
        Assert.Equal((0, 0), await _warehouse.DrainAsync());
        foreach (var minutes in (int[])[1, 2, 4])
        {
            _agency.Time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            Assert.Equal((0, 0), await _warehouse.DrainAsync());
            _agency.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal((0, 1), await _warehouse.DrainAsync());
        }

        _warehouse.Published.Dead = false;
        _agency.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((1, 0), await _warehouse.DrainAsync());
        Assert.Equal(0, await _warehouse.ObjectsOfAsync(key));
    }

    [Fact]
    public async Task Killed_between_the_removal_and_its_note_the_next_one_finishes()
    {
        var key = await ExpiredAsync();
        await _agency.RunAsync();
        _warehouse.Published.KilledAfterwards = true;

        await Assert.ThrowsAsync<OperationCanceledException>(_warehouse.DrainAsync);
        Assert.Equal(2, await _warehouse.WaitingAsync());

        _warehouse.Published.KilledAfterwards = false;
        _agency.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((2, 0), await _warehouse.DrainAsync());
        Assert.Equal((0L, 0), (await _warehouse.WaitingAsync(), await _warehouse.ObjectsOfAsync(key)));
    }

    [Fact]
    public async Task Two_drains_at_once_share_the_work()
    {
        var property = await _warehouse.PropertyAsync("A-1", "2024-11-15");
        for (var n = 0; n < 20; n++) await _warehouse.PhotoAsync(property);
        await _agency.RunAsync();

        var both = await Task.WhenAll(_warehouse.DrainAsync(), _warehouse.DrainAsync());

        Assert.Equal(40, both.Sum(one => one.Removed));
        Assert.Equal(0, await _warehouse.WaitingAsync());
    }

    [Fact]
    public async Task A_removal_that_waits_longer_than_a_day_is_an_alarm()
    {
        await ExpiredAsync();
        await _agency.RunAsync();
        await using var db = _agency.Db();
        var alarm = new DeadMansSwitch(db, _agency.Clock);

        _agency.Time.Advance(TimeSpan.FromHours(24));
        Assert.DoesNotContain((await alarm.CheckAsync()).Alarms, a => a.Code == Alarm.RemovalsWait);
        _agency.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Assert.Single((await alarm.CheckAsync()).Alarms, a => a.Code == Alarm.RemovalsWait).Count);
    }

    /// <summary>A property that is due, with one photo.</summary>
    private async Task<string> ExpiredAsync() => await _warehouse.PhotoAsync(await _warehouse.PropertyAsync("A-1", "2024-11-15"));
}
