using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;
using Amazon.S3.Model;

namespace RgpdCrm.Core.Photos;

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

/// <summary>The published sizes in a private bucket of Amazon S3, or of a store that speaks its language. Objects are encrypted at rest and never change.</summary>
public sealed class S3PhotoStore : IPhotoStore, IDisposable
{
    /// <summary>How long a signed address stays the same; it works for between one and two of these from the moment it is shown.</summary>
    public static readonly TimeSpan AddressStep = TimeSpan.FromHours(6);

    private const int DeletedAtOnce = 1000;
    private const string CacheControl = "public, max-age=31536000, immutable";

    private readonly S3Location _location;
    private readonly TimeProvider _time;
    private readonly AWSCredentials _credentials;
    private readonly AmazonS3Client _client;

    /// <summary>Connects when first asked, with credentials from the environment or the host's role.</summary>
    /// <exception cref="AmazonClientException">There are no credentials.</exception>
    public S3PhotoStore(S3Location location, TimeProvider time, AWSCredentials? credentials = null)
    {
        (_location, _time, _credentials) = (location, time, credentials ?? DefaultAWSCredentialsIdentityResolver.GetCredentials());
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
        _client = new AmazonS3Client(_credentials, config);
    }

    public string? Origin => _location.Cdn is { } cdn ? $"https://{cdn}" : Endpoint.GetLeftPart(UriPartial.Authority);

    public Task PutAsync(string name, Stream content, string type, CancellationToken cancel = default) => AskAsync(deadline =>
    {
        content.Position = 0;
        var request = new PutObjectRequest
        {
            BucketName = _location.Bucket,
            Key = _location.Prefix + name,
            InputStream = content,
            AutoCloseStream = false,
            ContentType = type,
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.AES256,
        };
        request.Headers.CacheControl = CacheControl;
        return _client.PutObjectAsync(request, deadline);
    }, cancel);

    public async Task<bool> RemoveAsync(string key, CancellationToken cancel = default)
    {
        if (!Files.StoredFiles.IsKey(key)) throw new ArgumentException("Not a key.", nameof(key));
        var prefix = $"{_location.Prefix}{key}/";
        foreach (var batch in (await EverythingAsync(prefix, cancel).ToListAsync(cancel)).Chunk(DeletedAtOnce)) await DeleteAsync(batch, cancel);
        return !await EverythingAsync(prefix, cancel).AnyAsync(cancel);
    }

    public IAsyncEnumerable<PublishedObject> ListAsync(CancellationToken cancel = default) =>
        EverythingAsync(_location.Prefix, cancel).Select(entry => new PublishedObject(entry.Name[_location.Prefix.Length..], entry.WrittenAt, entry.Visible));

    public string AddressOf(string name)
    {
        var path = Uri.EscapeDataString(_location.Prefix + name).Replace("%2F", "/", StringComparison.Ordinal);
        if (_location.Cdn is { } cdn) return $"https://{cdn}/{path}";
        var now = _time.GetUtcNow();
        return S3Signature.Sign(new Uri($"{Endpoint.AbsoluteUri.TrimEnd('/')}/{path}"), _location.Region, _credentials.GetCredentials(), now.AddTicks(-(now.Ticks % AddressStep.Ticks)), AddressStep * 2);
    }

