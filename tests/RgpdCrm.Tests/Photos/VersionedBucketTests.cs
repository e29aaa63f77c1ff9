using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Photos;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Photos;

/// <summary>A bucket with versions, and one that refuses, lies or is silent.</summary>
public sealed class VersionedBucketTests : IAsyncLifetime
{
    private readonly string _key = StoredFiles.NewKey();
    private VersionedBucket _bucket = null!;
    private S3PhotoStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _bucket = await VersionedBucket.StartAsync();
        _store = _bucket.Store();
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return _bucket.DisposeAsync();
    }

    [Fact]
    public async Task An_object_is_written_encrypted_and_kept_by_browsers_for_ever()
    {
        using var content = new MemoryStream([1]);
        await _store.PutAsync($"{_key}/480.webp", content, "image/webp");

        Assert.Equal("AES256", _bucket.Written!["x-amz-server-side-encryption"]);
        Assert.Equal("public, max-age=31536000, immutable", _bucket.Written["Cache-Control"]);
        Assert.Equal("image/webp", _bucket.Written["Content-Type"]);
    }

    [Fact]
    public async Task Every_version_marker_and_unfinished_upload_of_a_photo_goes_and_no_marker_is_left()
    {
        await PhotoStoreTests.PutAllAsync(_store, _key);
        await PhotoStoreTests.PutAllAsync(_store, _key);
        _bucket.Held.Add(($"tilleul/{_key}/480.webp", "marker", true));
        _bucket.Uploads.Add(($"tilleul/{_key}/480.webp", "upload"));
        _bucket.Held.Add(($"tilleul/{StoredFiles.NewKey()}/480.webp", "other", false));

        Assert.True(await _store.RemoveAsync(_key));

        Assert.Equal("other", Assert.Single(_bucket.Held).Id);
        Assert.Empty(_bucket.Uploads);
    }

    [Fact]
    public async Task Earlier_versions_and_markers_are_listed_but_nobody_sees_them()
    {
        _bucket.Held.AddRange([($"tilleul/{_key}/480.webp", "1", false), ($"tilleul/{_key}/480.webp", "2", false), ($"tilleul/{_key}/480.jpg", "3", false), ($"tilleul/{_key}/480.jpg", "4", true)]);

        var listed = await _store.ListAsync().ToListAsync();

        Assert.Equal(4, listed.Count);
        Assert.Equal($"{_key}/480.webp", Assert.Single(listed, o => o.Visible).Name);
    }

    [Fact]
    public async Task An_answer_200_that_names_an_object_it_did_not_delete_is_a_refusal()
    {
        await PhotoStoreTests.PutAllAsync(_store, _key);
        _bucket.Refused.Add($"tilleul/{_key}/1200.jpg");

        var refused = await Assert.ThrowsAsync<PhotoStoreException>(() => _store.RemoveAsync(_key));

        Assert.DoesNotContain(_key, refused.Message, StringComparison.Ordinal);
        Assert.Single(_bucket.Held);
    }

    [Fact]
    public async Task An_object_that_comes_back_while_it_is_removed_is_not_called_absent()
    {
        await PhotoStoreTests.PutAllAsync(_store, _key);
        _bucket.Fault = http =>
        {
            if (http.Request.Query.ContainsKey("delete")) _bucket.Held.Add(($"tilleul/{_key}/480.webp", "late", false));
            return Task.FromResult(false);
        };

        Assert.False(await _store.RemoveAsync(_key));
    }

    [Theory]
    [InlineData(500), InlineData(503), InlineData(403)]
    public async Task A_store_that_refuses_is_said_to_refuse_after_few_attempts(int status)
    {
        _bucket.Fault = http =>
        {
            http.Response.StatusCode = status;
            return Task.FromResult(true);
        };

        await Assert.ThrowsAsync<PhotoStoreException>(() => _store.RemoveAsync(_key));
        Assert.InRange(_bucket.Requests, 1, 2);
    }

    [Fact]
    public async Task A_store_that_accepts_and_never_answers_is_left_within_seconds()
    {
        _bucket.Fault = async http =>
        {
            await Task.Delay(TimeSpan.FromMinutes(5), http.RequestAborted);
            return true;
        };
        using var impatient = _bucket.Store(timeoutSeconds: 1);
        var watch = Stopwatch.StartNew();
        using var content = new MemoryStream([1]);

        await Assert.ThrowsAsync<PhotoStoreException>(() => impatient.PutAsync($"{_key}/480.webp", content, "image/webp"));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_failure_that_passes_is_not_even_noticed()
    {
        var failed = false;
        _bucket.Fault = http =>
        {
            if (failed) return Task.FromResult(false);
            (failed, http.Response.StatusCode) = (true, 503);
            return Task.FromResult(true);
        };

        Assert.True(await _store.RemoveAsync(_key));
    }

    [Fact]
    public async Task A_store_that_knows_no_versions_is_listed_without_them()
    {
        await PhotoStoreTests.PutAllAsync(_store, _key);
        _bucket.Fault = http =>
        {
            var unknown = http.Request.Query.ContainsKey("versions") || http.Request.Query.ContainsKey("uploads");
            if (unknown) http.Response.StatusCode = StatusCodes.Status501NotImplemented;
            return Task.FromResult(unknown);
        };

        Assert.Equal(PhotoSizes.All.Count, await _store.ListAsync().CountAsync());
        Assert.Equal("Enabled", await _store.VersioningAsync());
    }
}
