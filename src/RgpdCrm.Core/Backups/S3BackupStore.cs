using Amazon.Runtime;
using RgpdCrm.Core.Files;
using PartETag = Amazon.S3.Model.PartETag;

namespace RgpdCrm.Core.Backups;

/// <summary>Backups in a private bucket of their own, best at another host than the application's.</summary>
public sealed class S3BackupStore : IBackupStore, IDisposable
{
    /// <summary>Bytes beyond which an object is sent in parts, and of each part.</summary>
    public const int PartBytes = 8 << 20;

    /// <summary>How long one attempt to send a part may last: 8 MiB at half a Mbit/s.</summary>
    public static readonly TimeSpan PartTimeout = TimeSpan.FromSeconds(135);

    private readonly S3Bucket _bucket;

    /// <summary>Connects when first asked, with credentials from the environment or the host's role unless some are given.</summary>
    /// <exception cref="AmazonClientException">There are no credentials.</exception>
    public S3BackupStore(S3Location location, AWSCredentials? credentials = null) => _bucket = new S3Bucket(location, credentials, (_, inner) => new BackupException(BackupFault.StoreFailed, inner));

    public async Task<long> WriteAsync(string name, Func<Stream, Task> write, CancellationToken cancel = default)
    {
        await using var upload = new S3Upload(_bucket, name, cancel);
        try
        {
            await write(upload);
            return await upload.CompleteAsync();
        }
        catch
        {
            await upload.AbortAsync();
            throw;
        }
    }

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancel = default) => _bucket.OpenReadAsync(name, cancel);

    public async Task<IReadOnlyList<BackedUpObject>> ListAsync(CancellationToken cancel = default) =>
    [
        .. from entry in await _bucket.EverythingAsync("", cancel).ToListAsync(cancel)
           group entry by entry.Name into held
           let whole = held.FirstOrDefault(entry => entry.Visible)
           select new BackedUpObject(held.Key, whole?.Bytes ?? 0, Whole: whole is not null),
    ];

    public async Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancel = default)
    {
        if (names.Count == 0) return;
        var doomed = names.ToHashSet(StringComparer.Ordinal);
        await _bucket.DeleteAsync(await _bucket.EverythingAsync("", cancel).Where(entry => doomed.Contains(entry.Name)).ToListAsync(cancel), cancel);
    }

    /// <summary>Whether the bucket keeps versions, as it says itself: <c>Enabled</c>, <c>Suspended</c> or <c>Off</c>.</summary>
    /// <exception cref="BackupException">The store refuses or does not answer.</exception>
    public Task<string> VersioningAsync(CancellationToken cancel = default) => _bucket.VersioningAsync(cancel);

    public void Dispose() => _bucket.Dispose();
}

/// <summary>An object on its way into a bucket: in one piece when it is small, else in parts of 8 MiB (S3 takes 10,000 of them, 78 GiB), seen by nobody before the last one.</summary>
internal sealed class S3Upload(S3Bucket bucket, string name, CancellationToken cancel) : Stream
{
    private readonly MemoryStream _part = new();
    private readonly List<PartETag> _sent = [];
    private string? _upload;
    private long _length;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => _length;
    public override long Position { get => _length; set => throw new NotSupportedException(); }

    /// <summary>The whole object is there.</summary>
    /// <returns>Its size in bytes.</returns>
    public async Task<long> CompleteAsync()
    {
        if (_upload is null)
        {
            await bucket.PutAsync(name, _part, with: null, cancel);
            return _length;
        }
        if (_part.Length > 0) await SendAsync();
        await bucket.CompleteAsync(name, _upload, _sent, cancel);
        return _length;
    }

    /// <summary>Nothing of it stays. When the store does not even take that, its parts are listed and go with what no backup names.</summary>
    public async Task AbortAsync()
    {
        if (_upload is null) return;
        try
        {
            await bucket.DeleteAsync([new S3Entry(name, default, Visible: false, Upload: _upload)], CancellationToken.None);
        }
        catch (BackupException)
        {
            // Why the writing failed matters more.
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            buffer = buffer[Take(buffer.Span)..];
            if (_part.Length == S3BackupStore.PartBytes) await SendAsync();
        }
    }

    // OpenPGP writes its packets so.
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            buffer = buffer[Take(buffer)..];
            if (_part.Length == S3BackupStore.PartBytes) SendAsync().GetAwaiter().GetResult();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private int Take(ReadOnlySpan<byte> buffer)
    {
        var taken = (int)Math.Min(buffer.Length, S3BackupStore.PartBytes - _part.Length);
        _part.Write(buffer[..taken]);
        _length += taken;
        return taken;
    }

    private async Task SendAsync()
    {
        _upload ??= await bucket.BeginAsync(name, cancel);
        _sent.Add(await bucket.SendPartAsync(name, _upload, _sent.Count + 1, _part, cancel));
        _part.SetLength(0);
    }
}
