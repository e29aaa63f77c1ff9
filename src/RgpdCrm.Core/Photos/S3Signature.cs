using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;

namespace RgpdCrm.Core.Photos;

/// <summary>Signed addresses of a private bucket (AWS Signature Version 4, query form). The SDK signs with the current second, so that each page would name
/// other addresses and no browser could keep a photo; here the caller says at which instant.</summary>
public static class S3Signature
{
    /// <summary>An address under which anyone gets the object for a while.</summary>
    /// <param name="address">The object's own address, its path already escaped.</param>
    /// <param name="region">The bucket's region.</param>
    /// <param name="credentials">Who signs.</param>
    /// <param name="at">When the address starts to work.</param>
    /// <param name="valid">How long it works.</param>
    public static string Sign(Uri address, string region, ImmutableCredentials credentials, DateTimeOffset at, TimeSpan valid)
    {
        var day = at.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var instant = at.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{day}/{region}/s3/aws4_request";
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["X-Amz-Algorithm"] = "AWS4-HMAC-SHA256",
            ["X-Amz-Credential"] = $"{credentials.AccessKey}/{scope}",
            ["X-Amz-Date"] = instant,
            ["X-Amz-Expires"] = valid.TotalSeconds.ToString("0", CultureInfo.InvariantCulture),
            ["X-Amz-SignedHeaders"] = "host",
        };
        if (credentials.UseToken) fields["X-Amz-Security-Token"] = credentials.Token;
        var query = string.Join('&', fields.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}"));
        var request = $"GET\n{address.AbsolutePath}\n{query}\nhost:{address.Authority}\n\nhost\nUNSIGNED-PAYLOAD";
        var signed = $"AWS4-HMAC-SHA256\n{instant}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}";
        var key = new[] { day, region, "s3", "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + credentials.SecretKey), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        return $"{address.GetLeftPart(UriPartial.Path)}?{query}&X-Amz-Signature={Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)))}";
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
