using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;
using Amazon.S3.Model;

namespace RgpdCrm.Core.Files;

/// <summary>Where the bucket is and how browsers reach it.</summary>
/// <param name="Bucket">Its name.</param>
/// <param name="Region">Its region, such as <c>eu-west-1</c>.</param>
/// <param name="Prefix">Start of every name of ours, such as <c>tilleul/</c>; empty when the bucket is ours alone.</param>
/// <param name="ServiceUrl">Address of an S3-compatible store; none for Amazon's own.</param>
/// <param name="ForcePathStyle">The bucket's name comes in the path, not in the host's name.</param>
/// <param name="Cdn">Domain that serves the bucket to browsers; none when addresses are signed instead.</param>
public sealed record S3Location(string Bucket, string Region, string Prefix = "", Uri? ServiceUrl = null, bool ForcePathStyle = false, string? Cdn = null)
{
    /// <summary>How long one attempt may last.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Attempts after the first one; the SDK waits longer before each.</summary>
    public int Retries { get; init; } = 2;
}

/// <summary>A private bucket of Amazon S3, or of a store that speaks its language, with all that lives in it: versions, markers and unfinished uploads as well.
/// Whoever stores in it says what its faults are called; no message names an object.</summary>
internal sealed class S3Bucket : IDisposable
{
    private const int DeletedAtOnce = 1000;

    private readonly S3Location _location;
    private readonly Func<string, Exception, Exception> _fault;
    private readonly AmazonS3Client _client;

    /// <summary>Connects when first asked, with credentials from the environment or the host's role unless some are given.</summary>
    /// <exception cref="AmazonClientException">There are no credentials.</exception>
    public S3Bucket(S3Location location, AWSCredentials? credentials, Func<string, Exception, Exception> fault)
    {
        (_location, _fault, Credentials) = (location, fault, credentials ?? DefaultAWSCredentialsIdentityResolver.GetCredentials());
        var config = new AmazonS3Config
        {
            ForcePathStyle = location.ForcePathStyle,
            Timeout = location.Timeout,
            MaxErrorRetry = location.Retries,
            RetryMode = RequestRetryMode.Standard,
            // Stores that are not Amazon's do not know its newer checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (location.ServiceUrl is { } address) (config.ServiceURL, config.AuthenticationRegion) = (address.AbsoluteUri, location.Region);
        else config.RegionEndpoint = RegionEndpoint.GetBySystemName(location.Region);
        _client = new AmazonS3Client(Credentials, config);
    }

    /// <summary>Whom requests are signed as.</summary>
    public AWSCredentials Credentials { get; }

    /// <summary>Writes one object, encrypted at rest.</summary>
    public Task PutAsync(string name, Stream content, Action<PutObjectRequest>? with, CancellationToken cancel) => AskAsync(deadline =>
    {
        content.Position = 0;
        var request = new PutObjectRequest
        {
            BucketName = _location.Bucket,
            Key = _location.Prefix + name,
            InputStream = content,
            AutoCloseStream = false,
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AES256,
        };
        with?.Invoke(request);
        return _client.PutObjectAsync(request, deadline);
    }, cancel);

    /// <summary>Opens one object for reading; none when it is not there.</summary>
    public async Task<Stream?> OpenReadAsync(string name, CancellationToken cancel)
    {
        try
        {
            return (await AskRawAsync(deadline => _client.GetObjectAsync(_location.Bucket, _location.Prefix + name, deadline), cancel)).ResponseStream;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (Exception e) when (Explain(e, cancel) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Begins an object that is sent in parts; nobody sees it before <see cref="CompleteAsync"/>.</summary>
    /// <returns>The upload's id.</returns>
    public async Task<string> BeginAsync(string name, CancellationToken cancel)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = _location.Bucket, Key = _location.Prefix + name, ServerSideEncryptionMethod = ServerSideEncryptionMethod.AES256 };
        return (await AskAsync(deadline => _client.InitiateMultipartUploadAsync(request, deadline), cancel)).UploadId;
    }

    /// <summary>Sends one part; they count from 1.</summary>
    public async Task<PartETag> SendPartAsync(string name, string upload, int number, Stream content, CancellationToken cancel) => new(number, (await AskAsync(deadline =>
    {
        content.Position = 0;
        return _client.UploadPartAsync(new UploadPartRequest { BucketName = _location.Bucket, Key = _location.Prefix + name, UploadId = upload, PartNumber = number, InputStream = content }, deadline);
    }, cancel)).ETag);

    /// <summary>Makes one object of the parts.</summary>
    public Task CompleteAsync(string name, string upload, List<PartETag> parts, CancellationToken cancel) => AskAsync(deadline =>
        _client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = _location.Bucket, Key = _location.Prefix + name, UploadId = upload, PartETags = parts }, deadline), cancel);

