using System.Net;
using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Hosting;

/// <summary>What monitoring asks. <c>retention</c> is the dead man's switch: for people, never for the load balancer.</summary>
internal static class Health
{
    public static void AddHealth(this WebApplicationBuilder builder) => builder.Services.AddSingleton<LatestCheck>();

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Json(new { status = "live" })).FromAccessTable();
        app.MapGet("/health/ready", ReadyAsync).FromAccessTable();
        app.MapGet("/health/retention", RetentionAsync).FromAccessTable();
    }

    private static async Task<IResult> ReadyAsync(CrmDbContext db, CancellationToken cancel)
    {
        try
        {
            var missing = await Migrator.PendingAsync(db, cancel);
            return missing.Count == 0 ? Answer(true, "ready") : Answer(false, "migrations-missing");
        }
        catch (NpgsqlException)
        {
            return Answer(false, "database-unreachable");
        }
    }

    private static async Task<IResult> RetentionAsync(HttpContext http, LatestCheck latest, CancellationToken cancel)
    {
        try
        {
            var health = await latest.GetAsync(http.RequestServices, cancel);
            var status = health.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return MaySeeDetails(http) ? Results.Json(health, statusCode: status) : Results.Json(new { health.Healthy }, statusCode: status);
        }
        catch (NpgsqlException)
        {
            return Answer(false, "database-unreachable");
        }
    }

    private static IResult Answer(bool good, string status) =>
        Results.Json(new { status }, statusCode: good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    // A monitor on the same machine asks directly; what a proxy passes on carries the visitor's address or a forwarding header.
    private static bool MaySeeDetails(HttpContext http) =>
        http.User.IsInRole(Access.Admin) || http.User.IsInRole(Access.Ops)
        || http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && !http.Request.Headers.ContainsKey("X-Forwarded-For");
}

/// <summary>The dead man's switch reads all that is due: pages and monitors share one answer for half a minute.</summary>
internal sealed class LatestCheck(AgencyClock clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _turn = new(1);
    private (DateTimeOffset At, RetentionHealth Health)? _latest;

    public async Task<RetentionHealth> GetAsync(IServiceProvider services, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (_latest is { } known && clock.Now - known.At < Fresh) return known.Health;
            var health = await services.GetRequiredService<DeadMansSwitch>().CheckAsync(cancel);
            _latest = (clock.Now, health);
            return health;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
