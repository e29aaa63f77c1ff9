using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Accounts;

/// <summary>What replaces the second factor once, when the telephone is lost. Shown when made; only the SHA-256 is stored, and 80 random bits leave nothing to guess.</summary>
public sealed class RecoveryCode
{
    /// <summary>Codes made at a time.</summary>
    public const int Made = 10;

    // No look-alikes: 32 signs are 5 bits each.
    private const string Signs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int Length = 16, Group = 4;

    [NotPersonal] public Guid AccountId { get; init; }

    [MaxLength(32), NotPersonal] public byte[] Hash { get; init; } = [];

    /// <summary>Ten new codes; the earlier ones work no more.</summary>
    /// <returns>What to show, once.</returns>
    public static async Task<IReadOnlyList<string>> RenewAsync(CrmDbContext db, Guid accountId)
    {
        var codes = Enumerable.Range(0, Made).Select(_ => RandomNumberGenerator.GetString(Signs, Length)).ToList();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.RecoveryCodes.Where(c => c.AccountId == accountId).ExecuteDeleteAsync();
        db.RecoveryCodes.AddRange(codes.Select(code => new RecoveryCode { AccountId = accountId, Hash = HashOf(code) }));
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return [.. codes.Select(code => string.Join('-', code.Chunk(Group).Select(signs => new string(signs))))];
    }

    /// <summary>Uses a code up. Case, spaces and dashes do not count.</summary>
    /// <returns>Whether it was one of the account's.</returns>
    public static async Task<bool> UseAsync(CrmDbContext db, Guid accountId, string typed)
    {
        var signs = new string([.. typed.Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant)]);
        if (signs.Length != Length) return false;
        var hash = HashOf(signs);
        return await db.RecoveryCodes.Where(c => c.AccountId == accountId && c.Hash == hash).ExecuteDeleteAsync() == 1;
    }

    private static byte[] HashOf(string signs) => SHA256.HashData(Encoding.UTF8.GetBytes(signs));
}

internal sealed class RecoveryCodeConfiguration : IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<RecoveryCode> code)
    {
        code.HasKey(c => new { c.AccountId, c.Hash });
        code.HasOne<Account>().WithMany().HasForeignKey(c => c.AccountId);
    }
}
