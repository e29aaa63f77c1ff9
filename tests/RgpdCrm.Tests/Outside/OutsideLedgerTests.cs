using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Outside;

/// <summary>The register outside the database: written before anything is destroyed, by several processes, and never believed when it is not as it was written.</summary>
public sealed class OutsideLedgerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-outside");
    private Agency _agency = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private OutsideLedger Outside => new(Path.Combine(_folder.FullName, "ledger"), _agency.Clock);

    public async ValueTask InitializeAsync() => _agency = await Agency.OpenAsync(postgres);

    public async ValueTask DisposeAsync()
    {
        await _agency.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Nobody_is_erased_while_the_register_cannot_be_written_and_everyone_is_once_it_can()
    {
        var karim = await _agency.PendingAsync("Karim", "2024-03-01", "2026-09-15");
        // A file where the folder should be: what a full or missing disk looks like to a root account too.
        await File.WriteAllTextAsync(Outside.Folder, "", Cancel);

        var failed = await RunAsync();
        Assert.Equal((RunOutcome.Failed, RunNotes.NoTrace), (failed.Outcome, failed.Note));
        Assert.NotNull(await _agency.FindAsync(karim));
        Assert.Equal([Alarm.OutsideClosed], await AlarmsAsync());
        await using var db = _agency.Db();
        await Assert.ThrowsAsync<OutsideLedgerException>(() => new Review(db, _agency.Clock, Outside).HoldAsync(karim, "Litige", null, _agency.Today.AddMonths(1), _agency.Act, Cancel));
        Assert.False(await db.Holds.AnyAsync(Cancel));

        File.Delete(Outside.Folder);
        Assert.Equal(RunOutcome.Succeeded, (await RunAsync()).Outcome);
        Assert.Null(await _agency.FindAsync(karim));
        Assert.Empty(await AlarmsAsync());
        var history = await HistoryAsync();
        Assert.Equal([OutsideKind.Begun, OutsideKind.Intent, OutsideKind.Done], history.Lines.Select(l => l.Kind));
        Assert.Equal(OutsideLine.HashOf(karim), Assert.Single(history.Lines[1].Subjects!));
        Assert.Equal(PersonErasure.HashOf(karim), Assert.Single(history.Entries).SubjectHash);
        Assert.DoesNotContain("Karim", await File.ReadAllTextAsync(Outside.Segments()[0], Cancel), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_confirmation_that_was_lost_is_written_by_the_next_one_and_an_act_whose_process_died_is_closed()
    {
        await _agency.PendingAsync("Karim", "2024-03-01", "2026-09-15");
        // Another process: it said what it was about to do, did it, and died.
        await IntendAsync();
        await _agency.RunAsync();
        await _agency.ReviewAsync(async review => await review.HoldAsync(await _agency.CallerAsync("Hélène", "2026-05-14"), "Litige", null, _agency.Today.AddMonths(1), _agency.Act));
        _agency.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal([Alarm.OutsideBehind], await AlarmsAsync());

        await using (var db = _agency.Db()) await Outside.SettleAsync(db, Cancel);

        Assert.Empty(await AlarmsAsync());
        var history = await HistoryAsync();
        Assert.Empty(history.Open);
        Assert.Single(history.Entries);
        Assert.Equal("hold", Assert.Single(history.Facts).Fact.Kind);
        Assert.Equal(0L, await _agency.SqlAsync<long>("SELECT count(*) FROM outside_outbox"));
    }

    [Fact]
    public async Task Several_writers_make_one_chain_and_a_line_cut_off_by_a_power_cut_is_written_over()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++) await IntendAsync();
        }, Cancel)));
        await File.AppendAllTextAsync(Outside.Segments()[^1], "{\"number\":42,\"at\":\"20", Cancel);
        Assert.Equal(OutsideFault.Truncated, (await HistoryAsync()).Fault);

        // The next month begins a file of its own.
        _agency.Time.Advance(TimeSpan.FromDays(20));
        await IntendAsync();

        var history = await HistoryAsync();
        Assert.Null(history.Fault);
        Assert.Equal(Enumerable.Range(1, 42).Select(n => (long)n), history.Lines.Select(l => l.Number));
        Assert.Equal(["2026-11.jsonl", "2026-12.jsonl"], Outside.Segments().Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("missing", OutsideFault.Broken, 2)]
    [InlineData("altered", OutsideFault.Altered, 2)]
    [InlineData("reordered", OutsideFault.Broken, 2)]
    [InlineData("cut", OutsideFault.Truncated, 3)]
    public async Task A_register_that_is_not_as_it_was_written_is_read_as_far_as_it_is_whole(string harm, OutsideFault expected, int whole)
    {
        for (var i = 0; i < 3; i++) await IntendAsync();
        var lines = await File.ReadAllLinesAsync(Outside.Segments()[0], Cancel);
        string[] left = harm switch
        {
            "missing" => [lines[0], lines[1], lines[3]],
            "altered" => [lines[0], lines[1], lines[2].Replace("Schedule", "Request", StringComparison.Ordinal), lines[3]],
            "reordered" => [lines[0], lines[1], lines[3], lines[2]],
            _ => [lines[0], lines[1], lines[2], lines[3][..50]],
        };
        await File.WriteAllTextAsync(Outside.Segments()[0], string.Join('\n', left) + (harm == "cut" ? "" : "\n"), Cancel);

        var history = await HistoryAsync();

        Assert.Equal((expected, whole), (history.Fault!.Value, history.Lines.Count));
    }

    [Fact]
    public async Task An_empty_folder_another_register_or_an_older_database_is_refused_until_the_right_ones_are_together()
    {
        await _agency.PendingAsync("Karim", "2024-03-01", "2026-09-15");
        await RunAsync();
        var zoe = await _agency.PendingAsync("Zoé", "2024-03-01", "2026-09-15");
        var elsewhere = Path.Combine(_folder.FullName, "elsewhere");

        // Its disk is not mounted.
        Directory.Move(Outside.Folder, elsewhere);
        await RefusedAsync(zoe);
        Assert.Empty(Outside.Segments());
        Directory.Delete(Outside.Folder, recursive: true);
        Directory.Move(elsewhere, Outside.Folder);

        // The register of something else is on it.
        var own = await _agency.SqlAsync<string>("SELECT chain FROM installation");
        await _agency.SqlAsync($"UPDATE installation SET chain = '{new string('0', 64)}'");
        await RefusedAsync(zoe);
        await _agency.SqlAsync($"UPDATE installation SET chain = '{own}'");

        // Somebody put back the database of before the night.
        await _agency.SqlAsync("CREATE TABLE later AS SELECT * FROM ledger; DELETE FROM ledger");
        await RefusedAsync(zoe);
        await _agency.SqlAsync("INSERT INTO ledger SELECT * FROM later; DROP TABLE later");

        Assert.Equal(RunOutcome.Succeeded, (await RunAsync()).Outcome);
        Assert.Null(await _agency.FindAsync(zoe));
        Assert.Empty(await AlarmsAsync());
        Assert.Equal(2, (await HistoryAsync()).Entries.Count());
    }

    [Fact]
    public async Task Begun_anew_it_says_everything_that_a_restore_has_to_know()
    {
        await _agency.PendingAsync("Karim", "2024-03-01", "2026-09-15");
        await RunAsync();
        var (helene, omar) = (await _agency.CallerAsync("Hélène", "2026-05-14"), await _agency.CallerAsync("Omar", "2026-05-14"));
        await using var db = _agency.Db();
        var review = new Review(db, _agency.Clock, Outside);
        Assert.True((await review.HoldAsync(helene, "Litige", null, _agency.Today.AddMonths(1), _agency.Act, Cancel)).Done);
        Assert.True(await new Choices(db, _agency.Clock, review, new ObjectionList(db, _agency.Clock, Agency.Fingerprints, Outside), Outside).NoteObjectionAsync(omar, _agency.Act, Cancel));
        await _agency.SqlAsync($"""
            INSERT INTO consents (id, contact_id, channel, purpose, granted, wording_version, source, at) VALUES (gen_random_uuid(), '{helene}', 'Email', 'similar-properties', true, '1', 'form', now());
            UPDATE consents SET withdrawn_at = now()
            """);
        Directory.Delete(Outside.Folder, recursive: true);
        Assert.Equal([Alarm.OutsideForeign], await AlarmsAsync());

        await Outside.BeginAnewAsync(db, cancel: Cancel);

        Assert.Empty(await AlarmsAsync());
        var history = await HistoryAsync();
        Assert.Null(history.Fault);
        Assert.Equal(await db.Ledger.CountAsync(Cancel), history.Entries.Count());
        Assert.Equal(["consent", "hold", "objection", "policy"], history.Facts.Select(f => f.Fact.Kind).Distinct().Order());
        Assert.Equal(0L, await _agency.SqlAsync<long>("SELECT count(*) FROM outside_outbox"));
        Assert.Empty((await OutsideHistory.ReadAsync(Outside.Segments(), Cancel)).Open);
    }

    private async Task RefusedAsync(Guid pending)
    {
        var refused = await RunAsync();
        Assert.Equal((RunOutcome.Failed, RunNotes.NoTrace), (refused.Outcome, refused.Note));
        Assert.NotNull(await _agency.FindAsync(pending));
        Assert.Equal([Alarm.OutsideForeign], await AlarmsAsync());
    }

    private async Task IntendAsync()
    {
        await using var db = _agency.Db();
        await Outside.IntendAsync(db, new Intent(Trigger.Schedule, "contact", [Guid.NewGuid()]), Cancel);
    }

    private Task<RunReport> RunAsync() => new RetentionRun(_agency.App, _agency.Clock, NullLogger<RetentionRun>.Instance, Outside).RunAsync(new RunRequest());

    private Task<OutsideHistory> HistoryAsync() => OutsideHistory.ReadAsync(Outside.Segments(), Cancel);

    private async Task<IEnumerable<string>> AlarmsAsync()
    {
        await using var db = _agency.Db();
        return (await new DeadMansSwitch(db, _agency.Clock, outside: Outside).CheckAsync(Cancel)).Alarms.Select(a => a.Code).Where(code => code.StartsWith("outside", StringComparison.Ordinal));
    }
}
