using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>Puts one label on several contacts, after naming them.</summary>
public sealed class TagModel(CrmDbContext db, AgencyClock clock) : BulkPage(db, clock)
{
    [BindProperty] public TagInput Input { get; set; } = new();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (await LoadAsync(cancel) is { } stop) return stop;
        if (!ModelState.IsValid || Ids.Count == 0)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        return Reported(await Tagging.AddAsync(Db, Ids, Input.Name!, Act, cancel), Format.Count(Ids.Count, "contact étiqueté", "contacts étiquetés") + ".");
    }
}
