using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Gives several contacts to one colleague, after naming them.</summary>
public sealed class AssignModel(CrmDbContext db, AgencyClock clock) : BulkPage(db, clock)
{
    [BindProperty] public Guid? To { get; set; }

    public IReadOnlyList<SelectListItem> Colleagues { get; private set; } = [];

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (await LoadAsync(cancel) is { } stop) return stop;
        if (Colleagues.All(c => c.Value != To?.ToString())) ModelState.AddModelError(nameof(To), PeopleWords.Of(BulkRefusal.NotAColleague));
        if (!ModelState.IsValid || Ids.Count == 0)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        return Reported(await Bulk.AssignAsync(Db, Ids, To!.Value, Act, cancel), Format.Count(Ids.Count, "contact confié", "contacts confiés") + ".");
    }

    protected override async Task<IActionResult?> LoadAsync(CancellationToken cancel)
    {
        Colleagues = await Staff.FollowersAsync(Db);
        return await base.LoadAsync(cancel);
    }
}
