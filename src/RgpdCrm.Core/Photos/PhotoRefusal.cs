namespace RgpdCrm.Core.Photos;

/// <summary>Why a file is not taken as a photo.</summary>
public enum PhotoRefusal
{
    /// <summary>No byte.</summary>
    Empty,

    /// <summary>More than <see cref="PhotoCheck.MaxBytes"/>.</summary>
    TooHeavy,

    /// <summary>More than <see cref="PhotoCheck.MaxPixels"/>.</summary>
    TooManyPixels,

    /// <summary>HEIC, HEIF or AVIF, as iPhones save their photos.</summary>
    Heic,

    /// <summary>A drawing in SVG: text that a browser could run.</summary>
    Svg,

    /// <summary>None of JPEG, PNG and WebP.</summary>
    UnknownType,

    /// <summary>The name ends like another kind of file than the content.</summary>
    WrongEnding,

    /// <summary>The image is a web page, a PDF or an archive as well.</summary>
    TwoInOne,

    /// <summary>Cut short or unreadable.</summary>
    Damaged,
}

/// <summary>A file is not taken as a photo; nothing of it was kept.</summary>
public sealed class RefusedPhotoException(PhotoRefusal why, Exception? inner = null) : Exception($"Not taken as a photo: {why}.", inner)
{
    /// <summary>What to tell the person who sent it.</summary>
    public PhotoRefusal Why { get; } = why;
}
