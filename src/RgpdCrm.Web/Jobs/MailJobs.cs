using Hangfire;
using RgpdCrm.Core.Mail;

namespace RgpdCrm.Web.Jobs;

/// <summary>Mails that wait; each carries its own date of the next try.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class OutgoingMailJob(MailDrain drain, ILogger<OutgoingMailJob> logger) : JobShell(logger)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (!(await drain.RunAsync(cancel)).Reached) throw new JobFailedException("Le serveur d’envoi refuse ou ne répond pas : nouvel essai automatique.");
    }
}
