using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>What the decision pages share: one person from the address or several chosen in the list, the way back, and how a refusal is shown.
/// A page that is refused is drawn again with everything typed; nothing was written.</summary>
public abstract class DecisionPage(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>People one decision may name at most.</summary>
    public const int Most = 500;

    /// <summary>The person of the address.</summary>
    [FromRoute] public Guid? Id { get; set; }

    /// <summary>People chosen in the list.</summary>
    [BindProperty(Name = "ids")] public string[] Chosen { get; set; } = [];

    /// <summary>Part of the queue to go back to.</summary>
    [BindProperty(SupportsGet = true)] public string? Tab { get; set; }

    /// <summary>Page of the queue to go back to.</summary>
    [BindProperty(SupportsGet = true, Name = "p")] public string? PageNumber { get; set; }

    public IReadOnlyList<QueueRow> People { get; private set; } = [];

    public QueueRow Person => People[0];

    public bool Many => Id is null;

    public IReadOnlyList<Fault> Faults => _faults;

    /// <summary>What came of a decision about several people, when not all of it could be done.</summary>
    public BulkReport? Report { get; private set; }

    public AgencyClock Clock => clock;

    protected CrmDbContext Db => db;

    /// <summary>The decisions of the request, which know the register outside the database.</summary>
    protected Review Review => HttpContext.RequestServices.GetRequiredService<Review>();

    protected Act Act => new(User.AccountId(), clock.Now);

    protected PolicyHistory Policies { get; private set; } = null!;

    /// <summary>Distinct ids as asked for, known or not.</summary>
    protected IReadOnlyList<Guid> Ids { get; private set; } = [];

    private readonly List<Fault> _faults = [];

    /// <summary>Reads the people; a result means that the page cannot be shown.</summary>
    protected async Task<IActionResult?> LoadAsync(CancellationToken cancel)
    {
        Policies = await PolicyHistory.LoadAsync(db, cancel);
        if (Id is { } one)
        {
            Ids = [one];
        }
        else
        {
            if (BulkReport.ReadIds(Chosen, Most) is not { } ids) return BadRequest();
            Ids = ids;
        }
        People = await QueueRows.LoadAsync(db, clock, Policies, Ids, cancel);
        if (Id is not null && People.Count == 0) return NotFound();
        return null;
    }

    /// <summary>Draws the page again with what is wrong; the status says that nothing was done.</summary>
    protected PageResult Refused(int status = StatusCodes.Status400BadRequest)
    {
        var page = Page();
        page.StatusCode = status;
        return page;
    }

    protected PageResult Refused(ReviewResult result)
    {
        Fault(Refusals.FieldOf(result.Refusal), Refusals.Sentence(result));
        return Refused(Refusals.FieldOf(result.Refusal) is null ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest);
    }

    protected void Fault(string? field, string message) => _faults.Add(new Fault(field, message));

    /// <summary>A required text; the fault is noted when it is empty, too long or unreadable.</summary>
    protected string RequiredText(string? text, string field, int most, string missing)
    {
        if (string.IsNullOrWhiteSpace(text)) Fault(field, missing);
        return OptionalText(text, field, most) ?? "";
    }

    protected string? OptionalText(string? text, string field, int most)
    {
        var trimmed = text?.Trim();
        if (trimmed?.Length > most) Fault(field, T($"Ce texte est trop long : {most} caractères au plus."));
        if (trimmed?.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) == true) Fault(field, T("Ce texte contient des caractères illisibles."));
        return string.IsNullOrEmpty(trimmed) ? null : trimmed;
    }

    protected DateOnly RequiredDate(string? text, string field)
    {
        if (DateOnly.TryParseExact(text?.Trim(), ["yyyy-MM-dd", "d/M/yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        Fault(field, string.IsNullOrWhiteSpace(text) ? T("Indiquez la date.") : T("Cette date n’existe pas. Écrivez-la comme 14/05/2026."));
        return default;
    }

    /// <summary>Back to the queue with a line that says what was done.</summary>
    protected RedirectToPageResult Done(string message)
    {
        TempData["Message"] = message;
        return RedirectToPage("/Pending/Index", new { tab = Tab, p = PageNumber });
    }

    /// <summary>All done leads back to the queue; else the report is drawn, every refusal by name.</summary>
    protected IActionResult Reported(IReadOnlyDictionary<Guid, ReviewResult> results, string allDone)
    {
        var report = BulkReport.Of(results, result => result.Done ? null : Refusals.Sentence(result), People.ToDictionary(p => p.Id, p => p.Name));
        if (report.Refused.Count == 0) return Done(allDone);
        Report = report;
        return Refused(report.Status);
    }

    /// <summary>Nobody was chosen: back to the list, which says so.</summary>
    protected PageResult NobodyChosen()
    {
        Fault(null, T("Choisissez d’abord un ou plusieurs contacts dans la liste."));
        return Refused();
    }
}

/// <summary>Something to correct; the field is none when it is about the whole form.</summary>
public sealed record Fault(string? Field, string Message);
