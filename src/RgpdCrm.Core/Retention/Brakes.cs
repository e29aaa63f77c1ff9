using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;

namespace RgpdCrm.Core.Retention;

/// <summary>Caps on what a week may flag or delete, and their approval. Per category and rolling 7 days: the larger of 25 and 2 % of the total.</summary>
public sealed class Brakes(CrmDbContext db, AgencyClock clock)
{
    private const int LeastCap = 25;
    private const int PercentCap = 2;
    private const int RollingDays = 7;

    /// <summary>Frozen lists that wait for an admin.</summary>
    public async Task<IReadOnlyList<Brake>> OpenAsync(CancellationToken cancel = default) =>
        await db.Brakes.AsNoTracking().Where(b => b.ApprovedAt == null).OrderBy(b => b.Category).ThenBy(b => b.Budget).ToListAsync(cancel);

    /// <summary>Approves one frozen list by its number, or proposes it when a second admin must confirm (<see cref="FourEyes"/>). A refusal writes nothing.</summary>
    public async Task<Approval> ApproveAsync(Guid brakeId, int typedNumber, Act act, CancellationToken cancel = default)
    {
        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancel) : null;
        // A run that freezes another list meanwhile goes first or waits: an approval is about the list that was seen.
        await db.Database.ExecuteSqlAsync($"SELECT FROM brakes WHERE id = {brakeId} FOR UPDATE", cancel);
        if (await db.Brakes.AsNoTracking().SingleOrDefaultAsync(b => b.Id == brakeId && b.Count == typedNumber && b.ApprovedAt == null, cancel) is not { } brake) return Approval.OtherList;
        var eyes = await FourEyes.JudgeAsync(db, act, brake.ProposedAt is null ? null : new Proposed(brake.ProposedById), cancel);
        if (eyes == Eyes.NotAdmin) return Approval.NotAdmin;
        if (eyes == Eyes.Same) return Approval.SameAdmin;
        if (eyes == Eyes.Tied) return Approval.Tied;

        if (eyes == Eyes.First)
            await db.Brakes.Where(b => b.Id == brakeId).ExecuteUpdateAsync(b => b.SetProperty(x => x.ProposedAt, act.At).SetProperty(x => x.ProposedById, act.By), cancel);
        else
            await db.Brakes.Where(b => b.Id == brakeId).ExecuteUpdateAsync(b => b.SetProperty(x => x.ApprovedAt, act.At).SetProperty(x => x.ApprovedById, act.By), cancel);
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, WordOf(eyes), "brake", brakeId, nameof(Brake.Count)));
        await db.SaveChangesAsync(cancel);
        if (transaction is not null) await transaction.CommitAsync(cancel);
        return eyes == Eyes.First ? Approval.Proposed : Approval.Given;
    }

    /// <summary>Approves or proposes every frozen list of exactly this many; whether one may go on now.</summary>
    internal async Task<bool> ApproveAllAsync(int number, Act act, CancellationToken cancel)
    {
        var ids = await db.Brakes.Where(b => b.ApprovedAt == null && b.Count == number).Select(b => b.Id).ToListAsync(cancel);
        var given = false;
        foreach (var id in ids) given |= await ApproveAsync(id, number, act, cancel) == Approval.Given;
        return given;
    }

    /// <summary>The audit's word for an approval.</summary>
    internal static string WordOf(Eyes eyes) => eyes switch { Eyes.Alone => "brake.approved-alone", Eyes.First => "brake.proposed", _ => "brake.approved" };

    /// <summary>What the last 7 days used of a budget, and its cap.</summary>
    public Task<(int Used, int Cap)> UseAsync(string category, Budget budget, CancellationToken cancel = default) =>
        UseAsync(db, category, budget, clock.Today, cancel);

    internal static async Task<(int Used, int Cap)> UseAsync(CrmDbContext db, string category, Budget budget, DateOnly today, CancellationToken cancel)
    {
        var from = today.AddDays(1 - RollingDays);
        var used = await db.BrakeUses.Where(u => u.Category == category && u.Budget == budget && u.Date >= from && u.Date <= today).SumAsync(u => u.Used, cancel);
        var total = category switch
        {
            "contact" => await db.Contacts.CountAsync(c => c.Status != ContactStatus.Archived, cancel),
            "mandate" => await db.Mandates.CountAsync(cancel),
            "contract" => await db.Contracts.CountAsync(cancel),
            "inquiry" => await db.Inquiries.CountAsync(cancel),
            _ => throw new ArgumentOutOfRangeException(nameof(category)),
        };
        return (used, Math.Max(LeastCap, total * PercentCap / 100));
    }
}

/// <summary>What came of an approval; the pages put it into words.</summary>
public enum Approval
{
    /// <summary>It is approved.</summary>
    Given,

    /// <summary>It is proposed: another admin confirms it.</summary>
    Proposed,

