using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Outside;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Pages;

/// <summary>What is shown in place of a refused or failed page, under the status it had.</summary>
[IgnoreAntiforgeryToken, ResponseCache(NoStore = true)]
public sealed class ErrorModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public int? Status { get; set; }

    public string Title => Status switch
    {
        400 => T("Demande refusée"),
        403 => T("Accès réservé"),
        404 => T("Page introuvable"),
        413 => T("Envoi trop lourd"),
        429 => T("Trop d’essais"),
        _ when ClosedDoor.IsClosed(HttpContext) => T("L’agence ferme un moment"),
        _ => T("Une erreur est survenue"),
    };

    public string Advice => Status switch
    {
        400 => T("Cette page était ouverte depuis trop longtemps ou ne venait pas d’ici : rouvrez-la et recommencez. Rien n’a été enregistré."),
        403 => T("Votre rôle ne permet pas d’ouvrir cette page. Si vous en avez besoin pour votre travail, parlez-en à l’administrateur de l’agence."),
        404 => T("Cette adresse ne mène à rien : le lien est ancien, ou ce qu’il montrait a été supprimé."),
        413 => T("Cet envoi dépasse ce que cette page accepte : envoyez moins de fichiers à la fois, ou de plus petits. Rien n’a été enregistré."),
        429 => T("Attendez une minute, puis recommencez."),
        _ when ClosedDoor.IsClosed(HttpContext) => T("Une sauvegarde vient d’être reprise : l’application reste fermée jusqu’à ce qu’un administrateur l’ait vérifiée et ouverte. Rien n’a été enregistré."),
        _ when HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error is OutsideLedgerException => RunWords.NoTrace,
        _ => T($"Rien n’a été enregistré à moitié. Réessayez dans un instant ; si l’erreur persiste, donnez à l’assistance la référence {HttpContext.TraceIdentifier}."),
    };

    public void OnGet() => KeepStatus();

    public void OnPost() => KeepStatus();

    // Opened by hand, the page has no status of its own.
    private void KeepStatus()
    {
        if (Status is >= 400 and < 600 && Response.StatusCode == StatusCodes.Status200OK) Response.StatusCode = Status.Value;
    }
}
