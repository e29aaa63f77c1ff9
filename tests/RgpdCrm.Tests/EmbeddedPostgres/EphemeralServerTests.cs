using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.EmbeddedPostgres;

public sealed class EphemeralServerTests
{
    [Fact]
    public async Task An_ephemeral_server_trades_durability_for_speed_and_leaves_nothing_behind()
    {
        string folder;
        await using (var server = await EmbeddedServer.StartEphemeralAsync())
        {
            folder = server.Folder;
            Assert.Equal(["off"], await server.SuperuserConnectionString.QueryAsync<string>("SHOW fsync"));
        }

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task What_a_killed_test_run_left_is_removed_by_the_next_one()
    {
        var abandoned = Path.Combine(EmbeddedServer.StateFolder, "ephemeral", Guid.NewGuid().ToString("N"));
        var left = await EmbeddedServer.StartAsync(abandoned);

        await using var next = await EmbeddedServer.StartEphemeralAsync();

        Assert.False(Directory.Exists(abandoned));
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(() => left.SuperuserConnectionString.QueryAsync<int>("SELECT 1"));
    }
}
