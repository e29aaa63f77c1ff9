using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Core.Retention;

/// <summary>What people decide about someone in or near the queue. Each decision is one transaction on the locked contact,
/// with its audit entry; a refusal writes nothing. A decision about one person joins the transaction that the caller has open.</summary>
public sealed class Review(CrmDbContext db, AgencyClock clock, OutsideLedger? outside = null)
{
    /// <summary>Logs an exchange on its real date. Someone pending comes back at once when the rules say so; the date is the next one on which they would enter the queue.</summary>
    public Task<ReviewResult> LogAsync(Guid contactId, ActivityKind kind, Outcome outcome, DateOnly on, string? text, Act act, CancellationToken cancel = default) =>
        OnLockedAsync(contactId, (row, policies) => LogAsync(row, policies, kind, outcome, on, text, act, mustLeave: false, cancel), cancel);

    /// <summary>Keeps someone pending thanks to the exchange that justifies it; refused, with the date it would give, when they would still be due.</summary>
    public Task<ReviewResult> KeepAsync(Guid contactId, ActivityKind kind, Outcome outcome, DateOnly on, string? text, Act act, CancellationToken cancel = default) =>
        OnLockedAsync(contactId, (row, policies) => row.Status == ContactStatus.PendingDeletion
            ? LogAsync(row, policies, kind, outcome, on, text, act, mustLeave: true, cancel)
            : Refuse(Refusal.NotPending), cancel);

    /// <summary>Puts the deletion off by one month, for a reason. The date is the new deletion date.
    /// <paramref name="once"/> is a random number of the form that asks: sent twice, it postpones once.</summary>
    public async Task<ReviewResult> PostponeAsync(Guid contactId, string reason, Act act, Guid? once = null, CancellationToken cancel = default) =>
        (await PostponeAsync([contactId], reason, act, once, cancel))[contactId];

    /// <summary>The same for several people in one transaction; each refusal stands for itself.</summary>
    public Task<IReadOnlyDictionary<Guid, ReviewResult>> PostponeAsync(IReadOnlyCollection<Guid> contactIds, string reason, Act act, Guid? once = null, CancellationToken cancel = default) =>
        OnAllLockedAsync(contactIds, async (rows, policies) =>
        {
            var keys = rows.Keys.ToDictionary(id => id, id => once is { } form ? Postponement.IdOf(form, id) : Guid.NewGuid());
            var repeated = (await db.Postponements.Where(p => keys.Values.Contains(p.Id)).Select(p => p.ContactId).ToListAsync(cancel)).ToHashSet();
            var counts = await db.Contacts.Where(c => rows.Keys.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Postponements, cancel);
            var granted = new List<(Guid Id, DateOnly Until)>();
            var results = rows.Values.ToDictionary(row => row.Id, Decide);
            var (ids, untils) = (granted.Select(g => g.Id).ToArray(), granted.Select(g => g.Until).ToArray());
            await db.Database.ExecuteSqlAsync($"""
                UPDATE contacts c SET postponed_until = n.until, postponements = c.postponements + 1
                FROM unnest({ids}, {untils}) AS n (id, until) WHERE c.id = n.id
                """, cancel);
            return results;

            ReviewResult Decide(FactsRow row)
            {
                if (string.IsNullOrWhiteSpace(reason)) return new ReviewResult(Refusal.EmptyReason);
                if (row.Status != ContactStatus.PendingDeletion) return new ReviewResult(Refusal.NotPending);
                if (row.FromArchive) return new ReviewResult(Refusal.FromArchive);
                var facts = row.ToFacts();
                var policy = policies.For(facts);
                if (repeated.Contains(row.Id)) return new ReviewResult(null, policy.Decide(facts, clock.Today).Dates.DeleteOn);
                if (policy.PostponedUntil(facts, counts[row.Id], clock.Today) is not { } until) return new ReviewResult(Refusal.NoPostponementLeft);

                granted.Add((row.Id, until));
                db.Postponements.Add(new Postponement { Id = keys[row.Id], ContactId = row.Id, Reason = reason.Trim(), Until = until, ById = act.By, At = act.At });
                Audit(act, "contact.postponed", row.Id, nameof(Contact.PostponedUntil));
                return new ReviewResult(null, policy.Decide(facts with { PostponedUntil = until }, clock.Today).Dates.DeleteOn);
            }
        }, cancel);

