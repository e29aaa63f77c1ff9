using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;

namespace RgpdCrm.Web.Security;

/// <summary>What protects forms that anyone may send, without a cookie: a sealed token that is short-lived and used once, a captcha, and few attempts an address.</summary>
public static class PublicForms
{
    /// <summary>Name of the rate limit on sent forms.</summary>
    public const string SendLimit = "inquiries";

    /// <summary>Name of the rate limit on challenges and the API.</summary>
    public const string AskLimit = "public";

    /// <summary>Name of the rate limit on stopping mails: many readers share a mail provider's addresses, and so do its scanners, which only read.</summary>
    public const string StopLimit = "stop";

    /// <summary>Forms that one network address sends in ten minutes, mistakes included.</summary>
    public const int SentInTenMinutes = 20;

    /// <summary>Challenges, or calls of the API, of one network address a minute.</summary>
    public const int AskedPerMinute = 60;

    internal static void AddPublicForms(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(provider => CaptchaSettings.From(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<FormTokens>();
        services.AddSingleton<Altcha>();
        services.AddHttpClient(nameof(Recaptcha), http => (http.Timeout, http.MaxResponseContentBufferSize) = (Recaptcha.Patience, 64 * 1024));
        services.AddScoped<ICaptcha>(provider => provider.GetRequiredService<CaptchaSettings>().Recaptcha is { } google
            ? ActivatorUtilities.CreateInstance<Recaptcha>(provider, provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(Recaptcha)), google)
            : provider.GetRequiredService<Altcha>());
        services.AddRateLimiter(limits =>
        {
            limits.OnRejected = (rejected, _) =>
            {
                if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)) rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            };
            limits.AddPolicy(SendLimit, http => RateLimits.PerAddressPosting(http, SentInTenMinutes, TimeSpan.FromMinutes(10)));
            limits.AddPolicy(StopLimit, http => RateLimits.PerAddressPosting(http, AskedPerMinute, TimeSpan.FromMinutes(1)));
            limits.AddPolicy(AskLimit, http => RateLimits.PerAddress(http, AskedPerMinute, TimeSpan.FromMinutes(1)));
        });
    }

    internal static void MapPublicForms(this WebApplication app) =>
        app.MapGet("/contact/challenge", (Altcha altcha) => Results.Json(altcha.Create())).RequireRateLimiting(AskLimit).FromAccessTable();
}

/// <summary>Seals when a form was shown, so that it is neither sent in a blink, nor days later, nor twice.</summary>
public sealed class FormTokens(IDataProtectionProvider keys, AgencyClock clock)
{
    /// <summary>Nobody fills in the form faster.</summary>
    public static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(3);

    /// <summary>How long a shown form may be sent.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(4);

    private readonly IDataProtector _seal = keys.CreateProtector("inquiry-form");

    /// <summary>A token for a form that is being shown.</summary>
    public string Create() => _seal.Protect(string.Create(CultureInfo.InvariantCulture, $"{clock.Now.UtcTicks} {Guid.NewGuid():N}"));

    /// <summary>Reads a token; nothing when it is not ours or too old.</summary>
    public FormToken? Read(string? token)
    {
        if (token is not { Length: > 0 and < 1_024 }) return null;
        try
        {
            var sealedText = _seal.Unprotect(token);
            var shownAt = new DateTimeOffset(long.Parse(sealedText.Split(' ')[0], CultureInfo.InvariantCulture), TimeSpan.Zero);
            var spent = new SpentChallenge { Hash = SHA256.HashData(Encoding.UTF8.GetBytes(sealedText)), ExpiresAt = shownAt + Life };
            return clock.Now < spent.ExpiresAt ? new FormToken(spent, clock.Now - shownAt < LeastTime) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>A form that was really shown here.</summary>
/// <param name="Spent">What makes it usable once.</param>
/// <param name="TooFast">It came back faster than anyone types.</param>
public sealed record FormToken(SpentChallenge Spent, bool TooFast);
