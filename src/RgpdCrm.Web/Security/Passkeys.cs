using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;

namespace RgpdCrm.Web.Security;

/// <summary>What a page hands to the browser to make or to ask for a passkey.</summary>
/// <param name="Options">For <c>navigator.credentials</c>, as JSON.</param>
/// <param name="State">The challenge, sealed: it comes back with the answer and counts once.</param>
public sealed record PasskeyQuestion(string Options, string State);

/// <summary>Passkeys (WebAuthn), through ASP.NET Core Identity's own checks. The device verifies its owner each time, so that a passkey alone is two factors.</summary>
public sealed class Passkeys(IPasskeyHandler<Account> handler, UserManager<Account> accounts, CrmDbContext db, IDataProtectionProvider keys, AgencyClock clock, IHttpContextAccessor request)
{
    /// <summary>Characters of the name its owner gives a passkey.</summary>
    public const int NameLength = 60;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    private readonly IDataProtector _seal = keys.CreateProtector("passkey");

    private HttpContext Http => request.HttpContext!;

    internal static void Demand(IdentityPasskeyOptions passkeys)
    {
        passkeys.UserVerificationRequirement = "required";
        passkeys.ResidentKeyRequirement = "required";
        // Our referrer policy makes browsers send "Origin: null" with a form: what the device signed is compared with the address that was asked for.
        passkeys.ValidateOrigin = asked => ValueTask.FromResult(!asked.CrossOrigin && asked.Origin == $"{asked.HttpContext.Request.Scheme}://{asked.HttpContext.Request.Host}");
    }

    /// <summary>Asks for a passkey: of one account, or of whoever is there.</summary>
    public async Task<PasskeyQuestion> AskAsync(Account? of = null)
    {
        var question = await handler.MakeRequestOptionsAsync(of, Http);
        return new(question.RequestOptionsJson, Seal(question.AssertionState));
    }

    /// <summary>Who showed a passkey; nobody when it is unknown, another account's than asked for, or shown before.</summary>
    public async Task<Account?> CheckAsync(string? credential, string? state)
    {
        if (await OpenAsync(state) is not { } challenge || string.IsNullOrEmpty(credential)) return null;
        var shown = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = Http, CredentialJson = credential, AssertionState = challenge });
        if (!shown.Succeeded || !shown.Passkey.IsUserVerified || shown.User.DisabledAt is not null) return null;
        return (await accounts.AddOrUpdatePasskeyAsync(shown.User, shown.Passkey)).Succeeded ? shown.User : null;
    }

    /// <summary>Asks for a new passkey.</summary>
    public async Task<PasskeyQuestion> AskForNewAsync(Account account)
    {
        var question = await handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = account.Id.ToString(), Name = account.Email!, DisplayName = account.FullName }, Http);
        return new(question.CreationOptionsJson, Seal(question.AttestationState));
    }

    /// <summary>Adds a new passkey; refused when it is someone's already or was made for another account.</summary>
    public async Task<bool> AddAsync(Account account, string name, string? credential, string? state)
    {
        if (await OpenAsync(state) is not { } challenge || string.IsNullOrEmpty(credential)) return false;
        var made = await handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = Http, CredentialJson = credential, AttestationState = challenge });
        if (!made.Succeeded || made.UserEntity.Id != account.Id.ToString() || !made.Passkey.IsUserVerified) return false;
        made.Passkey.Name = name;
        Audit(account, "account.passkey_added");
        return (await accounts.AddOrUpdatePasskeyAsync(account, made.Passkey)).Succeeded;
    }

    /// <summary>Gives another name.</summary>
    public Task RenameAsync(Account account, UserPasskeyInfo passkey, string name)
    {
        passkey.Name = name;
        return accounts.AddOrUpdatePasskeyAsync(account, passkey);
    }

    /// <summary>Removes a passkey for good.</summary>
    public Task RemoveAsync(Account account, UserPasskeyInfo passkey)
    {
        Audit(account, "account.passkey_removed");
        return accounts.RemovePasskeyAsync(account, passkey.CredentialId);
    }

    private void Audit(Account account, string action) => db.AuditEntries.Add(new AuditEntry(clock.Now, account.Id, action, "account", account.Id));

    private string Seal(string? state) => _seal.Protect($"{(clock.Now + Life).UtcTicks} {state}");

    // A challenge counts once, and not for long.
    private async Task<string?> OpenAsync(string? state)
    {
        if (string.IsNullOrEmpty(state)) return null;
        try
        {
            var words = _seal.Unprotect(state).Split(' ', 2);
            var until = new DateTimeOffset(long.Parse(words[0], CultureInfo.InvariantCulture), TimeSpan.Zero);
            if (until <= clock.Now) return null;
            return await new SpentChallenge { Hash = SHA256.HashData(Encoding.UTF8.GetBytes(words[1])), ExpiresAt = until }.SpendAsync(db) ? words[1] : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