    /// <summary>Whether the bucket keeps versions, as it says itself: <c>Enabled</c>, <c>Suspended</c> or <c>Off</c>.</summary>
    /// <exception cref="PhotoStoreException">The store refused or did not answer in time.</exception>
    public async Task<string> VersioningAsync(CancellationToken cancel = default) =>
        (await AskAsync(deadline => _client.GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = _location.Bucket }, deadline), cancel)).VersioningConfig?.Status?.Value ?? VersionStatus.Off.Value;

    public void Dispose() => _client.Dispose();

    private Uri Endpoint
    {
        get
        {
            var service = _location.ServiceUrl ?? new Uri($"https://s3.{_location.Region}.amazonaws.com");
            return _location.ForcePathStyle ? new Uri(service, _location.Bucket) : new UriBuilder(service) { Host = $"{_location.Bucket}.{service.Host}" }.Uri;
        }
    }

    // Versions first: an object that is in both listings is deleted by its version, which leaves no marker behind.
    private async IAsyncEnumerable<Entry> EverythingAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var versioned = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var version in VersionsAsync(prefix, cancel))
        {
            if (version.Visible) versioned.Add(version.Name);
            yield return version;
        }
        await foreach (var current in CurrentAsync(prefix, cancel).Where(current => !versioned.Contains(current.Name))) yield return current;
        await foreach (var upload in UploadsAsync(prefix, cancel)) yield return upload;
    }

    private async IAsyncEnumerable<Entry> VersionsAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new ListVersionsRequest { BucketName = _location.Bucket, Prefix = prefix };
        while (await AskIfKnownAsync(deadline => _client.ListVersionsAsync(request, deadline), cancel) is { } page)
        {
            foreach (var version in page.Versions ?? [])
                yield return new Entry(version.Key, At(version.LastModified), version.IsLatest == true && version.IsDeleteMarker != true, version.VersionId);
            if (page.IsTruncated != true) yield break;
            (request.KeyMarker, request.VersionIdMarker) = (page.NextKeyMarker, page.NextVersionIdMarker);
        }
    }

    private async IAsyncEnumerable<Entry> CurrentAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new ListObjectsV2Request { BucketName = _location.Bucket, Prefix = prefix };
        while (true)
        {
            var page = await AskAsync(deadline => _client.ListObjectsV2Async(request, deadline), cancel);
            foreach (var current in page.S3Objects ?? []) yield return new Entry(current.Key, At(current.LastModified), Visible: true);
            if (page.IsTruncated != true) yield break;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    private async IAsyncEnumerable<Entry> UploadsAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new ListMultipartUploadsRequest { BucketName = _location.Bucket, Prefix = prefix };
        while (await AskIfKnownAsync(deadline => _client.ListMultipartUploadsAsync(request, deadline), cancel) is { } page)
        {
            foreach (var upload in page.MultipartUploads ?? []) yield return new Entry(upload.Key, At(upload.Initiated), Visible: false, Upload: upload.UploadId);
            if (page.IsTruncated != true) yield break;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    private async Task DeleteAsync(Entry[] entries, CancellationToken cancel)
    {
        foreach (var upload in entries.Where(entry => entry.Upload is not null))
            await AskAsync(deadline => _client.AbortMultipartUploadAsync(_location.Bucket, upload.Name, upload.Upload, deadline), cancel);
        var objects = entries.Where(entry => entry.Upload is null).Select(entry => new KeyVersion { Key = entry.Name, VersionId = entry.Version }).ToList();
        if (objects.Count == 0) return;
        var request = new DeleteObjectsRequest { BucketName = _location.Bucket, Objects = objects };
        // The answer is 200 even when it lists objects that were not deleted; the SDK throws for them.
        await AskAsync(deadline => _client.DeleteObjectsAsync(request, deadline), cancel);
    }

    /// <summary>Nothing when the store does not know this question: then it has none of what was asked for.</summary>
    private async Task<T?> AskIfKnownAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel) where T : class
    {
        try
        {
            return await AskAsync(ask, cancel);
        }
        catch (PhotoStoreException e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed })
        {
            return null;
        }
    }

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        // The SDK's own timeout is for one attempt; this one is for all of them and what it waits in between.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(_location.Timeout * (_location.Retries + 2));
        try
        {
            return await ask(deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new PhotoStoreException("The photo store did not answer in time.", e);
        }
        catch (DeleteObjectsException e)
        {
            throw new PhotoStoreException($"The photo store refused to delete {(e.Response.DeleteErrors?.Count ?? 0).ToString(CultureInfo.InvariantCulture)} object(s).", e);
        }
        catch (AmazonServiceException e) when (e.StatusCode != 0)
        {
            throw new PhotoStoreException($"The photo store refused (HTTP {((int)e.StatusCode).ToString(CultureInfo.InvariantCulture)}, {e.ErrorCode}).", e);
        }
        catch (Exception e) when (e is AmazonClientException or HttpRequestException or IOException or TimeoutException)
        {
            throw new PhotoStoreException("The photo store does not answer.", e);
        }
    }

    private static DateTimeOffset At(DateTime? instant) => instant is { } at ? new DateTimeOffset(at.ToUniversalTime()) : DateTimeOffset.MinValue;

    private sealed record Entry(string Name, DateTimeOffset WrittenAt, bool Visible, string? Version = null, string? Upload = null);
}
