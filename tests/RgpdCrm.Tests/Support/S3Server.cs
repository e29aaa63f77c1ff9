using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using RgpdCrm.Core.Photos;
using RgpdCrm.Tests.Deployment;

namespace RgpdCrm.Tests.Support;

/// <summary>An S3 API over HTTP, in a process of its own; what it holds lives in memory.</summary>
public sealed class S3Server : IAsyncLifetime
{
    private static readonly string Folder = Checkout.PathOf("tests/servers");
    private Daemon _process = null!;

    public static BasicAWSCredentials Credentials { get; } = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

    public Uri Address { get; } = new($"http://127.0.0.1:{Doors.FreePort()}");

    public async ValueTask InitializeAsync()
    {
        Assert.True(Directory.Exists(Path.Combine(Folder, "node_modules")), "The test servers are missing: npm ci in tests/servers.");
        _process = new Daemon(["node", "node_modules/fauxqs/dist/cli.js"], Folder, new() { ["FAUXQS_PORT"] = $"{Address.Port}", ["FAUXQS_LOGGER"] = "false" });
        using var http = new HttpClient { BaseAddress = Address };
        await _process.UntilAsync(async () =>
        {
            try
            {
                return (await http.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode != HttpStatusCode.BadGateway;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>A bucket of its own.</summary>
    public async Task<S3Location> NewBucketAsync()
    {
        var bucket = $"bucket-{Guid.NewGuid():N}";
        using var client = new AmazonS3Client(Credentials, new AmazonS3Config { ServiceURL = Address.AbsoluteUri, ForcePathStyle = true });
        await client.PutBucketAsync(bucket);
        return new S3Location(bucket, "eu-west-1", "tilleul/", Address, ForcePathStyle: true);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
