using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;

namespace RgpdCrm.Web.Security;

/// <summary>Altcha's proof of work, version 3: the browser looks for the counter whose PBKDF2 key starts with the given prefix (https://altcha.org/docs).
/// The signature is sealed by the application's own keys and carries the parameters, so no others count and no secret has to be configured.</summary>
public sealed class Altcha(IDataProtectionProvider keys, AgencyClock clock) : ICaptcha
{
    private const string Algorithm = "PBKDF2/SHA-256";

    // About a second of one processor; always found, whatever the luck.
    private const int Cost = 1_500, LeastCounter = 200, MostCounter = 700;
    private const int KeyLength = 32, PrefixLength = 16, LongestAnswer = 4_096;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    private readonly IDataProtector _seal = keys.CreateProtector("altcha");

    /// <summary>A new challenge, as the widget reads it.</summary>
    public Challenge Create()
    {
        var (nonce, salt) = (RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(16));
        var key = Derive(nonce, salt, (uint)RandomNumberGenerator.GetInt32(LeastCounter, MostCounter));
        var parameters = new Parameters(Algorithm, Cost, (clock.Now + Life).ToUnixTimeSeconds(), KeyLength,
            Convert.ToHexStringLower(key.AsSpan(0, PrefixLength)), Convert.ToHexStringLower(nonce), Convert.ToHexStringLower(salt));
        return new Challenge(parameters, _seal.Protect(JsonSerializer.Serialize(parameters)));
    }

    /// <inheritdoc/>
    public Task<CaptchaAnswer> CheckAsync(string answer, CancellationToken cancel = default) => Task.FromResult(Check(answer));

    private CaptchaAnswer Check(string answer)
    {
        var refused = new CaptchaAnswer(CaptchaVerdict.Refused);
        if (answer.Length > LongestAnswer || Read(answer) is not { Challenge.Signature: { } signature, Solution: { DerivedKey: { } found } solution }) return refused;
        if (Signed(signature) is not { } signed || signed.ExpiresAt < clock.Now.ToUnixTimeSeconds()) return refused;

        var nonce = Convert.FromHexString(signed.Nonce);
        var key = Convert.ToHexStringLower(Derive(nonce, Convert.FromHexString(signed.Salt), solution.Counter));
        if (key != found || !key.StartsWith(signed.KeyPrefix, StringComparison.Ordinal)) return refused;
        return new CaptchaAnswer(CaptchaVerdict.Passed, new SpentChallenge { Hash = SHA256.HashData(nonce), ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(signed.ExpiresAt) });
    }

    private Parameters? Signed(string signature)
    {
        try
        {
            return JsonSerializer.Deserialize<Parameters>(_seal.Unprotect(signature));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static Payload? Read(string answer)
    {
        try
        {
            return JsonSerializer.Deserialize<Payload>(Convert.FromBase64String(answer));
        }
        catch (Exception unreadable) when (unreadable is FormatException or JsonException)
        {
            return null;
        }
    }

    private static byte[] Derive(byte[] nonce, byte[] salt, uint counter)
    {
        var password = new byte[nonce.Length + sizeof(uint)];
        nonce.CopyTo(password, 0);
        BinaryPrimitives.WriteUInt32BigEndian(password.AsSpan(nonce.Length), counter);
        return Rfc2898DeriveBytes.Pbkdf2(password, salt, Cost, HashAlgorithmName.SHA256, KeyLength);
    }

    /// <summary>What the widget is given.</summary>
    public sealed record Challenge([property: JsonPropertyName("parameters")] Parameters? Parameters, [property: JsonPropertyName("signature")] string? Signature);

    /// <summary>The work: hexadecimal values, the expiry in seconds since 1970.</summary>
    public sealed record Parameters(
        [property: JsonPropertyName("algorithm")] string Algorithm, [property: JsonPropertyName("cost")] int Cost, [property: JsonPropertyName("expiresAt")] long ExpiresAt,
        [property: JsonPropertyName("keyLength")] int KeyLength, [property: JsonPropertyName("keyPrefix")] string KeyPrefix, [property: JsonPropertyName("nonce")] string Nonce,
        [property: JsonPropertyName("salt")] string Salt);

    private sealed record Payload([property: JsonPropertyName("challenge")] Challenge? Challenge, [property: JsonPropertyName("solution")] Solution? Solution);

    private sealed record Solution([property: JsonPropertyName("counter")] uint Counter, [property: JsonPropertyName("derivedKey")] string? DerivedKey);
}
