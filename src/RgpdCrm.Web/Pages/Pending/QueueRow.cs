using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>One person as the queue and the decision pages show them.</summary>
public sealed record QueueRow
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required ContactRoles Roles { get; init; }
    public required ContactFacts Facts { get; init; }
    public required Verdict Verdict { get; init; }
    public required RetentionPolicy Policy { get; init; }

    /// <summary>What the schedule does when the date comes, holds and requests aside.</summary>
    public required Decision Outcome { get; init; }

    /// <summary>Kind of the event that set the deciding clock, its date, and the agent concerned.</summary>
    public ActivityKind? LastKind { get; init; }

    public string? LastBy { get; init; }

    /// <summary>Kinds behind the two clocks.</summary>
    public ActivityKind? IdleKind { get; init; }

    public ActivityKind? SilentKind { get; init; }

    public DateOnly? ArchivedOn { get; init; }

    public required int Postponements { get; init; }

    /// <summary>Date that one more postponement would give; none when none is left.</summary>
    public DateOnly? NextPostponement { get; init; }

    public Hold? Hold { get; init; }
    public string? HeldBy { get; init; }
    public RightKind? OpenRequest { get; init; }
    public SetAside? SetAside { get; init; }
    public OutgoingMail? Notice { get; init; }
    public bool HasEmail { get; init; }
    public bool Objected { get; init; }

    /// <summary>A deletion order that waits or is proposed, or the latest refused one.</summary>
    public DeletionOrder? Order { get; init; }

    /// <summary>Mandates and contracts still kept at the deletion date.</summary>
    public IReadOnlyList<Kept> Stays { get; init; } = [];

    public bool IsPending => Facts.Status == ContactStatus.PendingDeletion;
    public DateOnly? DeleteOn => Verdict.Dates.DeleteOn == DateOnly.MaxValue ? null : Verdict.Dates.DeleteOn;
    public bool OrderWaits => Order?.State == OrderState.Waiting;

    /// <summary>The proposed deletion that names this person and waits for a second admin.</summary>
    public Guid? Proposal => Order is { State: OrderState.Proposed } order ? order.ProposalId : null;

    /// <summary>Nothing is deleted before someone lifts what stands in the way.</summary>
    public bool Suspended => Facts.Hold || Facts.OpenRequest;

    public string Why => Components.Why.InQueue(Facts, Verdict.Dates, Policy);

    /// <summary>What decides today when it is not the reason that led into the queue.</summary>
    public string? WhyNow => Verdict.Rule == Verdict.Dates.FlagRule ? null : Components.Why.Sentence(Facts, Verdict, Policy);

    /// <summary>Kind of the last exchange and the agent concerned: "Appel reçu, K. Benali".</summary>
    public string Last => string.Join(", ", new[] { LastKind is { } kind ? Words.Of(kind) : T("Aucun échange connu"), LastBy }.Where(t => !string.IsNullOrEmpty(t)));

    /// <summary>The person's dimension line; none when their dates cannot be drawn.</summary>
    public LifeLine? LifeLine(DateOnly today) =>
        PendingLife.Of(Facts, Verdict, Policy, Outcome, LastKind is { } kind ? Words.Of(kind) : T("Collecte"), ArchivedOn, today);

    public string ReportsLeft => T($"{Format.Count(Postponements, "report")} sur {Policy.MaxPostponements}");

    public bool IsLate(DateOnly today) => Verdict.Dates.LegalLimit is { } limit && limit <= today && IsPending;

    /// <summary>What became of the two-month notice, or why there is none.</summary>
    public string NoticeText(AgencyClock clock) => Notice switch
    {
        { State: MailState.Sent } sent => T($"Envoyé le {Format.Date(clock.DateOf(sent.SentAt ?? sent.CreatedAt))}"),
        { State: MailState.Recorded } => T($"À envoyer depuis le {Format.Date(clock.DateOf(Notice.CreatedAt))}"),
        { State: MailState.Bounced, Failure: MailFailure.Returned } => T("Revenu, non distribué"),
        { State: MailState.Bounced } => T("Adresse invalide"),
        { State: MailState.Failed } => T("Échec de l’envoi"),
        { State: MailState.Expired } => T("Jamais parti, délai dépassé"),
        _ when Facts.FromArchive => T("Aucun, vient de l’archive"),
        _ when Objected => T("Aucun, s’est opposé aux e-mails"),
        _ when !HasEmail => T("Aucun, sans e-mail"),
        _ when Verdict.Dates.LegalLimit < Facts.PendingSince => T("Aucun, limite déjà dépassée"),
        _ when Suspended => T("Aucun, suppression suspendue"),
        _ => T("Aucun"),
    };
}

/// <summary>A mandate or contract that outlives the deletion.</summary>
public sealed record Kept(string Title, DateOnly? Until);

