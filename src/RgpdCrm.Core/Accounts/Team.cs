using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;

namespace RgpdCrm.Core.Accounts;

/// <summary>What an admin decides about colleagues' accounts. One decision at a time: an enabled admin always remains, and nobody decides about themselves.
/// A refusal writes nothing. Every decision ends the sessions within a minute.</summary>
public sealed class Team(CrmDbContext db)
{
    /// <summary>Closes an account: it neither signs in nor keeps its session; name and address go 12 months later.</summary>
    public Task<TeamRefusal?> DisableAsync(Guid accountId, Act act, CancellationToken cancel = default) => OnLockedAsync(accountId, act, async account =>
    {
        if (account.DisabledAt is not null) return TeamRefusal.AlreadyDisabled;
        if (await IsLastAdminAsync(account, cancel)) return TeamRefusal.LastAdmin;
        account.DisabledAt = act.At;
        Renew(account, "account.disabled", act, nameof(Account.DisabledAt));
        return null;
    }, cancel);

    /// <summary>Opens a disabled account again, as long as it still has its name.</summary>
    public Task<TeamRefusal?> EnableAsync(Guid accountId, Act act, CancellationToken cancel = default) => OnLockedAsync(accountId, act, account =>
    {
        if (account.DisabledAt is null) return Task.FromResult<TeamRefusal?>(TeamRefusal.NotDisabled);
        if (account.Email is null) return Task.FromResult<TeamRefusal?>(TeamRefusal.Forgotten);
        account.DisabledAt = null;
        Renew(account, "account.enabled", act, nameof(Account.DisabledAt));
        return Task.FromResult<TeamRefusal?>(null);
    }, cancel);

    /// <summary>Gives another role.</summary>
    public Task<TeamRefusal?> ChangeRoleAsync(Guid accountId, Role role, Act act, CancellationToken cancel = default) => OnLockedAsync(accountId, act, async account =>
    {
        if (account.Role == role) return TeamRefusal.SameRole;
        if (await IsLastAdminAsync(account, cancel)) return TeamRefusal.LastAdmin;
        var word = account.Role == Role.Admin ? "account.admin_ended" : "account.role_changed";
        account.Role = role;
        Renew(account, word, act, nameof(Account.Role));
        return null;
    }, cancel);

    /// <summary>Takes a colleague's second factor away, because the telephone is lost: they set up another after their password, and a mail tells them.</summary>
    public Task<TeamRefusal?> ResetSecondFactorAsync(Guid accountId, Act act, CancellationToken cancel = default) => OnLockedAsync(accountId, act, async account =>
    {
        var passkeys = await db.Set<IdentityUserPasskey<Guid>>().Where(p => p.UserId == account.Id).ToListAsync(cancel);
        if (account.AuthenticatorSecret is null && passkeys.Count == 0) return TeamRefusal.NoSecondFactor;
        db.RemoveRange(passkeys);
        await db.RecoveryCodes.Where(c => c.AccountId == account.Id).ExecuteDeleteAsync(cancel);
        account.AuthenticatorSecret = null;
        Renew(account, "account.second_factor_reset", act, nameof(Account.AuthenticatorSecret));
        db.OutgoingMails.Add(new OutgoingMail { AccountId = account.Id, Template = MailTemplate.SecondFactorReset, CreatedAt = act.At });
        return null;
    }, cancel);

    /// <summary>Ends a colleague's sessions.</summary>
    public Task<TeamRefusal?> EndSessionsAsync(Guid accountId, Act act, CancellationToken cancel = default) => OnLockedAsync(accountId, act, account =>
    {
        Renew(account, "account.sessions_ended", act);
        return Task.FromResult<TeamRefusal?>(null);
    }, cancel);

    private async Task<TeamRefusal?> OnLockedAsync(Guid accountId, Act act, Func<Account, Task<TeamRefusal?>> verb, CancellationToken cancel)
    {
        if (accountId == act.By) return TeamRefusal.Oneself;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({(long)AdvisoryLock.Accounts})", cancel);
        // The admin who asks may have been disabled or demoted while waiting.
        if (act.By is { } by && !await db.Users.AnyAsync(u => u.Id == by && u.DisabledAt == null && u.Role == Role.Admin, cancel)) return TeamRefusal.NoLongerAdmin;
        if (await db.Users.SingleOrDefaultAsync(u => u.Id == accountId, cancel) is not { } account) return TeamRefusal.Unknown;
        await db.Entry(account).ReloadAsync(cancel);
        if (await verb(account) is { } refusal) return refusal;
        await AccountSession.EndAllOfAsync(db, account.Id, cancel: cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    private async Task<bool> IsLastAdminAsync(Account account, CancellationToken cancel) =>
        account is { Role: Role.Admin, DisabledAt: null } && !await db.Users.AnyAsync(u => u.Id != account.Id && u.Role == Role.Admin && u.DisabledAt == null, cancel);

    private void Renew(Account account, string action, Act act, params string[] fields)
    {
        account.SecurityStamp = Guid.NewGuid().ToString("N");
        account.ConcurrencyStamp = Guid.NewGuid().ToString();
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, action, "account", account.Id, fields));
    }
}

/// <summary>Why a decision about an account was refused; the pages put it into words.</summary>
public enum TeamRefusal
{
    Unknown,

    /// <summary>Nobody disables themselves or changes their own role.</summary>
    Oneself,

    /// <summary>The one who asks lost their rights meanwhile.</summary>
    NoLongerAdmin,

    LastAdmin,
    AlreadyDisabled,
    NotDisabled,

    /// <summary>Disabled more than 12 months ago: name and address are gone.</summary>
    Forgotten,

    SameRole,

    /// <summary>Nothing to reset.</summary>
    NoSecondFactor,
}
