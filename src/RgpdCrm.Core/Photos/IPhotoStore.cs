namespace RgpdCrm.Core.Photos;

/// <summary>Where the published sizes of the photos lie: an S3 bucket, or a folder when none is configured.
/// Every method is safe to repeat.</summary>
public interface IPhotoStore
{
    /// <summary>Writes one object, or replaces it.</summary>
    /// <param name="name">Its name, from <see cref="PhotoSizes.Name"/>.</param>
    /// <param name="content">Its bytes, from the start: a stream that can be read again.</param>
    /// <param name="type">Its media type.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="PhotoStoreException">The store refused or did not answer in time; nothing is known of the object.</exception>
    Task PutAsync(string name, Stream content, string type, CancellationToken cancel = default);

    /// <summary>Removes every object of a photo, with all versions, markers and unfinished uploads, and lists again.</summary>
    /// <param name="key">The photo's key.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Whether the listing that followed showed none of them.</returns>
    /// <exception cref="PhotoStoreException">The store refused or did not answer in time.</exception>
    Task<bool> RemoveAsync(string key, CancellationToken cancel = default);

    /// <summary>Everything the store holds of ours; versions and markers of removed objects count.</summary>
    /// <exception cref="PhotoStoreException">The store refused or did not answer in time.</exception>
    IAsyncEnumerable<PublishedObject> ListAsync(CancellationToken cancel = default);

    /// <summary>The address under which a browser gets an object; for a private bucket, signed and short-lived.</summary>
    string AddressOf(string name);

    /// <summary>Scheme and host from which browsers get the objects; none when it is our own.</summary>
    string? Origin { get; }
}

/// <summary>One object of the photo store, or an earlier version of one.</summary>
/// <param name="Name">Its name: a photo's key, a slash and a size, unless someone else wrote it.</param>
/// <param name="WrittenAt">When the store received it.</param>
/// <param name="Visible">It is what the store gives to who asks for this name: neither an earlier version, a marker nor unfinished.</param>
public sealed record PublishedObject(string Name, DateTimeOffset WrittenAt, bool Visible)
{
    /// <summary>The key of its photo; none when the name is not one of ours.</summary>
    public string? Key => Name.IndexOf('/', StringComparison.Ordinal) is 32 && Files.StoredFiles.IsKey(Name[..32]) ? Name[..32] : null;
}

/// <summary>The sizes in which every photo is published.</summary>
public static class PhotoSizes
{
    /// <summary>Longest sides in pixels, ascending; a smaller photo is published as it is under the same names.</summary>
    public static IReadOnlyList<int> Sides { get; } = [480, 1200, 2400];

    /// <summary>Endings of the names, the smaller format first.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["webp", "jpg"];

    /// <summary>What follows the key in a name, such as <c>480.webp</c>.</summary>
    public static IReadOnlyList<string> All { get; } = [.. from side in Sides from format in Formats select $"{side}.{format}"];

    /// <summary>The sides worth offering for a master of these pixels: beyond the first that shows them all, the others are copies.</summary>
    public static IEnumerable<int> Shown(int width, int height) => Sides.Where((_, i) => i == 0 || Sides[i - 1] < Math.Max(width, height));

    /// <summary>Pixels in width of a size of a master of these pixels.</summary>
    public static int WidthAt(int side, int width, int height) => Math.Max(width, height) is var longest && longest <= side ? width : Math.Max(1, (int)Math.Round((double)width * side / longest));

    /// <summary>Media type of a size, from the ending of its name.</summary>
    public static string TypeOf(string name) => name.EndsWith(".webp", StringComparison.Ordinal) ? "image/webp" : "image/jpeg";

    /// <summary>Name of an object, such as <c>0f3c…/480.webp</c>.</summary>
    public static string Name(string key, int side, string format) => $"{key}/{side}.{format}";
}

/// <summary>The photo store refused or did not answer. The message names no object.</summary>
public sealed class PhotoStoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Makes the published sizes of a photo from its master and writes them to the photo store; safe to repeat.</summary>
/// <param name="key">The photo's key.</param>
/// <param name="cancel">Gives up.</param>
/// <exception cref="PhotoStoreException">The store refused or did not answer in time.</exception>
/// <exception cref="IOException">The master is not there or cannot be read.</exception>
public delegate Task PublishPhoto(string key, CancellationToken cancel);