    /// <summary>Whether the bucket keeps versions, as it says itself: <c>Enabled</c>, <c>Suspended</c> or <c>Off</c>.</summary>
    public async Task<string> VersioningAsync(CancellationToken cancel) =>
        (await AskAsync(deadline => _client.GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = _location.Bucket }, deadline), cancel)).VersioningConfig?.Status?.Value ?? VersionStatus.Off.Value;

    /// <summary>Everything whose name starts with this. Versions first: an object that is in both listings is deleted by its version, which leaves no marker behind.</summary>
    public async IAsyncEnumerable<S3Entry> EverythingAsync(string start, [EnumeratorCancellation] CancellationToken cancel)
    {
        var versioned = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var version in VersionsAsync(_location.Prefix + start, cancel))
        {
            if (version.Visible) versioned.Add(version.Name);
            yield return version;
        }
        await foreach (var current in CurrentAsync(_location.Prefix + start, cancel).Where(current => !versioned.Contains(current.Name))) yield return current;
        await foreach (var upload in UploadsAsync(_location.Prefix + start, cancel)) yield return upload;
    }

    /// <summary>Deletes these versions and markers and aborts these uploads. One that the store refuses does not save the others.</summary>
    public async Task DeleteAsync(IEnumerable<S3Entry> entries, CancellationToken cancel)
    {
        Exception? refused = null;
        foreach (var batch in entries.Chunk(DeletedAtOnce))
        {
            try
            {
                await DeleteBatchAsync(batch, cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                refused ??= e;
            }
        }
        if (refused is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(refused);
    }

    public void Dispose() => _client.Dispose();

    private async Task DeleteBatchAsync(S3Entry[] entries, CancellationToken cancel)
    {
        foreach (var upload in entries.Where(entry => entry.Upload is not null))
            await AskAsync(deadline => _client.AbortMultipartUploadAsync(_location.Bucket, _location.Prefix + upload.Name, upload.Upload, deadline), cancel);
        var objects = entries.Where(entry => entry.Upload is null).Select(entry => new KeyVersion { Key = _location.Prefix + entry.Name, VersionId = entry.Version }).ToList();
        if (objects.Count == 0) return;
        var request = new DeleteObjectsRequest { BucketName = _location.Bucket, Objects = objects };
        // The answer is 200 even when it lists objects that were not deleted; the SDK throws for them.
        await AskAsync(deadline => _client.DeleteObjectsAsync(request, deadline), cancel);
    }

    private async IAsyncEnumerable<S3Entry> VersionsAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new ListVersionsRequest { BucketName = _location.Bucket, Prefix = prefix };
        while (await AskIfKnownAsync(deadline => _client.ListVersionsAsync(request, deadline), cancel) is { } page)
        {
            foreach (var version in page.Versions ?? [])
                yield return new S3Entry(Ours(version.Key), At(version.LastModified), version.IsLatest == true && version.IsDeleteMarker != true, version.Size ?? 0, version.VersionId);
            if (page.IsTruncated != true) yield break;
            (request.KeyMarker, request.VersionIdMarker) = (page.NextKeyMarker, page.NextVersionIdMarker);
        }
    }

    private async IAsyncEnumerable<S3Entry> CurrentAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new ListObjectsV2Request { BucketName = _location.Bucket, Prefix = prefix };
        while (true)
        {
            var page = await AskAsync(deadline => _client.ListObjectsV2Async(request, deadline), cancel);
            foreach (var current in page.S3Objects ?? []) yield return new S3Entry(Ours(current.Key), At(current.LastModified), Visible: true, current.Size ?? 0);
            if (page.IsTruncated != true) yield break;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    private async IAsyncEnumerable<S3Entry> UploadsAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new ListMultipartUploadsRequest { BucketName = _location.Bucket, Prefix = prefix };
        while (await AskIfKnownAsync(deadline => _client.ListMultipartUploadsAsync(request, deadline), cancel) is { } page)
        {
            foreach (var upload in page.MultipartUploads ?? []) yield return new S3Entry(Ours(upload.Key), At(upload.Initiated), Visible: false, Upload: upload.UploadId);
            if (page.IsTruncated != true) yield break;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    /// <summary>Nothing when the store does not know this question: then it has none of what was asked for.</summary>
    private async Task<T?> AskIfKnownAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel) where T : class
    {
        try
        {
            return await AskRawAsync(ask, cancel);
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed)
        {
            return null;
        }
        catch (Exception e) when (Explain(e, cancel) is { } explained)
        {
            throw explained;
        }
    }

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        try
        {
            return await AskRawAsync(ask, cancel);
        }
        catch (Exception e) when (Explain(e, cancel) is { } explained)
        {
            throw explained;
        }
    }

    // The SDK's own timeout is for one attempt; this one is for all of them and what it waits in between.
    private async Task<T> AskRawAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(_location.Timeout * (_location.Retries + 2));
        return await ask(deadline.Token);
    }

    private Exception? Explain(Exception fault, CancellationToken cancel) => fault switch
    {
        OperationCanceledException when !cancel.IsCancellationRequested => _fault("The store did not answer in time.", fault),
        DeleteObjectsException e => _fault($"The store refused to delete {(e.Response.DeleteErrors?.Count ?? 0).ToString(CultureInfo.InvariantCulture)} object(s).", e),
        AmazonServiceException e when e.StatusCode != 0 => _fault($"The store refused (HTTP {((int)e.StatusCode).ToString(CultureInfo.InvariantCulture)}, {e.ErrorCode}).", e),
        AmazonClientException or AmazonServiceException or HttpRequestException or IOException or TimeoutException => _fault("The store does not answer.", fault),
        _ => null,
    };

    private string Ours(string key) => key[_location.Prefix.Length..];

    private static DateTimeOffset At(DateTime? instant) => instant is { } at ? new DateTimeOffset(at.ToUniversalTime()) : DateTimeOffset.MinValue;
}

/// <summary>One thing a bucket holds: an object, an earlier version of one, a marker, or an unfinished upload.</summary>
/// <param name="Name">Its name, without the prefix.</param>
/// <param name="WrittenAt">When the store received it.</param>
/// <param name="Visible">It is what the store gives to who asks for this name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Version">Its version, where the bucket keeps them.</param>
/// <param name="Upload">The id of the unfinished upload it is.</param>
internal sealed record S3Entry(string Name, DateTimeOffset WrittenAt, bool Visible, long Bytes = 0, string? Version = null, string? Upload = null);
