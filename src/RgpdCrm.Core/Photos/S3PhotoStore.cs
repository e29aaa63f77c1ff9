using Amazon.Runtime;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Core.Photos;

/// <summary>The published sizes in a private bucket of Amazon S3, or of a store that speaks its language. Objects are encrypted at rest and never change.</summary>
public sealed class S3PhotoStore : IPhotoStore, IDisposable
{
    /// <summary>How long a signed address stays the same; it works for between one and two of these from the moment it is shown.</summary>
    public static readonly TimeSpan AddressStep = TimeSpan.FromHours(6);

    private const string CacheControl = "public, max-age=31536000, immutable";

    private readonly S3Location _location;
    private readonly TimeProvider _time;
    private readonly S3Bucket _bucket;

    /// <summary>Connects when first asked, with credentials from the environment or the host's role.</summary>
    /// <exception cref="AmazonClientException">There are no credentials.</exception>
    public S3PhotoStore(S3Location location, TimeProvider time, AWSCredentials? credentials = null) =>
        (_location, _time, _bucket) = (location, time, new S3Bucket(location, credentials, (message, inner) => new PhotoStoreException(message, inner)));

    public string? Origin => _location.Cdn is { } cdn ? $"https://{cdn}" : Endpoint.GetLeftPart(UriPartial.Authority);

    public Task PutAsync(string name, Stream content, string type, CancellationToken cancel = default) => _bucket.PutAsync(name, content, request =>
    {
        request.ContentType = type;
        request.Headers.CacheControl = CacheControl;
    }, cancel);

    public async Task<bool> RemoveAsync(string key, CancellationToken cancel = default)
    {
        if (!StoredFiles.IsKey(key)) throw new ArgumentException("Not a key.", nameof(key));
        var start = $"{key}/";
        await _bucket.DeleteAsync(await _bucket.EverythingAsync(start, cancel).ToListAsync(cancel), cancel);
        return !await _bucket.EverythingAsync(start, cancel).AnyAsync(cancel);
    }

    public IAsyncEnumerable<PublishedObject> ListAsync(CancellationToken cancel = default) =>
        _bucket.EverythingAsync("", cancel).Select(entry => new PublishedObject(entry.Name, entry.WrittenAt, entry.Visible));

    public string AddressOf(string name)
    {
        var path = Uri.EscapeDataString(_location.Prefix + name).Replace("%2F", "/", StringComparison.Ordinal);
        if (_location.Cdn is { } cdn) return $"https://{cdn}/{path}";
        var now = _time.GetUtcNow();
        return S3Signature.Sign(new Uri($"{Endpoint.AbsoluteUri.TrimEnd('/')}/{path}"), _location.Region, _bucket.Credentials.GetCredentials(), now.AddTicks(-(now.Ticks % AddressStep.Ticks)), AddressStep * 2);
    }

    /// <summary>Whether the bucket keeps versions, as it says itself: <c>Enabled</c>, <c>Suspended</c> or <c>Off</c>.</summary>
    /// <exception cref="PhotoStoreException">The store refused or did not answer in time.</exception>
    public Task<string> VersioningAsync(CancellationToken cancel = default) => _bucket.VersioningAsync(cancel);

    public void Dispose() => _bucket.Dispose();

    private Uri Endpoint
    {
        get
        {
            var service = _location.ServiceUrl ?? new Uri($"https://s3.{_location.Region}.amazonaws.com");
            return _location.ForcePathStyle ? new Uri(service, _location.Bucket) : new UriBuilder(service) { Host = $"{_location.Bucket}.{service.Host}" }.Uri;
        }
    }
}
