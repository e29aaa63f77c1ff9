using System.Threading.RateLimiting;

namespace RgpdCrm.Web.Security;

/// <summary>How often one network address may ask for something.</summary>
internal static class RateLimits
{
    /// <summary>So many times in each window, whoever asks from that address.</summary>
    public static RateLimitPartition<string> PerAddress(HttpContext http, int permits, TimeSpan window) =>
        RateLimitPartition.GetFixedWindowLimiter(http.Connection.RemoteIpAddress?.ToString() ?? "", _ => new() { PermitLimit = permits, Window = window });

    /// <summary>The same for what is sent; reading a page is free.</summary>
    public static RateLimitPartition<string> PerAddressPosting(HttpContext http, int permits, TimeSpan window) =>
        HttpMethods.IsPost(http.Request.Method) ? PerAddress(http, permits, window) : RateLimitPartition.GetNoLimiter("");
}
