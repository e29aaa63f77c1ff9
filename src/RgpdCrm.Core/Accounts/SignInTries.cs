using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Accounts;

/// <summary>How often something secret was tried lately: a password or a code, for one account, from one known device or from all unknown ones together.
/// A stranger who exhausts the tries of strangers locks out no device that its owner has signed in with (OWASP, device cookies).</summary>
public sealed class SignInTries
{
    /// <summary>Hours after which a count is swept away; no period counts longer.</summary>
    public const int KeptHours = 24;

    /// <summary>SHA-256 of what is tried, on whom and from where.</summary>
    [MaxLength(32), NotPersonal] public byte[] Key { get; init; } = [];

    [NotPersonal] public int Count { get; init; }

    /// <summary>When the period began.</summary>
    [NotPersonal] public DateTimeOffset Since { get; init; }

    /// <summary>Takes one try before the secret is looked at, so that parallel attempts are counted too.</summary>
    /// <param name="db">The database.</param>
    /// <param name="subject">What is tried, on whom and from where.</param>
    /// <param name="period">How long a try counts.</param>
    /// <param name="now">The instant, UTC.</param>
    /// <returns>How many tries this one makes.</returns>
    public static async Task<int> TakeAsync(CrmDbContext db, string subject, TimeSpan period, DateTimeOffset now)
    {
        // A count begun far ahead of the clock was begun by a clock that was wrong; a moment ahead, by a request that overtook this one.
        var (key, start, ahead) = (KeyOf(subject), now - period, now + period);
        return (await db.Database.SqlQuery<int>($"""
            WITH taken AS (
              INSERT INTO sign_in_tries AS t (key, count, since) VALUES ({key}, 1, {now})
              ON CONFLICT (key) DO UPDATE SET count = CASE WHEN t.since <= {start} OR t.since > {ahead} THEN 1 ELSE t.count + 1 END,
                since = CASE WHEN t.since <= {start} OR t.since > {ahead} THEN {now} ELSE t.since END
              RETURNING count)
            SELECT count AS "Value" FROM taken
            """).ToListAsync())[0];
    }

    /// <summary>The secret was wrong: notes the attempt on the account, when there is one to tell. One statement that writes whoever it is, so that its time tells nobody whether there is.</summary>
    public static Task FailAsync(CrmDbContext db, string subject, Guid? account, SignInOutcome outcome, string device, DateTimeOffset now)
    {
        var (key, id, word) = (KeyOf(subject), Guid.CreateVersion7(now), outcome.ToString());
        return db.Database.ExecuteSqlAsync($"""
            WITH noted AS (
              INSERT INTO sign_ins (id, account_id, at, outcome, device)
              SELECT {id}, a.id, {now}, {word}, {device} FROM accounts a WHERE a.id = {account})
            UPDATE sign_in_tries SET count = count WHERE key = {key}
            """);
    }

    /// <summary>The secret was right: its tries are forgotten.</summary>
    public static Task ForgetAsync(CrmDbContext db, string subject)
    {
        var key = KeyOf(subject);
        return db.SignInTries.Where(t => t.Key == key).ExecuteDeleteAsync();
    }

    private static byte[] KeyOf(string subject) => SHA256.HashData(Encoding.UTF8.GetBytes(subject));
}

internal sealed class SignInTriesConfiguration : IEntityTypeConfiguration<SignInTries>
{
    public void Configure(EntityTypeBuilder<SignInTries> tries) => tries.ToTable("sign_in_tries").HasKey(t => t.Key);
}
