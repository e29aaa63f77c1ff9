using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Pages.Account;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Users;

/// <summary>How a colleague signs in: open sessions and second factor, which an admin can end and reset, and the latest attempts.</summary>
public sealed class SignInsModel(CrmDbContext db, AgencyClock clock, Team team, SecondFactors factors) : AccountPage(db, clock)
{
    public bool HasSecondFactor { get; private set; }
    public IReadOnlyList<AccountSession> Sessions { get; private set; } = [];
    public IReadOnlyList<SignIn> SignIns { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => await ReadAsync(cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (!await ReadAsync(cancel)) return NotFound();
        return Answer(await team.ResetSecondFactorAsync(Id, Act, cancel), T($"{Name} : le second facteur est remis à zéro."), "SignIns", new { Id });
    }

    public async Task<IActionResult> OnPostEndAsync(CancellationToken cancel)
    {
        if (!await ReadAsync(cancel)) return NotFound();
        return Answer(await team.EndSessionsAsync(Id, Act, cancel), T($"{Name} : les sessions se ferment dans la minute."), "SignIns", new { Id });
    }

    private async Task<bool> ReadAsync(CancellationToken cancel)
    {
        if (!await LoadAsync(cancel)) return false;
        HasSecondFactor = await factors.AnyAsync(Account);
        Sessions = await AccountSession.OpenOf(Db, Id, Clock.Now).ToListAsync(cancel);
        SignIns = await Core.Accounts.SignIn.LatestOf(Db, Id, SessionsModel.Shown).ToListAsync(cancel);
        return true;
    }
}
