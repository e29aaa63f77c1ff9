using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account;

/// <summary>One's open sessions, which can be ended, and the latest attempts to sign in.</summary>
public sealed class SessionsModel(UserManager<Core.Accounts.Account> accounts, FrontDoor door, AgencyClock clock, CrmDbContext db) : OwnPage(accounts, door, clock)
{
    /// <summary>Attempts shown.</summary>
    public const int Shown = 30;

    public IReadOnlyList<AccountSession> Sessions { get; private set; } = [];
    public IReadOnlyList<SignIn> SignIns { get; private set; } = [];

    /// <summary>The session of this browser.</summary>
    public Guid? This => HttpContext.SessionId();

    public async Task OnGetAsync(CancellationToken cancel)
    {
        Sessions = await AccountSession.OpenOf(db, Account.Id, Clock.Now).ToListAsync(cancel);
        SignIns = await Core.Accounts.SignIn.LatestOf(db, Account.Id, Shown).ToListAsync(cancel);
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel) =>
        await AccountSession.EndAsync(db, Account.Id, id, cancel) == 1 ? Done(T("La session se ferme dans la minute."), "Sessions") : NotFound();

    public async Task<IActionResult> OnPostOthersAsync(CancellationToken cancel)
    {
        await AccountSession.EndAllOfAsync(db, Account.Id, except: This, cancel);
        return Done(T("Les autres sessions se ferment dans la minute."), "Sessions");
    }
}
