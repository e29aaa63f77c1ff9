using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Restores;

namespace RgpdCrm.Core.Retention;

/// <summary>What a run is asked to do.</summary>
/// <param name="On">A date instead of the agency's today; none for the nightly run.</param>
/// <param name="Approve">The number a brake, or the clock guard, asked for.</param>
/// <param name="By">Who asks; none for the schedule.</param>
/// <param name="ClockDays">The number the clock guard asked for, and no brake's.</param>
public sealed record RunRequest(DateOnly? On = null, int? Approve = null, Guid? By = null, int? ClockDays = null);

/// <summary>The nightly run: contracts and mandates, contacts, inquiries, the other categories. Safe to repeat at any moment, and to kill:
/// every batch is one short transaction that decides again on locked rows, and the next run finishes the work.</summary>
public sealed partial class RetentionRun(string connectionString, AgencyClock clock, ILogger<RetentionRun> logger, OutsideLedger? outside = null)
{
    /// <summary>Applies the whole policy once and reports. Returns a refused report when another run is under way or the clock is in doubt.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<RunReport> RunAsync(RunRequest request, CancellationToken cancel = default)
    {
        await using var connection = await OpenAsync(cancel);
        await using var db = CrmDbContext.On(connection);
        var report = new RunReport
        {
            Id = Guid.CreateVersion7(clock.Now),
            Date = request.On ?? clock.Today,
            StartedAt = clock.Now,
            HostClock = request.On is null,
            PolicyVersion = (await PolicyHistory.LoadAsync(db, cancel)).Current.Version,
        };
        if (await Restore.IsClosedAsync(db, cancel)) return Refuse(report, RunNotes.Closed);
        if (!await TryLockAsync(db, cancel)) return Refuse(report, RunNotes.UnderWay);
        try
        {
            return await RunLockedAsync(connection, db, report, request, cancel);
        }
        finally
        {
            await UnlockAsync(connection);
        }
    }

    /// <summary>What a run on that date would do, by the same code; changes nothing.</summary>
    public async Task<IReadOnlyList<RunCount>> PreviewAsync(DateOnly? on = null, CancellationToken cancel = default)
    {
        await using var connection = await OpenAsync(cancel);
        var batches = await RetentionBatches.StartAsync(connection, on ?? clock.Today, clock.Now, apply: false, cancel);
        await batches.DueAsync(cancel);
        return batches.Counts;
    }

    /// <summary>Carries out the deletion orders whose ten minutes are over. Returns how many people were archived or erased.</summary>
    public async Task<int> ExecuteOrdersAsync(CancellationToken cancel = default)
    {
        await using var connection = await OpenAsync(cancel);
        await using (var db = CrmDbContext.On(connection)) if (await Restore.IsClosedAsync(db, cancel)) return 0;
        var batches = await RetentionBatches.StartAsync(connection, clock.Today, clock.Now, apply: true, cancel, outside);
        await batches.OrdersAsync(cancel);
        await batches.FreezeBrakesAsync(replace: false, cancel);
        return batches.Counts.Where(c => c.Action is "erased" or "archived").Sum(c => c.Count);
    }

    private async Task<RunReport> RunLockedAsync(NpgsqlConnection connection, CrmDbContext db, RunReport report, RunRequest request, CancellationToken cancel)
    {
        var doubt = request.On is null ? await ClockGuard.DoubtAsync(db, clock, request.ClockDays ?? request.Approve, new AuditEntry(clock.Now, request.By, ClockGuard.PutBack, "run", report.Id), cancel) : null;
        report.Asks = doubt?.Asks;
        db.RetentionRuns.Add(doubt is null ? report : Refuse(report, doubt.Note));
        await db.SaveChangesAsync(cancel);
        if (doubt is not null)
        {
            LogRefused(logger, report.Id);
            return report;
        }

        var brakes = new Brakes(db, clock);
        var approved = request.Approve is { } number && await brakes.ApproveAllAsync(number, new Act(request.By, clock.Now), cancel);
        try
        {
            await new Publication(db, outside).TakeEffectAsync(report.Date, clock.Now, cancel);
            report.PolicyVersion = (await PolicyHistory.LoadAsync(db, cancel)).Current.Version;
            await ApplyAsync(connection, report, cancel);
            if (request.Approve is { } asked && !approved && await brakes.ApproveAllAsync(asked, new Act(request.By, clock.Now), cancel))
                await ApplyAsync(connection, report, cancel);
            report.Outcome = report.FailedIds.Length == 0 ? RunOutcome.Succeeded : RunOutcome.Failed;
            if (report.FailedIds.Length > 0) report.Note = RunNotes.SetAside;
        }
        catch (Exception e) when (e is NpgsqlException or DbUpdateException or InvalidOperationException)
        {
            (report.Outcome, report.Note) = (RunOutcome.Failed, e is OutsideLedgerException ? RunNotes.NoTrace : $"{RunNotes.Fault} {RetentionBatches.FaultOf(e)}");
            LogFailed(logger, report.Id, RetentionBatches.FaultOf(e));
        }
        report.FinishedAt = clock.Now;
        await using var closing = CrmDbContext.Open(connectionString);
        await closing.RetentionRuns.Where(r => r.Id == report.Id).ExecuteDeleteAsync(cancel);
        closing.RetentionRuns.Add(report);
        await closing.SaveChangesAsync(cancel);
        LogDone(logger, report.Id, report.Outcome, report.Counts.Sum(c => c.Count));
        return report;
    }

