using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Benchmarks;

/// <summary>A run that erases with its decisions, locks, counts and ledger, against the same rows deleted without any of them.</summary>
internal static class EraseClaim
{
    private const int RawBatch = 1000;
    private static readonly string[] Children = ["activities", "emails", "phones", "addresses", "notes", "tags", "searches", "subscriptions", "consents"];

    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        var (contacts, due, sample) = (bench.Scaled(200_000), bench.Scaled(20_000), Math.Max(50, bench.Scaled(300)));
        double raw, loop, run;
        await using (var database = await bench.DatabaseAsync(contacts, due)) raw = await RawSqlAsync(database, due);
        await using (var database = await bench.DatabaseAsync(contacts, due)) run = due / (await bench.RunAsync(database, erased: due)).TotalSeconds;
        await using (var database = await bench.DatabaseAsync(contacts, due)) loop = await EntityByEntityAsync(database, sample);
        yield return Measure.AtLeast(0.5, $"erase {due} of {contacts}, against raw SQL without evidence", run, raw, "/s");
        yield return Measure.AtLeast(20, $"erase {due} of {contacts}, against EF Core one by one", run, loop, "/s");
    }

    // As fast as one writes it by hand: whole batches, each in one round trip and one transaction.
    private static async Task<double> RawSqlAsync(PlantedDatabase database, int due)
    {
        await using var connection = new NpgsqlConnection(database.App);
        await connection.OpenAsync();
        var watch = Stopwatch.StartNew();
        var gone = 0;
        foreach (var ids in (await DueAsync(connection)).Chunk(RawBatch))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var batch = new NpgsqlBatch(connection, transaction);
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('rgpdcrm.erasing', 'on', true)"));
            foreach (var table in Children) batch.BatchCommands.Add(Delete($"DELETE FROM {table} WHERE contact_id = ANY ($1)", ids));
            batch.BatchCommands.Add(Delete("DELETE FROM contacts WHERE id = ANY ($1)", ids));
            await batch.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
            gone += (int)batch.BatchCommands[^1].RecordsAffected;
        }
        if (gone != due) throw new InvalidOperationException($"Raw SQL deleted {gone} of {due} contacts.");
        return due / watch.Elapsed.TotalSeconds;
    }

    private static async Task<Guid[]> DueAsync(NpgsqlConnection connection)
    {
        await using var select = new NpgsqlCommand(
            "SELECT coalesce(array_agg(id ORDER BY pending_since, id), '{}') FROM contacts WHERE status = 'PendingDeletion' AND pending_since <= current_date - 62", connection);
        return (Guid[])(await select.ExecuteScalarAsync())!;
    }

    private static NpgsqlBatchCommand Delete(string sql, Guid[] ids) => new(sql) { Parameters = { new() { Value = ids } } };

    private static async Task<double> EntityByEntityAsync(PlantedDatabase database, int sample)
    {
        const int Warm = 20;
        await using var connection = new NpgsqlConnection(database.App);
        await connection.OpenAsync();
        var due = await DueAsync(connection);
        // The loop keeps no evidence either, so the triggers need not follow it.
        await using (var config = new NpgsqlCommand("SELECT set_config('rgpdcrm.erasing', 'on', false)", connection)) await config.ExecuteNonQueryAsync();
        await using var db = CrmDbContext.On(connection);
        foreach (var id in due.Take(Warm)) await RemoveAsync(db, id);
        var watch = Stopwatch.StartNew();
        foreach (var id in due.Skip(Warm).Take(sample)) await RemoveAsync(db, id);
        return sample / watch.Elapsed.TotalSeconds;
    }

    private static async Task RemoveAsync(CrmDbContext db, Guid id)
    {
        var contact = await db.Contacts.SingleAsync(c => c.Id == id);
        db.RemoveRange(await db.Activities.Where(r => r.ContactId == id).ToListAsync());
        db.RemoveRange(await db.Emails.Where(r => r.ContactId == id).ToListAsync());
        db.RemoveRange(await db.Phones.Where(r => r.ContactId == id).ToListAsync());
        db.RemoveRange(await db.Addresses.Where(r => r.ContactId == id).ToListAsync());
        db.RemoveRange(await db.Notes.Where(r => r.ContactId == id).ToListAsync());
        db.RemoveRange(await db.Tags.Where(r => r.ContactId == id).ToListAsync());
        db.RemoveRange(await db.Searches.Where(r => r.ContactId == id).ToListAsync());
        db.RemoveRange(await db.Subscriptions.Where(r => r.ContactId == id).ToListAsync());
        db.RemoveRange(await db.Consents.Where(r => r.ContactId == id).ToListAsync());
        db.Remove(contact);
        await db.SaveChangesAsync();
    }
}
