using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Inquiries;

/// <summary>A key by which the agency's own website sends inquiries. Only its SHA-256 is stored: who loses a key makes another.</summary>
public sealed class ApiKey
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>What the key is for, as its admin calls it.</summary>
    [MaxLength(80), NotPersonal] public required string Name { get; init; }

    /// <summary>SHA-256 of the key.</summary>
    [MaxLength(32), NotPersonal] public required byte[] Hash { get; init; }

    [NotPersonal] public DateTimeOffset CreatedAt { get; init; }
    [NotPersonal] public Guid? CreatedById { get; init; }

    /// <summary>The last day on which an inquiry came in with it.</summary>
    [NotPersonal] public DateOnly? LastUsedOn { get; private set; }

    [NotPersonal] public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>An inquiry came in with it.</summary>
    public void Use(DateOnly on) => LastUsedOn = on;

    /// <summary>Closes it for good; the first time counts.</summary>
    public void Revoke(DateTimeOffset at) => RevokedAt ??= at;
}

/// <summary>What may be used once, remembered until it expires: a sent form, a solved captcha, an idempotency key.</summary>
public sealed class SpentChallenge
{
    /// <summary>SHA-256 of what was signed, and not of the signature: one signature can be written in several ways.</summary>
    [MaxLength(32), NotPersonal] public required byte[] Hash { get; init; }

    [NotPersonal] public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Spends it in the caller's transaction.</summary>
    /// <returns>Whether it was still to be spent.</returns>
    public async Task<bool> SpendAsync(CrmDbContext db, CancellationToken cancel = default) =>
        await db.Database.ExecuteSqlAsync($"INSERT INTO spent_challenges (hash, expires_at) VALUES ({Hash}, {ExpiresAt}) ON CONFLICT DO NOTHING", cancel) == 1;
}

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>, IEntityTypeConfiguration<SpentChallenge>
{
    public void Configure(EntityTypeBuilder<ApiKey> key) => key.HasIndex(k => k.Hash).IsUnique();

    public void Configure(EntityTypeBuilder<SpentChallenge> challenge)
    {
        challenge.HasKey(c => c.Hash);
        challenge.HasIndex(c => c.ExpiresAt);
    }
}
