using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account;

/// <summary>One's own account: who one is here, and how one signs in.</summary>
public sealed class IndexModel(UserManager<Core.Accounts.Account> accounts, FrontDoor door, AgencyClock clock, CrmDbContext db, SecondFactors factors) : OwnPage(accounts, door, clock)
{
    public bool HasSecondFactor { get; private set; }

    /// <summary>Open sessions, this one included.</summary>
    public int Sessions { get; private set; }

    public async Task OnGetAsync(CancellationToken cancel)
    {
        HasSecondFactor = await factors.AnyAsync(Account);
        Sessions = await AccountSession.OpenOf(db, Account.Id, Clock.Now).CountAsync(cancel);
    }
}
