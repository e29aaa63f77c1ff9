using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Security;

/// <summary>How people sign in and for how long.</summary>
public static class Accounts
{
    /// <summary>Characters a password has at least.</summary>
    public const int PasswordLength = 15;

    /// <summary>Attempts a minute that one network address has for its passwords and links.</summary>
    public const int AttemptsPerMinute = 20;

    /// <summary>Name of the rate limit on sign-in pages.</summary>
    public const string AttemptLimit = "attempts";

    /// <summary>Minutes between the password and the second factor.</summary>
    public const int StepMinutes = 10;

    private const string SignedInAt = "signed-in-at";
    private const string Session = "session";

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
            })
            .AddEntityFrameworkStores<CrmDbContext>()
            .AddSignInManager<AccountSignIn>()
            .AddClaimsPrincipalFactory<AccountClaims>()
            .AddPasswordValidator<Passphrase>()
            .AddErrorDescriber<AccountErrors>()
            .AddDefaultTokenProviders();
        services.AddScoped<FrontDoor>();
        services.AddScoped<SecondFactors>();
        services.AddScoped<Passkeys>();
        services.AddScoped<KnownDevices>();
        services.AddSingleton<WrongAnswers>();
        services.AddHttpContextAccessor();
        services.Configure<PasswordHasherOptions>(hashing => hashing.IterationCount = 220_000);
        services.Configure<SecurityStampValidatorOptions>(stamp => stamp.ValidationInterval = TimeSpan.FromMinutes(1));
        services.Configure<DataProtectionTokenProviderOptions>(link => link.TokenLifespan = TimeSpan.FromHours(72));
        services.Configure<IdentityPasskeyOptions>(Passkeys.Demand);
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = builder.CookieName("session");
            cookie.Cookie.SecurePolicy = builder.CookieSecurity();
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.LoginPath = "/account/sign-in";
            cookie.ExpireTimeSpan = TimeSpan.FromHours(AccountSession.IdleHours);
            cookie.SlidingExpiration = true;
            cookie.Events = new CookieAuthenticationEvents { OnSigningIn = RememberStart, OnValidatePrincipal = ValidateAsync, OnRedirectToAccessDenied = Deny };
        });
        // Between the password and the second factor; it opens nothing.
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.TwoFactorUserIdScheme, cookie =>
        {
            cookie.Cookie.Name = builder.CookieName("step");
            cookie.Cookie.SecurePolicy = builder.CookieSecurity();
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.ExpireTimeSpan = TimeSpan.FromMinutes(StepMinutes);
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

    /// <summary>The session behind a request; none for a visitor.</summary>
    public static Guid? SessionId(this HttpContext http) => Guid.TryParse(TicketOf(http)?.GetString(Session), out var id) ? id : null;

    /// <summary>When the session behind a request began.</summary>
    public static DateTimeOffset? SessionStart(this HttpContext http) =>
        DateTimeOffset.TryParse(TicketOf(http)?.GetString(SignedInAt), CultureInfo.InvariantCulture, out var start) ? start : null;

    /// <summary>What the cookie of a new session seals beside the claims.</summary>
    internal static AuthenticationProperties TicketOf(AccountSession session) => new(new Dictionary<string, string?> { [Session] = session.Id.ToString() });

    private static AuthenticationProperties? TicketOf(HttpContext http) => http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties;

    private static Task RememberStart(CookieSigningInContext context)
    {
        var start = context.Properties.IssuedUtc ?? context.Options.TimeProvider!.GetUtcNow();
        context.Properties.Items.TryAdd(SignedInAt, start.ToString("O", CultureInfo.InvariantCulture));
        return Task.CompletedTask;
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var now = context.Options.TimeProvider!.GetUtcNow();
        if (!Guid.TryParse(context.Properties.GetString(Session), out var session)
            || !DateTimeOffset.TryParse(context.Properties.GetString(SignedInAt), CultureInfo.InvariantCulture, out var start)
            || now - start > TimeSpan.FromHours(AccountSession.WholeLifeHours))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
            return;
        }

        await SecurityStampValidator.ValidatePrincipalAsync(context);
        // Once a minute, together with the stamp.
        if (context is not { Principal: not null, ShouldRenew: true }) return;
        if (await AccountSession.SeeAsync(context.HttpContext.RequestServices.GetRequiredService<CrmDbContext>(), session, now)) return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    // The page is drawn at the refused address, with its status; who still owes a second factor is led to it.
    private static Task Deny(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (context.HttpContext.User.OwesSecondFactor()) context.Response.Redirect("/account/second-factor");
        else context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
