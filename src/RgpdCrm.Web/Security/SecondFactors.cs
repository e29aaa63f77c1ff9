using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OtpNet;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Security;

/// <summary>Codes of an authenticator application (RFC 6238: SHA-1, 6 digits, 30 seconds, which every application knows), and who owes a second factor.
/// Secrets are stored sealed; a code opens once.</summary>
public sealed class SecondFactors(CrmDbContext db, IDataProtectionProvider keys, AgencyClock clock, IHostEnvironment environment)
{
    private const int SecretBytes = 20;
    private const int Digits = 6;

    // A clock half a minute off, and a code typed slowly.
    private static readonly VerificationWindow Window = new(previous: 1, future: 1);

    /// <summary>Admins and ops, except on a developer's own machine.</summary>
    public bool AreRequiredFor(Role role) => role is Role.Admin or Role.Ops && !environment.IsDevelopment();

    /// <summary>Whether something beside the password is set up.</summary>
    public async Task<bool> AnyAsync(Account account) => account.AuthenticatorSecret is not null || await PasskeysOf(account.Id).AnyAsync();

    /// <summary>The passkeys of an account.</summary>
    public IQueryable<IdentityUserPasskey<Guid>> PasskeysOf(Guid accountId) => db.Set<IdentityUserPasskey<Guid>>().Where(p => p.UserId == accountId);

    /// <summary>A new secret for an account, sealed: it counts once it is confirmed with a first code.</summary>
    public string NewSecret(Account account) => SealOf(account.Id).Protect(Base32Encoding.ToString(KeyGeneration.GenerateRandomKey(SecretBytes)));

    /// <summary>What the person types or scans; none when it was not sealed for this account.</summary>
    public string? Open(Account account, string sealedSecret)
    {
        try
        {
            return SealOf(account.Id).Unprotect(sealedSecret);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Stores a secret whose first code is right; that code is used up.</summary>
    public async Task<bool> ConfirmAsync(Account account, string sealedSecret, string code)
    {
        if (Open(account, sealedSecret) is not { } secret || StepOf(secret, code) is not { } step) return false;
        db.AuditEntries.Add(new AuditEntry(clock.Now, account.Id, "account.authenticator_set_up", "account", account.Id, nameof(Account.AuthenticatorSecret)));
        (account.AuthenticatorSecret, account.AuthenticatorStep) = (sealedSecret, step);
        await db.SaveChangesAsync();
        return true;
    }

    /// <summary>Uses a code up. Its step and the earlier ones open nothing any more, whoever asks at the same moment.</summary>
    public async Task<bool> UseCodeAsync(Account account, string code)
    {
        if (account.AuthenticatorSecret is not { } stored || Open(account, stored) is not { } secret || StepOf(secret, code) is not { } step) return false;
        // A new concurrency stamp: nobody who read the account earlier writes the old step back.
        var stamp = Guid.NewGuid().ToString();
        var used = await db.Users.Where(u => u.Id == account.Id && (u.AuthenticatorStep == null || u.AuthenticatorStep < step))
            .ExecuteUpdateAsync(u => u.SetProperty(x => x.AuthenticatorStep, step).SetProperty(x => x.ConcurrencyStamp, stamp));
        await db.Entry(account).ReloadAsync();
        return used == 1;
    }

    /// <summary>Takes the application away.</summary>
    public Task RemoveAuthenticatorAsync(Account account)
    {
        db.AuditEntries.Add(new AuditEntry(clock.Now, account.Id, "account.authenticator_removed", "account", account.Id, nameof(Account.AuthenticatorSecret)));
        account.AuthenticatorSecret = null;
        return db.SaveChangesAsync();
    }

    private long? StepOf(string secret, string code)
    {
        var digits = string.Concat(code.Where(sign => !char.IsWhiteSpace(sign)));
        if (digits.Length != Digits || !digits.All(char.IsAsciiDigit)) return null;
        return new Totp(Base32Encoding.ToBytes(secret)).VerifyTotp(clock.Now.UtcDateTime, digits, out var step, Window) ? step : null;
    }

    private IDataProtector SealOf(Guid account) => keys.CreateProtector("authenticator", account.ToString());
}

/// <summary>Who has signed in with a password alone where that is not enough.</summary>
public static class OwedSecondFactor
{
    /// <summary>Whether this session only leads to setting up a second factor.</summary>
    public static bool OwesSecondFactor(this ClaimsPrincipal user) => user.HasClaim(Access.SecondFactorOwed.Type, Access.SecondFactorOwed.Value);
}
