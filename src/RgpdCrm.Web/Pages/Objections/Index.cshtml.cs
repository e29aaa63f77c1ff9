using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Objections;

/// <summary>The objection list: dates and nothing else, because it knows nothing else. What is typed to look someone up stays out of addresses and logs.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock, ObjectionList objections) : PageModel
{
    /// <summary>Months on one page.</summary>
    public const int PageSize = 24;

    [BindProperty] public string? Sought { get; set; }
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public int Total { get; private set; }
    public int Months { get; private set; }

    /// <summary>Fingerprints of addresses and of numbers by the month of the latest objection, the latest first.</summary>
    public IReadOnlyList<(DateOnly Month, int Emails, int Phones)> Rows { get; private set; } = [];

    /// <summary>What the list answered to what was typed.</summary>
    public string? Answer { get; private set; }

    public bool Found { get; private set; }

    public Task OnGetAsync(CancellationToken cancel) => LoadAsync(cancel);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        await LoadAsync(cancel);
        if (Read() is not var (email, phone)) return Refused();
        var latest = await objections.LatestAsync(email, phone, cancel);
        Found = latest is not null;
        Answer = latest is { } on
            ? T($"Opposition le {Format.Date(on)}, gardée jusqu’au {Format.Date(on.AddYears(ObjectionList.KeptYears).AddDays(-1))}.")
            : T("Cette adresse ou ce numéro n’est pas sur la liste.");
        return Page();
    }

    public async Task<IActionResult> OnPostAddAsync(CancellationToken cancel)
    {
        if (Read() is not var (email, phone))
        {
            await LoadAsync(cancel);
            return Refused();
        }
        await objections.NoteAsync(email is null ? [] : [email], phone is null ? [] : [phone], cancel);
        db.AuditEntries.Add(new AuditEntry(clock.Now, User.AccountId(), "objections.added", "objection", null));
        await db.SaveChangesAsync(cancel);
        TempData["Message"] = T("L’opposition est notée pour trois ans.");
        return RedirectToPage();
    }

    private (string? Email, string? Phone)? Read()
    {
        var text = (Sought ?? "").Trim();
        if (text.Length is > 0 and <= 254 && Email.Normalise(text) is { } email) return (email, null);
        if (text.Length is > 0 and <= 40 && Phone.Normalise(text) is { } phone) return (null, phone);
        return null;
    }

    private PageResult Refused()
    {
        ModelState.AddModelError(nameof(Sought), T("Indiquez une adresse e-mail ou un numéro de téléphone entiers."));
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task LoadAsync(CancellationToken cancel)
    {
        // One person's row and the list's own row bear one fingerprint.
        var latest = db.Objections.GroupBy(o => new { o.Fingerprint, o.Channel }).Select(g => new { g.Key.Channel, On = g.Max(o => o.LatestOn) });
        var counts = await latest.GroupBy(o => new { o.On.Year, o.On.Month }).Select(g => new { g.Key.Year, g.Key.Month, Emails = g.Count(o => o.Channel == Channel.Email), Phones = g.Count(o => o.Channel != Channel.Email) }).ToListAsync(cancel);
        (Total, Months) = (counts.Sum(c => c.Emails + c.Phones), counts.Count);
        Number = Paging.Within(Number, Months, PageSize);
        Rows = [.. counts.OrderByDescending(c => c.Year).ThenByDescending(c => c.Month).Skip((Number - 1) * PageSize).Take(PageSize).Select(c => (new DateOnly(c.Year, c.Month, 1), c.Emails, c.Phones))];
    }
}
