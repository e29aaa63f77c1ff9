using RgpdCrm.Core.Photos;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Properties.Photos;

/// <summary>What the photo pages say in more than one place.</summary>
internal static class PhotoWords
{
    /// <summary>Why a file is not taken, and what to do.</summary>
    public static string Of(PhotoRefusal refusal) => refusal switch
    {
        PhotoRefusal.Empty => T("Ce fichier est vide."),
        PhotoRefusal.TooHeavy => T("Ce fichier dépasse 15 Mo. Enregistrez la photo dans une taille plus petite."),
        PhotoRefusal.TooManyPixels => T("Cette image dépasse 40 mégapixels. Enregistrez-la dans une taille plus petite."),
        PhotoRefusal.Heic => T("Les photos HEIC ou AVIF ne sont pas acceptées. Enregistrez la photo en JPEG ; sur un iPhone : Réglages, Appareil photo, Formats, Le plus compatible."),
        PhotoRefusal.Svg => T("Les dessins SVG ne sont pas acceptés. Enregistrez l’image en JPEG, PNG ou WebP."),
        PhotoRefusal.WrongEnding => T("La fin du nom ne correspond pas au contenu du fichier. Enregistrez la photo de nouveau en JPEG, PNG ou WebP."),
        PhotoRefusal.TwoInOne => T("Ce fichier contient autre chose qu’une image. Enregistrez la photo de nouveau en JPEG, PNG ou WebP."),
        PhotoRefusal.Damaged => T("Cette image est incomplète ou abîmée. Copiez-la de nouveau depuis l’appareil."),
        _ => T("Ce fichier n’est pas une photo JPEG, PNG ou WebP."),
    };

    /// <summary>What a photo shows, or at least which one it is.</summary>
    public static string Alt(Photo photo, int place) => photo.Alt.Length > 0 ? photo.Alt : T($"Photo {Format.Number(place)}");
}
