using Microsoft.AspNetCore.StaticAssets;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Restores;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Hosting;

/// <summary>While a restored database waits to be opened: 503 for everyone, on every page but signing in, what monitors ask, and, for admins, the page that opens.</summary>
internal static class ClosedDoor
{
    private const string Closed = "closed-door", Opening = "/restores";
    private static readonly string[] Open = ["/account", "/health", "/theme", "/language", "/error"];

    public static void UseClosedDoor(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (IsOpenAnyway(http) || !await Restore.IsClosedAsync(http.RequestServices.GetRequiredService<CrmDbContext>(), http.RequestAborted))
        {
            await next();
        }
        else if (HttpMethods.IsGet(http.Request.Method) && http.User.IsInRole(Access.Admin))
        {
            http.Response.Redirect(Opening);
        }
        else
        {
            http.Items[Closed] = true;
            http.Response.Headers.RetryAfter = "600";
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    });

    /// <summary>Whether the page that is shown stands for one that the closed door kept from being shown.</summary>
    public static bool IsClosed(HttpContext http) => http.Items.ContainsKey(Closed);

    private static bool IsOpenAnyway(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null
        || Open.Any(prefix => http.Request.Path.StartsWithSegments(prefix))
        || http.Request.Path.StartsWithSegments(Opening) && http.User.IsInRole(Access.Admin);
}
