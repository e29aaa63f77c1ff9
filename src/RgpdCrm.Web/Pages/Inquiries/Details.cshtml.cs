using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Pages.Contacts;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Inquiries;

/// <summary>One message, whom it may come from, and what to do with it. What a colleague did meanwhile is said before anything is written over it.</summary>
public sealed class DetailsModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>The version that was shown.</summary>
    [BindProperty] public uint Version { get; set; }

    /// <summary>Another contact is looked for.</summary>
    [BindProperty(SupportsGet = true, Name = "q")] public string? Text { get; set; }

    /// <summary>None once it is destroyed.</summary>
    public InquiryFile? Record { get; private set; }

    /// <summary>Why nothing was done.</summary>
    public string? Refused { get; private set; }

    public IReadOnlyList<ContactRow> Found { get; private set; } = [];
    public IReadOnlyList<SelectListItem> Colleagues { get; private set; } = [];
    public DateOnly Today { get; } = clock.Today;
    public bool IsAdmin => User.IsInRole(Access.Admin);

    private Act Act => new(User.AccountId(), clock.Now);

    private InquiryDesk Desk => new(db, clock);

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (await HiddenAsync(id) is { } closed) return closed;
        if (!await LoadAsync(id)) return NotFound();
        return Page();
    }

    public async Task<IActionResult> OnPostLinkAsync(Guid id, Guid contactId)
    {
        if (await HiddenAsync(id) is { } closed) return closed;
        var result = await Desk.LinkAsync(id, Version, contactId, IsAdmin, Act);
        if (result.Refusal is { } refusal) return await RefuseAsync(id, refusal);
        var receivedOn = await db.Inquiries.Where(i => i.Id == id).Select(i => i.ReceivedOn).SingleOrDefaultAsync();
        TempData["Message"] = InquiryWords.Linked(result, Format.Date(receivedOn));
        return result.StillPending && !IsAdmin ? RedirectToPage("Index") : RedirectToPage("/Contacts/Details", new { id = contactId });
    }

    public async Task<IActionResult> OnPostAssignAsync(Guid id, Guid? to)
    {
        if (await HiddenAsync(id) is { } closed) return closed;
        var result = ModelState.IsValid ? await Desk.AssignAsync(id, Version, to, Act) : new InquiryResult(InquiryRefusal.NotAColleague);
        if (result.Refusal is { } refusal) return await RefuseAsync(id, refusal);
        TempData["Message"] = to is null ? T("La demande n’est plus confiée à personne.") : T("La demande est confiée.");
        return RedirectToPage(new { id });
    }

    public async Task<IActionResult> OnPostSortAsync(Guid id, InquiryStatus into)
    {
        if (await HiddenAsync(id) is { } closed) return closed;
        if (!ModelState.IsValid || !Enum.IsDefined(into)) return BadRequest();
        var result = await Desk.SortAsync(id, Version, into, Act);
        if (result.Refusal is { } refusal) return await RefuseAsync(id, refusal);
        TempData["Message"] = into switch
        {
            InquiryStatus.Handled => T("La demande est traitée."),
            InquiryStatus.Spam => T("La demande est parmi les indésirables."),
            _ => T("La demande est de nouveau à traiter."),
        };
        return into == InquiryStatus.New ? RedirectToPage(new { id }) : RedirectToPage("Index");
    }

    // What hangs on someone out of daily screens is an admin's.
    private async Task<IActionResult?> HiddenAsync(Guid id)
    {
        if (IsAdmin || await db.Inquiries.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id) is not { ContactId: { } contactId }) return null;
        return SetAsideHint.Of(await db.Contacts.AsNoTracking().SingleAsync(c => c.Id == contactId)) switch
        {
            SetAsideState.LogBringsBack => RedirectToPage("/Contacts/Log", new { id = contactId }),
            SetAsideState.AskAnAdmin => NotFound(),
            _ => null,
        };
    }

    private async Task<PageResult> RefuseAsync(Guid id, InquiryRefusal refusal)
    {
        ModelState.Clear();
        var known = await LoadAsync(id);
        var who = refusal == InquiryRefusal.Stale ? await InquiryWords.LatestAsync(db, id) : null;
        Refused = who ?? InquiryWords.Of(known ? refusal : InquiryRefusal.Unknown);
        Response.StatusCode = known ? refusal == InquiryRefusal.NotAColleague ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status409Conflict : StatusCodes.Status404NotFound;
        return Page();
    }

    private async Task<bool> LoadAsync(Guid id)
    {
        if (await InquiryFile.LoadAsync(db, id) is not { } file) return false;
        Record = file;
        Version = file.Inquiry.Version;
        Colleagues = await Staff.FollowersAsync(db, file.Inquiry.AssignedToId);
        if (!string.IsNullOrWhiteSpace(Text) && file.Inquiry.ContactId is null) Found = await ContactRow.OfferAsync(db, Text, [], User.AccountId(), Today);
        return true;
    }
}
