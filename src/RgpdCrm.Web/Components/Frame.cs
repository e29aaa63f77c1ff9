using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Components;

/// <summary>What the frame shows, from queries that cost the same whatever is stored.</summary>
internal static class Frame
{
    public static void AddFrame(this WebApplicationBuilder builder)
    {
        builder.Services.AddMemoryCache();
        builder.Services.AddScoped<ShellDataSource>(services => user => ReadAsync(services, user));
    }

    private static async Task<ShellData> ReadAsync(IServiceProvider services, ClaimsPrincipal user)
    {
        var (db, clock, agency) = (services.GetRequiredService<CrmDbContext>(), services.GetRequiredService<AgencyClock>(), services.GetRequiredService<Agency>());
        var name = string.Join(", ", new[] { agency.Name, agency.City }.Where(t => t.Length > 0));
        int? pending = user.IsInRole(Access.Admin) ? await db.Contacts.CountAsync(c => c.Status == ContactStatus.PendingDeletion) : null;
        int? inquiries = user.IsInRole(Access.Agent) ? await db.Inquiries.CountAsync(i => i.Status == InquiryStatus.New) : null;
        var health = await services.GetRequiredService<LatestCheck>().GetAsync(services, CancellationToken.None);
        return new ShellData(name, pending, inquiries, PulseOf(health, clock));
    }

    private static Pulse PulseOf(RetentionHealth health, AgencyClock clock) => new(
        health.Healthy,
        health.Healthy ? T("Conservation active") : T("Conservation en alerte"),
        health.LastSuccess is { } last ? T($"Exécutée {When(last, clock)}.") : T("Jamais exécutée."),
        NightlyRun.NextOn(clock) == clock.Today ? T($"Prochaine fois : ce matin à {Format.Hour(NightlyRun.At)}.") : T($"Prochaine fois : demain à {Format.Hour(NightlyRun.At)}."));

    /// <summary>"aujourd’hui à 4 h", "hier à 4 h 02", "le 20/11/2026 à 4 h".</summary>
    public static string When(DateTimeOffset at, AgencyClock clock)
    {
        var (day, hour) = (clock.DateOf(at), Format.Hour(clock.Local(at)));
        return day == clock.Today ? T($"aujourd’hui à {hour}") : day == clock.Today.AddDays(-1) ? T($"hier à {hour}") : T($"le {Format.Date(day)} à {hour}");
    }
}
