using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>Which free texts stay out of the package because they tell about someone else (GDPR 15, 4): a human reads them, no engine can tell.</summary>
public sealed class LeftOutModel(CrmDbContext db, AgencyClock clock, RightsDesk desk) : RequestPage(db, clock)
{
    [BindProperty] public Guid[] LeftOut { get; set; } = [];

    /// <summary>The texts of the record, latest first.</summary>
    public IReadOnlyList<PersonText> Texts { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        if (!await ReadAsync(id, cancel)) return NotFound();
        LeftOut = Asked.LeftOut;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await ReadAsync(id, cancel)) return NotFound();
        return After(await desk.LeaveOutAsync(id, [.. Texts.Select(t => t.Id).Intersect(LeftOut)], Act, cancel), T("Le paquet est fait sans ces textes."));
    }

    private async Task<bool> ReadAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel) || Person is null || Asked.ClosedOn is not null || Asked.Kind is not (RightKind.Access or RightKind.Portability)) return false;
        Texts = await PersonText.OfAsync(Db, Person.Id, Clock, cancel);
        return true;
    }
}
