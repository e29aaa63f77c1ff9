using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Pages.Contacts;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Inquiries;

/// <summary>A new record from an inquiry: someone confirms how the name splits and what the person is to the agency.</summary>
public sealed class CreateModel(CrmDbContext db, AgencyClock clock, ObjectionList objections) : PageModel
{
    [BindProperty] public ContactInput Input { get; set; } = new();

    /// <summary>The version that was shown.</summary>
    [BindProperty] public uint Version { get; set; }

    /// <summary>The people shown as already known are someone else.</summary>
    [BindProperty] public bool SomeoneElse { get; set; }

    public Inquiry Inquiry { get; private set; } = null!;

    /// <summary>Why nothing was created.</summary>
    public string? Refused { get; private set; }

    public IReadOnlyList<SelectListItem> Followers { get; private set; } = [];
    public IReadOnlyList<SetAsideHint> Hints { get; private set; } = [];
    public IReadOnlyList<Contact> Known { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (!await LoadAsync(id)) return NotFound();
        if (Inquiry.ContactId is not null || Inquiry.Status == InquiryStatus.Spam) return RedirectToPage("Details", new { id });
        var (firstName, lastName) = ContactName.Split(Inquiry.Name);
        (Input.FirstName, Input.LastName) = (firstName, lastName);
        Input.Phones = [Inquiry.Phone is { } phone ? Phone.Normalise(phone) is { } number ? Phone.Show(number) : phone : null];
        Input.Emails = [Inquiry.Email];
        Input.ResponsibleId = Followers.Any(f => f.Value == Inquiry.AssignedToId?.ToString()) ? Inquiry.AssignedToId : User.AccountId();
        Version = Inquiry.Version;
        return Show();
    }

    public async Task<IActionResult> OnPostAsync(Guid id)
    {
        if (!await LoadAsync(id)) return NotFound();
        Input.Check(ModelState, Followers);
        if (!ModelState.IsValid) return Show(StatusCodes.Status422UnprocessableEntity);
        if (Inquiry.ContactId is null && !SomeoneElse && await IsKnownAsync()) return Show(StatusCodes.Status409Conflict);

        var result = await new InquiryDesk(db, clock).CreateContactAsync(id, Version, Input.ToEntry(), new Act(User.AccountId(), clock.Now));
        if (result.Refusal is { } refusal)
        {
            Refused = (refusal == InquiryRefusal.Stale ? await InquiryWords.LatestAsync(db, id) : null) ?? InquiryWords.Of(refusal);
            return Show(StatusCodes.Status409Conflict);
        }
        if (result.ContactId is { } created) await objections.CarryAsync(created);
        TempData["Message"] = result.Repeated ? InquiryWords.Linked(result, "") : T($"La fiche est créée avec l’échange du {Format.Date(Inquiry.ReceivedOn)}.");
        return RedirectToPage("/Contacts/Details", new { id = result.ContactId });
    }

    private async Task<bool> IsKnownAsync()
    {
        var texts = Input.Texts();
        Hints = await SetAsideHint.FindAsync(db, texts);
        Known = await db.Contacts.VisibleToAgents().ExactlyAsync(db, texts);
        return Hints.Count + Known.Count > 0;
    }

    private async Task<bool> LoadAsync(Guid id)
    {
        if (await db.Inquiries.AsNoTracking().VisibleTo(db, User.IsInRole(Access.Admin)).SingleOrDefaultAsync(i => i.Id == id) is not { } inquiry) return false;
        Inquiry = inquiry;
        Followers = await Staff.FollowersAsync(db);
        return true;
    }

    private PageResult Show(int status = StatusCodes.Status200OK)
    {
        Input.Widen();
        Response.StatusCode = status;
        return Page();
    }
}
