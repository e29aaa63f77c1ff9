using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Inquiries;

/// <summary>What colleagues do with an inquiry. Each act is one transaction on the locked inquiry, with its audit entry; a refusal writes nothing,
/// and the same act sent twice is done once. The version is the one that was shown.</summary>
public sealed class InquiryDesk(CrmDbContext db, AgencyClock clock)
{
    private const string Linked = "inquiry.linked";

    /// <summary>Gives it to a colleague, or to nobody.</summary>
    public Task<InquiryResult> AssignAsync(Guid id, uint version, Guid? toId, Act act, CancellationToken cancel = default) =>
        OnLockedAsync(id, version, inquiry => Task.FromResult(inquiry.AssignedToId == toId), async inquiry =>
        {
            if (toId is { } to && !await Handover.MayReceiveAsync(db, to, cancel)) return new(InquiryRefusal.NotAColleague);
            inquiry.Assign(toId);
            Audit(act, "inquiry.assigned", id, nameof(Inquiry.AssignedToId));
            return new();
        }, cancel);

    /// <summary>Puts it among the new, the handled or the spam.</summary>
    public Task<InquiryResult> SortAsync(Guid id, uint version, InquiryStatus into, Act act, CancellationToken cancel = default) =>
        OnLockedAsync(id, version, inquiry => Task.FromResult(inquiry.Status == into), inquiry =>
        {
            if (into == InquiryStatus.Spam && inquiry.ContactId is not null) return Task.FromResult(new InquiryResult(InquiryRefusal.AlreadyLinked));
            inquiry.Sort(into);
            Audit(act, "inquiry.sorted", id, nameof(Inquiry.Status));
            return Task.FromResult(new InquiryResult());
        }, cancel);

    /// <summary>Ties it to a known contact and logs the act on the day it was received, which brings someone pending back when the rules say so.
    /// Someone out of daily screens must be named exactly in the inquiry, and an archived record is an admin's.</summary>
    public Task<InquiryResult> LinkAsync(Guid id, uint version, Guid contactId, bool byAdmin, Act act, CancellationToken cancel = default) =>
        OnLockedAsync(id, version, inquiry => Task.FromResult(inquiry.ContactId == contactId), async inquiry =>
        {
            if (RefusalOf(inquiry) is { } refusal) return new(refusal);
            if (await FindAsync(contactId, cancel) is not { } contact) return new(InquiryRefusal.ContactGone);
            var state = SetAsideHint.Of(contact);
            if (state is not null && (await SetAsideHint.FindAsync(db, InquiryFile.Texts(inquiry), cancel)).All(h => h.ContactId != contactId)) return new(InquiryRefusal.ContactGone);
            if (state == SetAsideState.AskAnAdmin && !byAdmin) return new(InquiryRefusal.AskAnAdmin);

            var logged = await new Review(db, clock).LogAsync(contactId, ActivityKind.InquiryReceived, Outcome.None, inquiry.ReceivedOn, null, act, cancel);
            if (!logged.Done || await FindAsync(contactId, cancel) is not { } after) return new(InquiryRefusal.ContactGone);
            if (SetAsideHint.Of(after) == SetAsideState.AskAnAdmin) return new(InquiryRefusal.StaysSetAside);
            Tie(inquiry, contactId);
            Audit(act, Linked, id, nameof(Inquiry.ContactId));
            return new() { StillPending = after.Status == ContactStatus.PendingDeletion, BroughtBack = state is not null && after.Status == ContactStatus.Active };
        }, cancel, contactId);

    /// <summary>Makes the contact it comes from: collected on the day it was received, with that act.</summary>
    public Task<InquiryResult> CreateContactAsync(Guid id, uint version, ContactEntry entry, Act act, CancellationToken cancel = default) =>
        OnLockedAsync(id, version, inquiry => IsMineAsync(inquiry, act, cancel), async inquiry =>
        {
            if (RefusalOf(inquiry) is { } refusal) return new(refusal);
            Tie(inquiry, await entry.CreateAsync(db, new FirstExchange(ActivityKind.InquiryReceived, Outcome.None, inquiry.ReceivedOn), act, inquiry.ReceivedOn, cancel));
            Audit(act, Linked, id, nameof(Inquiry.ContactId));
            return new();
        }, cancel);