    private async Task ApplyAsync(NpgsqlConnection connection, RunReport report, CancellationToken cancel)
    {
        var batches = await RetentionBatches.StartAsync(connection, report.Date, clock.Now, apply: true, cancel, outside);
        try
        {
            await batches.RecordEndsAsync(cancel);
            await batches.ObligationsAsync(cancel);
            await batches.ContactsAsync(cancel);
            await batches.OrdersAsync(cancel);
            await batches.InquiriesAsync(cancel);
            await batches.StatisticsAsync(cancel);
            await batches.PropertiesAsync(cancel);
            await batches.OtherCategoriesAsync(cancel);
            await batches.FreezeBrakesAsync(replace: true, cancel);
        }
        finally
        {
            report.Counts = RunCounts.Sum([.. report.Counts.Where(c => c.Action != RunCounts.Waiting), .. batches.Counts]);
            report.FailedIds = [.. report.FailedIds.Union(batches.FailedIds)];
        }
    }

    // The run's own connection: the lock lives and dies with it, and no pool can hand it to someone else.
    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancel);
        return connection;
    }

    private static async Task<bool> TryLockAsync(CrmDbContext db, CancellationToken cancel) =>
        (await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({(long)AdvisoryLock.Run}) AS \"Value\"").ToListAsync(cancel)).Single();

    // Closing the connection frees the lock only when the server notices, and the next run may be quicker.
    private static async Task UnlockAsync(NpgsqlConnection connection)
    {
        if (connection.State != System.Data.ConnectionState.Open) return;
        try
        {
            await using var unlock = new NpgsqlCommand($"SELECT pg_advisory_unlock({(long)AdvisoryLock.Run})", connection);
            await unlock.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // The session is gone, and the lock with it: what the run reports matters more.
        }
    }

    private RunReport Refuse(RunReport report, string note)
    {
        (report.Outcome, report.Note, report.FinishedAt) = (RunOutcome.Refused, note, clock.Now);
        return report;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Retention run {Run} ended: {Outcome}, {Count} records")]
    private static partial void LogDone(ILogger logger, Guid run, RunOutcome outcome, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Retention run {Run} failed: {Fault}")]
    private static partial void LogFailed(ILogger logger, Guid run, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Retention run {Run} refused: the clock is in doubt")]
    private static partial void LogRefused(ILogger logger, Guid run);
}

/// <summary>Adding up the rows of a report.</summary>
internal static class RunCounts
{
    public const string Waiting = "waiting";

    public static List<RunCount> Sum(IEnumerable<RunCount> counts) =>
    [
        .. counts.GroupBy(c => (c.Category, c.Action, c.Rule))
            .Select(g => new RunCount(g.Key.Category, g.Key.Action, g.Key.Rule, g.Sum(c => c.Count)))
            .OrderBy(c => c.Category, StringComparer.Ordinal).ThenBy(c => c.Action, StringComparer.Ordinal).ThenBy(c => c.Rule, StringComparer.Ordinal),
    ];
}

/// <summary>The host's clock must be believed before it deletes anyone (retention.md, "Clock guard").</summary>
public static class ClockGuard
{
    /// <summary>Action of the audit: a clock that went back was confirmed, and runs dated later count as rehearsals.</summary>
    public const string PutBack = "clock.put-back";

    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);
    private const int MaxJumpDays = 7;

    /// <summary>Why the clock is not believed, and the number that confirms it; no number when only mending the clock helps.</summary>
    internal sealed record Doubt(string Note, int? Asks = null);

    internal static async Task<Doubt?> DoubtAsync(CrmDbContext db, AgencyClock clock, int? approved, AuditEntry putBack, CancellationToken cancel)
    {
        if (clock.IsHostClock)
        {
            var database = (await db.Database.SqlQuery<DateTime>($"SELECT clock_timestamp() AS \"Value\"").ToListAsync(cancel)).Single();
            if ((clock.Now - new DateTimeOffset(database, TimeSpan.Zero)).Duration() > Tolerance)
                return new Doubt(RunNotes.ClocksApart);
        }
        var (now, last) = (clock.Now, await LastAsync(db, cancel));
        if (last > now + Tolerance)
        {
            var back = (int)Math.Ceiling((last.Value - now).TotalDays);
            if (approved != back) return new Doubt(RunNotes.ClockWentBack, back);
            await PutBackAsync(db, now, putBack, cancel);
            (approved, last) = (null, await LastAsync(db, cancel));
        }
        var days = last is null ? 0 : (int)(now - last.Value).TotalDays;
        return days < MaxJumpDays || approved == days || now - last <= TimeSpan.FromDays(MaxJumpDays) ? null : new Doubt(RunNotes.ClockJumped, days);
    }

    /// <summary>Whether an instant is recent, and not to come.</summary>
    internal static bool IsNear(DateTimeOffset? at, DateTimeOffset now) => at <= now + Tolerance && now - at <= TimeSpan.FromDays(MaxJumpDays);

    /// <summary>The last run that believed its clock.</summary>
    internal static Task<DateTimeOffset?> LastAsync(CrmDbContext db, CancellationToken cancel) =>
        db.RetentionRuns.Where(r => r.HostClock && r.Outcome != RunOutcome.Refused).MaxAsync(r => (DateTimeOffset?)r.StartedAt, cancel);

    // Runs of a day that has not come count as rehearsals: else they would hold up every night, and silence the alarm, until it does.
    private static async Task PutBackAsync(CrmDbContext db, DateTimeOffset now, AuditEntry audit, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.RetentionRuns.Where(r => r.HostClock && r.StartedAt > now).ExecuteUpdateAsync(r => r.SetProperty(x => x.HostClock, false), cancel);
        db.AuditEntries.Add(audit);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }
}
