using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Accounts;

/// <summary>An attempt to sign in to an account, so that its owner and the admins see what happened. No network address; kept 12 months like the audit.</summary>
public sealed class SignIn
{
    private SignIn() { }

    /// <summary>Notes an attempt.</summary>
    public SignIn(Guid accountId, SignInOutcome outcome, string device, DateTimeOffset at) =>
        (Id, AccountId, Outcome, Device, At) = (Guid.CreateVersion7(at), accountId, outcome, device, at);

    [NotPersonal] public Guid Id { get; private set; }

    [NotPersonal] public Guid AccountId { get; private set; }

    [NotPersonal] public DateTimeOffset At { get; private set; }

    [NotPersonal] public SignInOutcome Outcome { get; private set; }

    /// <summary>Browser and system, such as <c>Firefox, Linux</c>.</summary>
    [MaxLength(AccountSession.Length), Kept("staff: sign-in history, 12 months")] public string Device { get; private set; } = "";

    /// <summary>The latest attempts on an account.</summary>
    public static IQueryable<SignIn> LatestOf(CrmDbContext db, Guid accountId, int most) =>
        db.SignIns.AsNoTracking().Where(s => s.AccountId == accountId).OrderByDescending(s => s.At).Take(most);
}

/// <summary>How an attempt to sign in ended.</summary>
public enum SignInOutcome
{
    /// <summary>With the password alone: no second factor is set up.</summary>
    Password,

    /// <summary>With the password and a code of the authenticator application.</summary>
    Code,

    /// <summary>With the password and a recovery code.</summary>
    RecoveryCode,

    Passkey,
    WrongPassword,
    WrongCode,

    /// <summary>Too many wrong answers: whoever gave them waits. Noted once, when it begins.</summary>
    Braked,
}

internal sealed class SignInConfiguration : IEntityTypeConfiguration<SignIn>
{
    public void Configure(EntityTypeBuilder<SignIn> signIn)
    {
        signIn.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId);
        signIn.HasIndex(s => new { s.AccountId, s.At });
        signIn.HasIndex(s => s.At);
    }
}
