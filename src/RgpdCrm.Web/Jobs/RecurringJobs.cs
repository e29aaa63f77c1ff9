using Hangfire.Common;

namespace RgpdCrm.Web.Jobs;

/// <summary>Every schedule of the product, in the agency's local time.</summary>
public static class RecurringJobs
{
    /// <summary>Their names in the job store.</summary>
    public const string NightlyRetention = "nightly-retention", DeletionOrders = "deletion-orders", FileExpiry = "file-expiry", ClockCheck = "clock-check",
        ObjectRemovals = "object-removals", Reconciliation = "reconciliation", OutgoingMail = "outgoing-mail", ReturnedMail = "returned-mail",
        Matching = "matching", DailyMatches = "daily-matches", WeeklyMatches = "weekly-matches", Backup = "backup", BackupExpiry = "backup-expiry", BackupDrill = "backup-drill", NoticeVersions = "notice-versions", OutsideLedger = "outside-ledger";

    public static IReadOnlyList<Schedule> Table { get; } =
    [
        new(NightlyRetention, "0 4 * * *", Job.FromExpression<NightlyRetentionJob>(job => job.RunAsync(CancellationToken.None))),
        new(DeletionOrders, "* * * * *", Job.FromExpression<DeletionOrdersJob>(job => job.RunAsync(CancellationToken.None))),
        new(FileExpiry, "15 4 * * *", Job.FromExpression<FileExpiryJob>(job => job.RunAsync(CancellationToken.None))),
        new(ObjectRemovals, "* * * * *", Job.FromExpression<ObjectRemovalsJob>(job => job.RunAsync(CancellationToken.None))),
        new(OutgoingMail, "* * * * *", Job.FromExpression<OutgoingMailJob>(job => job.RunAsync(CancellationToken.None))),
        new(ReturnedMail, "*/5 * * * *", Job.FromExpression<ReturnedMailJob>(job => job.RunAsync(CancellationToken.None))),
        new(Matching, "*/5 * * * *", Job.FromExpression<MatchingJob>(job => job.RunAsync(CancellationToken.None))),
        new(DailyMatches, "0 7 * * *", Job.FromExpression<DailyMatchesJob>(job => job.RunAsync(CancellationToken.None))),
        new(WeeklyMatches, "0 7 * * 1", Job.FromExpression<WeeklyMatchesJob>(job => job.RunAsync(CancellationToken.None))),
        new(Reconciliation, "30 4 * * *", Job.FromExpression<ReconciliationJob>(job => job.RunAsync(CancellationToken.None))),
        new(BackupExpiry, "45 4 * * *", Job.FromExpression<BackupExpiryJob>(job => job.RunAsync(CancellationToken.None))),
        new(Backup, "30 5 * * *", Job.FromExpression<BackupJob>(job => job.RunAsync(CancellationToken.None))),
        new(BackupDrill, "15 6 * * 0", Job.FromExpression<BackupDrillJob>(job => job.RunAsync(CancellationToken.None))),
        new(OutsideLedger, "*/10 * * * *", Job.FromExpression<OutsideLedgerJob>(job => job.RunAsync(CancellationToken.None))),
        new(NoticeVersions, "10 * * * *", Job.FromExpression<NoticeVersionsJob>(job => job.RunAsync(CancellationToken.None))),
        new(ClockCheck, "0 5 * * 0", Job.FromExpression<ClockCheckJob>(job => job.RunAsync(CancellationToken.None))),
    ];
}

/// <summary>One row of the table.</summary>
/// <param name="Id">Its name in the job store.</param>
/// <param name="Cron">When, in the agency's time zone.</param>
/// <param name="Job">What is called; never with arguments.</param>
public sealed record Schedule(string Id, string Cron, Job Job);
