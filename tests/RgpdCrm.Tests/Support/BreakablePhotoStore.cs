using RgpdCrm.Core.Photos;

namespace RgpdCrm.Tests.Support;

/// <summary>A photo store that a test breaks.</summary>
internal sealed class BreakablePhotoStore(IPhotoStore store) : IPhotoStore
{
    /// <summary>The store neither accepts nor answers.</summary>
    public bool Dead { get; set; }

    /// <summary>The process is killed after the store did its work.</summary>
    public bool KilledAfterwards { get; set; }

    public string? Origin => store.Origin;

    public async Task PutAsync(string name, Stream content, string type, CancellationToken cancel = default)
    {
        Answer();
        await store.PutAsync(name, content, type, cancel);
    }

    public async Task<bool> RemoveAsync(string key, CancellationToken cancel = default)
    {
        Answer();
        var absent = await store.RemoveAsync(key, cancel);
        return KilledAfterwards ? throw new OperationCanceledException() : absent;
    }

    public IAsyncEnumerable<PublishedObject> ListAsync(CancellationToken cancel = default)
    {
        Answer();
        return store.ListAsync(cancel);
    }

    public string AddressOf(string name) => store.AddressOf(name);

    private void Answer()
    {
        if (Dead) throw new PhotoStoreException("The photo store does not answer.");
    }
}
