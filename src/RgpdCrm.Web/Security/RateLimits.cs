using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace RgpdCrm.Web.Security;

/// <summary>How often one network address may ask for something.</summary>
internal static class RateLimits
{
    /// <summary>So many times in each window, whoever asks from that address.</summary>
    public static RateLimitPartition<string> PerAddress(HttpContext http, int permits, TimeSpan window) =>
        RateLimitPartition.GetFixedWindowLimiter(CallerOf(http), _ => new() { PermitLimit = permits, Window = window });

    /// <summary>Who asks: an IPv4 address, or the network of 64 bits that an IPv6 subscriber has to themselves.</summary>
    public static string CallerOf(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes(), 0, 8) : address.ToString();
    }

    /// <summary>The same for what is sent; reading a page is free.</summary>
    public static RateLimitPartition<string> PerAddressPosting(HttpContext http, int permits, TimeSpan window) =>
        HttpMethods.IsPost(http.Request.Method) ? PerAddress(http, permits, window) : RateLimitPartition.GetNoLimiter("");
}
