using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Security;

/// <summary>How people sign in and for how long (safety.md, "Accounts").</summary>
public static class Accounts
{
    /// <summary>Characters a password has at least.</summary>
    public const int PasswordLength = 15;

    /// <summary>Attempts a minute that one network address has for its passwords and links.</summary>
    public const int AttemptsPerMinute = 20;

    /// <summary>Name of the rate limit on sign-in pages.</summary>
    public const string AttemptLimit = "attempts";

    private const string SignedInAt = "signed-in-at";
    private static readonly TimeSpan IdleLife = TimeSpan.FromHours(8);
    private static readonly TimeSpan WholeLife = TimeSpan.FromHours(24);

    internal static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddIdentityCore<Account>(identity =>
            {
                identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
                identity.User.RequireUniqueEmail = true;
                identity.Password = new PasswordOptions
                {
                    RequiredLength = PasswordLength,
                    RequiredUniqueChars = 5,
                    RequireDigit = false,
                    RequireLowercase = false,
                    RequireUppercase = false,
                    RequireNonAlphanumeric = false,
                };
                identity.Lockout.MaxFailedAccessAttempts = 10;
                identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
            })
            .AddEntityFrameworkStores<CrmDbContext>()
            .AddSignInManager<AccountSignIn>()
            .AddClaimsPrincipalFactory<AccountClaims>()
            .AddErrorDescriber<FrenchErrors>()
            .AddDefaultTokenProviders();
        services.Configure<PasswordHasherOptions>(hashing => hashing.IterationCount = 220_000);
        services.Configure<SecurityStampValidatorOptions>(stamp => stamp.ValidationInterval = TimeSpan.FromMinutes(1));
        services.Configure<DataProtectionTokenProviderOptions>(link => link.TokenLifespan = TimeSpan.FromHours(72));
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = builder.CookieName("session");
            cookie.Cookie.SecurePolicy = builder.CookieSecurity();
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.LoginPath = "/account/sign-in";
            cookie.ExpireTimeSpan = IdleLife;
            cookie.SlidingExpiration = true;
            cookie.Events = new CookieAuthenticationEvents { OnSigningIn = RememberStart, OnValidatePrincipal = ValidateAsync, OnRedirectToAccessDenied = Deny };
        });
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.AddPolicy(AttemptLimit, http => RateLimits.PerAddressPosting(http, AttemptsPerMinute, TimeSpan.FromMinutes(1)));
        });
    }

    /// <summary>The name of one of our cookies; browsers bind a <c>__Host-</c> cookie to this host over HTTPS.</summary>
    internal static string CookieName(this WebApplicationBuilder builder, string purpose) =>
        (builder.Environment.IsDevelopment() ? "" : "__Host-") + "rgpdcrm-" + purpose;

    internal static CookieSecurePolicy CookieSecurity(this WebApplicationBuilder builder) =>
        builder.Environment.IsDevelopment() ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;

    /// <summary>The account behind a request.</summary>
    public static Guid AccountId(this ClaimsPrincipal user) =>
        Guid.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("No one is signed in."));

    private static Task RememberStart(CookieSigningInContext context)
    {
        var start = context.Properties.IssuedUtc ?? context.Options.TimeProvider!.GetUtcNow();
        context.Properties.Items.TryAdd(SignedInAt, start.ToString("O", CultureInfo.InvariantCulture));
        return Task.CompletedTask;
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var known = DateTimeOffset.TryParse(context.Properties.GetString(SignedInAt), CultureInfo.InvariantCulture, out var start);
        if (!known || context.Options.TimeProvider!.GetUtcNow() - start > WholeLife)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
            return;
        }

        await SecurityStampValidator.ValidatePrincipalAsync(context);
    }

    // The page is drawn at the refused address, with its status.
    private static Task Deny(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    /// <summary>A disabled account neither signs in nor keeps its session.</summary>
    private sealed class AccountSignIn(
        UserManager<Account> accounts, IHttpContextAccessor http, IUserClaimsPrincipalFactory<Account> claims, IOptions<IdentityOptions> options,
        ILogger<SignInManager<Account>> logger, IAuthenticationSchemeProvider schemes, IUserConfirmation<Account> confirmation)
        : SignInManager<Account>(accounts, http, claims, options, logger, schemes, confirmation)
    {
        public override async Task<bool> CanSignInAsync(Account user) => user.DisabledAt is null && await base.CanSignInAsync(user);

        public override async Task<Account?> ValidateSecurityStampAsync(ClaimsPrincipal? principal) =>
            await base.ValidateSecurityStampAsync(principal) is { DisabledAt: null } account ? account : null;
    }

    /// <summary>Role and full name as claims; the address stays out of the cookie.</summary>
    private sealed class AccountClaims(UserManager<Account> accounts, IOptions<IdentityOptions> options)
        : UserClaimsPrincipalFactory<Account>(accounts, options)
    {
        protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Account user)
        {
            var identity = await base.GenerateClaimsAsync(user);
            foreach (var claim in identity.FindAll(claim => claim.Type == identity.NameClaimType || claim.Type == ClaimTypes.Email).ToList())
                identity.RemoveClaim(claim);
            identity.AddClaim(new Claim(identity.NameClaimType, user.FullName));
            identity.AddClaims(Access.RoleClaims(user.Role));
            return identity;
        }
    }

    private sealed class FrenchErrors : IdentityErrorDescriber
    {
        public override IdentityError PasswordTooShort(int length) => Error(T($"Au moins {length} caractères : une phrase se retient mieux."));

        public override IdentityError PasswordRequiresUniqueChars(int uniqueChars) => Error(T($"Au moins {uniqueChars} caractères différents."));

        public override IdentityError InvalidToken() => Error(T("Ce lien ne sert plus : demandez-en un autre à votre administrateur."));

        public override IdentityError DuplicateEmail(string email) => Error(T("Un compte existe déjà pour cette adresse."));

        public override IdentityError DuplicateUserName(string userName) => DuplicateEmail(userName);

        public override IdentityError InvalidEmail(string? email) => Error(T("Cette adresse électronique n’est pas valable."));

        public override IdentityError InvalidUserName(string? userName) => InvalidEmail(userName);

        private static IdentityError Error(string text, [System.Runtime.CompilerServices.CallerMemberName] string code = "") =>
            new() { Code = code, Description = text };
    }
}
