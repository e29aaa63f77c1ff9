using System.Diagnostics;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using RgpdCrm.Core.Files;
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
        await StartAsync();
    }

    /// <summary>Killed without a chance to tidy up; what it held is lost.</summary>
    public ValueTask KillAsync() => _process.DisposeAsync();

    /// <summary>Started again at the same address, with nothing in it.</summary>
    public async Task StartAsync()
    {
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

    /// <summary>It neither answers nor closes a connection, and forgets nothing.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>It goes on, with what was sent to it meanwhile.</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>A bucket of its own.</summary>
    public async Task<S3Location> NewBucketAsync()
    {
        var location = new S3Location($"bucket-{Guid.NewGuid():N}", "eu-west-1", "tilleul/", Address, ForcePathStyle: true);
        await CreateAsync(location);
        return location;
    }

    /// <summary>Creates a bucket, empty, once more.</summary>
    public async Task CreateAsync(S3Location location)
    {
        using var client = new AmazonS3Client(Credentials, new AmazonS3Config { ServiceURL = Address.AbsoluteUri, ForcePathStyle = true });
        await client.PutBucketAsync(location.Bucket);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
