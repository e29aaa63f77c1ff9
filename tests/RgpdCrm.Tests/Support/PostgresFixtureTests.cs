using Npgsql;
using RgpdCrm.EmbeddedPostgres;

namespace RgpdCrm.Tests.Support;

public sealed class PostgresFixtureTests(PostgresFixture postgres)
{
    private static int s_migrations;

    [Fact]
    public async Task Each_class_gets_its_own_copy_of_a_schema_migrated_once()
    {
        await using var mine = await postgres.CreateDatabaseAsync(MigrateAsync);
        await using var yours = await postgres.CreateDatabaseAsync(MigrateAsync);

        await mine.AppConnectionString.QueryAsync<int>("INSERT INTO visits VALUES (1)");

        Assert.Equal(1, s_migrations);
        Assert.Equal([1L], await mine.OwnerConnectionString.QueryAsync<long>("SELECT count(*) FROM visits"));
        Assert.Equal([0L], await yours.OwnerConnectionString.QueryAsync<long>("SELECT count(*) FROM visits"));
    }

    [Fact]
    public async Task A_database_in_use_is_dropped_all_the_same()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var forgotten = new NpgsqlConnection(database.OwnerConnectionString);
        await forgotten.OpenAsync(TestContext.Current.CancellationToken);

        await database.DisposeAsync();

        var superuser = await postgres.SuperuserConnectionStringAsync();
        Assert.Equal([0L], await superuser.QueryAsync<long>($"SELECT count(*) FROM pg_database WHERE datname = '{database.Name}'"));
    }

    [Fact]
    public async Task An_opened_connection_still_knows_its_password()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(database.AppConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new NpgsqlConnectionStringBuilder(database.AppConnectionString).Password, new NpgsqlConnectionStringBuilder(connection.ConnectionString).Password);
    }

    private static Task MigrateAsync(string ownerConnectionString)
    {
        Interlocked.Increment(ref s_migrations);
        return ownerConnectionString.QueryAsync<int>($"CREATE TABLE visits (id int); GRANT SELECT, INSERT ON visits TO {DatabaseRoles.App}");
    }
}
