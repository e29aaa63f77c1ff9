using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>Answers the person in writing, by mail to an address that the record knows or on paper; a letter that is printed is not stored.</summary>
public sealed class WriteModel(CrmDbContext db, AgencyClock clock, RightsDesk desk, Agency agency) : RequestPage(db, clock)
{
    [BindProperty] public Guid EmailId { get; set; }

    [BindProperty, Required(ErrorMessage = "Indiquez l’objet du message."), StringLength(OutgoingMail.SubjectLength, ErrorMessage = "150 caractères au plus."), PlainText]
    public string? Subject { get; set; }

    [BindProperty, Required(ErrorMessage = "Écrivez votre message."), StringLength(OutgoingMail.TextLength, ErrorMessage = "8000 caractères au plus."), PlainText(Multiline = true)]
    public string? Text { get; set; }

    public Agency Agency => agency;

    /// <summary>The letter is shown as it is printed.</summary>
    public bool Printed { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, LetterKind? letter, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        await LoadCorrectionsAsync(cancel);
        var start = await StartAsync(ModelState.IsValid && letter is { } chosen ? chosen : AnswerLetter.For(Asked.Kind), cancel);
        (Subject, Text) = (start.Subject, start.Text);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        if (Person is { Emails: { } emails } && emails.All(e => e.Id != EmailId)) ModelState.AddModelError(nameof(EmailId), T("Choisissez une adresse de la fiche."));
        return ModelState.IsValid
            ? After(await desk.WriteAsync(id, EmailId, Subject!.Trim(), Text!.ReplaceLineEndings("\n").Trim(), Act, cancel), T("Le message part dans la minute."))
            : Shown(StatusCodes.Status422UnprocessableEntity);
    }

    public async Task<IActionResult> OnPostPrintAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        ModelState.Remove(nameof(EmailId));
        if (!ModelState.IsValid) return Shown(StatusCodes.Status422UnprocessableEntity);
        if (await desk.NoteAsync(id, RequestAct.Printed, Act, cancel) is { } refusal) return After(refusal, "");
        Printed = true;
        return Page();
    }

    private async Task<AnswerLetter> StartAsync(LetterKind kind, CancellationToken cancel) => Person is { } person
        ? AnswerLetter.Of(kind, Asked, person.Language, (await DecidedAsync(cancel))?.Decision, await KeptPiece.OfAsync(Db, person.Id, Clock.Today, cancel), Corrections)
        : AnswerLetter.Of(kind, Asked, Languages.French, null, [], []);

    private PageResult Shown(int status)
    {
        Response.StatusCode = status;
        return Page();
    }
}
