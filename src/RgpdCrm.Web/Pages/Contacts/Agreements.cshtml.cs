using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>What a person agreed to or refused by word of mouth: an agreement with its proof, a withdrawal in one click, an objection.</summary>
public sealed class AgreementsModel(CrmDbContext db, AgencyClock clock, Choices choices) : PageModel
{
    [BindProperty] public Channel Channel { get; set; } = Channel.Phone;

    [BindProperty, Required(ErrorMessage = "Indiquez où et comment l’accord a été donné."), StringLength(120, ErrorMessage = "120 caractères au plus."), PlainText]
    public string? Source { get; set; }

    public Contact Contact { get; private set; } = null!;

    /// <summary>The latest objection; none without one.</summary>
    public DateOnly? ObjectedOn { get; private set; }

    private Act Act => new(User.AccountId(), clock.Now);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel) => await LoadAsync(id, cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return NotFound();
        if (ObjectedOn is not null) ModelState.AddModelError("", T("Cette personne s’est opposée au démarchage : elle seule revient sur cette opposition, depuis le lien de ses e-mails."));
        if (!ModelState.IsValid || !Enum.IsDefined(Channel))
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        return After(id, await choices.NoteConsentAsync(id, Channel, Source!.Trim(), ConsentWords.ReadVersion, Act, cancel), T("L’accord est noté, avec sa preuve."));
    }

    public async Task<IActionResult> OnPostWithdrawAsync(Guid id, CancellationToken cancel) =>
        await LoadAsync(id, cancel) && Enum.IsDefined(Channel) ? After(id, await choices.WithdrawConsentAsync(id, Channel, Act, cancel), T("L’accord est retiré.")) : NotFound();

    public async Task<IActionResult> OnPostObjectAsync(Guid id, CancellationToken cancel) =>
        await LoadAsync(id, cancel) ? After(id, await choices.NoteObjectionAsync(id, Act, cancel), T("L’opposition est notée : plus aucun démarchage, et un import ne la fait pas oublier.")) : NotFound();

    private IActionResult After(Guid id, bool done, string message)
    {
        if (!done) return NotFound();
        TempData["Message"] = message;
        return RedirectToPage("Details", null, new { id }, "accords");
    }

    private async Task<bool> LoadAsync(Guid id, CancellationToken cancel)
    {
        if (await db.Contacts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } contact || SetAsideHint.Of(contact) is not null && !User.IsInRole(Access.Admin)) return false;
        Contact = contact;
        ObjectedOn = await db.Objections.Where(o => o.ContactId == id).MaxAsync(o => (DateOnly?)o.LatestOn, cancel);
        return true;
    }
}
