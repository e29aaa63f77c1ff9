using Microsoft.AspNetCore.StaticAssets;
using RgpdCrm.Core.Photos;

namespace RgpdCrm.Web.Security;

/// <summary>What a browser is told on every answer.</summary>
public static class SecurityHeaders
{
    /// <summary>Nothing but our own files, no inline script or style, no framing, forms to ourselves only.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    // Hangfire's dashboard sets styles from script and draws its charts with them.
    private const string DashboardPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>A document is someone else's file: were it ever opened in place, it could do nothing.</summary>
    public const string DocumentPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";

    /// <summary>Puts the headers on every answer, and forbids keeping those that are not files of ours.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app)
    {
        var policy = PolicyWith(app.ApplicationServices.GetRequiredService<IPhotoStore>().Origin);
        return app.Use((context, next) =>
        {
        var dashboard = context.Request.Path.StartsWithSegments("/hangfire");
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            var document = headers.ContentType.ToString().StartsWith("application/pdf", StringComparison.OrdinalIgnoreCase);
            headers.ContentSecurityPolicy = document ? DocumentPolicy : dashboard ? DashboardPolicy : policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = shared ? "cross-origin" : "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
            var endpoint = context.GetEndpoint()?.Metadata;
            if (endpoint?.GetMetadata<KeptByBrowsers>() is { } kept && context.Response.StatusCode == StatusCodes.Status200OK) headers.CacheControl = kept.CacheControl;
            else if (endpoint?.GetMetadata<StaticAssetDescriptor>() is null) headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(context);
        });
    }

    /// <summary>The policy once photos come from a bucket or a CDN.</summary>
    public static string PolicyWith(string? photos) => photos is null ? Policy : Policy.Replace("img-src 'self' data:", $"img-src 'self' data: {photos}", StringComparison.Ordinal);
}

/// <summary>What an endpoint serves may be kept: its good answers carry this header.</summary>
internal sealed record KeptByBrowsers(string CacheControl);
