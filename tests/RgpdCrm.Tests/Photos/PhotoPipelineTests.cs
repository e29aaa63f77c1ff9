using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NetVips;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Photos;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Photos;

public sealed class PhotoPipelineTests : IDisposable
{
    private readonly string _storage = Directory.CreateTempSubdirectory("photos").FullName;
    private readonly PhotoPipeline _pipeline;

    public PhotoPipelineTests() => _pipeline = new PhotoPipeline(new PhotoFiles(_storage), new FolderPhotoStore(_storage));

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    [InlineData("webp")]
    public async Task A_photo_with_gps_comes_out_without_any(string format)
    {
        using var scene = Pictures.Scene(640, 480);
        using var tagged = Pictures.WithMetadata(scene);
        var upload = tagged.WriteToBuffer("." + format + "[profile=p3]");
        Assert.Contains(Pictures.Canary, Encoding.Latin1.GetString(upload), StringComparison.Ordinal);

        var made = await MakeAsync("photo." + format, upload);

        foreach (var output in Outputs(made))
        {
            var bytes = Encoding.Latin1.GetString(output);
            Assert.All((string[])[Pictures.Canary, "Exif", "EXIF", "XMP", "xmpmeta", "GPS", "Photoshop", "ICC_PROFILE", "ICCP"], mark => Assert.DoesNotContain(mark, bytes, StringComparison.Ordinal));
            Assert.Equal(bytes.StartsWith("\u00FF\u00D8\u00FF", StringComparison.Ordinal) ? 1 : 0, bytes.Split("\u00FF\u00D8\u00FF").Length - 1);
            using var image = Image.NewFromBuffer(output);
            Assert.DoesNotContain(image.GetFields(), field => field.StartsWith("exif", StringComparison.Ordinal) || field.EndsWith("-data", StringComparison.Ordinal) || field == "orientation");
        }
    }

    [Fact]
    public async Task Six_sizes_are_made_and_none_is_scaled_up()
    {
        var made = await MakeAsync("photo.jpg", Pictures.Jpeg(1800, 1350));

        Assert.Equal((1800, 1350), (made.Width, made.Height));
        Assert.Equal(["480 webp 480x360", "480 jpg 480x360", "1200 webp 1200x900", "1200 jpg 1200x900", "2400 webp 1800x1350", "2400 jpg 1800x1350"], made.Sizes.Select(Describe));
        Assert.StartsWith("data:image/webp;base64,", made.Placeholder, StringComparison.Ordinal);
        Assert.InRange(made.Placeholder.Length, 50, 600);

        static string Describe(PublishedSize size)
        {
            using var image = Image.NewFromBuffer(size.Content);
            Assert.Equal(size.Format == "webp" ? "webpload_buffer" : "jpegload_buffer", image.Get("vips-loader"));
            return $"{size.Side} {size.Format} {image.Width}x{image.Height}";
        }
    }

    [Theory]
    [InlineData(1, "red")]
    [InlineData(2, "blue")]
    [InlineData(3, "lime")]
    [InlineData(4, "yellow")]
    [InlineData(5, "red")]
    [InlineData(6, "yellow")]
    [InlineData(7, "lime")]
    [InlineData(8, "blue")]
    public async Task A_photo_taken_with_the_camera_on_its_side_comes_out_upright(int orientation, string topLeft)
    {
        // Red and blue above, yellow and lime below.
        using var red = Image.Black(320, 200) + new[] { 255, 0, 0 };
        using var blue = Image.Black(320, 200) + new[] { 0, 0, 255 };
        using var yellow = Image.Black(320, 200) + new[] { 255, 255, 0 };
        using var lime = Image.Black(320, 200) + new[] { 0, 255, 0 };
        using var quarters = Image.Arrayjoin([red, blue, yellow, lime], across: 2).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb)
            .Mutate(m => m.Set(GValue.GIntType, "orientation", orientation));

        var made = await MakeAsync("photo.jpg", quarters.JpegsaveBuffer(q: 95));