    /// <summary>Suspends deletion until a human lifts it; reviewed within 12 months. Reaches the person's inquiries, mandates and contracts.</summary>
    public async Task<ReviewResult> HoldAsync(Guid contactId, string reason, string? reference, DateOnly reviewOn, Act act, CancellationToken cancel = default) =>
        (await HoldAsync([contactId], reason, reference, reviewOn, act, cancel))[contactId];

    /// <summary>The same for several people in one transaction; each refusal stands for itself.</summary>
    public Task<IReadOnlyDictionary<Guid, ReviewResult>> HoldAsync(IReadOnlyCollection<Guid> contactIds, string reason, string? reference, DateOnly reviewOn, Act act, CancellationToken cancel = default) =>
        outside.TraceAsync(db, Hold.Intent(contactIds, HoldKind.Dispute, reviewOn), () => OnAllLockedAsync(contactIds, async (rows, _) =>
        {
            var held = (await db.Holds.Where(h => rows.Keys.Contains(h.ContactId) && h.Kind == HoldKind.Dispute && h.LiftedAt == null).Select(h => h.ContactId).ToListAsync(cancel)).ToHashSet();
            return rows.Values.ToDictionary(row => row.Id, Decide);

            ReviewResult Decide(FactsRow row)
            {
                if (string.IsNullOrWhiteSpace(reason)) return new ReviewResult(Refusal.EmptyReason);
                if (held.Contains(row.Id)) return new ReviewResult(Refusal.AlreadyHeld);
                if (reviewOn <= clock.Today) return new ReviewResult(Refusal.ReviewInPast);
                if (reviewOn > clock.Today.AddMonths(Hold.MaxReviewMonths)) return new ReviewResult(Refusal.ReviewTooFar);
                db.Holds.Add(new Hold { ContactId = row.Id, Reason = reason.Trim(), Reference = reference?.Trim(), ReviewOn = reviewOn, PlacedById = act.By, PlacedAt = act.At });
                Audit(act, "hold.placed", row.Id, nameof(Hold));
                return new ReviewResult(null, reviewOn);
            }
        }, cancel), cancel);

    /// <summary>Lifts the standing hold for a dispute. The date is the deletion date that applies again, when the person is pending.</summary>
    public Task<ReviewResult> LiftHoldAsync(Guid contactId, Act act, CancellationToken cancel = default) =>
        outside.TraceAsync(db, new Intent(Trigger.Admin, "hold", [contactId]), () => OnLockedAsync(contactId, async (row, policies) =>
        {
            var standing = await db.Holds.Where(h => h.ContactId == row.Id && h.LiftedAt == null).ToListAsync(cancel);
            if (standing.SingleOrDefault(h => h.Kind == HoldKind.Dispute) is not { } hold) return new ReviewResult(Refusal.NotHeld);
            hold.Lift(act);
            Audit(act, "hold.lifted", row.Id, nameof(Hold));
            return new ReviewResult(null, policies.Decide((row with { Hold = standing.Count > 1 }).ToFacts(), clock.Today).Dates.DeleteOn);
        }, cancel), cancel);

