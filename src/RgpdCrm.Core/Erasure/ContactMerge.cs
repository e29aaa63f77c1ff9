using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Erasure;

/// <summary>Makes one record of two that are the same person (retention.md, "Merge of two records"). Everything that hangs on the second moves to the first,
/// then the second goes; the ledger keeps the hashes of both ids, so that a restored backup can be merged again.</summary>
public sealed class ContactMerge(CrmDbContext db, AgencyClock clock, OutsideLedger? outside = null)
{
    /// <summary>What the merge would give, read from the very merge, which is undone.</summary>
    public Task<MergeResult> PreviewAsync(Merge merge, Act act, CancellationToken cancel = default) => MergeAsync(merge, act, apply: false, proven: false, cancel);

    /// <summary>Merges, in one transaction on both locked records. A refusal writes nothing.</summary>
    public Task<MergeResult> MergeAsync(Merge merge, Act act, CancellationToken cancel = default) =>
        outside.TraceAsync(db, new Intent(Trigger.Admin, "merge", [merge.KeptId, merge.GoneId]), () => MergeAsync(merge, act, apply: true, proven: false, cancel), cancel);

    /// <summary>Merges two records of a restored backup once more: the ledger says so already.</summary>
    internal Task<MergeResult> AgainAsync(Merge merge, Act act, CancellationToken cancel) => MergeAsync(merge, act, apply: true, proven: true, cancel);

    private async Task<MergeResult> MergeAsync(Merge merge, Act act, bool apply, bool proven, CancellationToken cancel)
    {
        if (merge.KeptId == merge.GoneId) return new MergeResult(MergeRefusal.Oneself);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        Guid[] ids = [merge.KeptId, merge.GoneId];
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM contacts WHERE id = ANY ({ids}) ORDER BY id FOR UPDATE", cancel);
        var people = await db.Contacts.Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancel);
        if (people.Count < 2) return new MergeResult(MergeRefusal.Unknown);
        var (kept, gone) = (people[merge.KeptId], people[merge.GoneId]);
        if (merge.Versions is { } shown && shown != (kept.Version, gone.Version)) return new MergeResult(MergeRefusal.Stale);

