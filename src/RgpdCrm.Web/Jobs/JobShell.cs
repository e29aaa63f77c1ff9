using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Restores;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Jobs;

/// <summary>A job says in plain words why it failed. The job store keeps that sentence, so nothing of a person may be in it.</summary>
public sealed class JobFailedException(string message) : Exception(message);

/// <summary>What every job has in common: no argument, no logic, failures that carry no value from the database, and nothing to do while a restored application waits to be opened.</summary>
/// <param name="logger">Where failures are told.</param>
/// <param name="db">The database, which says whether the application is closed; none for what runs all the same.</param>
public abstract partial class JobShell(ILogger logger, CrmDbContext? db)
{
    /// <summary>The database.</summary>
    protected CrmDbContext Db => db ?? throw new InvalidOperationException("This job has no database.");

    /// <summary>Does the work once; safe to repeat.</summary>
    /// <exception cref="JobFailedException">It did not work out.</exception>
    public Task RunAsync(CancellationToken cancel) => GuardAsync(() => WorkAsync(cancel), cancel);

    protected abstract Task WorkAsync(CancellationToken cancel);

    /// <summary>Does the work, unless the application is closed: the next tick is the next try. What it throws leaves without values.</summary>
    protected async Task GuardAsync(Func<Task> work, CancellationToken cancel)
    {
        try
        {
            if (db is null || !await Restore.IsClosedAsync(db, cancel)) await work();
        }
        catch (Exception e) when (e is not (JobFailedException or OperationCanceledException))
        {
            LogFault(logger, e, GetType().Name);
            throw new JobFailedException(e switch
            {
                PostgresException { SqlState: var state } => $"La base de données a refusé (code {state}).",
                OutsideLedgerException => RunWords.NoTrace,
                NpgsqlException => "La base de données ne répond pas.",
                _ => $"Panne du programme ({e.GetType().Name}).",
            });
        }
    }

    protected static void Require(RunReport report)
    {
        if (report.Outcome != RunOutcome.Succeeded) throw new JobFailedException(RunWords.Note(report) ?? "L’exécution n’a pas abouti.");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job} failed")]
    private static partial void LogFault(ILogger logger, Exception exception, string job);
}
