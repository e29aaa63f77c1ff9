using Hangfire;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Mail;
using RgpdCrm.Web.Pages.Public.Legal;

namespace RgpdCrm.Web.Jobs;

/// <summary>Keeps what the legal pages say, in both languages, whenever a rule, a setting or a recipient changed it.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class NoticeVersionsJob(CrmDbContext db, LegalPages pages, AgencyClock clock, ILogger<NoticeVersionsJob> logger) : JobShell(logger, db)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        foreach (var language in new[] { Languages.French, Languages.English })
        {
            using var _ = new Spoken(language);
            await pages.KeepAsync(clock.Now, cancel);
        }
    }
}