        var schedule = MergedSchedule.Of(kept, gone);
        var policies = await PolicyHistory.LoadAsync(db, cancel);
        await IdentifyAsync(merge, kept, gone, schedule, act, cancel);
        await MoveAsync(kept.Id, gone.Id, act, cancel);
        await ScheduleAsync(kept.Id, gone, schedule, cancel);
        var row = await db.Contacts.Where(c => c.Id == kept.Id).Facts(db, clock.Today).SingleAsync(cancel);
        var facts = row.ToFacts();
        if (apply)
        {
            if (!proven) await LedgerChain.AppendAsync(db, [Entry(kept.Id, gone.Id, policies.Current.Version, act)], cancel);
            await transaction.CommitAsync(cancel);
        }
        db.ChangeTracker.Clear();
        return new MergeResult { Facts = facts, Outlook = Outlook.Of(facts, policies, clock.Today) };
    }

    // A private person stays private: then the name is the private record's, whichever was chosen.
    private async Task IdentifyAsync(Merge merge, Contact kept, Contact gone, MergedSchedule schedule, Act act, CancellationToken cancel)
    {
        var named = kept.Kind != gone.Kind ? kept.Kind == ContactKind.Private ? kept : gone : merge.NameOfGone ? gone : kept;
        var followed = merge.ResponsibleOfGone ? gone : kept;
        var changed = kept.Edit(new ContactName(named.Kind, named.LastName, named.FirstName, named.Organisation, named.Siren), kept.Roles | gone.Roles, followed.ResponsibleId ?? kept.ResponsibleId ?? gone.ResponsibleId);
        if (kept.HouseholdId is null) kept.Join(gone.HouseholdId);
        if (schedule.Status != ContactStatus.Archived) db.Activities.Add(new Activity(kept.Id, clock.Today, ActivityKind.Merge, Outcome.None, act.By, act.At));
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "contact.merged", "contact", kept.Id, [.. changed]));
        await db.SaveChangesAsync(cancel);
    }

    private async Task MoveAsync(Guid kept, Guid gone, Act act, CancellationToken cancel)
    {
        Guid[] both = [kept, gone];
        // What both have is kept once. A party of what is owed goes because the first record's stays.
        await db.Database.ExecuteSqlAsync($"""
            SELECT set_config('rgpdcrm.today', {clock.Today}::text, true), set_config('rgpdcrm.merged_into', {kept}::text, true);
            DELETE FROM emails g WHERE contact_id = {gone} AND EXISTS (SELECT FROM emails k WHERE k.contact_id = {kept} AND k.value = g.value);
            UPDATE emails SET place = place + (SELECT count(*) FROM emails k WHERE k.contact_id = {kept}) WHERE contact_id = {gone};
            DELETE FROM phones g WHERE contact_id = {gone} AND EXISTS (SELECT FROM phones k WHERE k.contact_id = {kept} AND k.value = g.value);
            DELETE FROM tags g WHERE contact_id = {gone} AND EXISTS (SELECT FROM tags k WHERE k.contact_id = {kept} AND k.name = g.name);
            DELETE FROM matches g WHERE contact_id = {gone} AND EXISTS (SELECT FROM matches k WHERE k.contact_id = {kept} AND k.property_id = g.property_id);
            DELETE FROM addresses g WHERE contact_id = {gone}
              AND EXISTS (SELECT FROM addresses k WHERE k.contact_id = {kept} AND (k.street, k.postal_code, k.city, k.country) = (g.street, g.postal_code, g.city, g.country));
            DELETE FROM parties g WHERE contact_id = {gone} AND EXISTS (SELECT FROM parties k WHERE k.contact_id = {kept} AND k.obligation_id = g.obligation_id);
            DELETE FROM activities g WHERE contact_id = {gone} AND EXISTS (SELECT FROM activities k WHERE k.contact_id = {kept} AND k.obligation_id = g.obligation_id AND k.kind = g.kind);
            """, cancel);
        // One hold stands at a time: two become one with both reasons, and the second stays in the history.
        await db.Database.ExecuteSqlAsync($"""
            UPDATE holds k SET reason = left(k.reason || ' ; ' || g.reason, 500), reference = left(nullif(concat_ws(' ; ', k.reference, g.reference), ''), 80), review_on = least(k.review_on, g.review_on)
            FROM holds g WHERE k.contact_id = {kept} AND k.lifted_at IS NULL AND g.contact_id = {gone} AND g.lifted_at IS NULL AND k.kind = g.kind;
            UPDATE holds g SET lifted_at = {act.At}, lifted_by_id = {act.By}
            WHERE contact_id = {gone} AND lifted_at IS NULL AND EXISTS (SELECT FROM holds k WHERE k.contact_id = {kept} AND k.lifted_at IS NULL AND k.kind = g.kind);
            """, cancel);
        // A decision about one record is none about both.
        await db.Database.ExecuteSqlAsync($"""
            UPDATE deletion_orders SET state = 'Withdrawn' WHERE contact_id = ANY ({both}) AND state IN ('Waiting', 'Proposed');
            DELETE FROM set_asides WHERE contact_id = ANY ({both});
            DELETE FROM brake_members WHERE subject_id = ANY ({both});
            DELETE FROM outgoing_mails g WHERE contact_id = {gone} AND template = {OutgoingMail.PendingNotice} AND state = 'Recorded'
              AND EXISTS (SELECT FROM outgoing_mails k WHERE k.contact_id = {kept} AND k.template = g.template);
            """, cancel);
        foreach (var (table, column, _) in ErasureInventory.Of(db.Model))
        {
            var sql = $"UPDATE {table} SET {column} = {{0}} WHERE {column} = {{1}}";
            await db.Database.ExecuteSqlRawAsync(sql, [kept, gone], cancel);
        }
        await db.Database.ExecuteSqlAsync($"UPDATE parties SET contact_id = {kept} WHERE contact_id = {gone}", cancel);
    }

    private async Task ScheduleAsync(Guid kept, Contact gone, MergedSchedule schedule, CancellationToken cancel)
    {
        Guid[] ids = [kept];
        // First what is owed lives on in the record that stays: else the database lets the other one not go.
        await db.Database.ExecuteSqlAsync($"""
            UPDATE contacts SET kept_until_of_destroyed = {schedule.KeptUntilOfDestroyed} WHERE id = {kept};
            SELECT refresh_obligations({ids});
            DELETE FROM contacts WHERE id = {gone.Id};
            UPDATE contacts SET collected_on = {schedule.CollectedOn}, created_at = least(created_at, {gone.CreatedAt}), import_key = coalesce(import_key, {gone.ImportKey}),
                   restricted = {schedule.Restricted}, archived_on = {schedule.ArchivedOn}, status = {schedule.Status.ToString()},
                   pending_since = {schedule.PendingSince}, pending_version = {schedule.PendingVersion}, from_archive = {schedule.FromArchive},
                   postponed_until = {schedule.PostponedUntil}, postponements = {schedule.Postponements}, deletion_approved = {schedule.DeletionApproved}
            WHERE id = {kept}
            """, cancel);
        await db.Database.ExecuteSqlAsync($"SELECT refresh_clocks({ids}), refresh_obligations({ids})", cancel);
        if (schedule.Status == ContactStatus.Active)
            await db.Database.ExecuteSqlAsync($"DELETE FROM outgoing_mails WHERE contact_id = {kept} AND template = {OutgoingMail.PendingNotice} AND state = 'Recorded'", cancel);
    }

    private static LedgerEntry Entry(Guid kept, Guid gone, int version, Act act) => new()
    {
        Id = Guid.NewGuid(),
        SubjectHash = PersonErasure.HashOf(kept),
        OtherHash = PersonErasure.HashOf(gone),
        Category = "contact",
        Action = LedgerAction.Merged,
        Rule = Rule.Merged,
        PolicyVersion = version,
        Trigger = Trigger.Admin,
        ExecutedAt = act.At,
    };
}

