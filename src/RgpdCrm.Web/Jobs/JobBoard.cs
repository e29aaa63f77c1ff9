using System.Globalization;
using Hangfire;
using Hangfire.States;
using Hangfire.Storage;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Jobs;

/// <summary>What the job store knows of our schedules, in plain words.</summary>
public sealed class JobBoard(JobStorage storage, AgencyClock clock)
{
    /// <summary>Every schedule of the table, in its order.</summary>
    public IReadOnlyList<JobRow> Rows()
    {
        using var connection = (JobStorageConnection)storage.GetReadOnlyConnection();
        var stored = connection.GetRecurringJobs(RecurringJobs.Table.Select(schedule => schedule.Id));
        return [.. RecurringJobs.Table.Zip(stored, (schedule, job) => Row(connection, schedule, job))];
    }

    private JobRow Row(JobStorageConnection connection, Schedule schedule, RecurringJobDto job)
    {
        var state = job.LastJobId is null ? null : connection.GetStateData(job.LastJobId);
        return new JobRow(schedule, Local(job.LastExecution), Local(job.NextExecution), Outcome(job.LastJobId, state), Duration(state), Failure(state));
    }

    private static JobOutcome Outcome(string? lastJob, StateData? state) => state?.Name switch
    {
        _ when lastJob is null => JobOutcome.Never,
        null => JobOutcome.Forgotten,
        var name when name == SucceededState.StateName => JobOutcome.Succeeded,
        var name when name == FailedState.StateName => JobOutcome.Failed,
        var name when name == ScheduledState.StateName => JobOutcome.Retrying,
        var name when name == DeletedState.StateName => JobOutcome.Forgotten,
        _ => JobOutcome.Running,
    };

    private static TimeSpan? Duration(StateData? state) =>
        state?.Data.TryGetValue("PerformanceDuration", out var text) == true && long.TryParse(text, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    private static string? Failure(StateData? state) => state?.Name switch
    {
        var name when name == FailedState.StateName => state!.Data.TryGetValue("ExceptionMessage", out var message) ? message : null,
        var name when name == ScheduledState.StateName => state!.Reason,
        _ => null,
    };

    private DateTimeOffset? Local(DateTime? utc) =>
        utc is { } instant ? clock.Local(new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc))) : null;
}

/// <summary>One schedule and how it is doing; times are local.</summary>
public sealed record JobRow(Schedule Schedule, DateTimeOffset? Last, DateTimeOffset? Next, JobOutcome Outcome, TimeSpan? Duration, string? Failure);

public enum JobOutcome
{
    Never,
    Running,
    Succeeded,
    Retrying,
    Failed,

    /// <summary>Older than what the job store keeps.</summary>
    Forgotten,
}
