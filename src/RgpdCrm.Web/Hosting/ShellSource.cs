using System.Globalization;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Hosting;

/// <summary>What the frame shows around every page: agency, badge of the queue, and whether retention is at work.</summary>
internal sealed class ShellSource(CrmDbContext db, AgencyClock clock, Agency agency)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(26);

    public async Task<ShellData> ReadAsync(ClaimsPrincipal user)
    {
        int? pending = user.IsInRole(Access.Admin) ? await db.Contacts.CountAsync(contact => contact.Status == ContactStatus.PendingDeletion) : null;
        return new ShellData($"{agency.Name}, {agency.City}", pending, await PulseAsync());
    }

    // The full dead man's switch is too dear for every page; its first line is not.
    private async Task<Pulse> PulseAsync()
    {
        var runs = db.RetentionRuns.Where(run => run.HostClock);
        var latest = await runs.OrderByDescending(run => run.StartedAt).Select(run => new { run.StartedAt, run.Outcome }).FirstOrDefaultAsync();
        var success = await runs.Where(run => run.Outcome == RunOutcome.Succeeded).MaxAsync(run => run.FinishedAt);
        var since = success ?? await db.Installations.Select(installation => installation.InstalledAt).SingleAsync();
        var healthy = clock.Now - since <= Fresh && latest?.Outcome is null or RunOutcome.Succeeded or RunOutcome.Running;
        return new Pulse(healthy, healthy ? "Conservation active" : "Conservation à vérifier", Last(latest?.StartedAt), Next());
    }

    private string Last(DateTimeOffset? start) => start is { } instant
        ? $"Exécutée le {clock.Local(instant).ToString("dd/MM 'à' HH:mm", CultureInfo.InvariantCulture)}."
        : "Pas encore exécutée.";

    private string Next() => clock.Local(clock.Now).Hour < 4 ? "Prochaine fois : cette nuit à 4 h." : "Prochaine fois : demain à 4 h.";
}
