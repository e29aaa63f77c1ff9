using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Mail;

namespace RgpdCrm.Core.Rights;

/// <summary>Whose request it is, and how that is proved (GDPR 12, 6).</summary>
public sealed partial class RightsDesk
{
    /// <summary>Says whose request it is. Proof given for another record is none for this one.</summary>
    public Task<RequestRefusal?> ChooseAsync(Guid id, Guid contactId, Act act, CancellationToken cancel = default) =>
        OnOpenAsync(id, async request =>
        {
            if (request.ContactId == contactId) return null;
            if (!await db.Contacts.AnyAsync(c => c.Id == contactId, cancel)) return RequestRefusal.NoPerson;
            await db.ContactLinks.Where(l => l.RequestId == id).ExecuteDeleteAsync(cancel);
            (request.ContactId, request.Identity) = (contactId, IdentityState.Unproved);
            db.Activities.Add(new Activity(contactId, request.ReceivedOn, ActivityKind.RightsRequest, Outcome.None, act.By, act.At));
            Step(request, RequestAct.PersonChosen, act.By);
            return null;
        }, cancel);

    /// <summary>It cannot be told whose request it is: the requester is asked, and it is nobody's until then.</summary>
    public Task<RequestRefusal?> LeaveOpenAsync(Guid id, Act act, CancellationToken cancel = default) =>
        OnOpenAsync(id, async request =>
        {
            await db.ContactLinks.Where(l => l.RequestId == id).ExecuteDeleteAsync(cancel);
            (request.ContactId, request.Identity) = (null, IdentityState.Unproved);
            Step(request, RequestAct.PersonUnclear, act.By);
            return null;
        }, cancel);

    /// <summary>Sends the link that proves who asks, to an address that the record knows; the address typed by the requester is never taken.</summary>
    public Task<RequestRefusal?> SendLinkAsync(Guid id, Guid emailId, Act act, CancellationToken cancel = default) =>
        OnOpenAsync(id, async request =>
        {
            if (request.ContactId is not { } contact) return RequestRefusal.NoPerson;
            if (!await db.Emails.AnyAsync(e => e.Id == emailId && e.ContactId == contact, cancel)) return RequestRefusal.NotKnown;
            Queue(MailTemplate.RightsIdentity, id, contact, emailId);
            Step(request, RequestAct.LinkSent, act.By);
            return null;
        }, cancel);

    /// <summary>The requester opened the link and confirmed. It worked once: sent again, it opens nothing.</summary>
    public async Task<bool> ProveByLinkAsync(string? key, CancellationToken cancel = default)
    {
        if (await ContactLink.FindAsync(db, key, clock.Now, [LinkPurpose.Identity], cancel) is not { RequestId: { } id } link) return false;
        var proved = false;
        await OnOpenAsync(id, async request =>
        {
            if (request.ContactId != link.ContactId || await db.ContactLinks.Where(l => l.Id == link.Id).ExecuteDeleteAsync(cancel) == 0) return RequestRefusal.NoPerson;
            request.Identity = IdentityState.ByLink;
            Step(request, RequestAct.ProvedByLink, null);
            proved = true;
            return null;
        }, cancel);
        return proved;
    }

    /// <summary>A colleague called a number that the record knows, and the person confirmed.</summary>
    public Task<RequestRefusal?> ProveByPhoneAsync(Guid id, Guid phoneId, Act act, CancellationToken cancel = default) =>
        OnOpenAsync(id, async request =>
        {
            if (request.ContactId is not { } contact) return RequestRefusal.NoPerson;
            if (!await db.Phones.AnyAsync(p => p.Id == phoneId && p.ContactId == contact, cancel)) return RequestRefusal.NotKnown;
            request.Identity = IdentityState.ByPhone;
            Step(request, RequestAct.ProvedByPhone, act.By);
            return null;
        }, cancel);

    /// <summary>Writes down a reasonable doubt; only then may papers be asked for (GDPR 12, 6).</summary>
    public Task<RequestRefusal?> DoubtAsync(Guid id, string reason, Act act, CancellationToken cancel = default) =>
        OnOpenAsync(id, request =>
        {
            if (string.IsNullOrWhiteSpace(reason)) return Refuse(RequestRefusal.EmptyReason);
            (request.Identity, request.Doubt) = (IdentityState.InDoubt, reason.Trim());
            Step(request, RequestAct.Doubted, act.By);
            return Refuse(null);
        }, cancel);

    /// <summary>Stores the papers until they are checked: the row first, then the file, so that no file is ever without a row.</summary>
    /// <exception cref="IOException">The storage folder cannot be written; nothing is left.</exception>
    public async Task<RequestRefusal?> AddPapersAsync(Guid id, PaperFiles files, Stream content, Act act, CancellationToken cancel = default)
    {
        var key = StoredFiles.NewKey();
        var refusal = await OnOpenAsync(id, request =>
        {
            if (request.Identity != IdentityState.InDoubt) return Refuse(RequestRefusal.NoDoubt);
            if (request.PapersKey is { } former) ObjectRemoval.Ask(db, StoredObject.Papers, [former], act.At);
            request.PapersKey = key;
            Step(request, RequestAct.PapersReceived, act.By);
            return Refuse(null);
        }, cancel);
        if (refusal is not null) return refusal;
        try
        {
            await files.WriteAsync(key, content, cancel);
            return null;
        }
        catch
        {
            await db.RightsRequests.Where(r => r.Id == id && r.PapersKey == key).ExecuteUpdateAsync(r => r.SetProperty(x => x.PapersKey, (string?)null), CancellationToken.None);
            throw;
        }
    }

    /// <summary>The papers were looked at, and go at once whatever they showed.</summary>
    public Task<RequestRefusal?> CheckPapersAsync(Guid id, bool accepted, Act act, CancellationToken cancel = default) =>
        OnOpenAsync(id, request =>
        {
            if (request.PapersKey is not { } key) return Refuse(RequestRefusal.NoPapers);
            DropPapers(request, act.At);
            if (accepted) request.Identity = IdentityState.ByPapers;
            Step(request, accepted ? RequestAct.PapersAccepted : RequestAct.PapersRefused, act.By);
            return Refuse(null);
        }, cancel);
}
