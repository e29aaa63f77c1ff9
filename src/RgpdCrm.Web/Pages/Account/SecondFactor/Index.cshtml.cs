using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account.SecondFactor;

/// <summary>What one signs in with beside the password. The first page, and the only ones besides, for who owes a second factor.</summary>
public sealed class IndexModel(UserManager<Core.Accounts.Account> accounts, FrontDoor door, AgencyClock clock, CrmDbContext db) : OwnPage(accounts, door, clock)
{
    public IReadOnlyList<PasskeyRow> Passkeys { get; private set; } = [];

    /// <summary>Recovery codes not used yet.</summary>
    public int CodesLeft { get; private set; }

    public async Task OnGetAsync(CancellationToken cancel)
    {
        Passkeys = [.. (await Users.GetPasskeysAsync(Account)).OrderBy(p => p.CreatedAt).Select(p => new PasskeyRow(Convert.ToHexStringLower(p.CredentialId), p.Name ?? "", p.CreatedAt))];
        CodesLeft = await db.RecoveryCodes.CountAsync(c => c.AccountId == Account.Id, cancel);
    }
}

/// <summary>A passkey in the list. Its id is in hexadecimal, because addresses are written in small letters.</summary>
public sealed record PasskeyRow(string Id, string Name, DateTimeOffset CreatedAt);
