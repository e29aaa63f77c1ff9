using System.Text;
using NetVips;

namespace RgpdCrm.Tests.Support;

/// <summary>Photos made on the spot: a sky over a facade, with as much detail as a photo has.</summary>
internal static class Pictures
{
    /// <summary>A word that every metadata block of <see cref="WithMetadata"/> holds.</summary>
    public const string Canary = "CANARI-DES-METADONNEES";

    /// <summary>A photo of that many pixels; another seed, another photo.</summary>
    public static Image Scene(int width, int height, int seed = 1)
    {
        using var far = Image.Perlin(width, height, cellSize: Math.Max(2, width / 6), uchar: false, seed: seed);
        using var near = Image.Perlin(width, height, cellSize: Math.Max(2, width / 60), uchar: false, seed: seed + 1);
        using var grain = Image.Gaussnoise(width, height, sigma: 3, mean: 0, seed: seed + 2);
        using var slope = Image.Xyz(width, height)[1] * (90.0 / height);
        using var light = far * 45 + near * 18 + grain + slope;
        return (light * new[] { 1.0, 0.95, 0.85 } + new double[] { 90, 100, 120 - seed % 5 * 6 }).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
    }

    public static byte[] Jpeg(int width = 640, int height = 480, int seed = 1)
    {
        using var scene = Scene(width, height, seed);
        return scene.JpegsaveBuffer(q: 90);
    }

    /// <summary>The same with coordinates, a description and a thumbnail in EXIF, XMP, IPTC and a colour profile.</summary>
    public static Image WithMetadata(Image image) => image.Mutate(m =>
    {
        m.Set(GValue.GStrType, "exif-ifd0-ImageDescription", Canary);
        m.Set(GValue.GStrType, "exif-ifd0-Make", Canary);
        m.Set(GValue.GStrType, "exif-ifd3-GPSLatitudeRef", "N");
        m.Set(GValue.GStrType, "exif-ifd3-GPSLatitude", "47/1 28/1 16/1");
        m.Set(GValue.GStrType, "exif-ifd3-GPSLongitude", "0/1 33/1 12/1");
        m.Set(GValue.BlobType, "xmp-data", Encoding.UTF8.GetBytes($"<x:xmpmeta xmlns:x='adobe:ns:meta/'><exif:GPSLatitude>47,28.2N</exif:GPSLatitude><dc:creator>{Canary}</dc:creator></x:xmpmeta>"));
        m.Set(GValue.BlobType, "iptc-data", Encoding.UTF8.GetBytes(Canary));
        m.Set(GValue.BlobType, "jpeg-thumbnail-data", Jpeg(160, 120));
    });
}
