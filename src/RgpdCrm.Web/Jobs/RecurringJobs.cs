using Hangfire.Common;

namespace RgpdCrm.Web.Jobs;

/// <summary>Every schedule of the product, in the agency's local time.</summary>
public static class RecurringJobs
{
    /// <summary>Id of the nightly run.</summary>
    public const string NightlyRetention = "nightly-retention";

    public static IReadOnlyList<Schedule> Table { get; } =
    [
        new(NightlyRetention, "0 4 * * *", Job.FromExpression<NightlyRetentionJob>(job => job.RunAsync(CancellationToken.None)),
            "Conservation de la nuit", "Chaque nuit à 4 h : met en attente, archive et efface ce qui est arrivé à échéance."),
        new("deletion-orders", "* * * * *", Job.FromExpression<DeletionOrdersJob>(job => job.RunAsync(CancellationToken.None)),
            "Suppressions demandées", "Chaque minute : exécute les suppressions ordonnées il y a dix minutes."),
        new("file-expiry", "15 4 * * *", Job.FromExpression<FileExpiryJob>(job => job.RunAsync(CancellationToken.None)),
            "Fichiers d’import et d’export", "Chaque nuit à 4 h 15 : efface ceux qui ont sept jours."),
        new("clock-check", "0 5 * * 0", Job.FromExpression<ClockCheckJob>(job => job.RunAsync(CancellationToken.None)),
            "Contrôle des dates", "Chaque dimanche à 5 h : recalcule les dates de toutes les fiches et signale toute différence."),
    ];
}

/// <summary>One row of the table.</summary>
/// <param name="Id">Its name in the job store.</param>
/// <param name="Cron">When, in the agency's time zone.</param>
/// <param name="Job">What is called; never with arguments.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Purpose">One sentence.</param>
public sealed record Schedule(string Id, string Cron, Job Job, string Title, string Purpose);
