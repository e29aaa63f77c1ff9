using Npgsql;

namespace RgpdCrm.Tests.Support;

/// <summary>A database of one test class, dropped when disposed with whatever is still connected to it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _maintenance;

    internal TestDatabase(string name, string superuser, string owner, string app)
    {
        _maintenance = superuser;
        Name = name;
        SuperuserConnectionString = To(superuser);
        OwnerConnectionString = To(owner);
        AppConnectionString = To(app);
    }

    public string Name { get; }

    public string SuperuserConnectionString { get; }

    public string OwnerConnectionString { get; }

    public string AppConnectionString { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in new[] { SuperuserConnectionString, OwnerConnectionString, AppConnectionString })
        {
            await using var connection = new NpgsqlConnection(pool);
            NpgsqlConnection.ClearPool(connection);
        }

        await _maintenance.QueryAsync<int>($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
    }

    private string To(string server) => new NpgsqlConnectionStringBuilder(server) { Database = Name }.ConnectionString;
}
