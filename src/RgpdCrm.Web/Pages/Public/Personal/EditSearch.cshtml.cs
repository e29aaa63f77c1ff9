using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Pages.Contacts;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Personal;

/// <summary>Adds a search of the reader's, or changes one.</summary>
[EnableRateLimiting(PublicForms.SendLimit)]
public sealed class EditSearchModel(CrmDbContext db, AgencyClock clock, Choices choices) : PersonalPage(db, clock)
{
    [BindProperty(SupportsGet = true, Name = "id")] public Guid? Id { get; set; }
    [BindProperty] public SearchInput Input { get; set; } = new();

    /// <summary>There is no such search, or no room for another one.</summary>
    public bool Gone { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (!await OpenAsync(cancel)) return Refused();
        if (await FindAsync(cancel) is { } search) Input = SearchInput.From(search);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (!await OpenAsync(cancel)) return Refused();
        await FindAsync(cancel);
        var entry = Input.Read(ModelState);
        if (Gone || entry is null) return Shown();
        return await choices.SaveSearchAsync(Contact.Id, Id, entry, cancel) ? Redirect(To("", "&saved=true")) : Refused();
    }

    private async Task<Search?> FindAsync(CancellationToken cancel)
    {
        var theirs = await Db.Searches.AsNoTracking().Where(s => s.ContactId == Contact.Id).ToListAsync(cancel);
        var search = theirs.SingleOrDefault(s => s.Id == Id);
        Gone = search is null && (Id is not null || theirs.Count >= Search.Most);
        return search;
    }
}
