using Hangfire;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Jobs;

/// <summary>The nightly backup, after the nightly run, so that it holds nobody who was due. Without a place for backups there is nothing to do.</summary>
[AutomaticRetry(Attempts = 2, DelaysInSeconds = [1800, 7200])]
public sealed class BackupJob(CrmDbContext db, ILogger<BackupJob> logger, BackupRun? run = null) : JobShell(logger, db)
{
    protected override Task WorkAsync(CancellationToken cancel) => run is null ? Task.CompletedTask : ExplainAsync(run.TakeAsync(cancel));

    internal static async Task ExplainAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (BackupException e)
        {
            throw new JobFailedException(BackupWords.Of(e.Fault));
        }
        catch (OutsideLedgerException)
        {
            throw new JobFailedException(RunWords.NoTrace);
        }
    }
}

/// <summary>Backups of seven days; on its own, so that it works when new backups fail or the application is closed. Then whatever a killed drill left in clear.</summary>
[AutomaticRetry(Attempts = 2, DelaysInSeconds = [1800, 7200])]
public sealed class BackupExpiryJob(IServiceProvider services, ILogger<BackupExpiryJob> logger, BackupExpiry? expiry = null) : JobShell(logger, null)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (expiry is null) return;
        await BackupJob.ExplainAsync(expiry.RunAsync(cancel));
        // Asked for only now: it needs settings that the age killer does without.
        await services.GetRequiredService<BackupDrill>().ForgetAsync(cancel);
    }
}

/// <summary>The weekly drill, an hour after Sunday's backup.</summary>
[AutomaticRetry(Attempts = 2, DelaysInSeconds = [1800, 7200])]
public sealed class BackupDrillJob(CrmDbContext db, ILogger<BackupDrillJob> logger, BackupDrill? drill = null) : JobShell(logger, db)
{
    protected override Task WorkAsync(CancellationToken cancel) => drill is null ? Task.CompletedTask : BackupJob.ExplainAsync(drill.RunAsync(cancel));
}

/// <summary>What the database did and the register outside it does not know yet, then the copy of that register beside the backups. The next tick is the next try.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class OutsideLedgerJob(CrmDbContext db, ILogger<OutsideLedgerJob> logger, OutsideLedger? outside = null, OutsideCopy? copy = null) : JobShell(logger, db)
{
    protected override Task WorkAsync(CancellationToken cancel) => outside is null ? Task.CompletedTask : BackupJob.ExplainAsync(copy?.RunAsync(Db, cancel) ?? outside.SettleAsync(Db, cancel));
}