    /// <summary>Puts off the review of the standing hold for a dispute, to within 12 months from today. The date is the new review date.</summary>
    public Task<ReviewResult> ReviewHoldAsync(Guid contactId, DateOnly reviewOn, Act act, CancellationToken cancel = default) =>
        outside.TraceAsync(db, new Intent(Trigger.Admin, "hold", [contactId]), () => OnLockedAsync(contactId, async (row, _) =>
        {
            if (reviewOn <= clock.Today) return new ReviewResult(Refusal.ReviewInPast);
            if (reviewOn > clock.Today.AddMonths(Hold.MaxReviewMonths)) return new ReviewResult(Refusal.ReviewTooFar);
            var reviewed = await db.Holds.Where(h => h.ContactId == row.Id && h.Kind == HoldKind.Dispute && h.LiftedAt == null).ExecuteUpdateAsync(h => h.SetProperty(x => x.ReviewOn, reviewOn), cancel);
            if (reviewed == 0) return new ReviewResult(Refusal.NotHeld);
            Audit(act, "hold.reviewed", row.Id, nameof(Hold.ReviewOn));
            return new ReviewResult(null, reviewOn);
        }, cancel), cancel);

    /// <summary>Orders a deletion for each of these people, carried out ten minutes later unless withdrawn; each refusal stands for itself.
    /// An order for several people is a proposal when a second admin must confirm it (<see cref="FourEyes"/>).</summary>
    public async Task<Ordered> OrderDeletionAsync(IReadOnlyCollection<Guid> contactIds, Act act, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var ids = contactIds.Distinct().Order().ToArray();
        var eyes = await FourEyes.JudgeAsync(db, act, null, cancel);
        if (eyes == Eyes.NotAdmin) return new Ordered(ids.ToDictionary(id => id, _ => new ReviewResult(Refusal.NotAdmin)), null);
        var (rows, policies) = await LockedAsync(ids, cancel);
        var standing = await db.DeletionOrders.Where(o => ids.Contains(o.ContactId) && (o.State == OrderState.Waiting || o.State == OrderState.Proposed))
            .ToDictionaryAsync(o => o.ContactId, o => o.State, cancel);

        var results = ids.ToDictionary(id => id, id => new ReviewResult(standing.TryGetValue(id, out var state)
            ? state == OrderState.Proposed ? Refusal.AlreadyProposed : Refusal.AlreadyOrdered
            : RefusalOf(id, rows, policies)));
        var granted = results.Where(r => r.Value.Done).Select(r => r.Key).ToList();
        Guid? proposal = granted.Count > 1 && eyes == Eyes.First ? Guid.NewGuid() : null;
        foreach (var id in granted)
        {
            db.DeletionOrders.Add(new DeletionOrder
            {
                ContactId = id,
                ById = act.By,
                OrderedAt = act.At,
                DueAt = act.At.AddMinutes(DeletionOrder.DelayMinutes),
                Together = granted.Count,
                ProposalId = proposal,
                State = proposal is null ? OrderState.Waiting : OrderState.Proposed,
            });
            Audit(act, proposal is not null ? "deletion.proposed" : granted.Count > 1 && eyes == Eyes.Alone ? "deletion.ordered-alone" : "deletion.ordered", id);
        }
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new Ordered(results, proposal);
    }

    /// <summary>A second admin confirms a proposed deletion of several people by typing how many it still names: the ten minutes begin.
    /// Each is decided again; whoever may not go any more is refused and leaves the proposal.</summary>
    public async Task<(Approval Approval, IReadOnlyDictionary<Guid, ReviewResult> Results)> ConfirmDeletionAsync(Guid proposalId, int typedNumber, Act act, CancellationToken cancel = default)
    {
        var none = new Dictionary<Guid, ReviewResult>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.DeletionOrders.Where(o => o.ProposalId == proposalId && o.State == OrderState.Proposed).Select(o => new Proposed(o.ById)).FirstOrDefaultAsync(cancel) is not { } first)
            return (Approval.OtherList, none);
        var eyes = await FourEyes.JudgeAsync(db, act, first, cancel);
        if (eyes == Eyes.NotAdmin) return (Approval.NotAdmin, none);
        if (eyes == Eyes.Same) return (Approval.SameAdmin, none);
        if (eyes == Eyes.Tied) return (Approval.Tied, none);
        if (eyes == Eyes.First) return (Approval.ProposerGone, none);

