using NetVips;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Core.Photos;

/// <summary>Makes masters and published sizes: upright, in sRGB, with no metadata at all (EXIF and its GPS, XMP, IPTC, comments, thumbnails, profiles).
/// At most <see cref="AtOnce"/> photos are in memory at once, and one larger than <see cref="LargePixels"/> only; the others wait for their turn.</summary>
/// <param name="masters">Where masters lie.</param>
/// <param name="store">Where sizes are published.</param>
public sealed class PhotoPipeline(PhotoFiles masters, IPhotoStore store) : IDisposable
{
    /// <summary>Photos made at once.</summary>
    public const int AtOnce = 2;

    /// <summary>Pixels beyond which a photo is made while no other of these is: a progressive JPEG is decoded as a whole, some six bytes a pixel.</summary>
    public const long LargePixels = 16_000_000;

    /// <summary>Quality of published JPEG files, of 100.</summary>
    public const int JpegQuality = 80;

    private const int PlaceholderSide = 20, MasterQuality = 90;
    private readonly SemaphoreSlim _turn = new(AtOnce), _large = new(1);

    // Only three decoders stay, for every file that this process opens; libvips itself holds all others for tested less well.
    static PhotoPipeline()
    {
        NetVips.NetVips.BlockUntrusted = true;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in (string[])["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp"]) Operation.Block(loader, false);
        Cache.Max = 0;
        // What is wrong with a file is told to its sender.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, (_, _, _) => { });
    }

    /// <summary>Quality of published WebP files, of 100. Lists show two dozen of the smallest on a telephone: within 300 kB together.</summary>
    public static int WebpQuality(int side) => side == PhotoSizes.Sides[0] ? 62 : 75;

    /// <summary>Makes everything a new photo needs, in memory; writes nothing.</summary>
    /// <param name="name">The name the file was sent under: its ending has to fit the content.</param>
    /// <param name="upload">The file.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="RefusedPhotoException">It is not taken.</exception>
    public async Task<NewPhoto> MakeAsync(string name, Stream upload, CancellationToken cancel = default)
    {
        if (upload.Length > PhotoCheck.MaxBytes) throw new RefusedPhotoException(PhotoRefusal.TooHeavy);
        await _turn.WaitAsync(cancel);
        try
        {
            var file = new byte[upload.Length];
            await upload.ReadExactlyAsync(file, cancel);
            var type = PhotoCheck.TypeOf(name, file);
            if (Pixels(file, type) <= LargePixels) return Make(file, type);

            await _large.WaitAsync(cancel);
            try
            {
                return Make(file, type);
            }
            finally
            {
                _large.Release();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes the published sizes of a photo from its master once more and writes them to the photo store.</summary>
    /// <inheritdoc cref="PublishPhoto"/>
    public async Task PublishAsync(string key, CancellationToken cancel)
    {
        IReadOnlyList<PublishedSize> sizes;
        await _turn.WaitAsync(cancel);
        try
        {
            using var largest = Largest(await File.ReadAllBytesAsync(masters.PathOf(key), cancel));
            sizes = Sizes(largest);
        }
        catch (VipsException e)
        {
            throw new IOException("A master cannot be read.", e);
        }
        finally
        {
            _turn.Release();
        }
        await PutAsync(key, sizes, cancel);
    }

    /// <summary>Writes published sizes to the photo store.</summary>
    /// <exception cref="PhotoStoreException">The store refused or did not answer in time.</exception>
    internal async Task PutAsync(string key, IReadOnlyList<PublishedSize> sizes, CancellationToken cancel)
    {
        foreach (var size in sizes)
        {
            using var content = new MemoryStream(size.Content, writable: false);
            await store.PutAsync(PhotoSizes.Name(key, size.Side, size.Format), content, PhotoSizes.TypeOf(size.Format), cancel);
        }
    }

    /// <summary>Writes a master to the storage folder.</summary>
    internal async Task KeepAsync(string key, byte[] master, CancellationToken cancel)
    {
        using var content = new MemoryStream(master, writable: false);
        await masters.WriteAsync(key, content, cancel);
    }

    public void Dispose()
    {
        _turn.Dispose();
        _large.Dispose();
    }

    private static NewPhoto Make(byte[] file, PhotoType type)
    {
        var (master, width, height) = Master(file, type);
        using var largest = Largest(master);
        return new NewPhoto(master, width, height, Placeholder(largest), Sizes(largest));
    }

    // As its header says; nothing is decoded for it.
    private static long Pixels(byte[] file, PhotoType type)
    {
        try
        {
            using var header = Open(file, type, Enums.Access.Sequential);
            var pixels = (long)header.Width * header.Height;
            return pixels <= PhotoCheck.MaxPixels ? pixels : throw new RefusedPhotoException(PhotoRefusal.TooManyPixels);
        }
        catch (VipsException e)
        {
            throw new RefusedPhotoException(PhotoRefusal.Damaged, e);
        }
    }

    private static (byte[] Master, int Width, int Height) Master(byte[] file, PhotoType type)
    {
        try
        {
            using var header = Open(file, type, Enums.Access.Sequential);
            // Read from top to bottom, only a few lines are in memory at a time; turning needs them all.
            var turned = header.Contains("orientation") && header.Get("orientation") is int and > 1;
            using var whole = turned ? Open(file, type, Enums.Access.Random) : null;
            using var upright = (whole ?? header).Autorot();
            using var image = Plain(upright);
            return (image.JpegsaveBuffer(q: MasterQuality, subsampleMode: Enums.ForeignSubsample.On, keep: Enums.ForeignKeep.None), image.Width, image.Height);
        }
        catch (VipsException e)
        {
            throw new RefusedPhotoException(PhotoRefusal.Damaged, e);
        }
    }

    // Of a moving picture, the first image.
    private static Image Open(byte[] file, PhotoType type, Enums.Access access) => type switch
    {
        PhotoType.Jpeg => Image.JpegloadBuffer(file, access: access, failOn: Enums.FailOn.Error),
        PhotoType.Png => Image.PngloadBuffer(file, access: access, failOn: Enums.FailOn.Error),
        _ => Image.WebploadBuffer(file, access: access, failOn: Enums.FailOn.Error),
    };

    // Three bands of eight bits in sRGB, on white where it was transparent.
    private static Image Plain(Image image)
    {
        var ink = image.Interpretation == Enums.Interpretation.Cmyk;
        using var coloured = ink || image.Contains("icc-profile-data")
            ? image.IccTransform("srgb", embedded: true, inputProfile: ink ? "cmyk" : "srgb", depth: 8)
            : image.Colourspace(Enums.Interpretation.Srgb);
        return coloured.HasAlpha() ? coloured.Flatten(background: [255, 255, 255]) : coloured.Copy();
    }

    // The master is decoded once; the smaller sizes come from the largest.
    private static Image Largest(byte[] master)
    {
        using var largest = Image.ThumbnailBuffer(master, PhotoSizes.Sides[^1], height: PhotoSizes.Sides[^1], size: Enums.Size.Down, failOn: Enums.FailOn.Error);
        return largest.CopyMemory();
    }

    private static Image Scaled(Image image, int side) => image.ThumbnailImage(side, height: side, size: Enums.Size.Down);

    private static string Placeholder(Image largest)
    {
        using var tiny = Scaled(largest, PlaceholderSide);
        return "data:image/webp;base64," + Convert.ToBase64String(tiny.WebpsaveBuffer(q: 40, keep: Enums.ForeignKeep.None));
    }

    private static List<PublishedSize> Sizes(Image largest)
    {
        List<PublishedSize> sizes = [];
        foreach (var side in PhotoSizes.Sides)
        {
            using var image = Scaled(largest, side);
            using var pixels = side == PhotoSizes.Sides[^1] ? image.Copy() : image.CopyMemory();
            sizes.Add(new(side, "webp", pixels.WebpsaveBuffer(q: WebpQuality(side), keep: Enums.ForeignKeep.None)));
            sizes.Add(new(side, "jpg", pixels.JpegsaveBuffer(q: JpegQuality, keep: Enums.ForeignKeep.None)));
        }
        return sizes;
    }
}

/// <summary>All that is made of an accepted upload.</summary>
/// <param name="Master">The JPEG of full resolution.</param>
/// <param name="Width">Pixels of the master.</param>
/// <param name="Height">Pixels of the master.</param>
/// <param name="Placeholder">A few blurred pixels as a data address.</param>
/// <param name="Sizes">What is published.</param>
public sealed record NewPhoto(byte[] Master, int Width, int Height, string Placeholder, IReadOnlyList<PublishedSize> Sizes);

/// <summary>One object to publish.</summary>
/// <param name="Side">Its longest side at most, pixels: one of <see cref="PhotoSizes.Sides"/>.</param>
/// <param name="Format">One of <see cref="PhotoSizes.Formats"/>.</param>
/// <param name="Content">Its bytes.</param>
public sealed record PublishedSize(int Side, string Format, byte[] Content);
