using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Pages.Mandates;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Properties;

/// <summary>A new property, in short form.</summary>
public sealed class CreateModel(CrmDbContext db, AgencyClock clock) : PropertyForm(db, clock)
{
    public async Task<IActionResult> OnGetAsync(Guid? contact)
    {
        if (contact is { } owner) Owner.Chosen.Add(new PartyInput { ContactId = owner });
        return await Owner.ReadAsync(Db, User, mayReturn: false) ? Page() : NotFound();
    }

    public async Task OnPostSearchAsync() => await LookAsync(null);

    public async Task OnPostAddAsync() => await LookAsync(null);

    public async Task OnPostRemoveAsync()
    {
        Owner.Chosen.Clear();
        await LookAsync(null);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await CheckAsync(null)) return Answer(StatusCodes.Status422UnprocessableEntity);
        if (await ToEntry().CreateAsync(Db, new Act(User.AccountId(), Clock.Now), Today) is not { } id) return Taken();
        TempData["Message"] = T("Le bien est enregistré.");
        return RedirectToPage("Details", new { id });
    }
}
