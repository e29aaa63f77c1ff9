using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Pages.Pending;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>What the acts on several contacts share: whom the list chose, the confirmation, and what came of it.</summary>
public abstract class BulkPage(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>Contacts chosen in the list.</summary>
    [BindProperty(Name = "ids")] public string[] Chosen { get; set; } = [];

    /// <summary>Everyone the list's filters show, on all its pages.</summary>
    [BindProperty] public bool Everyone { get; set; }

    /// <summary>Those of the chosen whom an agent may see, by name.</summary>
    public IReadOnlyList<(Guid Id, string Name)> People { get; private set; } = [];

    /// <summary>The filters show more than one act may name.</summary>
    public bool Cut { get; private set; }

    /// <summary>What came of the act, when not all of it could be done.</summary>
    public BulkReport? Report { get; private set; }

    protected CrmDbContext Db => db;

    protected Act Act => new(User.AccountId(), clock.Now);

    /// <summary>Distinct ids as asked for, known or not.</summary>
    protected IReadOnlyList<Guid> Ids { get; private set; } = [];

    public IActionResult OnGet() => RedirectToPage("Index");

    public async Task<IActionResult> OnPostChooseAsync(CancellationToken cancel)
    {
        ModelState.Clear();
        if (Everyone) await ChooseEveryoneAsync(cancel);
        return await LoadAsync(cancel) ?? Page();
    }

    /// <summary>Reads the people; a result means that the page cannot be shown.</summary>
    protected virtual async Task<IActionResult?> LoadAsync(CancellationToken cancel)
    {
        if (BulkReport.ReadIds(Chosen, Bulk.Most) is not { } ids) return BadRequest();
        Ids = ids;
        var people = await db.Contacts.AsNoTracking().VisibleToAgents().Where(c => Ids.Contains(c.Id)).OrderBy(c => c.LastName).ThenBy(c => c.FirstName).ToListAsync(cancel);
        People = [.. people.Select(c => (c.Id, c.DisplayName))];
        return null;
    }

    /// <summary>All done leads back to the list; else the report is drawn, every refusal by name.</summary>
    protected IActionResult Reported(IReadOnlyDictionary<Guid, BulkRefusal?> results, string allDone)
    {
        var report = BulkReport.Of(results, refusal => refusal is { } because ? PeopleWords.Of(because) : null, People.ToDictionary(p => p.Id, p => p.Name));
        if (report.Refused.Count == 0)
        {
            TempData["Message"] = allDone;
            return RedirectToPage("Index");
        }
        Report = report;
        Response.StatusCode = report.Status;
        return Page();
    }

    private async Task ChooseEveryoneAsync(CancellationToken cancel)
    {
        var policies = await PolicyHistory.LoadAsync(db, cancel);
        var query = ContactFilter.Read(name => Request.Form[name]);
        var ids = await ContactSearch.All(db, query, policies.Current, User.AccountId(), clock.Today).Select(c => c.Id).Take(Bulk.Most + 1).ToListAsync(cancel);
        Cut = ids.Count > Bulk.Most;
        Chosen = [.. ids.Take(Bulk.Most).Select(id => id.ToString())];
    }
}
