using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;

namespace RgpdCrm.Web.Security;

/// <summary>Google reCAPTCHA v3, verified by their server (https://developers.google.com/recaptcha/docs/v3). The visitor's address is not passed on.</summary>
public sealed class Recaptcha(HttpClient http, RecaptchaSettings settings, IConfiguration configuration, AgencyClock clock, ILogger<Recaptcha> logger) : ICaptcha
{
    /// <summary>What the form's script names its act; an answer given for another one does not count.</summary>
    public const string Action = "inquiry";

    private const double LeastScore = 0.5;
    private const int LongestAnswer = 8_192;

    /// <summary>How long Google may take; then the inquiry is received without it.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    // Google's answers hold two minutes.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public async Task<CaptchaAnswer> CheckAsync(string answer, CancellationToken cancel = default)
    {
        if (answer.Length > LongestAnswer) return new(CaptchaVerdict.Refused);
        if (await AskAsync(answer, cancel) is not { } said) return new(CaptchaVerdict.Unavailable);
        using (said)
        {
            var root = said.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("success", out var success) || success.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) return Unreadable();
            if (!success.GetBoolean())
            {
                if (!Errors(root).Any(e => e is "missing-input-secret" or "invalid-input-secret" or "bad-request")) return new(CaptchaVerdict.Refused);
                logger.LogError("reCAPTCHA refuses our own key: check Captcha__Secret");
                return new(CaptchaVerdict.Unavailable);
            }
            if (Text(root, "action") != Action || Text(root, "hostname") is { } host && Ours() is { } ours && host != ours) return new(CaptchaVerdict.Refused);
            if (!root.TryGetProperty("score", out var score) || score.ValueKind != JsonValueKind.Number || score.GetDouble() < LeastScore) return new(CaptchaVerdict.Refused);
        }
        return new(CaptchaVerdict.Passed, new SpentChallenge { Hash = SHA256.HashData(Encoding.UTF8.GetBytes(answer)), ExpiresAt = clock.Now + Life });
    }

    private async Task<JsonDocument?> AskAsync(string answer, CancellationToken cancel)
    {
        try
        {
            using var form = new FormUrlEncodedContent([new("secret", settings.Secret), new("response", answer)]);
            using var reply = await http.PostAsync(settings.VerifyAddress, form, cancel);
            reply.EnsureSuccessStatusCode();
            return JsonDocument.Parse(await reply.Content.ReadAsByteArrayAsync(cancel));
        }
        catch (Exception down) when (down is HttpRequestException or JsonException || down is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            logger.LogWarning("reCAPTCHA does not answer: {Kind}", down.GetType().Name);
            return null;
        }
    }

    private CaptchaAnswer Unreadable()
    {
        logger.LogWarning("reCAPTCHA's answer cannot be read");
        return new(CaptchaVerdict.Unavailable);
    }

    private string? Ours() => Uri.TryCreate(configuration["Agency:Address"], UriKind.Absolute, out var address) ? address.Host : null;

    private static IEnumerable<string?> Errors(JsonElement root) =>
        root.TryGetProperty("error-codes", out var codes) && codes.ValueKind == JsonValueKind.Array ? codes.EnumerateArray().Where(c => c.ValueKind == JsonValueKind.String).Select(c => c.GetString()) : [];

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
