using Npgsql;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Jobs;

/// <summary>A job says in plain words why it failed. The job store keeps that sentence, so nothing of a person may be in it.</summary>
public sealed class JobFailedException(string message) : Exception(message);

/// <summary>What every job has in common: no argument, no logic, and failures that carry no value from the database.</summary>
public abstract partial class JobShell(ILogger logger)
{
    /// <summary>Does the work once; safe to repeat.</summary>
    /// <exception cref="JobFailedException">It did not work out.</exception>
    public Task RunAsync(CancellationToken cancel) => GuardAsync(WorkAsync(cancel));

    protected abstract Task WorkAsync(CancellationToken cancel);

    /// <summary>Waits for the work; what it throws leaves without values.</summary>
    protected async Task GuardAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception e) when (e is not (JobFailedException or OperationCanceledException))
        {
            LogFault(logger, e, GetType().Name);
            throw new JobFailedException(e switch
            {
                PostgresException { SqlState: var state } => $"La base de données a refusé (code {state}).",
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
