using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Statistics;

/// <summary>The nightly work on hits: finished days are summed, then raw days go after their months. Each day is one transaction, so neither is ever half done.</summary>
internal sealed class DailyTotals(CrmDbContext db, DateOnly today)
{
    /// <summary>Pages and sources of a day that keep a line of their own; the rest share one, so that invented paths cannot fill the totals, which stay.</summary>
    public const int LinesADay = 500;

    // A process that could not reach the database for a while writes its hits late.
    private const int LateDays = 2;

    // One step of the index a day, however many hits it has.
    private const string Days = """
        WITH RECURSIVE days AS (
          (SELECT seen_on AS day FROM hits ORDER BY seen_on LIMIT 1)
          UNION ALL
          SELECT (SELECT seen_on FROM hits WHERE seen_on > day ORDER BY seen_on LIMIT 1) FROM days WHERE day < @until)
        SELECT day AS "Value" FROM days WHERE day <= @until
        """;

    /// <summary>Sums the finished days that have no totals yet, and the latest ones again. Repeating it changes nothing.</summary>
    public async Task SumAsync(CancellationToken cancel)
    {
        var days = await db.Database.SqlQueryRaw<DateOnly>(
            Days + " AND (day >= @recent OR NOT EXISTS (SELECT FROM daily_totals WHERE seen_on = day)) ORDER BY day",
            new NpgsqlParameter("until", today.AddDays(-1)), new NpgsqlParameter("recent", today.AddDays(-LateDays))).ToListAsync(cancel);
        foreach (var day in days)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await SumDayAsync(day, cancel);
            await transaction.CommitAsync(cancel);
        }
    }

    /// <summary>Days whose raw hits are over, the oldest first.</summary>
    public async Task<IReadOnlyList<DateOnly>> DueAsync(int months, CancellationToken cancel)
    {
        var days = await db.Database.SqlQueryRaw<DateOnly>(Days + " ORDER BY day", new NpgsqlParameter("until", today.AddMonths(-months).AddDays(RetentionPolicy.ClampDays))).ToListAsync(cancel);
        return [.. days.Where(day => today >= day.AddMonths(months))];
    }

    /// <summary>Destroys the raw hits of one day and writes its line of the ledger; the day's totals are there before, and stay.</summary>
    public async Task DestroyAsync(DateOnly day, RetentionPolicy policy, DateTimeOffset at, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await transaction.CreateSavepointAsync("whole", cancel);
        var gone = await DeleteAsync();
        if (await db.DailyTotals.Where(t => t.SeenOn == day).SumAsync(t => t.Count, cancel) < gone)
        {
            await transaction.RollbackToSavepointAsync("whole", cancel);
            await SumDayAsync(day, cancel);
            gone = await DeleteAsync();
        }
        await LedgerChain.AppendAsync(db, [new LedgerEntry
        {
            Id = Guid.NewGuid(),
            SubjectHash = PersonErasure.HashOf(Guid.NewGuid()),
            Category = "statistics",
            Action = LedgerAction.Erased,
            Rule = Rule.StatisticsExpired,
            PolicyVersion = policy.Version,
            Trigger = Trigger.Schedule,
            LastActivityMonth = LedgerEntry.MonthOf(day),
            DueOn = day.AddMonths(policy.StatisticsMonths),
            ExecutedAt = at,
            Counts = $$"""{"hits":{{gone}}}""",
        }], cancel);
        await transaction.CommitAsync(cancel);

        Task<int> DeleteAsync() => db.Hits.Where(h => h.SeenOn == day).ExecuteDeleteAsync(cancel);
    }

    private async Task SumDayAsync(DateOnly day, CancellationToken cancel)
    {
        await db.DailyTotals.Where(t => t.SeenOn == day).ExecuteDeleteAsync(cancel);
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO daily_totals (seen_on, page, source, count)
            SELECT {day}, CASE WHEN place <= {LinesADay} THEN page ELSE {Audience.OtherPages} END, CASE WHEN place <= {LinesADay} THEN source ELSE '' END, sum(seen)
            FROM (SELECT page, source, count(*) AS seen, row_number() OVER (ORDER BY count(*) DESC, page, source) AS place FROM hits WHERE seen_on = {day} GROUP BY page, source) ranked
            GROUP BY 2, 3
            """, cancel);
    }
}
