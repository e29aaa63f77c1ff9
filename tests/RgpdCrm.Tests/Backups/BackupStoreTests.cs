using System.Text;
using Amazon.S3;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Files;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Backups;

/// <summary>What every place for backups does, whatever it is made of.</summary>
public abstract class BackupStoreTests
{
    private const string Dump = "2026-11-15T090000Z/database.pgp";

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected abstract Task<IBackupStore> StoreAsync();

    [Fact]
    public async Task What_was_written_is_listed_with_its_size_and_read_again_and_deleting_it_twice_is_no_fault()
    {
        var store = await StoreAsync();

        Assert.Equal(4, await WriteAsync(store, Dump, "dump"));
        Assert.Equal(4, await WriteAsync(store, "2026-11-15T090000Z/manifest.json", "{  }"));

        Assert.Equal([new(Dump, 4, true), new("2026-11-15T090000Z/manifest.json", 4, true)], (await store.ListAsync(Cancel)).OrderBy(o => o.Name, StringComparer.Ordinal));
        Assert.Equal("dump", await ReadAsync(store, Dump));
        Assert.Null(await store.OpenReadAsync("2026-11-16T090000Z/manifest.json", Cancel));
        for (var twice = 0; twice < 2; twice++) await store.DeleteAsync([Dump], Cancel);
        Assert.Equal("2026-11-15T090000Z/manifest.json", Assert.Single(await store.ListAsync(Cancel)).Name);
    }

    [Fact]
    public async Task A_large_dump_arrives_whole_and_one_that_is_cut_is_never_seen()
    {
        var store = await StoreAsync();
        var large = new byte[2 * S3BackupStore.PartBytes + 12_345];
        new Random(7).NextBytes(large);

        Assert.Equal(large.Length, await store.WriteAsync(Dump, to => to.WriteAsync(large, Cancel).AsTask(), Cancel));
        await using (var read = (await store.OpenReadAsync(Dump, Cancel))!)
        {
            var back = new MemoryStream();
            await read.CopyToAsync(back, Cancel);
            Assert.True(large.AsSpan().SequenceEqual(back.ToArray()));
        }
        await store.DeleteAsync([Dump], Cancel);

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.WriteAsync(Dump, async to =>
        {
            await to.WriteAsync(large, Cancel);
            Assert.DoesNotContain(await store.ListAsync(Cancel), o => o.Whole);
            throw new InvalidOperationException("pg_dump died.");
        }, Cancel));
        Assert.Empty(await store.ListAsync(Cancel));
    }

    private protected static Task<long> WriteAsync(IBackupStore store, string name, string content) => store.WriteAsync(name, to => to.WriteAsync(Encoding.UTF8.GetBytes(content), Cancel).AsTask(), Cancel);

    private static async Task<string> ReadAsync(IBackupStore store, string name)
    {
        using var reader = new StreamReader((await store.OpenReadAsync(name, Cancel))!);
        return await reader.ReadToEndAsync(Cancel);
    }
}

/// <summary>The folder.</summary>
public sealed class FolderBackupStoreTests : BackupStoreTests, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-backups-");

    public void Dispose() => _folder.Delete(recursive: true);

    private protected override Task<IBackupStore> StoreAsync() => Task.FromResult<IBackupStore>(new FolderBackupStore(_folder.FullName));
}

/// <summary>A bucket, over HTTP.</summary>
public sealed class S3BackupStoreTests(S3Server server) : BackupStoreTests, IClassFixture<S3Server>, IDisposable
{
    private S3BackupStore? _store;

    public void Dispose() => _store?.Dispose();

    private protected override async Task<IBackupStore> StoreAsync() => _store = new S3BackupStore(await server.NewBucketAsync(), S3Server.Credentials);

    [Fact]
    public async Task A_dump_that_is_cut_leaves_no_parts_behind()
    {
        var location = await server.NewBucketAsync();
        _store = new S3BackupStore(location, S3Server.Credentials);
        using var client = new AmazonS3Client(S3Server.Credentials, new AmazonS3Config { ServiceURL = server.Address.AbsoluteUri, ForcePathStyle = true });

        await Assert.ThrowsAsync<IOException>(() => _store.WriteAsync("2026-11-15T090000Z/database.pgp", async to =>
        {
            await to.WriteAsync(new byte[S3BackupStore.PartBytes + 1], Cancel);
            // The server deletes no bucket with an upload under way.
            Assert.Equal("BucketNotEmpty", (await Assert.ThrowsAsync<AmazonS3Exception>(() => client.DeleteBucketAsync(location.Bucket, Cancel))).ErrorCode);
            throw new IOException("pg_dump died.");
        }, Cancel));

        await client.DeleteBucketAsync(location.Bucket, Cancel);
    }

    [Fact]
    public async Task Every_version_marker_and_unfinished_upload_goes_and_one_object_that_is_refused_does_not_save_the_others()
    {
        await using var bucket = await VersionedBucket.StartAsync();
        using var store = new S3BackupStore(bucket.Location, S3Server.Credentials);
        string[] names = ["2026-11-15T090000Z/database.pgp", "2026-11-15T090000Z/manifest.json"];
        foreach (var name in names.Append(names[0])) await WriteAsync(store, name, "x");
        bucket.Held.Add(($"tilleul/{names[1]}", "marker", true));
        bucket.Held.Add(("tilleul/files/of-others", "other", false));
        // As a process killed in the middle of a dump leaves it.
        bucket.Uploads.Add(("tilleul/2026-11-14T090000Z/database.pgp", "upload"));
        Assert.Equal([true, false], (await store.ListAsync(Cancel)).Where(o => names.Contains(o.Name)).OrderBy(o => o.Name, StringComparer.Ordinal).Select(o => o.Whole));

        bucket.Refused.Add($"tilleul/{names[0]}");
        Assert.Equal(BackupFault.StoreFailed, (await Assert.ThrowsAsync<BackupException>(() => store.DeleteAsync(names, Cancel))).Fault);
        Assert.Equal([$"tilleul/{names[0]}", $"tilleul/{names[0]}", "tilleul/files/of-others"], bucket.Held.Select(v => v.Key));
        Assert.Equal(new BackedUpObject("2026-11-14T090000Z/database.pgp", 0, Whole: false), (await store.ListAsync(Cancel)).OrderBy(o => o.Name, StringComparer.Ordinal).First());
        await store.DeleteAsync(["2026-11-14T090000Z/database.pgp"], Cancel);
        Assert.Empty(bucket.Uploads);
        bucket.Refused.Clear();
        await store.DeleteAsync(names, Cancel);
        Assert.Equal("other", Assert.Single(bucket.Held).Id);
    }

    [Fact]
    public async Task A_bucket_that_refuses_or_is_not_there_is_a_fault_of_the_place()
    {
        using var store = new S3BackupStore((await server.NewBucketAsync()) with { Bucket = "nobodys" }, S3Server.Credentials);

        foreach (var ask in (Func<Task>[])[() => store.ListAsync(Cancel), () => WriteAsync(store, "2026-11-15T090000Z/database.pgp", "x"), () => store.DeleteAsync(["x"], Cancel)])
            Assert.Equal(BackupFault.StoreFailed, (await Assert.ThrowsAsync<BackupException>(ask)).Fault);
    }
}
