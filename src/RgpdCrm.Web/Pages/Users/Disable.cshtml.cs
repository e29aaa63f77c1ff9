using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Pages.Users;

/// <summary>Closes an account, says what follows and where its contacts can be handed over; opens it again.</summary>
public sealed class DisableModel(CrmDbContext db, AgencyClock clock, Team team) : AccountPage(db, clock)
{
    /// <summary>Contacts that this person follows.</summary>
    public int Followed { get; private set; }

    /// <summary>When name and address go.</summary>
    public DateOnly? ForgottenOn => Account.DisabledAt is { } at ? Clock.DateOf(at).AddMonths(12) : null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => await ReadAsync(cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (!await ReadAsync(cancel)) return NotFound();
        return Answer(await team.DisableAsync(Id, Act, cancel), T($"{Name} : le compte est désactivé."), "Disable", new { Id });
    }

    public async Task<IActionResult> OnPostEnableAsync(CancellationToken cancel)
    {
        if (!await ReadAsync(cancel)) return NotFound();
        return Answer(await team.EnableAsync(Id, Act, cancel), T($"{Name} : le compte est de nouveau actif."));
    }

    private async Task<bool> ReadAsync(CancellationToken cancel)
    {
        if (!await LoadAsync(cancel)) return false;
        Followed = await Db.Contacts.CountAsync(c => c.ResponsibleId == Id, cancel);
        return true;
    }
}
