using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Identity;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;

namespace RgpdCrm.Web.Security;

/// <summary>New accounts and the one-time links with which their owners choose a password.</summary>
public sealed class Invitations(CrmDbContext db, UserManager<Account> accounts)
{
    /// <summary>Creates an account without a password; the errors say what is wrong with the address.</summary>
    public async Task<IdentityResult> CreateAsync(Account account, Act act)
    {
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "account.created", "account", account.Id, nameof(Account.Email), nameof(Account.FullName), nameof(Account.Role)));
        var result = await accounts.CreateAsync(account);
        if (!result.Succeeded) db.ChangeTracker.Clear();
        else await Outbox.InviteAsync(db, account.Id, act.At);
        return result;
    }

    /// <summary>The link of an account that has just been created.</summary>
    public async Task<string> LinkAsync(Account account, Uri address) =>
        new Uri(address, $"/account/set-password?id={account.Id}&code={UrlEncoder.Default.Encode(await accounts.GeneratePasswordResetTokenAsync(account))}").AbsoluteUri;

    /// <summary>Another link: the earlier ones stop working, the sessions end within a minute, and a mail tells its owner.</summary>
    public async Task<string> RenewAsync(Account account, Uri address, Act act)
    {
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "account.link_made", "account", account.Id));
        db.OutgoingMails.Add(new OutgoingMail { AccountId = account.Id, Template = MailTemplate.PasswordLinkMade, CreatedAt = act.At });
        await accounts.UpdateSecurityStampAsync(account);
        await AccountSession.EndAllOfAsync(db, account.Id);
        return await LinkAsync(account, address);
    }
}
