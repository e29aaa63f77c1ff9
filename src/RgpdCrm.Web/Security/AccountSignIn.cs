using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using RgpdCrm.Core.Accounts;

namespace RgpdCrm.Web.Security;

/// <summary>A disabled account neither signs in nor keeps its session.</summary>
internal sealed class AccountSignIn(
    UserManager<Account> accounts, IHttpContextAccessor http, IUserClaimsPrincipalFactory<Account> claims, IOptions<IdentityOptions> options,
    ILogger<SignInManager<Account>> logger, IAuthenticationSchemeProvider schemes, IUserConfirmation<Account> confirmation)
    : SignInManager<Account>(accounts, http, claims, options, logger, schemes, confirmation)
{
    public override async Task<bool> CanSignInAsync(Account user) => user.DisabledAt is null && await base.CanSignInAsync(user);

    public override async Task<Account?> ValidateSecurityStampAsync(ClaimsPrincipal? principal) =>
        await base.ValidateSecurityStampAsync(principal) is { DisabledAt: null } account ? account : null;
}

/// <summary>Role and full name as claims; the address stays out of the cookie. Who owes a second factor has no role until it is set up.</summary>
internal sealed class AccountClaims(UserManager<Account> accounts, IOptions<IdentityOptions> options, SecondFactors factors)
    : UserClaimsPrincipalFactory<Account>(accounts, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Account user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        foreach (var claim in identity.FindAll(claim => claim.Type == identity.NameClaimType || claim.Type == ClaimTypes.Email).ToList())
            identity.RemoveClaim(claim);
        identity.AddClaim(new Claim(identity.NameClaimType, user.FullName));
        identity.AddClaims(factors.AreRequiredFor(user.Role) && !await factors.AnyAsync(user) ? [Access.SecondFactorOwed] : Access.RoleClaims(user.Role));
        return identity;
    }
}

/// <summary>What Identity refuses, in the words of our pages.</summary>
internal sealed class AccountErrors : IdentityErrorDescriber
{
    public override IdentityError PasswordTooShort(int length) => Error(T($"Au moins {length} caractères : une phrase se retient mieux."));

    public override IdentityError PasswordRequiresUniqueChars(int uniqueChars) => Error(T($"Au moins {uniqueChars} caractères différents."));

    public override IdentityError InvalidToken() => Error(T("Ce lien ne sert plus : demandez-en un autre à votre administrateur."));

    public override IdentityError PasswordMismatch() => Error(T("Ce mot de passe n’est pas le bon."));

    public override IdentityError DuplicateEmail(string email) => Error(T("Un compte existe déjà pour cette adresse."));

    public override IdentityError DuplicateUserName(string userName) => DuplicateEmail(userName);

    public override IdentityError InvalidEmail(string? email) => Error(T("Cette adresse électronique n’est pas valable."));

    public override IdentityError InvalidUserName(string? userName) => InvalidEmail(userName);

    private static IdentityError Error(string text, [System.Runtime.CompilerServices.CallerMemberName] string code = "") =>
        new() { Code = code, Description = text };
}
