using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Photos;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Properties.Photos;

/// <summary>Takes photos and says of each file what became of it: as a page, or as one line of JSON for the script that sends them one by one.</summary>
[BodyLimit(MostAtOnce * (PhotoCheck.MaxBytes + 64L * 1024))]
public sealed partial class AddModel(CrmDbContext db, AgencyClock clock, PhotoPipeline pipeline, ILogger<AddModel> log) : PhotoPage(db, clock, pipeline)
{
    /// <summary>Files in one form.</summary>
    public const int MostAtOnce = 20;

    public IReadOnlyList<FileResult> Results { get; private set; } = [];

    public IActionResult OnGet() => ToIndex();

    public async Task<IActionResult> OnPostAsync(IReadOnlyList<IFormFile> files, CancellationToken cancel)
    {
        if (!await LoadAsync(cancel)) return NotFound();
        if (files.Count == 0) return Refused(T("Choisissez au moins une photo."));
        if (files.Count > MostAtOnce) return Refused(T($"Envoyez au plus {MostAtOnce} photos à la fois."));
        List<FileResult> results = [];
        foreach (var file in files) results.Add(await AddAsync(file, cancel));
        Results = results;
        var status = results.Find(r => !r.Added)?.Status ?? StatusCodes.Status200OK;
        if (ByScript) return new JsonResult(new { results[0].Text }) { StatusCode = status };
        if (status != StatusCodes.Status200OK) return Answer(status);
        TempData["Message"] = results.Count == 1 ? T("La photo est ajoutée.") : T($"{Format.Number(results.Count)} photos sont ajoutées.");
        return ToIndex();
    }

    private bool ByScript => Request.Headers.Accept.ToString().StartsWith("application/json", StringComparison.Ordinal);

    private async Task<FileResult> AddAsync(IFormFile file, CancellationToken cancel)
    {
        var name = Path.GetFileName(file.FileName);
        try
        {
            await using var upload = file.OpenReadStream();
            return await Album.AddAsync(name, upload, Act, cancel) is null
                ? new(name, T($"Ce bien a déjà {PhotoAlbum.MaxPhotos} photos. Retirez-en avant d’en ajouter."), StatusCodes.Status422UnprocessableEntity)
                : new(name, T("Ajoutée"), StatusCodes.Status200OK);
        }
        catch (RefusedPhotoException refused)
        {
            return new(name, PhotoWords.Of(refused.Why), StatusCodes.Status422UnprocessableEntity);
        }
        catch (Exception fault) when (fault is PhotoStoreException or IOException or UnauthorizedAccessException)
        {
            LogStoreFault(log, fault);
            return new(name, T("Le stockage des photos ne répond pas : cette photo n’est pas ajoutée. Réessayez dans quelques minutes."), StatusCodes.Status503ServiceUnavailable);
        }
    }

    private IActionResult Refused(string why)
    {
        if (ByScript) return new JsonResult(new { Text = why }) { StatusCode = StatusCodes.Status422UnprocessableEntity };
        ModelState.AddModelError("", why);
        return Answer(StatusCodes.Status422UnprocessableEntity);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A photo could not be stored.")]
    private static partial void LogStoreFault(ILogger log, Exception fault);
}

/// <summary>What became of one file.</summary>
public sealed record FileResult(string Name, string Text, int Status)
{
    public bool Added => Status == StatusCodes.Status200OK;
}
