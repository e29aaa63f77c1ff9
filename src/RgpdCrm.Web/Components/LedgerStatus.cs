using Microsoft.Extensions.Caching.Memory;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;

namespace RgpdCrm.Web.Components;

/// <summary>Result of recomputing the register's chain, and when that was.</summary>
public sealed record LedgerStatus(LedgerCheck Check, DateTimeOffset VerifiedAt)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>The latest check when it is fresh enough, else a new one; the screens say which moment it is from.</summary>
    public static async Task<LedgerStatus> ReadAsync(IMemoryCache cache, CrmDbContext db, AgencyClock clock, CancellationToken cancel = default) =>
        (await cache.GetOrCreateAsync("ledger-status", async entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = Fresh;
            return new LedgerStatus(await LedgerChain.VerifyAsync(db, cancel), clock.Now);
        }))!;

    /// <summary>A new check, now.</summary>
    public static async Task<LedgerStatus> VerifyAsync(IMemoryCache cache, CrmDbContext db, AgencyClock clock, CancellationToken cancel = default) =>
        cache.Set("ledger-status", new LedgerStatus(await LedgerChain.VerifyAsync(db, cancel), clock.Now), Fresh);

    /// <summary>"Registre intègre : 1 284 entrées vérifiées à 15 h 42".</summary>
    public string Sentence(AgencyClock clock) => Check.Intact
        ? T($"Registre intègre\u00a0: {Format.Count(Check.Entries, "entrée vérifiée", "entrées vérifiées")} {Frame.When(VerifiedAt, clock)}.")
        : T($"Registre altéré à l’entrée {Check.BrokenAt}\u00a0: elle ne suit pas la précédente. Vérifié {Frame.When(VerifiedAt, clock)}.");
}
