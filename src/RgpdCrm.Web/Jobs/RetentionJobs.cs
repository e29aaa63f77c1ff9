using Hangfire;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Jobs;

/// <summary>The nightly run. Three more tries in the two hours that follow, then the dead man's switch cries.</summary>
[AutomaticRetry(Attempts = 3, DelaysInSeconds = [300, 1800, 5400])]
public sealed class NightlyRetentionJob(CrmDbContext db, RetentionRun run, ILogger<NightlyRetentionJob> logger) : JobShell(logger, db)
{
    /// <summary>The same once an admin confirmed that this many days have passed since the last run.</summary>
    public Task RunConfirmedAsync(int days, CancellationToken cancel) => GuardAsync(() => RunAsync(new RunRequest(ClockDays: days), cancel), cancel);

    protected override Task WorkAsync(CancellationToken cancel) => RunAsync(new RunRequest(), cancel);

    private async Task RunAsync(RunRequest request, CancellationToken cancel) => Require(await run.RunAsync(request, cancel));
}

/// <summary>Deletion orders whose ten minutes are over; the next minute is the next try.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class DeletionOrdersJob(CrmDbContext db, RetentionRun run, ILogger<DeletionOrdersJob> logger) : JobShell(logger, db)
{
    protected override Task WorkAsync(CancellationToken cancel) => run.ExecuteOrdersAsync(cancel);
}

/// <summary>Import, export and refused-row files after their days; the next night is the next try.</summary>
[AutomaticRetry(Attempts = 1)]
public sealed class FileExpiryJob(CrmDbContext db, PersonalFiles files, ILogger<FileExpiryJob> logger) : JobShell(logger, db)
{
    protected override Task WorkAsync(CancellationToken cancel) =>
        files.Expire() is { Failed: > 0 and var failed } ? throw new JobFailedException($"{failed} fichier(s) n’ont pas pu être effacés.") : Task.CompletedTask;
}

/// <summary>Stored dates against the surviving facts: reports, never repairs by itself.</summary>
[AutomaticRetry(Attempts = 1)]
public sealed class ClockCheckJob(CrmDbContext db, ILogger<ClockCheckJob> logger) : JobShell(logger, db)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        var differences = await ClockCheck.DifferencesAsync(Db, cancel);
        if (differences.Count > 0)
            throw new JobFailedException($"{differences.Count} fiche(s) portent une date que leurs faits n’expliquent pas : « clocks check --repair » les corrige.");
    }
}
