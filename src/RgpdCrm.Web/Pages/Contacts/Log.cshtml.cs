using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Logs an exchange on its real date, after showing what it changes. For someone pending, an agent sees the name and this form, nothing else.</summary>
public sealed class LogModel(CrmDbContext db, AgencyClock clock, Review review) : PageModel
{
    [BindProperty] public ExchangeInput Exchange { get; set; } = new();

    public Contact Contact { get; private set; } = null!;
    public ExchangeEffect? Effect { get; private set; }
    public DateOnly Today { get; } = clock.Today;

    /// <summary>The record itself is closed to who asks.</summary>
    public bool NameOnly => Contact.Status == ContactStatus.PendingDeletion && !User.IsInRole(Access.Admin);

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (!await MayLogAsync(id)) return NotFound();
        (Exchange.Kind, Exchange.On) = (ActivityKind.InboundCall, Today);
        return await ShowAsync();
    }

    public async Task<IActionResult> OnPostPreviewAsync(Guid id)
    {
        if (!await MayLogAsync(id)) return NotFound();
        Exchange.Check(ModelState, Today, "Exchange.");
        return await ShowAsync(ModelState.IsValid ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    public async Task<IActionResult> OnPostAsync(Guid id)
    {
        if (!await MayLogAsync(id)) return NotFound();
        Exchange.Check(ModelState, Today, "Exchange.");
        if (!ModelState.IsValid) return await ShowAsync(StatusCodes.Status422UnprocessableEntity);

        var result = await review.LogAsync(id, Exchange.Kind!.Value, Exchange.Result, Exchange.On!.Value, Exchange.Text, new Act(User.AccountId(), clock.Now));
        if (result.Refusal == Refusal.Unknown) return NotFound();
        if (result.Refusal is not null)
        {
            ModelState.AddModelError("Exchange.On", T("Cet échange n’a pas pu être consigné à cette date."));
            return await ShowAsync(StatusCodes.Status422UnprocessableEntity);
        }

        var after = await db.Contacts.FindAsync(id);
        var stillPending = after?.Status == ContactStatus.PendingDeletion;
        TempData["Message"] = stillPending
            ? T("L’échange est consigné. Il est trop ancien pour faire revenir la fiche, qui attend toujours sa suppression.")
            : result.Date is { } date ? T($"L’échange est consigné. Prochaine mise en attente : le {Format.Date(date)}.") : T("L’échange est consigné.");
        return stillPending && NameOnly ? RedirectToPage("Index") : RedirectToPage("Details", new { id });
    }

    private async Task<bool> MayLogAsync(Guid id)
    {
        if (await db.Contacts.FindAsync(id) is not { } contact) return false;
        Contact = contact;
        db.ChangeTracker.Clear();
        return SetAsideHint.Of(contact) != SetAsideState.AskAnAdmin || User.IsInRole(Access.Admin) && contact.Status != ContactStatus.Archived && !contact.FromArchive;
    }

    private async Task<PageResult> ShowAsync(int status = StatusCodes.Status200OK)
    {
        if (Exchange is { Kind: { } kind, On: { } on } && on <= Today) Effect = await ExchangeEffect.OfAsync(db, Contact.Id, kind, Exchange.Result, on, Today);
        Response.StatusCode = status;
        return Page();
    }
}
