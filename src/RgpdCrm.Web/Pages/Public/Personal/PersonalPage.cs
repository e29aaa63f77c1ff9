using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Pages.Public.Personal;

/// <summary>A page that a personal link opens. It sets no cookie, so the link's own secret stands for antiforgery. Reading changes nothing: mail scanners follow every link.
/// A wrong link, one that is too old and one of someone who is gone answer alike.</summary>
[IgnoreAntiforgeryToken]
public abstract class PersonalPage(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "k")] public string? Key { get; set; }

    public Contact Contact { get; private set; } = null!;

    /// <summary>The link opens nothing: the page shows how to ask for another.</summary>
    public bool Closed { get; private set; }

    /// <summary>What was asked has been done.</summary>
    public bool Done { get; private set; }

    /// <summary>The address that the link was sent to.</summary>
    protected Guid EmailId { get; private set; }

    protected CrmDbContext Db => db;

    protected AgencyClock Clock => clock;

    /// <summary>Links that open this page.</summary>
    protected virtual LinkPurpose[] Purposes => [LinkPurpose.Preferences];

    /// <summary>Address of another page of the same link.</summary>
    public string To(string path, string? more = null) => $"/preferences{path}?k={Key}&lang={Languages.Current}{more}";

    /// <summary>Reads whose link it is.</summary>
    /// <returns>Whether it opens.</returns>
    protected async Task<bool> OpenAsync(CancellationToken cancel)
    {
        var link = await ContactLink.FindAsync(db, Key, clock.Now, Purposes, cancel);
        var contact = link is null ? null : await db.Contacts.AsNoTracking().AsSplitQuery().Include(c => c.Emails).Include(c => c.Phones).Include(c => c.Addresses).SingleOrDefaultAsync(c => c.Id == link.ContactId, cancel);
        if (contact is null) return false;
        // Who acts from a link that was sent there reads that mailbox, whatever its server said once.
        if (HttpMethods.IsPost(Request.Method)) await Email.AnswersAsync(db, link!.EmailId, cancel);
        (Contact, EmailId) = (contact, link!.EmailId);
        ViewData["Key"] = Key;
        return true;
    }

    /// <summary>The answer to a link that opens nothing.</summary>
    protected PageResult Refused()
    {
        Closed = true;
        ModelState.Clear();
        Response.StatusCode = HttpMethods.IsPost(Request.Method) ? StatusCodes.Status400BadRequest : StatusCodes.Status404NotFound;
        return Page();
    }

    /// <summary>The page again, with what is wrong.</summary>
    protected PageResult Shown()
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    /// <summary>A page that asks once more before it does one thing.</summary>
    protected async Task<IActionResult> AskAsync(CancellationToken cancel) => await OpenAsync(cancel) ? Page() : Refused();

    /// <summary>Does that one thing, and says so; sent twice, it is done once.</summary>
    protected async Task<IActionResult> DoAsync(Func<Guid, Task<bool>> act, CancellationToken cancel)
    {
        if (!await OpenAsync(cancel) || !await act(Contact.Id)) return Refused();
        Done = true;
        return Page();
    }
}
