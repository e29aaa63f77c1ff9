using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Web.Mail;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>An agent's own mail. Only their words are stored; it leaves within the minute, and the exchange is logged once it has left.</summary>
public sealed class WriteModel(CrmDbContext db, AgencyClock clock, MailRenderer renderer) : PageModel
{
    [BindProperty] public Guid EmailId { get; set; }

    [BindProperty, Required(ErrorMessage = "Indiquez l’objet du message."), StringLength(OutgoingMail.SubjectLength, ErrorMessage = "150 caractères au plus."), PlainText]
    public string? Subject { get; set; }

    [BindProperty, Required(ErrorMessage = "Écrivez votre message."), StringLength(OutgoingMail.TextLength, ErrorMessage = "8000 caractères au plus."), PlainText(Multiline = true)]
    public string? Text { get; set; }

    public Contact Contact { get; private set; } = null!;

    /// <summary>Why nobody may write to them; none when one may.</summary>
    public string? Refusal { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, string? start, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        if (PersonalStart.All.FirstOrDefault(s => s.Key == start) is { } chosen) (Subject, Text) = (chosen.Subject, chosen.Text);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        if (Refusal is not null) return Shown(StatusCodes.Status409Conflict);
        if (Contact.Emails.All(e => e.Id != EmailId)) ModelState.AddModelError(nameof(EmailId), T("Choisissez une adresse de la fiche."));
        if (!ModelState.IsValid) return Shown(StatusCodes.Status422UnprocessableEntity);

        db.OutgoingMails.Add(new OutgoingMail
        {
            ContactId = id,
            EmailId = EmailId,
            Template = MailTemplate.Personal,
            Subject = Subject!.Trim(),
            Text = Text!.ReplaceLineEndings("\n").Trim(),
            ById = User.AccountId(),
            CreatedAt = clock.Now,
        });
        await db.SaveChangesAsync(cancel);
        TempData["Message"] = T("L’e-mail part dans la minute. La fiche dira s’il est arrivé au serveur.");
        return RedirectToPage("Details", new { id });
    }

    /// <summary>The mail as it would arrive, in a tab of its own: nothing is sent, and the form stays as it was. The footer's links are nobody's: they belong to who receives it.</summary>
    public async Task<IActionResult> OnPostPreviewAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        if (Refusal is not null) return Shown(StatusCodes.Status409Conflict);
        if (!ModelState.IsValid) return Shown(StatusCodes.Status422UnprocessableEntity);
        SecurityHeaders.ShowMail(HttpContext);
        return Content((await renderer.DraftAsync(Subject!.Trim(), Text!.ReplaceLineEndings("\n").Trim(), User.AccountId(), Contact.Language, cancel)).Html, "text/html; charset=utf-8");
    }

    private async Task<bool> LoadAsync(Guid id, CancellationToken cancel)
    {
        if (await db.Contacts.AsNoTracking().Include(c => c.Emails).SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } contact) return false;
        Contact = contact;
        var aside = SetAsideHint.Of(contact);
        Refusal = aside switch
        {
            SetAsideState.LogBringsBack => T("Cette fiche attend sa suppression : on n’écrit plus à cette personne. Si elle vient de vous joindre, consignez cet échange."),
            SetAsideState.AskAnAdmin => T("Cette fiche est archivée ou limitée : on n’écrit plus à cette personne."),
            _ when contact.Emails.Count == 0 => T("Cette fiche n’a pas d’adresse e-mail."),
            _ => null,
        };
        return aside != SetAsideState.AskAnAdmin || User.IsInRole(Access.Admin);
    }

    private PageResult Shown(int status)
    {
        Response.StatusCode = status;
        return Page();
    }
}
