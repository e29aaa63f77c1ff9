using System.Diagnostics;
using RgpdCrm.Core.Backups;

namespace RgpdCrm.Tests.Support;

/// <summary>A disk of one megabyte for backups that a test fills: a file system in memory where this account may mount one (root, or sudo without a password),
/// else a folder whose writings end in <c>/dev/full</c>, where the kernel gives the same answer.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-disk");
    private string[]? _asRoot;
    private bool _full;

    public static async Task<SmallDisk> MountAsync()
    {
        var disk = new SmallDisk();
        foreach (var asRoot in (string[][])[[], ["sudo", "-n"]])
        {
            if (await SucceedsAsync([.. asRoot, "mount", "-t", "tmpfs", "-o", "size=1m,mode=0777", "tmpfs", disk._folder.FullName])) disk._asRoot = asRoot;
            if (disk._asRoot is not null) break;
        }
        return disk;
    }

    public string Folder => _folder.FullName;

    public IBackupStore Store => _asRoot is null && _full ? new Full(new FolderBackupStore(Folder)) : new FolderBackupStore(Folder);

    /// <summary>Someone else's file takes all that is left.</summary>
    public async Task FillAsync()
    {
        _full = true;
        if (_asRoot is null) return;
        await using var filler = new FileStream(FillerPath, FileMode.Create);
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
            {
                await filler.WriteAsync(new byte[4096]);
                await filler.FlushAsync();
            }
        });
    }

    /// <summary>That file is gone.</summary>
    public void Free()
    {
        _full = false;
        File.Delete(FillerPath);
    }

    public async ValueTask DisposeAsync()
    {
        if (_asRoot is not null) Assert.True(await SucceedsAsync([.. _asRoot, "umount", Folder]));
        _folder.Delete(recursive: true);
    }

    private string FillerPath => Path.Combine(Folder, "filler");

    private static async Task<bool> SucceedsAsync(string[] command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private sealed class Full(IBackupStore disk) : IBackupStore
    {
        public Task<long> WriteAsync(string name, Func<Stream, Task> write, CancellationToken cancel = default) => disk.WriteAsync(name, async _ =>
        {
            await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
            await write(full);
        }, cancel);

        public Task<Stream?> OpenReadAsync(string name, CancellationToken cancel = default) => disk.OpenReadAsync(name, cancel);

        public Task<IReadOnlyList<BackedUpObject>> ListAsync(CancellationToken cancel = default) => disk.ListAsync(cancel);

        public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancel = default) => disk.DeleteAsync(names, cancel);
    }
}