/// <summary>Two records of one person, and what was chosen where they differ.</summary>
/// <param name="KeptId">The record that stays.</param>
/// <param name="GoneId">The record that goes into it.</param>
/// <param name="NameOfGone">The name, organisation and SIREN are the second record's.</param>
/// <param name="ResponsibleOfGone">Who follows the person is the second record's.</param>
/// <param name="Versions">The versions that were shown, of the first and of the second; none to take them as they are.</param>
public sealed record Merge(Guid KeptId, Guid GoneId, bool NameOfGone = false, bool ResponsibleOfGone = false, (uint Kept, uint Gone)? Versions = null);

/// <summary>What came of a merge, or would.</summary>
/// <param name="Refusal">Why nothing was done; none when it was.</param>
public sealed record MergeResult(MergeRefusal? Refusal = null)
{
    /// <summary>The merged record, as the rules see it.</summary>
    public ContactFacts? Facts { get; init; }

    /// <summary>The dates ahead of the merged record.</summary>
    public Outlook? Outlook { get; init; }
}

/// <summary>Why two records were not merged.</summary>
public enum MergeRefusal
{
    Oneself,

    /// <summary>One of them is gone.</summary>
    Unknown,

    /// <summary>One of them changed since it was shown.</summary>
    Stale,
}

/// <summary>Where the merged record stands in the schedule: a pure function of the two (retention.md, "Merge of two records").</summary>
public sealed record MergedSchedule
{
    public DateOnly CollectedOn { get; private init; }
    public DateOnly? KeptUntilOfDestroyed { get; private init; }
    public bool Restricted { get; private init; }
    public ContactStatus Status { get; private init; }
    public DateOnly? ArchivedOn { get; private init; }
    public DateOnly? PendingSince { get; private init; }
    public int? PendingVersion { get; private init; }
    public bool FromArchive { get; private init; }
    public DateOnly? PostponedUntil { get; private init; }
    public int Postponements { get; private init; }
    public bool DeletionApproved { get; private init; }

    /// <summary>Active if either is; else pending, not from the archive, if either is so; else pending from the archive; else archived. The later entry into the queue stands, with its version of the rules.</summary>
    public static MergedSchedule Of(Contact one, Contact other)
    {
        Contact[] both = [one, other];
        var common = new MergedSchedule
        {
            CollectedOn = both.Min(c => c.CollectedOn),
            KeptUntilOfDestroyed = both.Max(c => c.KeptUntilOfDestroyed),
            Restricted = both.Any(c => c.Restricted),
        };
        if (both.Any(c => c.Status == ContactStatus.Active)) return common;

        var pending = both.Where(c => c.Status == ContactStatus.PendingDeletion).ToList();
        if (pending.Count == 0) return common with { Status = ContactStatus.Archived, ArchivedOn = both.Max(c => c.ArchivedOn) };

        var latest = pending.MaxBy(c => c.PendingSince)!;
        var fromArchive = pending.All(c => c.FromArchive);
        return common with
        {
            Status = ContactStatus.PendingDeletion,
            FromArchive = fromArchive,
            ArchivedOn = fromArchive ? both.Max(c => c.ArchivedOn) : null,
            PendingSince = latest.PendingSince,
            PendingVersion = latest.PendingVersion,
            PostponedUntil = pending.Max(c => c.PostponedUntil),
            Postponements = pending.Max(c => c.Postponements),
            DeletionApproved = both.All(c => c.DeletionApproved),
        };
    }
}
