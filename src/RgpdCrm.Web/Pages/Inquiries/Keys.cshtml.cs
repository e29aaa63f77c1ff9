using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Web.Api;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Inquiries;

/// <summary>The keys by which the agency's own site sends inquiries: made, shown once, revoked.</summary>
public sealed class KeysModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    private const string ShownOnce = "OneTimeKey";

    [BindProperty, Required(ErrorMessage = "Indiquez un nom."), StringLength(80, ErrorMessage = "80 caractères au plus."), PlainText]
    public string? Name { get; set; }

    /// <summary>The key that has just been made.</summary>
    public string? Shown { get; private set; }

    public IReadOnlyList<ApiKey> Keys { get; private set; } = [];

    public DateOnly DateOf(DateTimeOffset instant) => clock.DateOf(instant);

    public async Task OnGetAsync()
    {
        Shown = TempData[ShownOnce] as string;
        await LoadAsync();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
        {
            await LoadAsync();
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        var secret = "rgpdcrm_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var key = new ApiKey { Name = Name!.Trim(), Hash = InquiryApi.HashOf(secret), CreatedAt = clock.Now, CreatedById = User.AccountId() };
        db.ApiKeys.Add(key);
        Audit("api-key.created", key.Id);
        await db.SaveChangesAsync();
        TempData[ShownOnce] = secret;
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostRevokeAsync(Guid id)
    {
        if (await db.ApiKeys.SingleOrDefaultAsync(k => k.Id == id) is not { } key) return NotFound();
        if (key.RevokedAt is null)
        {
            key.Revoke(clock.Now);
            Audit("api-key.revoked", id);
            await db.SaveChangesAsync();
        }
        TempData["Message"] = T("La clé est révoquée : elle n’ouvre plus rien.");
        return RedirectToPage();
    }

    private void Audit(string action, Guid id) => db.AuditEntries.Add(new AuditEntry(clock.Now, User.AccountId(), action, "api-key", id));

    private async Task LoadAsync() => Keys = await db.ApiKeys.AsNoTracking().OrderBy(k => k.RevokedAt != null).ThenByDescending(k => k.CreatedAt).ToListAsync();
}