/// <summary>Reads the people of one page: a fixed number of queries, whatever their number.</summary>
public static class QueueRows
{
    /// <summary>These people, in this order; ids that no longer exist are left out.</summary>
    public static async Task<IReadOnlyList<QueueRow>> LoadAsync(CrmDbContext db, AgencyClock clock, PolicyHistory policies, IReadOnlyCollection<Guid> ids, CancellationToken cancel = default)
    {
        if (ids.Count == 0) return [];
        var today = clock.Today;
        var facts = await db.Contacts.Where(c => ids.Contains(c.Id)).Facts(db, today).ToDictionaryAsync(r => r.Id, r => r.ToFacts(), cancel);
        var people = await db.Contacts.AsNoTracking().Where(c => ids.Contains(c.Id)).Select(c => new
        {
            c.Id,
            c.FirstName,
            c.LastName,
            c.Organisation,
            c.Roles,
            c.Postponements,
            c.ArchivedOn,
            c.IdleKind,
            c.SilentKind,
            IdleBy = db.Activities.Where(a => a.ContactId == c.Id && a.MovesIdle).OrderByDescending(a => a.On).ThenByDescending(a => a.RecordedAt)
                .Select(a => db.Users.Where(u => u.Id == a.ById).Select(u => u.FullName).FirstOrDefault()).FirstOrDefault(),
            SilentBy = db.Activities.Where(a => a.ContactId == c.Id && a.MovesSilent).OrderByDescending(a => a.On).ThenByDescending(a => a.RecordedAt)
                .Select(a => db.Users.Where(u => u.Id == a.ById).Select(u => u.FullName).FirstOrDefault()).FirstOrDefault(),
            HasEmail = c.Emails.Any(),
            Objected = db.Objections.Any(o => o.ContactId == c.Id),
            OpenRequest = db.RightsRequests.Where(r => r.ContactId == c.Id && r.ClosedOn == null).OrderBy(r => r.ReceivedOn).Select(r => (RightKind?)r.Kind).FirstOrDefault(),
        }).ToDictionaryAsync(c => c.Id, cancel);
        var holds = (await db.Holds.AsNoTracking().Where(h => ids.Contains(h.ContactId) && h.LiftedAt == null)
            .Select(h => new { Hold = h, By = db.Users.Where(u => u.Id == h.PlacedById).Select(u => u.FullName).FirstOrDefault() }).ToListAsync(cancel))
            .GroupBy(h => h.Hold.ContactId).ToDictionary(g => g.Key, g => g.MinBy(h => h.Hold.Kind)!);
        var aside = await db.SetAsides.AsNoTracking().Where(s => ids.Contains(s.ContactId)).ToDictionaryAsync(s => s.ContactId, cancel);
        var orders = (await db.DeletionOrders.AsNoTracking().Where(o => ids.Contains(o.ContactId) && o.State != OrderState.Withdrawn && o.State != OrderState.Done)
            .ToListAsync(cancel)).ToLookup(o => o.ContactId);
        var notices = (await db.OutgoingMails.AsNoTracking().Where(m => m.ContactId != null && ids.Contains(m.ContactId.Value) && m.Template == OutgoingMail.PendingNotice)
            .ToListAsync(cancel)).ToLookup(m => m.ContactId!.Value);
        var parties = (await (from party in db.Parties
                              where ids.Contains(party.ContactId)
                              join obligation in db.Obligations on party.ObligationId equals obligation.Id
                              select new { party.ContactId, Obligation = obligation }).AsNoTracking().ToListAsync(cancel)).ToLookup(p => p.ContactId, p => p.Obligation);

        return [.. ids.Where(id => facts.ContainsKey(id) && people.ContainsKey(id)).Select(id =>
        {
            var (fact, person) = (facts[id], people[id]);
            var policy = policies.For(fact);
            var verdict = policies.Decide(fact, today);
            var dueOn = verdict.Dates.DeleteOn is { } d && d > today && d != DateOnly.MaxValue ? d : today;
            var silence = verdict.Dates.FlagRule == Rule.SilenceCeiling;
            return new QueueRow
            {
                Id = id,
                Name = ContactName.Display(person.FirstName, person.LastName, person.Organisation),
                Roles = person.Roles,
                Facts = fact,
                Verdict = verdict,
                Policy = policy,
                Outcome = policies.Decide(fact with { Hold = false, OpenRequest = false }, dueOn).Decision,
                IdleKind = person.IdleKind,
                SilentKind = person.SilentKind,
                LastKind = silence ? person.SilentKind : person.IdleKind,
                LastBy = silence ? person.SilentBy : person.IdleBy,
                Postponements = person.Postponements,
                ArchivedOn = person.ArchivedOn,
                NextPostponement = policy.PostponedUntil(fact, person.Postponements, today),
                Hold = holds.GetValueOrDefault(id)?.Hold,
                HeldBy = holds.GetValueOrDefault(id)?.By,
                OpenRequest = person.OpenRequest,
                SetAside = aside.GetValueOrDefault(id),
                Notice = notices[id].Where(m => fact.PendingSince is { } since && clock.DateOf(m.CreatedAt) >= since).MaxBy(m => m.CreatedAt),
                HasEmail = person.HasEmail,
                Objected = person.Objected,
                Order = orders[id].OrderBy(o => o.State != OrderState.Refused).ThenBy(o => o.OrderedAt).LastOrDefault(),
                Stays = [.. parties[id].Where(o => o.EndsOn is null || ContactFacts.KeptUntilOf(o.EndsOn.Value) >= dueOn).OrderByDescending(o => o.EndsOn ?? DateOnly.MaxValue).Select(KeptOf)],
            };
        })];
    }

    private static Kept KeptOf(Obligation obligation) => new(
        $"{(obligation is Mandate mandate ? Words.Of(mandate.MandateKind) : Words.Of(((Contract)obligation).ContractKind))} {obligation.Reference}".Trim(),
        obligation.EndsOn is { } end ? ContactFacts.KeptUntilOf(end) : null);
}
