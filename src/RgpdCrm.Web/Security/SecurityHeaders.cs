using Microsoft.AspNetCore.StaticAssets;
using RgpdCrm.Core.Photos;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Security;

/// <summary>What a browser is told on every answer.</summary>
public static class SecurityHeaders
{
    /// <summary>Nothing but our own files, no inline script or style, no framing, forms to ourselves only.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>A document is someone else's file: were it ever opened in place, it could do nothing.</summary>
    public const string DocumentPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";

    /// <summary>A mail carries its styles in its tags, as mail programs want it, and nothing that runs.</summary>
    public const string MailPolicy = "sandbox allow-popups allow-top-navigation; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https:; frame-ancestors 'none'";

    // Hangfire's dashboard sets styles from script and draws its charts with them.
    private const string DashboardPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    private const string GoogleAccepted = nameof(GoogleAccepted), MailShown = nameof(MailShown);

    /// <summary>Lets this answer alone load reCAPTCHA: the visitor has just accepted it.</summary>
    public static void AllowGoogle(HttpContext http) => http.Items[GoogleAccepted] = true;

    /// <summary>This answer is a mail.</summary>
    public static void ShowMail(HttpContext http) => http.Items[MailShown] = true;

    /// <summary>Puts the headers on every answer, and forbids keeping those that are not files of ours.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app)
    {
        var ours = PolicyWith(app.ApplicationServices.GetRequiredService<IPhotoStore>().Origin);
        return app.Use((context, next) =>
        {
            // Nothing here is meant for TRACE and its like; pages would answer them as if they were GET.
            if (!Methods.Contains(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                return Task.CompletedTask;
            }

            // The page of a refusal is drawn at another address: the one that was asked for decides.
            var path = context.Request.Path;
            // The agency's own site loads the counter, and mails show photos.
            var shared = path.StartsWithSegments("/stats") || path.StartsWithSegments("/photos");
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                headers.ContentSecurityPolicy = PolicyOf(context, path, ours);
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

    private static string PolicyOf(HttpContext http, PathString path, string ours)
    {
        if (http.Response.ContentType?.StartsWith("application/pdf", StringComparison.OrdinalIgnoreCase) == true) return DocumentPolicy;
        if (path.StartsWithSegments("/mail/read") || http.Items.ContainsKey(MailShown)) return MailPolicy;
        if (path.StartsWithSegments("/hangfire")) return DashboardPolicy;
        if (!path.StartsWithSegments("/contact")) return ours;

        // Altcha works in a worker of ours.
        var policy = ours + "; worker-src 'self'";
        if (path.StartsWithSegments("/contact/embed") && http.RequestServices.GetRequiredService<PublicSite>().Origins is { Count: > 0 } sites)
            policy = policy.Replace("frame-ancestors 'none'", $"frame-ancestors {string.Join(' ', sites)}", StringComparison.Ordinal);
        if (http.Items.ContainsKey(GoogleAccepted))
            policy = policy.Replace("script-src 'self'", "script-src 'self' https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/", StringComparison.Ordinal)
                .Replace("connect-src 'self'", "connect-src 'self' https://www.google.com/recaptcha/", StringComparison.Ordinal)
                + "; frame-src https://www.google.com/recaptcha/ https://recaptcha.google.com/recaptcha/";
        return policy;
    }
}

/// <summary>What an endpoint serves may be kept: its good answers carry this header.</summary>
internal sealed record KeptByBrowsers(string CacheControl);
