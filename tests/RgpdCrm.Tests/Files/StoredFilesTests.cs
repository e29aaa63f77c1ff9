using System.Security.Cryptography;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Tests.Files;

public sealed class StoredFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-stored-");
    private readonly DocumentFiles _files;
    private readonly string _key = StoredFiles.NewKey();

    public StoredFilesTests() => _files = new DocumentFiles(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_file_is_written_read_listed_and_deleted_for_its_owner_alone()
    {
        var content = RandomNumberGenerator.GetBytes(100_000);

        Assert.Equal(content.Length, await _files.WriteAsync(_key, new MemoryStream(content)));

        await using (var read = _files.OpenRead(_key)!)
        {
            var back = new byte[read.Length];
            await read.ReadExactlyAsync(back);
            Assert.Equal(content, back);
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_files.PathOf(_key)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(_files.PathOf(_key))!));
        Assert.Equal((_key, false), Assert.Single(_files.All()) is var file ? (file.Key, file.Unfinished) : default);

        for (var twice = 0; twice < 2; twice++) _files.Delete(_key);
        Assert.False(_files.Holds(_key));
        Assert.Null(_files.OpenRead(_key));
        Assert.Empty(Directory.EnumerateFiles(_folder.FullName, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_writing_that_is_cut_off_leaves_the_earlier_file_whole_and_nothing_beside_it()
    {
        await _files.WriteAsync(_key, new MemoryStream([1, 2, 3]));

        await Assert.ThrowsAsync<IOException>(() => _files.WriteAsync(_key, new CutOff()));

        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(_files.PathOf(_key)));
        Assert.Single(_files.All());
    }

    [Theory]
    [InlineData(""), InlineData("../../../etc/passwd"), InlineData("0123456789abcdef0123456789abcde"), InlineData("0123456789ABCDEF0123456789ABCDEF"), InlineData("0123456789abcdef0123456789abcd/f"), InlineData(null)]
    public void Nothing_but_a_key_becomes_a_path(string? text)
    {
        Assert.False(StoredFiles.IsKey(text));
        Assert.Throws<ArgumentException>(() => _files.PathOf(text!));
    }

    private sealed class CutOff : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            destination.WriteByte(9);
            throw new IOException("The visitor went away.");
        }
    }
}
