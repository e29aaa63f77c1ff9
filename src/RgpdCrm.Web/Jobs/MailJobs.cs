using Hangfire;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;

namespace RgpdCrm.Web.Jobs;

/// <summary>Mails that wait; each carries its own date of the next try.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class OutgoingMailJob(CrmDbContext db, MailDrain drain, ILogger<OutgoingMailJob> logger) : JobShell(logger, db)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (!(await drain.RunAsync(cancel)).Reached) throw new JobFailedException("Le serveur d’envoi refuse ou ne répond pas : nouvel essai automatique.");
    }
}

/// <summary>Mails that came back after their server had taken them.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class ReturnedMailJob(CrmDbContext db, Bounces bounces, ILogger<ReturnedMailJob> logger) : JobShell(logger, db)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (!(await bounces.ReadAsync(cancel)).Reached) throw new JobFailedException("La boîte des e-mails revenus refuse ou ne répond pas : nouvel essai automatique.");
    }
}
