using Hangfire;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Matching;

namespace RgpdCrm.Web.Jobs;

/// <summary>Whom new and changed properties are for; those who want them at once are told.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class MatchingJob(CrmDbContext db, Matcher matcher, ILogger<MatchingJob> logger) : JobShell(logger, db)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        await matcher.FindAsync(cancel);
        await matcher.TellAsync(MailFrequency.AtOnce, cancel);
    }
}

/// <summary>The mails of those who want one a day.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class DailyMatchesJob(CrmDbContext db, Matcher matcher, ILogger<DailyMatchesJob> logger) : JobShell(logger, db)
{
    protected override Task WorkAsync(CancellationToken cancel) => matcher.TellAsync(MailFrequency.Daily, cancel);
}

/// <summary>The mails of those who want one a week.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class WeeklyMatchesJob(CrmDbContext db, Matcher matcher, ILogger<WeeklyMatchesJob> logger) : JobShell(logger, db)
{
    protected override Task WorkAsync(CancellationToken cancel) => matcher.TellAsync(MailFrequency.Weekly, cancel);
}