        var ids = await db.DeletionOrders.Where(o => o.ProposalId == proposalId && o.State == OrderState.Proposed).Select(o => o.ContactId).Order().ToArrayAsync(cancel);
        var (rows, policies) = await LockedAsync(ids, cancel);
        // Someone may have been withdrawn, merged or erased an instant ago: the list is read again on locked people.
        var orders = await db.DeletionOrders.Where(o => o.ProposalId == proposalId && o.State == OrderState.Proposed).ToListAsync(cancel);
        if (orders.Count != typedNumber || orders.Count != ids.Length) return (Approval.OtherList, none);

        var results = ids.ToDictionary(id => id, id => new ReviewResult(RefusalOf(id, rows, policies)));
        foreach (var order in orders)
        {
            var done = results[order.ContactId].Done;
            if (done) order.Confirm(act);
            else order.State = OrderState.Withdrawn;
            Audit(act, !done ? "deletion.withdrawn" : eyes == Eyes.Alone ? "deletion.ordered-alone" : "deletion.confirmed", order.ContactId);
        }
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return (Approval.Given, results);
    }

    /// <summary>Takes a proposed deletion of several people back. Returns how many people it still named.</summary>
    public async Task<int> WithdrawProposalAsync(Guid proposalId, Act act, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var ids = await db.DeletionOrders.Where(o => o.ProposalId == proposalId && o.State == OrderState.Proposed).Select(o => o.ContactId).Order().ToArrayAsync(cancel);
        await LockAsync(ids, cancel);
        var orders = await db.DeletionOrders.Where(o => o.ProposalId == proposalId && o.State == OrderState.Proposed).ToListAsync(cancel);
        foreach (var order in orders)
        {
            order.State = OrderState.Withdrawn;
            Audit(act, "deletion.withdrawn", order.ContactId);
        }
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return orders.Count;
    }

    /// <summary>Withdraws a deletion order that has not been carried out yet.</summary>
    public Task<ReviewResult> WithdrawOrderAsync(Guid contactId, Act act, CancellationToken cancel = default) =>
        OnLockedAsync(contactId, async (row, _) =>
        {
            var withdrawn = await db.DeletionOrders.Where(o => o.ContactId == row.Id && (o.State == OrderState.Waiting || o.State == OrderState.Proposed))
                .ExecuteUpdateAsync(o => o.SetProperty(x => x.State, OrderState.Withdrawn), cancel);
            if (withdrawn == 0) return new ReviewResult(Refusal.NothingToWithdraw);
            await db.BrakeMembers.Where(m => m.SubjectId == row.Id && db.Brakes.Any(b => b.Id == m.BrakeId && b.ApprovedAt != null)).ExecuteDeleteAsync(cancel);
            Audit(act, "deletion.withdrawn", row.Id);
            return new ReviewResult();
        }, cancel);

    /// <summary>Carries out a person's erasure request at once, through the same code as the schedule: erased, archived where something is owed,
    /// or granted in part under a running obligation or a hold. The request is closed with it. Returns what was decided.</summary>
    /// <exception cref="OutsideLedgerException">The register outside cannot be written: nothing was done.</exception>
    public async Task<Decision?> ExecuteErasureRequestAsync(Guid requestId, Act act, CancellationToken cancel = default) =>
        await db.RightsRequests.Where(r => r.Id == requestId && r.ClosedOn == null).Select(r => r.ContactId).SingleOrDefaultAsync(cancel) is { } contactId
            ? await outside.TraceAsync(db, new Intent(Trigger.Request, "contact", [contactId]), () => ExecuteTracedAsync(requestId, act, cancel), cancel)
            : null;

    private async Task<Decision?> ExecuteTracedAsync(Guid requestId, Act act, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.RightsRequests.Where(r => r.Id == requestId).Select(r => r.ContactId).SingleOrDefaultAsync(cancel) is not { } contactId) return null;
        await LockAsync([contactId], cancel);
        // A colleague or the nightly run may have been first: what counts is what is there once the person is locked.
        var request = await db.RightsRequests.SingleOrDefaultAsync(r => r.Id == requestId && r.ContactId == contactId && r.Kind == RightKind.Erasure && r.ClosedOn == null, cancel);
        if (request is null) return null;
        var row = await db.Contacts.Where(c => c.Id == contactId).Facts(db, clock.Today).SingleAsync(cancel);
        var facts = row.ToFacts();
        var policies = await PolicyHistory.LoadAsync(db, cancel);
        var verdict = policies.For(facts).DecideRequest(facts, clock.Today);

        request.ClosedOn = clock.Today;
        request.Restricted = verdict.Decision == Decision.Restrict;
        request.Outcome = verdict.Decision == Decision.Erase ? RequestOutcome.Granted : RequestOutcome.GrantedInPart;
        db.RequestSteps.Add(new RequestStep { RequestId = requestId, What = verdict.Decision switch { Decision.Erase => RequestAct.Erased, Decision.Restrict => RequestAct.ErasedInPart, _ => RequestAct.Archived }, At = act.At, ById = act.By });
        if (request.PapersKey is { } papers) ObjectRemoval.Ask(db, StoredObject.Papers, [papers], act.At);
        request.PapersKey = null;
        Audit(act, "request.executed", requestId, nameof(RightsRequest.ClosedOn));
        await db.SaveChangesAsync(cancel);
        await PersonErasure.CountInBrakeAsync(db, clock.Today, verdict.Decision, cancel);
        var erasure = new PersonErasure(db, clock.Today, act.At);
        var doomed = new Doomed(contactId, Rule.RequestedByPerson, policies.Current.Version, Trigger.Request, row.LastActivityOn, clock.Today);
        await (verdict.Decision switch
        {
            Decision.Erase => erasure.EraseAsync([doomed], cancel),
            Decision.Archive => erasure.ArchiveAsync([doomed], cancel),
            Decision.Restrict => erasure.RestrictAsync(doomed, cancel),
            _ => Task.CompletedTask,
        });
        await transaction.CommitAsync(cancel);
        return verdict.Decision;
    }

    private async Task<ReviewResult> LogAsync(FactsRow row, PolicyHistory policies, ActivityKind kind, Outcome outcome, DateOnly on, string? text, Act act, bool mustLeave, CancellationToken cancel)
    {
        if (on > clock.Today) return new ReviewResult(Refusal.FutureDate);
        var logged = row.WithExchange(kind, outcome, on);
        var verdict = policies.Decide(logged.ToFacts(), clock.Today);
        var leaves = row.Status != ContactStatus.Active && verdict.Decision == Decision.Reactivate;
        if (mustLeave && !leaves) return new ReviewResult(Refusal.StillDue, verdict.Dates.FlagOn);

        db.Activities.Add(new Activity(row.Id, on, kind, outcome, act.By, act.At, string.IsNullOrWhiteSpace(text) ? null : text.Trim()));
        Audit(act, mustLeave ? "contact.kept" : "activity.logged", row.Id, nameof(Activity));
        await db.SaveChangesAsync(cancel);
        if (leaves) await Schedule.ReleaseAsync(db, [row.Id], cancel);
        var next = policies.Decide((leaves ? logged.Reactivated() : logged).ToFacts(), clock.Today);
        return new ReviewResult(null, next.Dates.FlagOn);
    }

    private async Task<ReviewResult> OnLockedAsync(Guid contactId, Func<FactsRow, PolicyHistory, Task<ReviewResult>> verb, CancellationToken cancel)
    {
        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancel) : null;
        await LockAsync([contactId], cancel);
        if (await db.Contacts.Where(c => c.Id == contactId).Facts(db, clock.Today).SingleOrDefaultAsync(cancel) is not { } row)
            return new ReviewResult(Refusal.Unknown);
        var result = await verb(row, await PolicyHistory.LoadAsync(db, cancel));
        if (!result.Done) return result;
        await db.SaveChangesAsync(cancel);
        if (transaction is not null) await transaction.CommitAsync(cancel);
        return result;
    }

    private async Task<IReadOnlyDictionary<Guid, ReviewResult>> OnAllLockedAsync(
        IReadOnlyCollection<Guid> contactIds, Func<IReadOnlyDictionary<Guid, FactsRow>, PolicyHistory, Task<Dictionary<Guid, ReviewResult>>> verb, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var ids = contactIds.Distinct().Order().ToArray();
        var (rows, policies) = await LockedAsync(ids, cancel);
        var results = await verb(rows, policies);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return ids.ToDictionary(id => id, id => results.GetValueOrDefault(id) ?? new ReviewResult(Refusal.Unknown));
    }

    private async Task<(IReadOnlyDictionary<Guid, FactsRow> Rows, PolicyHistory Policies)> LockedAsync(Guid[] ids, CancellationToken cancel)
    {
        await LockAsync(ids, cancel);
        return (await db.Contacts.Where(c => ids.Contains(c.Id)).Facts(db, clock.Today).ToDictionaryAsync(r => r.Id, cancel), await PolicyHistory.LoadAsync(db, cancel));
    }

    /// <summary>Why an order about someone is refused; none when it is not.</summary>
    private Refusal? RefusalOf(Guid id, IReadOnlyDictionary<Guid, FactsRow> rows, PolicyHistory policies)
    {
        if (!rows.TryGetValue(id, out var row)) return Refusal.Unknown;
        var facts = row.ToFacts();
        var verdict = policies.For(facts).DecideOrder(facts, clock.Today);
        return verdict.Decision != Decision.Keep ? null : verdict.Rule switch
        {
            Rule.Held => Refusal.Held,
            Rule.RequestOpen => Refusal.RequestOpen,
            Rule.ObligationRunning => Refusal.ObligationRunning,
            _ => Refusal.StillOwed,
        };
    }

    private Task<int> LockAsync(Guid[] ids, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"SELECT 1 FROM contacts WHERE id = ANY ({ids}) ORDER BY id FOR UPDATE", cancel);

    private void Audit(Act act, string action, Guid subject, params string[] fields) =>
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, action, "contact", subject, fields));

    private static Task<ReviewResult> Refuse(Refusal refusal) => Task.FromResult(new ReviewResult(refusal));
}

