using System.Buffers.Binary;
using System.Text;

namespace RgpdCrm.Core.Photos;

/// <summary>The kinds of file taken as photos.</summary>
internal enum PhotoType
{
    Jpeg,
    Png,
    Webp,
}

/// <summary>What a file is by its bytes, whatever its name or its sender say, before any decoder sees it.</summary>
public static class PhotoCheck
{
    /// <summary>Bytes a file may have: 15 MB.</summary>
    public const int MaxBytes = 15 * 1024 * 1024;

    /// <summary>Pixels a picture may have, as its header says: 40 megapixels.</summary>
    public const long MaxPixels = 40_000_000;

    // A picture that is also a page, a program or a PDF waits for someone to serve it as such. Ours is encoded anew; its sender has to know all the same.
    private static readonly byte[][] Markup = [.. new[] { "<script", "<html", "<!doctype", "<?php", "<svg" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>The kind of photo.</summary>
    /// <exception cref="RefusedPhotoException">It is none, or not only one.</exception>
    internal static PhotoType TypeOf(string name, ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty) throw new RefusedPhotoException(PhotoRefusal.Empty);
        if (file.Length > MaxBytes) throw new RefusedPhotoException(PhotoRefusal.TooHeavy);
        var type = TypeOf(file);
        if (!Endings(type).Contains(Path.GetExtension(name).ToLowerInvariant())) throw new RefusedPhotoException(PhotoRefusal.WrongEnding);
        if (IsMarkup(file) || IsPdf(file) || IsZip(file)) throw new RefusedPhotoException(PhotoRefusal.TwoInOne);
        return type;
    }

    private static PhotoType TypeOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return PhotoType.Jpeg;
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A])) return PhotoType.Png;
        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8)) return PhotoType.Webp;
        if (file.Length >= 12 && file[4..8].SequenceEqual("ftyp"u8)) throw new RefusedPhotoException(PhotoRefusal.Heic);
        throw new RefusedPhotoException(Contains(file[..Math.Min(file.Length, 4096)], "<svg"u8) ? PhotoRefusal.Svg : PhotoRefusal.UnknownType);
    }

    private static string[] Endings(PhotoType type) => type switch
    {
        PhotoType.Jpeg => [".jpg", ".jpeg", ".jpe", ".jfif"],
        PhotoType.Png => [".png"],
        _ => [".webp"],
    };

    private static bool IsMarkup(ReadOnlySpan<byte> file)
    {
        foreach (var mark in Markup)
            if (Contains(file, mark)) return true;
        return false;
    }

    // Readers look for the mark in the first kilobyte.
    private static bool IsPdf(ReadOnlySpan<byte> file) => file[..Math.Min(file.Length, 1024)].IndexOf("%PDF-"u8) >= 0;

    // An archive is read from its end: a directory record whose comment reaches exactly to the last byte.
    private static bool IsZip(ReadOnlySpan<byte> file)
    {
        const int record = 22;
        var tail = file[Math.Max(0, file.Length - record - ushort.MaxValue)..];
        for (var at = tail.LastIndexOf("PK\x05\x06"u8); at >= 0; at = tail[..at].LastIndexOf("PK\x05\x06"u8))
            if (at + record <= tail.Length && at + record + BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) == tail.Length) return true;
        return false;
    }

    // ASCII, whatever the case; the needle starts with '<', which has none.
    private static bool Contains(ReadOnlySpan<byte> file, ReadOnlySpan<byte> needle)
    {
        for (var at = file.IndexOf(needle[0]); at >= 0;)
        {
            file = file[at..];
            if (file.Length < needle.Length) return false;
            if (Ascii.EqualsIgnoreCase(file[..needle.Length], needle)) return true;
            file = file[1..];
            at = file.IndexOf(needle[0]);
        }
        return false;
    }
}
