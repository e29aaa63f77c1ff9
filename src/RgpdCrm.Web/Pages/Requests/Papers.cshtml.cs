using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>Papers asked for after a doubt that was written down: received, read once, destroyed.</summary>
// A file somewhat too large is told so beside its field; a much larger one is refused unread.
[BodyLimit(MostBytes + (10 * 1024 * 1024))]
public sealed class PapersModel(CrmDbContext db, AgencyClock clock, RightsDesk desk, PaperFiles files) : RequestPage(db, clock)
{
    private const int MostBytes = 10 * 1024 * 1024;

    [BindProperty] public IFormFile? Paper { get; set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel) => await ReadAsync(id, cancel) ? Page() : NotFound();

    /// <summary>Hands the file over to be saved, never shown in place, and writes down who opened it.</summary>
    public async Task<IActionResult> OnGetFileAsync(Guid id, CancellationToken cancel)
    {
        if (!await ReadAsync(id, cancel) || Asked.PapersKey is not { } key || files.OpenRead(key) is not { } content) return NotFound();
        Db.AuditEntries.Add(new AuditEntry(Clock.Now, User.AccountId(), "request.papers", "request", id));
        await Db.SaveChangesAsync(cancel);
        return File(content, "application/octet-stream", $"papiers-{Asked.Reference}.{await ExtensionAsync(content, cancel)}");
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await ReadAsync(id, cancel)) return NotFound();
        if (Paper is not { Length: > 0 } file) return Refuse(T("Choisissez un fichier qui n’est pas vide."));
        if (file.Length > MostBytes) return Refuse(T("Ce fichier dépasse 10 Mo."));
        await using var content = file.OpenReadStream();
        if (await ExtensionAsync(content, cancel) is null) return Refuse(T("Ce fichier n’est ni un PDF, ni un JPEG, ni un PNG, quel que soit son nom."));
        try
        {
            return After(await desk.AddPapersAsync(id, files, content, Act, cancel), T("Les papiers sont déposés. Vérifiez-les : ils sont détruits ensuite."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(T("Le dossier de stockage n’accepte pas le fichier pour l’instant. Réessayez ; si cela persiste, prévenez l’assistance."), StatusCodes.Status503ServiceUnavailable);
        }
    }

    public async Task<IActionResult> OnPostCheckAsync(Guid id, bool accepted, CancellationToken cancel)
    {
        if (!await ReadAsync(id, cancel)) return NotFound();
        return After(await desk.CheckPapersAsync(id, accepted, Act, cancel), accepted ? T("L’identité est prouvée, les papiers sont détruits.") : T("Les papiers sont détruits, l’identité reste à prouver."));
    }

    private async Task<bool> ReadAsync(Guid id, CancellationToken cancel) =>
        await LoadAsync(id, cancel) && Asked.ClosedOn is null && (Asked.PapersKey is not null || Asked.Identity == IdentityState.InDoubt);

    // What a file begins with, whatever its name says.
    private static async Task<string?> ExtensionAsync(Stream content, CancellationToken cancel)
    {
        var start = new byte[8];
        var read = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel);
        content.Position = 0;
        return start.AsSpan(0, read) switch
        {
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => "pdf",
            [0xFF, 0xD8, 0xFF, ..] => "jpg",
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "png",
            _ => null,
        };
    }

    private PageResult Refuse(string text, int status = StatusCodes.Status422UnprocessableEntity)
    {
        ModelState.AddModelError(nameof(Paper), text);
        Response.StatusCode = status;
        return Page();
    }
}
