using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>Whose request it is: every record that may be meant, with what tells them apart; a human chooses, or asks.</summary>
public sealed class PersonModel(CrmDbContext db, AgencyClock clock, RightsDesk desk) : RequestPage(db, clock)
{
    [BindProperty] public Guid? ContactId { get; set; }

    public string? Sought { get; private set; }
    public IReadOnlyList<Contact> Candidates { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid id, string? q, CancellationToken cancel) => await FindAsync(id, q, cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, string? q, CancellationToken cancel)
    {
        if (!await FindAsync(id, q, cancel)) return NotFound();
        return ContactId is { } contact
            ? After(await desk.ChooseAsync(id, contact, Act, cancel), T("La personne est choisie. Vérifiez maintenant son identité."))
            : After(await desk.LeaveOpenAsync(id, Act, cancel), T("La demande reste sans personne : demandez des précisions au demandeur."));
    }

    private async Task<bool> FindAsync(Guid id, string? q, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel)) return false;
        Sought = q;
        var texts = (string.IsNullOrWhiteSpace(q) ? new[] { Asked.Name, Asked.Email, Asked.Phone } : [q]).Select(SearchText.Read).OfType<SearchText>().ToList();
        if (texts.Count == 0) return true;
        Guid[] ids = [.. (await Db.Contacts.ExactlyAsync(Db, texts, cancel)).Select(c => c.Id)];
        Candidates = await Db.Contacts.AsNoTracking().AsSplitQuery().Include(c => c.Emails).Include(c => c.Phones).Include(c => c.Addresses).Where(c => ids.Contains(c.Id)).OrderBy(c => c.CreatedAt).ToListAsync(cancel);
        return true;
    }
}