        Assert.Equal(orientation >= 5 ? (400, 640) : (640, 400), (made.Width, made.Height));
        foreach (var output in Outputs(made)[..3])
        {
            using var image = Image.NewFromBuffer(output);
            Assert.Equal(topLeft, Colour(image.Getpoint(image.Width / 8, image.Height / 8)));
        }
    }

    [Fact]
    public async Task Transparency_comes_out_on_white()
    {
        using var clear = Image.Black(300, 200, bands: 4).Copy(interpretation: Enums.Interpretation.Srgb).Cast(Enums.BandFormat.Uchar);
        var made = await MakeAsync("plan.png", clear.PngsaveBuffer());
        Assert.All(Outputs(made), output => Assert.Equal("white", Corner(output)));
    }

    [Fact]
    public async Task Printing_inks_sixteen_bits_and_grey_come_out_as_plain_colours()
    {
        using var inks = (Image.Black(300, 200, bands: 4) + new[] { 0, 255, 255, 0 }).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Cmyk);
        using var deep = (Image.Black(300, 200, bands: 4) + new[] { 65535, 65535, 0, 65535 }).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16);
        using var grey = (Image.Black(300, 200, bands: 2) + new[] { 255, 255 }).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Bw);

        Assert.All(Outputs(await MakeAsync("affiche.jpg", inks.JpegsaveBuffer(q: 95, keep: Enums.ForeignKeep.None))), output => Assert.Equal("red", Corner(output)));
        Assert.All(Outputs(await MakeAsync("scan.png", deep.PngsaveBuffer(bitdepth: 16))), output => Assert.Equal("yellow", Corner(output)));
        Assert.All(Outputs(await MakeAsync("gris.png", grey.PngsaveBuffer())), output => Assert.Equal("white", Corner(output)));
    }

    [Fact]
    public async Task Colours_of_a_wide_profile_are_translated_before_it_goes()
    {
        using var p3 = (Image.Black(300, 200) + new[] { 0, 200, 0 }).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb).IccTransform("p3", inputProfile: "srgb");
        var numbers = p3.Getpoint(5, 5);
        var made = await MakeAsync("iphone.jpg", p3.JpegsaveBuffer(q: 95, subsampleMode: Enums.ForeignSubsample.Off));
        using var image = Image.NewFromBuffer(made.Master);
        var green = image.Getpoint(5, 5);
        Assert.InRange(numbers[0], 50, 130); // What the profile would mean without being applied.
        Assert.InRange(green[0], 0, 12);
        Assert.InRange(green[1], 192, 208);
    }

    [Fact]
    public async Task Of_a_moving_picture_the_first_image_is_taken()
    {
        using var first = Pictures.Scene(200, 100);
        using var second = first.Invert();
        using var film = Image.Arrayjoin([first, second], across: 1).Mutate(m => m.Set(GValue.GIntType, "page-height", 100));
        var made = await MakeAsync("visite.webp", film.WebpsaveBuffer());
        Assert.Equal((200, 100), (made.Width, made.Height));
    }

    public static TheoryData<string, byte[], PhotoRefusal> Unwelcome => new()
    {
        { "photo.jpg", [], PhotoRefusal.Empty },
        { "lourde.jpg", [.. Pictures.Jpeg(), .. new byte[PhotoCheck.MaxBytes]], PhotoRefusal.TooHeavy },
        { "bombe.png", PngHeader(20_000, 20_000), PhotoRefusal.TooManyPixels },
        { "bombe.png", PngHeader(2_000_000, 2_000_000), PhotoRefusal.TooManyPixels },
        { "bombe.jpg", JpegHeader(65_000, 65_000), PhotoRefusal.TooManyPixels },
        { "bombe.webp", WebpHeader(16_383, 16_383), PhotoRefusal.Damaged },
        { "iphone.heic", [0, 0, 0, 24, .. "ftypheic"u8, .. new byte[40]], PhotoRefusal.Heic },
        { "iphone.jpg", [0, 0, 0, 24, .. "ftypmif1"u8, .. new byte[40]], PhotoRefusal.Heic },
        { "logo.svg", [.. "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"u8], PhotoRefusal.Svg },
        { "logo.png", [.. "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8], PhotoRefusal.Svg },
        { "photo.gif", [.. "GIF89a"u8, .. new byte[40]], PhotoRefusal.UnknownType },
        { "texte.jpg", [.. "Bonjour"u8], PhotoRefusal.UnknownType },
        { "photo.png", Pictures.Jpeg(), PhotoRefusal.WrongEnding },
        { "photo.jpg.aspx", Pictures.Jpeg(), PhotoRefusal.WrongEnding },
        { "photo", Pictures.Jpeg(), PhotoRefusal.WrongEnding },
        { "photo.jpg", [.. Pictures.Jpeg(), .. "<HTML><script>alert(1)</script>"u8], PhotoRefusal.TwoInOne },
        { "photo.jpg", [.. Pictures.Jpeg(), .. Zip()], PhotoRefusal.TwoInOne },
        { "photo.jpg", [0xFF, 0xD8, 0xFF, 0xFE, 0, 12, .. "%PDF-1.7\n"u8, .. Pictures.Jpeg()[2..]], PhotoRefusal.TwoInOne },
        { "photo.jpg", Pictures.Jpeg()[..^4000], PhotoRefusal.Damaged },
        { "photo.png", Png()[..^4000], PhotoRefusal.Damaged },
        { "photo.webp", Webp()[..^400], PhotoRefusal.Damaged },
        { "photo.jpg", Pictures.Jpeg()[..40], PhotoRefusal.Damaged },
    };

    [Theory]
    [MemberData(nameof(Unwelcome), DisableDiscoveryEnumeration = true)]
    public async Task What_is_not_a_sound_photo_is_refused_for_what_it_is(string name, byte[] file, PhotoRefusal why) =>
        Assert.Equal(why, (await Assert.ThrowsAsync<RefusedPhotoException>(() => MakeAsync(name, file))).Why);

    [Fact]
    public void Nothing_but_jpeg_png_and_webp_can_be_decoded_in_this_process()
    {
        Assert.Throws<VipsException>(() => Image.NewFromBuffer("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"u8.ToArray()));
        Assert.Throws<VipsException>(() => Image.NewFromBuffer("P5 1 1 255 x"u8.ToArray()));
    }

    [Fact]
    public async Task A_lost_store_is_filled_again_from_the_master_with_the_same_bytes()
    {
        var (key, made) = (StoredFiles.NewKey(), await MakeAsync("photo.jpg", Pictures.Jpeg(1800, 1350)));
        using (var master = new MemoryStream(made.Master)) await new PhotoFiles(_storage).WriteAsync(key, master);

        await _pipeline.PublishAsync(key, default);

        var store = new FolderPhotoStore(_storage);
        foreach (var size in made.Sizes)
        {
            using var published = new MemoryStream();
            await using (var file = store.OpenRead(key, $"{size.Side}.{size.Format}")!) await file.CopyToAsync(published);
            Assert.Equal(size.Content, published.ToArray());
        }
        await Assert.ThrowsAnyAsync<IOException>(() => _pipeline.PublishAsync(StoredFiles.NewKey(), default));
    }

    public void Dispose()
    {
        _pipeline.Dispose();
        Directory.Delete(_storage, recursive: true);
    }

    private async Task<NewPhoto> MakeAsync(string name, byte[] file)
    {
        using var upload = new MemoryStream(file);
        return await _pipeline.MakeAsync(name, upload);
    }

    private static List<byte[]> Outputs(NewPhoto made) =>
        [made.Master, .. made.Sizes.Select(s => s.Content), Convert.FromBase64String(made.Placeholder.Split(',')[1])];

    private static string Corner(byte[] output)
    {
        using var image = Image.NewFromBuffer(output);
        Assert.Equal((3, Enums.BandFormat.Uchar), (image.Bands, image.Format));
        return Colour(image.Getpoint(2, 2));
    }

    private static string Colour(double[] point) => (point[0] > 190, point[1] > 190, point[2] > 190) switch
    {
        (true, true, true) => "white",
        (true, true, false) => "yellow",
        (true, false, false) => "red",
        (false, true, false) => "lime",
        (false, false, true) => "blue",
        _ => string.Join(' ', point),
    };

    // A few bytes that announce a huge picture.
    private static byte[] PngHeader(int width, int height)
    {
        var chunk = new byte[17];
        "IHDR"u8.CopyTo(chunk);
        BinaryPrimitives.WriteInt32BigEndian(chunk.AsSpan(4), width);
        BinaryPrimitives.WriteInt32BigEndian(chunk.AsSpan(8), height);
        (chunk[12], chunk[13]) = (8, 2);
        return [0x89, .. "PNG\r\n\x1a\n"u8, 0, 0, 0, 13, .. chunk, .. Crc(chunk), 0, 0, 0, 0, .. "IDAT"u8, .. Crc("IDAT"u8), 0, 0, 0, 0, .. "IEND"u8, .. Crc("IEND"u8)];
    }

    // The size of the picture follows the mark of the frame: height, then width.
    private static byte[] JpegHeader(int width, int height)
    {
        var file = Pictures.Jpeg();
        var frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), (ushort)width);
        return file;
    }

    private static byte[] WebpHeader(int width, int height)
    {
        var file = Webp();
        var frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(frame + 3), (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(frame + 5), (ushort)height);
        return file;
    }

    private static byte[] Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var next in data)
        {
            crc ^= next;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ~crc);
        return bytes;
    }

    private static byte[] Png()
    {
        using var scene = Pictures.Scene(320, 240);
        return scene.PngsaveBuffer();
    }

    private static byte[] Webp()
    {
        using var scene = Pictures.Scene(320, 240);
        return scene.WebpsaveBuffer();
    }

    private static byte[] Zip()
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create))
        using (var entry = new StreamWriter(archive.CreateEntry("a.txt").Open()))
            entry.Write("a");
        return file.ToArray();
    }
}