/// <summary>What came of a decision.</summary>
/// <param name="Refusal">Why nothing was done; none when it was.</param>
/// <param name="Date">The date the decision gives, or would give.</param>
public sealed record ReviewResult(Refusal? Refusal = null, DateOnly? Date = null)
{
    /// <summary>The decision was carried out.</summary>
    public bool Done => Refusal is null;
}

/// <summary>What came of an order.</summary>
/// <param name="Results">Each person's own answer.</param>
/// <param name="ProposalId">The proposal that a second admin confirms; none when the ten minutes run already.</param>
public sealed record Ordered(IReadOnlyDictionary<Guid, ReviewResult> Results, Guid? ProposalId);

/// <summary>Why a decision was refused; the pages put it into words.</summary>
public enum Refusal
{
    Unknown,
    FutureDate,
    StillDue,
    NotPending,
    FromArchive,
    NoPostponementLeft,
    AlreadyHeld,
    NotHeld,
    ReviewTooFar,
    ReviewInPast,
    Held,
    RequestOpen,
    ObligationRunning,
    StillOwed,
    AlreadyOrdered,

    /// <summary>A proposal that another admin confirms names this person already.</summary>
    AlreadyProposed,

    /// <summary>The one who asks is no enabled admin any more.</summary>
    NotAdmin,

    NothingToWithdraw,
    EmptyReason,
}
