using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>A new record, with the exchange it comes from: nobody is stored without a reason that dates.</summary>
public sealed class CreateModel(CrmDbContext db, AgencyClock clock, ObjectionList objections) : PageModel
{
    [BindProperty] public ContactInput Input { get; set; } = new();
    [BindProperty] public ExchangeInput Exchange { get; set; } = new();

    /// <summary>The people shown as already known are someone else.</summary>
    [BindProperty] public bool SomeoneElse { get; set; }

    public IReadOnlyList<SelectListItem> Followers { get; private set; } = [];
    public IReadOnlyList<SetAsideHint> Hints { get; private set; } = [];
    public IReadOnlyList<Contact> Known { get; private set; } = [];
    public DateOnly Today { get; } = clock.Today;

    public async Task OnGetAsync()
    {
        Input.ResponsibleId = User.AccountId();
        Exchange.On = Today;
        await ShowAsync();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Followers = await Staff.FollowersAsync(db);
        Input.Check(ModelState, Followers);
        Exchange.Check(ModelState, Today, "Exchange.");
        if (!ModelState.IsValid) return await ShowAsync(StatusCodes.Status422UnprocessableEntity);
        if (!SomeoneElse && await IsKnownAsync()) return await ShowAsync(StatusCodes.Status409Conflict);

        var act = new Act(User.AccountId(), clock.Now);
        var first = new FirstExchange(Exchange.Kind!.Value, Exchange.Result, Exchange.On!.Value, string.IsNullOrWhiteSpace(Exchange.Text) ? null : Exchange.Text.Trim());
        var id = await Input.ToEntry().CreateAsync(db, first, act, Today);
        TempData["Message"] = await objections.CarryAsync(id) is { } objected
            ? T($"Le contact est créé. Cette personne s’est opposée au démarchage le {Format.Date(objected)} : elle reste hors des envois.")
            : T("Le contact est créé avec son premier échange.");
        return RedirectToPage("Details", new { id });
    }

    private async Task<bool> IsKnownAsync()
    {
        var texts = Input.Texts();
        Hints = await SetAsideHint.FindAsync(db, texts);
        Known = await db.Contacts.VisibleToAgents().ExactlyAsync(db, texts);
        return Hints.Count + Known.Count > 0;
    }

    private async Task<PageResult> ShowAsync(int status = StatusCodes.Status200OK)
    {
        Followers = await Staff.FollowersAsync(db);
        Input.Widen();
        Response.StatusCode = status;
        return Page();
    }
}