    /// <summary>Refused: the one who proposed cannot confirm.</summary>
    SameAdmin,

    /// <summary>Refused: the one who proposed and this one may be the same person (<see cref="FourEyes"/>).</summary>
    Tied,

    /// <summary>Refused: the one who asks is no enabled admin any more.</summary>
    NotAdmin,

    /// <summary>Refused: whoever proposed is no enabled admin any more; it has to be proposed again.</summary>
    ProposerGone,

    /// <summary>Refused: the number is not that of the list, or the list is another one by now.</summary>
    OtherList,
}

/// <summary>The frozen lists of those who wait for an admin.</summary>
internal static class BrakeLists
{
    /// <summary>Freezes what the run put into its table <c>waiting</c>; a list that did not change keeps its number and its id.
    /// <paramref name="replace"/>: the run saw everyone, so whoever no longer waits leaves the list, and used approvals end.</summary>
    public static async Task FreezeAsync(CrmDbContext db, DateOnly today, DateTimeOffset now, bool replace, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // An approval of one of these lists has been given, or waits and finds another list.
        await db.Database.ExecuteSqlAsync($"SELECT FROM brakes WHERE approved_at IS NULL FOR UPDATE", cancel);
        if (replace)
            // What was approved while this run was under way is for the next one.
            await db.Database.ExecuteSqlAsync($"DELETE FROM brake_members m USING brakes b WHERE b.id = m.brake_id AND b.approved_at <= {now}", cancel);
        else
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO waiting SELECT b.category, b.budget, m.subject_id FROM brakes b JOIN brake_members m ON m.brake_id = b.id
                WHERE b.approved_at IS NULL AND (b.category, b.budget) IN (SELECT category, budget FROM waiting)
                """, cancel);

        var wanted = await db.Database.SqlQuery<WaitingList>($"""
            SELECT category AS "Category", budget AS "Budget", count(DISTINCT id)::int AS "Count" FROM waiting GROUP BY category, budget
            """).ToListAsync(cancel);
        foreach (var open in await db.Brakes.Where(b => b.ApprovedAt == null).ToListAsync(cancel))
        {
            var same = wanted.FirstOrDefault(w => w.Category == open.Category && w.Budget == open.Budget.ToString());
            if (same is null && !replace) continue;
            if (same?.Count == open.Count && !await DiffersAsync(db, open, cancel)) wanted.Remove(same);
            else await db.Brakes.Where(b => b.Id == open.Id).ExecuteDeleteAsync(cancel);
        }
        foreach (var list in wanted)
        {
            var id = Guid.NewGuid();
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO brakes (id, category, budget, frozen_at, date, count) VALUES ({id}, {list.Category}, {list.Budget}, {now}, {today}, {list.Count})
                """, cancel);
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO brake_members (brake_id, subject_id) SELECT DISTINCT {id}, id FROM waiting WHERE category = {list.Category} AND budget = {list.Budget}
                """, cancel);
        }
        await db.Database.ExecuteSqlRawAsync("TRUNCATE waiting", cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Freezes the entry of these people into the queue, beyond the brake, and approves it for the next run, or proposes it to a second admin;
    /// each is decided again then. False, and nothing done, when it is a proposal and another list waits already.</summary>
    public static async Task<bool> ApproveEntriesAsync(CrmDbContext db, IReadOnlyList<Guid> people, DateOnly today, Act act, Eyes eyes, CancellationToken cancel)
    {
        var brake = new Brake { Category = "contact", Budget = Budget.Flagging, FrozenAt = act.At, Date = today, Count = people.Count };
        if (eyes != Eyes.First) (brake.ApprovedAt, brake.ApprovedById) = (act.At, act.By);
        else if (await db.Brakes.AnyAsync(b => b.Category == brake.Category && b.Budget == brake.Budget && b.ApprovedAt == null, cancel)) return false;
        else (brake.ProposedAt, brake.ProposedById) = (act.At, act.By);
        db.Brakes.Add(brake);
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, Brakes.WordOf(eyes), "brake", brake.Id, nameof(Brake.Count)));
        await db.SaveChangesAsync(cancel);
        await db.Database.ExecuteSqlAsync($"INSERT INTO brake_members (brake_id, subject_id) SELECT {brake.Id}, unnest({people.ToArray()})", cancel);
        return true;
    }

    private static async Task<bool> DiffersAsync(CrmDbContext db, Brake open, CancellationToken cancel) =>
        (await db.Database.SqlQuery<bool>($"""
            SELECT EXISTS (SELECT FROM waiting w WHERE w.category = {open.Category} AND w.budget = {open.Budget.ToString()}
                           AND NOT EXISTS (SELECT FROM brake_members m WHERE m.brake_id = {open.Id} AND m.subject_id = w.id)) AS "Value"
            """).ToListAsync(cancel)).Single();

    private sealed record WaitingList(string Category, string Budget, int Count);
}
