using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Users;

/// <summary>The one-time link of an account: shown once, made again on demand.</summary>
public sealed class LinkModel(CrmDbContext db, AgencyClock clock, Invitations invitations, IConfiguration settings) : AccountPage(db, clock)
{
    /// <summary>Where the link waits to be shown once.</summary>
    internal const string Shown = "OneTimeLink";

    public string? Address { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (!await LoadAsync(cancel)) return NotFound();
        Address = TempData[Shown] as string;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (!await LoadAsync(cancel)) return NotFound();
        if (Account.DisabledAt is not null) return Answer(Core.Accounts.TeamRefusal.AlreadyDisabled, "");
        TempData[Shown] = await invitations.RenewAsync(Account, settings.PublicAddress(Request), Act);
        return RedirectToPage(new { Id });
    }
}
