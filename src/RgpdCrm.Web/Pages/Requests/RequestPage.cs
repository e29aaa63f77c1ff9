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

    /// <summary>What was corrected since a correction was asked for.</summary>
    public IReadOnlyList<Correction> Corrections { get; private set; } = [];

    /// <summary>Other parties of the person's mandates and contracts, who hold their data too and are to be told of a correction (GDPR 19).</summary>
    public string Recipients { get; private set; } = "";

    protected CrmDbContext Db => db;

    protected Act Act => new(User.AccountId(), clock.Now);

    protected async Task<bool> LoadAsync(Guid id, CancellationToken cancel)
    {
        if (await db.RightsRequests.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancel) is not { } request) return false;
        Asked = request;
        Person = await db.Contacts.AsNoTracking().AsSplitQuery().Include(c => c.Emails).Include(c => c.Phones).Include(c => c.Addresses).SingleOrDefaultAsync(c => c.Id == request.ContactId, cancel);
        return true;
    }

    /// <summary>What the pages of a correction show beside the request.</summary>
    protected async Task LoadCorrectionsAsync(CancellationToken cancel)
    {
        if (Person is null || Asked.Kind != RightKind.Rectification) return;
        Corrections = await Correction.SinceAsync(db, clock, Asked, cancel);
        var others = await KeptPiece.OtherPartiesAsync(db, Person.Id, cancel);
        Recipients = others.Count == 0 ? T("Aucun autre signataire ni partenaire ne tient ces données d’un mandat ou d’un contrat.") : string.Join(", ", others.Select(c => c.DisplayName));
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
