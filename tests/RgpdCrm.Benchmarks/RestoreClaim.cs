using System.Data;
using System.Diagnostics;
using Npgsql;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Restores;
using RgpdCrm.EmbeddedPostgres;

namespace RgpdCrm.Benchmarks;

/// <summary>What the register outside costs on the worst day: closing a restored database, erasing again whom it names and verifying, against <c>pg_restore</c> itself.</summary>
internal static class RestoreClaim
{
    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        var (contacts, erased, register) = (bench.Scaled(1_000_000), bench.Scaled(10_000), bench.Register());
        var (client, dump) = (new PostgresClient(PostgresBinaries.Find().Folder), Path.GetTempFileName());
        try
        {
            await using (var lost = await bench.DatabaseAsync(contacts, erased))
            {
                // The planted entries are no chain: none, or the replay would rightly not be verified.
                await ExecuteAsync(lost.Owner, "DELETE FROM ledger");
                await DumpAsync(client, lost, dump);
                await bench.RunAsync(lost, erased, register);
            }
            await using var rebuilt = await bench.EmptyAsync();
            var watch = Stopwatch.StartNew();
            await using (var file = File.OpenRead(dump)) await client.RestoreAsync(rebuilt.Owner, file, CancellationToken.None);
            var filled = watch.Elapsed.TotalSeconds;
            watch.Restart();
            var restoration = new Restoration(bench.Clock, register);
            await restoration.CloseAsync(rebuilt.Owner, BackupManifest.NameOf(bench.Clock.Now));
            var restore = await restoration.ReplayAsync(rebuilt.Owner);
            var replayed = watch.Elapsed.TotalSeconds;
            if (restore is not { Fault: null, VerifiedAt: not null } || restore.Counts is not [{ Action: "erased" } only] || only.Count != erased)
                throw new InvalidOperationException($"The replay should have erased {erased}: {restore.Fault} {string.Join(", ", restore.Counts)}.");
            yield return Measure.Under(0.2, $"replay {erased} erasures among {contacts}, against pg_restore", replayed, filled, "s");
        }
        finally
        {
            File.Delete(dump);
        }
    }

    private static async Task ExecuteAsync(string owner, string sql)
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    private static async Task DumpAsync(PostgresClient client, PlantedDatabase database, string path)
    {
        await using var connection = new NpgsqlConnection(database.Owner);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        await using var export = new NpgsqlCommand("SELECT pg_export_snapshot()", connection, transaction);
        var snapshot = (string)(await export.ExecuteScalarAsync())!;
        await using var file = File.Create(path);
        await client.DumpAsync(database.Owner, snapshot, file, CancellationToken.None);
    }
}
