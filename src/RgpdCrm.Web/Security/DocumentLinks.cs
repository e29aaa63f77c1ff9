using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace RgpdCrm.Web.Security;

/// <summary>Keys that open one document for one account, for a few minutes: an address that is copied, or left in a history, opens nothing.</summary>
public sealed class DocumentLinks(IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>Minutes a key is valid.</summary>
    public const int Minutes = 5;

    private readonly IDataProtector protector = protection.CreateProtector("RgpdCrm.Documents");

    /// <summary>A new key.</summary>
    public string Key(Guid document, Guid? account) => protector.Protect($"{document:N} {account:N} {(time.GetUtcNow() + TimeSpan.FromMinutes(Minutes)).UtcTicks}");

    /// <summary>Whether a key opens this document for this account now.</summary>
    public bool Opens(string? key, Guid document, Guid? account)
    {
        try
        {
            return key is not null && protector.Unprotect(key).Split(' ') is [var of, var to, var until]
                && of == $"{document:N}" && to == $"{account:N}" && long.TryParse(until, out var ticks) && time.GetUtcNow().UtcTicks <= ticks;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
