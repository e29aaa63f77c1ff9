using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Retention;

/// <summary>All versions of the rules. Who is pending keeps the periods of the version under which they entered;
/// the exemption of professionals is always the current one.</summary>
public sealed class PolicyHistory(IReadOnlyList<RetentionPolicy> versions)
{
    /// <summary>The version in force.</summary>
    public RetentionPolicy Current { get; } = versions.MaxBy(p => p.Version) ?? throw new InvalidOperationException("No retention policy is published.");

    /// <summary>Every version, for the bounds of the broad filter.</summary>
    public IReadOnlyList<RetentionPolicy> Versions => versions;

    /// <summary>The rules that apply to one contact.</summary>
    public RetentionPolicy For(ContactFacts contact) =>
        contact.PendingVersion is { } version && versions.FirstOrDefault(p => p.Version == version) is { } entered
            ? entered with { ProfessionalsExempt = Current.ProfessionalsExempt }
            : Current;

    /// <summary>The decision for one contact on a date, under the rules that apply to them.</summary>
    public Verdict Decide(ContactFacts contact, DateOnly today) => For(contact).Decide(contact, today);

    /// <summary>The same history with one more version, in force.</summary>
    public PolicyHistory With(RetentionPolicy next) => new([.. versions, next with { Version = Current.Version + 1 }]);

    /// <summary>Reads the published versions.</summary>
    public static async Task<PolicyHistory> LoadAsync(CrmDbContext db, CancellationToken cancel = default) =>
        new(await db.Policies.AsNoTracking().OrderBy(p => p.Version).ToListAsync(cancel));
}
