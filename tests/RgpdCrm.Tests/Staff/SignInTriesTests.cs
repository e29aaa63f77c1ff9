using RgpdCrm.Core.Accounts;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Staff;

/// <summary>How tries are counted when the clock is not to be trusted.</summary>
public sealed class SignInTriesTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_count_begun_by_a_clock_ten_years_ahead_ends_when_the_clock_is_mended_and_one_a_moment_ahead_goes_on()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await using var db = agency.Db();
        var (now, period) = (agency.Clock.Now, TimeSpan.FromMinutes(15));
        Task<int> TryAsync(string subject, DateTimeOffset at) => SignInTries.TakeAsync(db, subject, period, at);

        Assert.Equal((1, 2), (await TryAsync("ahead", now.AddYears(10)), await TryAsync("ahead", now.AddYears(10))));
        Assert.Equal((1, 2), (await TryAsync("ahead", now), await TryAsync("ahead", now)));

        // A request that read the clock a little earlier than the one before it is no new beginning.
        Assert.Equal((1, 2, 3), (await TryAsync("overtaken", now), await TryAsync("overtaken", now.AddSeconds(-1)), await TryAsync("overtaken", now - period)));
    }
}
