using Npgsql;

namespace RgpdCrm.Tests.Support;

internal static class Sql
{
    /// <summary>Opens a session of its own, runs <paramref name="sql"/> and returns the first column of the rows.</summary>
    internal static async Task<List<T>> QueryAsync<T>(this string connectionString, string sql)
    {
        var session = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var source = NpgsqlDataSource.Create(session);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetFieldValue<T>(0));
        return rows;
    }
}
