using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Accounts;

/// <summary>An open session. Its random id is sealed in the cookie; once the row is gone, the cookie opens nothing.</summary>
public sealed class AccountSession
{
    /// <summary>Hours after which a session ends whatever happens, and hours without a request after which it does.</summary>
    public const int WholeLifeHours = 24, IdleHours = 8;

    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();

    [NotPersonal] public Guid AccountId { get; init; }

    [NotPersonal] public DateTimeOffset StartedAt { get; init; }

    /// <summary>The latest request, within a minute.</summary>
    [NotPersonal] public DateTimeOffset SeenAt { get; init; }

    /// <summary>Browser and system, such as <c>Firefox, Linux</c>: enough to know one's own again, too little to follow anyone.</summary>
    [MaxLength(Length), Kept("staff: until the session ends, a day at most")] public string Device { get; init; } = "";

    internal const int Length = 40;

    /// <summary>Those of an account that a browser may still hold, the latest first.</summary>
    public static IQueryable<AccountSession> OpenOf(CrmDbContext db, Guid accountId, DateTimeOffset now) => db.Sessions.AsNoTracking()
        .Where(s => s.AccountId == accountId && s.StartedAt > now.AddHours(-WholeLifeHours) && s.SeenAt > now.AddHours(-IdleHours)).OrderByDescending(s => s.SeenAt);

    /// <summary>Notes that a session is in use.</summary>
    /// <returns>Whether it is still open.</returns>
    public static async Task<bool> SeeAsync(CrmDbContext db, Guid id, DateTimeOffset now, CancellationToken cancel = default) =>
        await db.Sessions.Where(s => s.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.SeenAt, now), cancel) == 1;

    /// <summary>Ends one session of an account.</summary>
    /// <returns>How many ended: 0 for someone else's or none.</returns>
    public static Task<int> EndAsync(CrmDbContext db, Guid accountId, Guid id, CancellationToken cancel = default) =>
        db.Sessions.Where(s => s.AccountId == accountId && s.Id == id).ExecuteDeleteAsync(cancel);

    /// <summary>Ends every session of an account, or all but one.</summary>
    public static Task<int> EndAllOfAsync(CrmDbContext db, Guid accountId, Guid? except = null, CancellationToken cancel = default) =>
        db.Sessions.Where(s => s.AccountId == accountId && s.Id != except).ExecuteDeleteAsync(cancel);

    /// <summary>Ends everyone's sessions: a restored backup must not bring one back.</summary>
    public static Task<int> EndAllAsync(CrmDbContext db, CancellationToken cancel = default) => db.Sessions.ExecuteDeleteAsync(cancel);
}

internal sealed class AccountSessionConfiguration : IEntityTypeConfiguration<AccountSession>
{
    public void Configure(EntityTypeBuilder<AccountSession> session)
    {
        session.Property(s => s.Id).ValueGeneratedNever();
        session.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId);
        session.HasIndex(s => s.StartedAt);
    }
}
