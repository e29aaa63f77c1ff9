using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Rights;

/// <summary>What happens to a request of rights, from its receipt to its answer. Each act is one transaction on the locked request, with its step and its audit entry; a refusal writes nothing.</summary>
public sealed partial class RightsDesk(CrmDbContext db, AgencyClock clock, Choices choices, ObjectionList objections, Review review, OutsideLedger? outside = null)
{
    /// <summary>Receives a request. Someone that exactly one record knows by the address given is tied to it, and a link goes to that address; nobody is told which.
    /// Whoever is just being erased is not found any more.</summary>
    /// <param name="entry">What was asked, already validated.</param>
    /// <param name="form">What makes the sending unique; none when a colleague types it.</param>
    /// <param name="captcha">The solved captcha; used before, nothing is written.</param>
    /// <param name="by">The colleague; none for the public page.</param>
    /// <param name="cancel">Stops the wait.</param>
    /// <returns>The request; none when the sending was one that had been received already, or its captcha used.</returns>
    public async Task<(Reception Reception, Guid? Id)> ReceiveAsync(RequestEntry entry, SpentChallenge? form, SpentChallenge? captcha, Guid? by, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (form is not null && !await form.SpendAsync(db, cancel)) return (Reception.Repeated, null);
        if (captcha is not null && !await captcha.SpendAsync(db, cancel)) return (Reception.Replayed, null);
        // The lock waits for an erasure under way: what it leaves is what is found.
        var known = entry.Email is not { } email ? [] : await db.Database.SqlQuery<Known>($"""
            SELECT e.id AS email_id, c.id AS contact_id FROM emails e JOIN contacts c ON c.id = e.contact_id WHERE e.value = {email} LIMIT 2 FOR KEY SHARE OF c
            """).ToListAsync(cancel);
        var found = known is [var only] ? only : null;
        var request = new RightsRequest
        {
            ContactId = found?.ContactId,
            Kind = entry.Kind,
            Channel = entry.Channel,
            ReceivedOn = entry.ReceivedOn,
            Name = entry.Name,
            Email = entry.Email,
            Phone = entry.Phone,
            Message = entry.Message,
        };
        db.RightsRequests.Add(request);
        Step(request, RequestAct.Received, by);
        if (found is not null) db.Activities.Add(new Activity(found.ContactId, entry.ReceivedOn, ActivityKind.RightsRequest, Outcome.None, by, clock.Now));
        // A row for nobody costs the same as a row for someone, and is discarded unsent.
        if (by is null) Queue(MailTemplate.RightsIdentity, request.Id, found?.ContactId, found?.EmailId);
        if (by is null && found is not null) Step(request, RequestAct.LinkSent, null);
        Audit("request.received", request.Id, by);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return (Reception.Received, request.Id);
    }

    /// <summary>Two more months, of which the person was told with the reasons within the first (GDPR 12, 3).</summary>
    public Task<RequestRefusal?> ExtendAsync(Guid id, DateOnly toldOn, string reason, Act act, CancellationToken cancel = default) =>
        OnOpenAsync(id, request =>
        {
            if (string.IsNullOrWhiteSpace(reason)) return Refuse(RequestRefusal.EmptyReason);
            if (request.ToldOn is not null) return Refuse(RequestRefusal.AlreadyExtended);
            if (toldOn > clock.Today || toldOn < request.ReceivedOn) return Refuse(RequestRefusal.WrongDate);
            if (!RequestDeadline.MayExtend(request.ReceivedOn, toldOn)) return Refuse(RequestRefusal.ExtensionTooLate);
            (request.ToldOn, request.ExtensionReason) = (toldOn, reason.Trim());
            Step(request, RequestAct.Extended, act.By);
            return Refuse(null);
        }, cancel);

    /// <summary>Writes to the person at an address that the record knows: an answer, a question, a notice of extension.</summary>
    public Task<RequestRefusal?> WriteAsync(Guid id, Guid emailId, string subject, string text, Act act, CancellationToken cancel = default) =>
        OnRequestAsync(id, async request =>
        {
            if (request.ContactId is not { } contact) return RequestRefusal.NoPerson;
            if (!await db.Emails.AnyAsync(e => e.Id == emailId && e.ContactId == contact, cancel)) return RequestRefusal.NotKnown;
            Queue(MailTemplate.RightsMessage, id, contact, emailId, subject, text, act.By);
            Step(request, RequestAct.Written, act.By);
            return null;
        }, cancel);

