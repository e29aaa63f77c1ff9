using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Documents;

/// <summary>Adds a PDF to a mandate or contract.</summary>
// A file somewhat too large is told so beside its field; a much larger one is refused unread.
[BodyLimit(Document.MostBytes + (10 * 1024 * 1024))]
public sealed class AddModel(CrmDbContext db, DocumentFiles files, AgencyClock clock) : DocumentPage(db)
{
    private const string Field = "File";

    [BindProperty(Name = Field)] public IFormFile? Pdf { get; set; }

    public async Task<IActionResult> OnGetAsync(Guid obligation) => await LoadAsync(obligation) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid obligation, CancellationToken cancel)
    {
        if (!await LoadAsync(obligation)) return NotFound();
        if (Pdf is not { Length: > 0 } file) return Refuse(T("Choisissez un fichier PDF qui n’est pas vide."));
        if (file.Length > Document.MostBytes) return Refuse(T("Ce fichier dépasse 20 Mo."));
        await using var content = file.OpenReadStream();
        if (!await Document.IsPdfAsync(content, cancel)) return Refuse(T("Ce fichier n’est pas un PDF entier, quel que soit son nom. Enregistrez-le de nouveau en PDF."));
        try
        {
            await Document.AddAsync(Db, files, obligation, file.FileName, content, new Act(User.AccountId(), clock.Now), cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(T("Le dossier de stockage n’accepte pas le fichier pour l’instant. Réessayez ; si cela persiste, prévenez l’assistance."), StatusCodes.Status503ServiceUnavailable);
        }
        return BackWith(T("Le document est ajouté."));
    }

    private PageResult Refuse(string text, int status = StatusCodes.Status422UnprocessableEntity)
    {
        ModelState.AddModelError(Field, text);
        Response.StatusCode = status;
        return Page();
    }
}
