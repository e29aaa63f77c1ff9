using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Security;

/// <summary>How someone gets in: password, second factor, session. Whoever fails gets one answer after the same work, known or not.
/// Tries are counted per account and known device; all unknown devices share one count, so that a stranger locks nobody out of their own.</summary>
public sealed class FrontDoor(CrmDbContext db, UserManager<Account> accounts, SignInManager<Account> signIn, SecondFactors factors, KnownDevices devices, WrongAnswers wrong, AgencyClock clock, IHttpContextAccessor request)
{
    /// <summary>Wrong passwords within <see cref="PasswordPeriod"/>, and wrong codes within <see cref="CodePeriod"/>, before the door stays shut.</summary>
    public const int MostTries = 10;

    /// <summary>How long a wrong password counts.</summary>
    public static readonly TimeSpan PasswordPeriod = TimeSpan.FromMinutes(15);

    /// <summary>How long a wrong code counts: who gives it has the password, and six digits are few.</summary>
    public static readonly TimeSpan CodePeriod = TimeSpan.FromHours(SignInTries.KeptHours);

    private const string Stamp = "stamp";

    private static readonly Account NoOne = new();
    private static string? _hashOfNoOne;

    private HttpContext Http => request.HttpContext!;

    private string Address => RateLimits.CallerOf(Http);

    /// <summary>Whose password this is; nobody's when it is wrong, or when too much was tried.</summary>
    public async Task<Account?> CheckPasswordAsync(string email, string password)
    {
        _hashOfNoOne ??= accounts.PasswordHasher.HashPassword(NoOne, Guid.NewGuid().ToString());
        var (name, device) = (accounts.NormalizeEmail(email.Trim())!, devices.Of(email));
        var subject = $"password|{name}|{device}";
        var tries = await SignInTries.TakeAsync(db, subject, PasswordPeriod, clock.Now);
        var account = await accounts.FindByEmailAsync(name);
        var shut = tries > MostTries || device is null && wrong.AreTooMany(Address);
        var open = !shut && account is { PasswordHash: not null, DisabledAt: null } ? account : null;
        if (open is null) accounts.PasswordHasher.VerifyHashedPassword(NoOne, _hashOfNoOne, password);
        else if (await accounts.CheckPasswordAsync(open, password))
        {
            await SignInTries.ForgetAsync(db, subject);
            return open;
        }
        wrong.Note(Address);
        await SignInTries.FailAsync(db, subject, open?.Id, tries == MostTries ? SignInOutcome.Braked : SignInOutcome.WrongPassword, devices.Family, clock.Now);
        return null;
    }

    /// <summary>Remembers for ten minutes whose password was right.</summary>
    public Task AwaitSecondStepAsync(Account account) => Http.SignInAsync(IdentityConstants.TwoFactorUserIdScheme,
        new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, account.Id.ToString()), new(Stamp, account.SecurityStamp!)], IdentityConstants.TwoFactorUserIdScheme)));

    /// <summary>Whose second factor is awaited; nobody's when too much time has passed or the account changed meanwhile.</summary>
    public async Task<Account?> AwaitedAsync()
    {
        var awaited = (await Http.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme)).Principal;
        if (awaited is null || await accounts.FindByIdAsync(awaited.FindFirstValue(ClaimTypes.NameIdentifier)!) is not { DisabledAt: null } account) return null;
        return account.SecurityStamp == awaited.FindFirstValue(Stamp) ? account : null;
    }

    /// <summary>Looks at a code of the application, or at a recovery code, and uses it up.</summary>
    /// <returns>Which it was; none when it was wrong or too many were.</returns>
    public async Task<SignInOutcome?> CheckCodeAsync(Account account, string typed)
    {
        var subject = $"code|{account.Id}|{devices.Of(account.Email!)}";
        var tries = await SignInTries.TakeAsync(db, subject, CodePeriod, clock.Now);
        if (tries > MostTries) return null;
        SignInOutcome? right = await factors.UseCodeAsync(account, typed) ? SignInOutcome.Code
            : await RecoveryCode.UseAsync(db, account.Id, typed) ? SignInOutcome.RecoveryCode : null;
        if (right is not null) await SignInTries.ForgetAsync(db, subject);
        else await NoteAsync(account, tries == MostTries ? SignInOutcome.Braked : SignInOutcome.WrongCode);
        return right;
    }

    /// <summary>Opens a session of its own for someone who has proved who they are; the browser's earlier one ends.</summary>
    public async Task EnterAsync(Account account, SignInOutcome how)
    {
        var now = clock.Now;
        if (Http.SessionId() is { } earlier) await AccountSession.EndAsync(db, Http.User.AccountId(), earlier);
        var session = new AccountSession { AccountId = account.Id, StartedAt = now, SeenAt = now, Device = devices.Family };
        db.Sessions.Add(session);
        await NoteAsync(account, how);
        await db.Users.Where(u => u.Id == account.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.LastSignInAt, now));
        await Http.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
        await signIn.SignInAsync(account, Accounts.TicketOf(session));
        devices.Remember(account.Email!);
        if (account.Language != Languages.Current) Languages.Choose(Http, account.Language);
    }

    /// <summary>After a change of password or second factor: every other session of the account ends, this one goes on.</summary>
    public async Task RenewAsync(Account account)
    {
        await accounts.UpdateSecurityStampAsync(account);
        await AccountSession.EndAllOfAsync(db, account.Id, except: Http.SessionId());
        await signIn.RefreshSignInAsync(account);
    }

    /// <summary>Ends the session of this browser.</summary>
    public async Task LeaveAsync()
    {
        if (Http.SessionId() is { } session) await AccountSession.EndAsync(db, Http.User.AccountId(), session);
        await signIn.SignOutAsync();
    }

    private Task<int> NoteAsync(Account account, SignInOutcome outcome)
    {
        db.SignIns.Add(new SignIn(account.Id, outcome, devices.Family, clock.Now));
        return db.SaveChangesAsync();
    }
}

/// <summary>Wrong passwords by network address: one password tried on many accounts is stopped here. In memory, so that no address is stored.</summary>
public sealed class WrongAnswers : IDisposable
{
    /// <summary>Wrong passwords an hour from one address, unknown devices only.</summary>
    public const int PerHour = 60;

    private readonly PartitionedRateLimiter<string> _counts = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(address, _ => new() { PermitLimit = PerHour, Window = TimeSpan.FromHours(1) }));

    public bool AreTooMany(string address) => !_counts.AttemptAcquire(address, 0).IsAcquired;

    public void Note(string address) => _counts.AttemptAcquire(address);

    public void Dispose() => _counts.Dispose();
}