    /// <summary>Says which free texts stay out of the package because they tell about someone else.</summary>
    public Task<RequestRefusal?> LeaveOutAsync(Guid id, Guid[] texts, Act act, CancellationToken cancel = default) =>
        OnOpenAsync(id, request =>
        {
            request.LeftOut = texts;
            Audit("request.reviewed", id, act.By);
            return Refuse(null);
        }, cancel);

    /// <summary>Sends the link to the package; the former ones are closed with it.</summary>
    public Task<RequestRefusal?> SendPackageAsync(Guid id, Guid emailId, Act act, CancellationToken cancel = default) =>
        OnOpenAsync(id, async request =>
        {
            if (Package(request) is { } refusal) return refusal;
            if (!await db.Emails.AnyAsync(e => e.Id == emailId && e.ContactId == request.ContactId, cancel)) return RequestRefusal.NotKnown;
            await db.ContactLinks.Where(l => l.RequestId == id && l.Purpose == LinkPurpose.Package).ExecuteDeleteAsync(cancel);
            Queue(MailTemplate.RightsPackage, id, request.ContactId, emailId);
            Step(request, RequestAct.PackageSent, act.By);
            return null;
        }, cancel);

    /// <summary>Notes that the package was taken, by the person or by a colleague who hands it over.</summary>
    public Task<RequestRefusal?> TakePackageAsync(Guid id, Guid? by, CancellationToken cancel = default) =>
        OnRequestAsync(id, request =>
        {
            if (Package(request) is { } refusal) return Refuse(refusal);
            Step(request, by is null ? RequestAct.PackageTaken : RequestAct.PackageHandedOver, by);
            Audit("request.package", id, by);
            return Refuse(null);
        }, cancel);

    /// <summary>Notes that the correction was applied, that who had received the data was told of it (GDPR 19), or that a letter was printed.</summary>
    public Task<RequestRefusal?> NoteAsync(Guid id, RequestAct what, Act act, CancellationToken cancel = default) =>
        OnRequestAsync(id, request =>
        {
            if (what != RequestAct.Printed && request.ClosedOn is not null) return Refuse(RequestRefusal.Closed);
            if (what != RequestAct.Printed && !request.IsProved) return Refuse(RequestRefusal.NotProved);
            Step(request, what, act.By);
            return Refuse(null);
        }, cancel);

    /// <summary>Freezes the record at the person's request (GDPR 18): a hold of its own kind, to be reviewed within 12 months. The request is answered with it.</summary>
    public async Task<RequestRefusal?> RestrictAsync(Guid id, string reason, DateOnly reviewOn, Act act, CancellationToken cancel = default) =>
        await outside.TraceAsync(db, Hold.Intent(await PersonOfAsync(id, cancel) is { } person ? [person] : [], HoldKind.Restriction, reviewOn), () => OnOpenAsync(id, async request =>
        {
            if (request.Kind != RightKind.Restriction) return RequestRefusal.OtherRight;
            if (request.ContactId is not { } contact) return RequestRefusal.NoPerson;
            if (!request.IsProved) return RequestRefusal.NotProved;
            if (string.IsNullOrWhiteSpace(reason)) return RequestRefusal.EmptyReason;
            if (reviewOn <= clock.Today || reviewOn > clock.Today.AddMonths(Hold.MaxReviewMonths)) return RequestRefusal.WrongDate;
            if (!await FrozenRecord.IsAsync(db, contact, cancel))
                db.Holds.Add(new Hold { ContactId = contact, Kind = HoldKind.Restriction, Reason = reason.Trim(), Reference = request.Reference, ReviewOn = reviewOn, PlacedById = act.By, PlacedAt = act.At });
            Close(request, RequestOutcome.Granted, null, act);
            Step(request, RequestAct.Restricted, act.By);
            return null;
        }, cancel), cancel);

