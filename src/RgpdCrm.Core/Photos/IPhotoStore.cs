namespace RgpdCrm.Core.Photos;

/// <summary>Where the published sizes of the photos lie: an S3 bucket, or a folder when none is configured.
/// Every method is safe to repeat.</summary>
public interface IPhotoStore
{
    /// <summary>Writes one object, or replaces it.</summary>
    /// <param name="key">Its name: a photo's key, a slash and a size, such as <c>0f3c…/480.webp</c>.</param>
    /// <param name="content">Its bytes, from where the stream stands.</param>
    /// <param name="type">Its media type.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="PhotoStoreException">The store refused or did not answer in time; nothing is known of the object.</exception>
    Task PutAsync(string key, Stream content, string type, CancellationToken cancel = default);

    /// <summary>Removes every object whose name starts with <paramref name="prefix"/>, with all versions and markers, and lists again.</summary>
    /// <returns>Whether the listing that followed showed none of them.</returns>
    /// <exception cref="PhotoStoreException">The store refused or did not answer in time.</exception>
    Task<bool> RemoveAsync(string prefix, CancellationToken cancel = default);

    /// <summary>Names of the objects whose name starts with <paramref name="prefix"/>; all of them for an empty one. Versions and markers of removed objects count.</summary>
    /// <exception cref="PhotoStoreException">The store refused or did not answer in time.</exception>
    IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancel = default);

    /// <summary>The address under which a browser gets an object; for a private bucket, signed and short-lived.</summary>
    string AddressOf(string key);
}

/// <summary>The photo store refused or did not answer. The message names no object.</summary>
public sealed class PhotoStoreException(string message, Exception? inner = null) : Exception(message, inner);