    /// <summary>A colleague reached the author of an inquiry that only its own form vouched for.</summary>
    public Task<InquiryResult> ConfirmAsync(Guid id, uint version, Act act, CancellationToken cancel = default) =>
        OnLockedAsync(id, version, inquiry => Task.FromResult(!inquiry.ToConfirm), inquiry =>
        {
            inquiry.Confirm();
            Audit(act, "inquiry.confirmed", id, nameof(Inquiry.ToConfirm));
            return Task.FromResult(new InquiryResult());
        }, cancel);

    // What its author agreed to on the website becomes the person's, with its proof.
    private void Tie(Inquiry inquiry, Guid contactId)
    {
        inquiry.Link(contactId);
        if (inquiry.ConsentOf(contactId) is { } consent) db.Consents.Add(consent);
    }

    private static InquiryRefusal? RefusalOf(Inquiry inquiry) =>
        inquiry.ContactId is not null ? InquiryRefusal.AlreadyLinked : inquiry.Status == InquiryStatus.Spam ? InquiryRefusal.IsSpam : null;

    // The second click of who has just created the contact, not a colleague's work.
    private Task<bool> IsMineAsync(Inquiry inquiry, Act act, CancellationToken cancel) => inquiry.ContactId is null
        ? Task.FromResult(false)
        : db.AuditEntries.AnyAsync(a => a.SubjectId == inquiry.Id && a.Action == Linked && a.ActorId == act.By, cancel);

    private async Task<InquiryResult> OnLockedAsync(Guid id, uint version, Func<Inquiry, Task<bool>> isDone, Func<Inquiry, Task<InquiryResult>> verb, CancellationToken cancel, Guid? contactId = null)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // Erasure locks the person before what hangs on them: the same order here, or the two would wait for each other.
        if (contactId is { } contact) await db.Database.ExecuteSqlAsync($"SELECT 1 FROM contacts WHERE id = {contact} FOR UPDATE", cancel);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM inquiries WHERE id = {id} FOR UPDATE", cancel);
        if (await db.Inquiries.SingleOrDefaultAsync(i => i.Id == id, cancel) is not { } inquiry) return new InquiryResult(InquiryRefusal.Unknown);
        if (await isDone(inquiry)) return new InquiryResult { ContactId = inquiry.ContactId, Repeated = true };

        var result = inquiry.Version == version ? await verb(inquiry) : new InquiryResult(InquiryRefusal.Stale);
        if (result.Done)
        {
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        else
        {
            db.ChangeTracker.Clear();
        }
        return result with { ContactId = inquiry.ContactId };
    }

    private Task<Contact?> FindAsync(Guid contactId, CancellationToken cancel) => db.Contacts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == contactId, cancel);

    private void Audit(Act act, string action, Guid id, params string[] fields) => db.AuditEntries.Add(new AuditEntry(act.At, act.By, action, "inquiry", id, fields));
}

/// <summary>What came of an act on an inquiry.</summary>
/// <param name="Refusal">Why nothing was done; none when it was.</param>
public sealed record InquiryResult(InquiryRefusal? Refusal = null)
{
    /// <summary>The act was carried out, now or by the same form before.</summary>
    public bool Done => Refusal is null;

    /// <summary>The same form had already done it.</summary>
    public bool Repeated { get; init; }

    /// <summary>Whom the inquiry is tied to.</summary>
    public Guid? ContactId { get; init; }

    /// <summary>The act is too old to bring the person back from the queue.</summary>
    public bool StillPending { get; init; }

    /// <summary>The person was out of daily screens and is back.</summary>
    public bool BroughtBack { get; init; }
}

/// <summary>Why an act on an inquiry was refused; the pages put it into words.</summary>
public enum InquiryRefusal
{
    /// <summary>It was destroyed, with its person or at the end of its months.</summary>
    Unknown,

    /// <summary>A colleague changed it meanwhile.</summary>
    Stale,
    AlreadyLinked,
    IsSpam,

    /// <summary>The contact was erased meanwhile, or is nobody the inquiry names.</summary>
    ContactGone,
    AskAnAdmin,

    /// <summary>The act is older than the archiving: the rules keep the record set aside.</summary>
    StaysSetAside,
    NotAColleague,
}