    /// <summary>Stops marketing for the person; no reason is asked for (GDPR 21, 2 and 3). No proof either: nothing is given away and nothing lost.</summary>
    public async Task<RequestRefusal?> ObjectAsync(Guid id, Act act, CancellationToken cancel = default) =>
        await outside.TraceAsync(db, await ObjectionIntentAsync(id, cancel), () => OnOpenAsync(id, async request =>
        {
            if (request.Kind != RightKind.Objection) return RequestRefusal.OtherRight;
            // Nobody's record: the address and the number of the request are remembered all the same.
            if (request.ContactId is { } contact) await choices.ObjectAsync(contact, act, cancel);
            else if (request.Email is null && request.Phone is null) return RequestRefusal.NoPerson;
            else await objections.AddAsync(null, request.Email is { } email ? [email] : [], request.Phone is { } phone ? [phone] : [], cancel);
            Close(request, RequestOutcome.Granted, null, act);
            Step(request, RequestAct.Objected, act.By);
            return null;
        }, cancel), cancel);

    /// <summary>Carries out an erasure request at once, by the engine of the schedule, and notes how many free texts of other records still name the person.</summary>
    /// <returns>What was decided; none when it was refused, with the reason.</returns>
    public async Task<(Decision? Decision, RequestRefusal? Refusal)> EraseAsync(Guid id, Act act, CancellationToken cancel = default)
    {
        if (await db.RightsRequests.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id && r.ClosedOn == null, cancel) is not { } request) return (null, RequestRefusal.Closed);
        if (request.ContactId is not { } contact) return (null, RequestRefusal.NoPerson);
        if (!request.IsProved) return (null, RequestRefusal.NotProved);
        // Their address goes with them: what was written to them leaves first.
        if (await db.OutgoingMails.AnyAsync(m => m.RequestId == id && m.Template == MailTemplate.RightsMessage && m.State == MailState.Recorded, cancel)) return (null, RequestRefusal.AnswerWaiting);
        var mentions = (await Mention.FindAsync(db, contact, cancel)).Count;
        await db.RightsRequests.Where(r => r.Id == id && r.ClosedOn == null).ExecuteUpdateAsync(r => r.SetProperty(x => x.Mentions, mentions), cancel);
        return await review.ExecuteErasureRequestAsync(id, act, cancel) is { } decision ? (decision, null) : (null, RequestRefusal.Closed);
    }

    /// <summary>Answers and closes. A refusal gives its reasons (GDPR 12, 4). Papers go with it.</summary>
    public Task<RequestRefusal?> CloseAsync(Guid id, RequestOutcome outcome, string? answer, Act act, CancellationToken cancel = default) =>
        OnOpenAsync(id, async request =>
        {
            if (outcome == RequestOutcome.Refused && string.IsNullOrWhiteSpace(answer)) return RequestRefusal.EmptyReason;
            if (outcome is RequestOutcome.Granted or RequestOutcome.GrantedInPart)
            {
                if (request.Kind is not RightKind.Objection && !request.IsProved) return RequestRefusal.NotProved;
                if (!await IsExecutedAsync(request, cancel)) return RequestRefusal.NotExecuted;
            }
            Close(request, outcome, answer, act);
            return null;
        }, cancel);

    // Granted without the act would be a promise that nothing keeps. Erasing, freezing and objecting close by themselves.
    private Task<bool> IsExecutedAsync(RightsRequest request, CancellationToken cancel)
    {
        RequestAct[] acts = request.Kind switch
        {
            RightKind.Access or RightKind.Portability => [RequestAct.PackageSent, RequestAct.PackageHandedOver],
            RightKind.Rectification => [RequestAct.Rectified],
            _ => [],
        };
        return db.RequestSteps.AnyAsync(s => s.RequestId == request.Id && acts.Contains(s.What), cancel);
    }

    /// <summary>Ends the restriction; the person must be told before (GDPR 18, 3).</summary>
    public Task<bool> LiftRestrictionAsync(Guid contactId, Act act, CancellationToken cancel = default) =>
        outside.TraceAsync(db, new Intent(Erasure.Trigger.Admin, "hold", [contactId]), () => LiftTracedAsync(contactId, act, cancel), cancel);

    private async Task<bool> LiftTracedAsync(Guid contactId, Act act, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM contacts WHERE id = {contactId} FOR UPDATE", cancel);
        if (await db.Holds.SingleOrDefaultAsync(h => h.ContactId == contactId && h.Kind == HoldKind.Restriction && h.LiftedAt == null, cancel) is not { } hold) return false;
        hold.Lift(act);
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "restriction.lifted", "contact", contactId));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private Task<Guid?> PersonOfAsync(Guid requestId, CancellationToken cancel) => db.RightsRequests.Where(r => r.Id == requestId).Select(r => r.ContactId).SingleOrDefaultAsync(cancel);

    private async Task<Intent> ObjectionIntentAsync(Guid requestId, CancellationToken cancel)
    {
        if (await PersonOfAsync(requestId, cancel) is { } contact) return await choices.ObjectionIntentAsync(contact, cancel);
        var asked = await db.RightsRequests.Where(r => r.Id == requestId).Select(r => new { r.Email, r.Phone }).SingleOrDefaultAsync(cancel);
        return new Intent(Erasure.Trigger.Request, "objection", [], objections.FactsOf(null, asked?.Email is { } email ? [email] : [], asked?.Phone is { } phone ? [phone] : []));
    }

    private static RequestRefusal? Package(RightsRequest request) => request switch
    {
        { Kind: not (RightKind.Access or RightKind.Portability) } => RequestRefusal.OtherRight,
        { ContactId: null } => RequestRefusal.NoPerson,
        { IsProved: false } => RequestRefusal.NotProved,
        _ => null,
    };

    private void Close(RightsRequest request, RequestOutcome outcome, string? answer, Act act)
    {
        (request.ClosedOn, request.Outcome, request.Answer) = (clock.Today, outcome, string.IsNullOrWhiteSpace(answer) ? null : answer.Trim());
        DropPapers(request, act.At);
        Step(request, RequestAct.Closed, act.By);
        Audit("request.closed", request.Id, act.By);
    }

    private void DropPapers(RightsRequest request, DateTimeOffset at)
    {
        if (request.PapersKey is { } key) ObjectRemoval.Ask(db, StoredObject.Papers, [key], at);
        request.PapersKey = null;
    }

    private void Queue(string template, Guid requestId, Guid? contactId, Guid? emailId, string? subject = null, string? text = null, Guid? by = null) =>
        db.OutgoingMails.Add(new OutgoingMail { ContactId = contactId, EmailId = emailId, Template = template, RequestId = requestId, Subject = subject, Text = text, ById = by, CreatedAt = clock.Now });

    private void Step(RightsRequest request, RequestAct what, Guid? by) =>
        db.RequestSteps.Add(new RequestStep { RequestId = request.Id, What = what, At = clock.Now, ById = by });

    private void Audit(string action, Guid id, Guid? by) => db.AuditEntries.Add(new AuditEntry(clock.Now, by, action, "request", id));

    private Task<RequestRefusal?> OnOpenAsync(Guid id, Func<RightsRequest, Task<RequestRefusal?>> act, CancellationToken cancel) =>
        OnRequestAsync(id, request => request.ClosedOn is null ? act(request) : Refuse(RequestRefusal.Closed), cancel);

    private async Task<RequestRefusal?> OnRequestAsync(Guid id, Func<RightsRequest, Task<RequestRefusal?>> act, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // The person first, as erasure does; then the request, as it is once nobody else has it.
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM contacts WHERE id = (SELECT contact_id FROM rights_requests WHERE id = {id}) FOR UPDATE", cancel);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM rights_requests WHERE id = {id} FOR UPDATE", cancel);
        if (await db.RightsRequests.SingleOrDefaultAsync(r => r.Id == id, cancel) is not { } request) return RequestRefusal.Closed;
        await db.Entry(request).ReloadAsync(cancel);
        if (await act(request) is { } refusal)
        {
            db.ChangeTracker.Clear();
            return refusal;
        }
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    private static Task<RequestRefusal?> Refuse(RequestRefusal? refusal) => Task.FromResult(refusal);

    private sealed record Known(Guid EmailId, Guid ContactId);
}
