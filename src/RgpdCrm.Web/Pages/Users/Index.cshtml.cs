using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Users;

/// <summary>Everyone with an account: role, state, last sign-in.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>Accounts on one page.</summary>
    public const int PageSize = 20;

    [BindProperty(SupportsGet = true)] public Role? Role { get; set; }
    [BindProperty(SupportsGet = true)] public AccountState? State { get; set; }
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public AgencyClock Clock => clock;
    public int Total { get; private set; }
    public IReadOnlyList<AccountRow> Rows { get; private set; } = [];

    public bool Filtered => Role is not null || State is not null;

    public Guid Oneself => User.AccountId();

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var accounts = db.Users.AsNoTracking();
        if (Role is { } role) accounts = accounts.Where(u => u.Role == role);
        accounts = State switch
        {
            AccountState.Enabled => accounts.Where(u => u.DisabledAt == null && u.PasswordHash != null),
            AccountState.Invited => accounts.Where(u => u.DisabledAt == null && u.PasswordHash == null),
            AccountState.Disabled => accounts.Where(u => u.DisabledAt != null),
            _ => accounts,
        };
        Total = await accounts.CountAsync(cancel);
        Number = Paging.Within(Number, Total, PageSize);
        Rows = await accounts.OrderBy(u => u.DisabledAt != null).ThenBy(u => u.FullName).ThenBy(u => u.Id).Skip((Number - 1) * PageSize).Take(PageSize)
            .Select(u => new AccountRow(u.Id, u.FullName, u.Email, u.Role, u.DisabledAt, u.LastSignInAt, u.PasswordHash == null)).ToListAsync(cancel);
    }
}

/// <summary>One account in the list.</summary>
public sealed record AccountRow(Guid Id, string Name, string? Email, Role Role, DateTimeOffset? DisabledAt, DateTimeOffset? LastSignInAt, bool NeverOpened)
{
    public AccountState State => DisabledAt is not null ? AccountState.Disabled : NeverOpened ? AccountState.Invited : AccountState.Enabled;
}

/// <summary>Where an account stands.</summary>
public enum AccountState
{
    Enabled,

    /// <summary>Nobody has chosen its password yet.</summary>
    Invited,

    Disabled,
}
