using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>A page about one request.</summary>
public abstract class RequestPage(CrmDbContext db, AgencyClock clock) : PageModel
{
    public AgencyClock Clock => clock;
    public RightsRequest Asked { get; private set; } = null!;

    /// <summary>The person, once chosen and while there.</summary>
    public Contact? Person { get; private set; }

    protected CrmDbContext Db => db;

    protected Act Act => new(User.AccountId(), clock.Now);

    protected async Task<bool> LoadAsync(Guid id, CancellationToken cancel)
    {
        if (await db.RightsRequests.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancel) is not { } request) return false;
        Asked = request;
        Person = await db.Contacts.AsNoTracking().AsSplitQuery().Include(c => c.Emails).Include(c => c.Phones).Include(c => c.Addresses).SingleOrDefaultAsync(c => c.Id == request.ContactId, cancel);
        return true;
    }

    /// <summary>What an erasure of the person does today; none when they are gone.</summary>
    protected async Task<(Decision Decision, DateOnly? KeptUntil)?> DecidedAsync(CancellationToken cancel)
    {
        if (Person is null || (await db.Contacts.Where(c => c.Id == Person.Id).Facts(db, clock.Today).SingleOrDefaultAsync(cancel))?.ToFacts() is not { } facts) return null;
        return ((await PolicyHistory.LoadAsync(db, cancel)).For(facts).DecideRequest(facts, clock.Today).Decision, facts.KeptUntil);
    }

    /// <summary>Back to the request with a word, or the page again with what refused.</summary>
    protected IActionResult After(RequestRefusal? refusal, string done)
    {
        if (refusal is { } reason)
        {
            ModelState.AddModelError("", RequestWords.Of(reason));
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        TempData["Message"] = done;
        return RedirectToPage("Details", new { id = Asked.Id });
    }
}
