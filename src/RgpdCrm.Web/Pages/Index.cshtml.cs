using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Legal;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Pages.Breaches;
using RgpdCrm.Web.Pages.Jobs;
using RgpdCrm.Web.Pages.Pending;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages;

/// <summary>What today asks for, the worst first. Agents see their own contacts; ops sees how retention runs and nobody's data.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock, IMemoryCache cache) : PageModel
{
    /// <summary>Days ahead in which an agent's contact is worth a call before it enters the queue.</summary>
    public const int SoonDays = 45;

    /// <summary>Days ahead in which the end of a mandate is worth a word.</summary>
    public const int MandateDays = 60;

    /// <summary>Contacts shown at most.</summary>
    public const int SoonShown = 12;

    public AgencyClock Clock => clock;
    public bool IsAdmin => User.IsInRole(Access.Admin);
    public bool IsAgent => User.IsInRole(Access.Agent);
    public string FirstName => (User.Identity?.Name ?? "").Split(' ')[0];
    public bool IsEmpty { get; private set; }
    public RetentionPolicy Policy { get; private set; } = null!;
    public Figures Figures { get; private set; } = new(0, 0, 0, 0);
    public QueueCounts Queue { get; private set; } = new();
    public IReadOnlyList<QueueWeek> Weeks { get; private set; } = [];
    public IReadOnlyList<ToDo> Tasks { get; private set; } = [];
    public Protection Protection { get; private set; } = null!;

    /// <summary>The agent's own contacts that enter the queue soon, the next first.</summary>
    public IReadOnlyList<SoonDue> Soon { get; private set; } = [];

    /// <summary>Something to do: how urgent, what, why, and where.</summary>
    public sealed record ToDo(string Badge, string Tone, string Title, string Why, string? Action = null, string? Link = null);

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var policies = await PolicyHistory.LoadAsync(db, cancel);
        Policy = policies.Current;
        Protection = await Protection.ReadAsync(HttpContext.RequestServices, db, clock, cache, cancel);
        if (!IsAgent)
        {
            Tasks = [.. Alarms(await new Brakes(db, clock).OpenAsync(cancel))];
            return;
        }

        Figures = await FiguresAsync(cancel);
        IsEmpty = Figures is { Active: 0, Archived: 0, Inquiries: 0 } && !await db.Contacts.AnyAsync(cancel);
        if (IsEmpty) return;
        var list = new PendingList(db, clock);
        if (IsAdmin)
        {
            Queue = await list.CountAsync(policies, cancel);
            Weeks = await list.WeeksAsync(policies, cancel);
            Tasks = await TasksAsync(cancel);
        }
        else
        {
            Soon = await SoonDue.ReadAsync(db, clock, policies, User.AccountId(), SoonDays, SoonShown, cancel);
            Tasks = [.. InquiryTask(), .. await ObligationTasksAsync(cancel)];
        }
    }

    private async Task<Figures> FiguresAsync(CancellationToken cancel)
    {
        var byStatus = await db.Contacts.GroupBy(c => c.Status).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        var monthStart = new DateOnly(clock.Today.Year, clock.Today.Month, 1);
        return new Figures(
            byStatus.GetValueOrDefault(ContactStatus.Active),
            await db.Contacts.CountAsync(c => c.Status == ContactStatus.Active && c.CollectedOn >= monthStart, cancel),
            byStatus.GetValueOrDefault(ContactStatus.Archived),
            await db.Inquiries.CountAsync(i => i.Status == InquiryStatus.New, cancel));
    }

    private async Task<IReadOnlyList<ToDo>> TasksAsync(CancellationToken cancel)
    {
        var tasks = new List<ToDo>(Alarms(await new Brakes(db, clock).OpenAsync(cancel)));
        tasks.AddRange(await ProposalTasksAsync(cancel));
        var soon = clock.Today.AddDays(7);
        var reviews = await db.Holds.Where(h => h.LiftedAt == null && h.ReviewOn <= soon).Select(h => h.ReviewOn).ToListAsync(cancel);
        var requests = await db.RightsRequests.Where(r => r.ClosedOn == null).OrderBy(r => r.ReceivedOn).ToListAsync(cancel);
        if (Queue.Failed > 0)
            tasks.Add(new(T("Échec"), "danger", T($"Vérifier {Format.Count(Queue.Failed, "contact en échec", "contacts en échec")}"), T("L’exécution n’a pas pu les traiter ; elle réessaie chaque nuit."), T("Vérifier"), "/pending?tab=failed"));
        if (Queue.Late > 0)
            tasks.Add(new(T("Limite"), "danger", T($"Décider pour {Format.Count(Queue.Late, "contact au-delà de la limite légale", "contacts au-delà de la limite légale")}"), T("Ils attendent leurs deux mois ; vous pouvez les supprimer plus tôt."), T("Examiner"), "/pending?tab=late"));
        if (Queue.Notice is > 0 and var unsent)
            tasks.Add(new(T("Avis"), "warning", T($"Prévenir autrement {Format.Count(unsent, "personne en attente", "personnes en attente")}"), T("Leur avis n’a pas pu partir. Les deux mois courent toujours, sans être raccourcis."), T("Voir"), "/pending?tab=notice"));
        if (requests.Count > 0)
            tasks.Add(RequestTask(requests));
        if (reviews.Count(r => r <= clock.Today) is > 0 and var overdue)
            tasks.Add(new(T("En retard"), "danger", T($"Revoir {Format.Count(overdue, "blocage")}"), T("La date de révision est dépassée."), T("Revoir"), "/holds"));
        if (Queue.Week > 0)
            tasks.Add(new(Queue.First is { } first && first > clock.Today ? Format.Relative(first, clock.Today) : T("Cette nuit"), "warning",
                T($"Examiner {Format.Count(Queue.Week, "échéance")} de la semaine"),
                T($"{Format.Count(Queue.Week - Queue.WeekArchived, "effacement")}, {Format.Count(Queue.WeekArchived, "archivage")}. Prochaine exécution : {NightlyRun.Next(clock)}."), T("Examiner"), "/pending?tab=week"));
        if (reviews.Count(r => r > clock.Today) is > 0 and var coming)
            tasks.Add(new(T("7 jours"), "secondary", T($"Revoir {Format.Count(coming, "blocage")}"), T($"Prochaine révision le {Format.Date(reviews.Where(r => r > clock.Today).Min())}."), T("Revoir"), "/holds"));
        if (await db.StatisticsTools.CountAsync(t => t.ReviewOn <= clock.Today, cancel) is > 0 and var tools)
            tasks.Add(new(T("En retard"), "danger", T($"Revoir {Format.Count(tools, "outil de statistiques", "outils de statistiques")}"), T("La durée qui y est réglée se vérifie à la date prévue."), T("Revoir"), "/statistics/tools"));
        tasks.InsertRange(0, await BreachTasksAsync(cancel));
        tasks.AddRange(InquiryTask());
        tasks.AddRange(await ObligationTasksAsync(cancel));
        return tasks;
    }

    // What one admin proposed waits for the eyes of another.
    private async Task<IReadOnlyList<ToDo>> ProposalTasksAsync(CancellationToken cancel)
    {
        var (me, tasks) = (User.AccountId(), new List<ToDo>());
        foreach (var proposal in (await ProposedDeletion.ListAsync(db, cancel)).Where(p => p.ById != me))
            tasks.Add(new(T("À confirmer"), "warning", T($"Confirmer ou retirer la suppression de {Format.Count(proposal.Count, "contact")}"), T($"{ApprovalWords.By(proposal.ById, proposal.By)} la propose depuis le {Format.Date(clock.DateOf(proposal.At))}."), T("Examiner"), $"/pending/confirm/{proposal.Id}"));
        if (await Rules.WaitingRules.ReadAsync(db, cancel) is { } rules && rules.Proposal.ProposedById != me)
            tasks.Add(new(T("À confirmer"), "warning", T("Confirmer ou retirer une règle raccourcie"), T($"Elle prend effet d’elle-même après le {Format.Date(clock.DateOf(rules.Proposal.TakesEffectAt))}."), T("Examiner"), "/rules/confirm"));
        return tasks;
    }

    // Hours count here: a breach that nobody judged or notified comes before everything else.
    private async Task<IReadOnlyList<ToDo>> BreachTasksAsync(CancellationToken cancel)
    {
        var open = await db.Breaches.Where(b => b.NotifiedAt == null && b.Risk != BreachRisk.Unlikely).OrderBy(b => b.NoticedAt).Select(b => b.NoticedAt).ToListAsync(cancel);
        if (open.Count == 0) return [];
        var late = BreachClock.Deadline(open[0]) < clock.Now;
        return [new(late ? T("En retard") : BreachWords.Left(open[0], clock.Now), late ? "danger" : "warning", T($"Évaluer ou notifier {Format.Count(open.Count, "violation de données", "violations de données")}"),
            T($"La CNIL attend la première au plus tard le {Format.Date(clock.DateOf(BreachClock.Deadline(open[0])))} à {Format.Hour(clock.Local(BreachClock.Deadline(open[0])))}."), T("Voir"), "/breaches")];
    }

    private ToDo RequestTask(List<RightsRequest> open)
    {
        var deadline = open.Min(r => r.DueOn);
        var left = deadline.DayNumber - clock.Today.DayNumber;
        return new(left < 0 ? T("En retard") : T($"J-{left}"), left < 0 ? "danger" : left <= 7 ? "warning" : "secondary",
            T($"Répondre à {Format.Count(open.Count, "demande de droits", "demandes de droits")}"), T($"La plus ancienne avant le {Format.Date(deadline)}. Les suppressions attendent leur clôture."), T("Voir"), "/requests");
    }

    private IEnumerable<ToDo> InquiryTask()
    {
        if (Figures.Inquiries > 0)
            yield return new(T("Nouveau"), "secondary", T($"Traiter {Format.Count(Figures.Inquiries, "demande du site", "demandes du site")}"), T("Elles attendent une première réponse."), T("Traiter"), "/inquiries");
    }

    private async Task<IReadOnlyList<ToDo>> ObligationTasksAsync(CancellationToken cancel)
    {
        var (today, soon, year) = (clock.Today, clock.Today.AddDays(MandateDays), clock.Today.AddYears(-1));
        var ending = await db.Mandates.Where(m => m.EndsOn >= today && m.EndsOn <= soon).OrderBy(m => m.EndsOn).Select(m => m.EndsOn!.Value).ToListAsync(cancel);
        var leases = await db.Contracts.CountAsync(c => c.EndsOn == null && (c.ConfirmedOn ?? c.StartsOn) <= year, cancel);
        var tasks = new List<ToDo>();
        if (ending.Count > 0)
            tasks.Add(new(Format.Relative(ending[0], today), "secondary", T($"Renouveler ou clore {Format.Count(ending.Count, "mandat")}"), T($"Le premier se termine le {Format.Date(ending[0])}."), T("Voir"), "/mandates?state=soon"));
        if (leases > 0)
            tasks.Add(new(T("Une fois l’an"), "secondary", T($"Confirmer {Format.Count(leases, "bail ouvert", "baux ouverts")}"), T("Un bail sans fin retient les données de ses parties tant que personne ne le clôt."), T("Vérifier"), "/contracts?open=true"));
        return tasks;
    }

    private IEnumerable<ToDo> Alarms(IReadOnlyList<Brake> brakes)
    {
        foreach (var alarm in Protection.Health.Alarms)
            yield return new(T("Alerte"), "danger", RunWords.Of(alarm), T("La conservation n’est plus assurée comme promis."), T("Voir les traitements"), "/jobs");
        foreach (var brake in brakes)
        {
            var what = JobWords.Counted(brake.Category, brake.Count);
            yield return new(T("Frein"), "warning", brake.Budget == Budget.Flagging ? T($"Approuver la mise en attente de {what}") : T($"Approuver la suppression de {what}"),
                T($"Retenus par le frein depuis le {Format.Date(brake.Date)} : plus que d’habitude en une semaine."), T("Examiner"), "/jobs");
        }
    }
}

/// <summary>The figures at the top.</summary>
public sealed record Figures(int Active, int NewThisMonth, int Archived, int Inquiries);

/// <summary>What protects the agency: last run, dead man's switch, brake, register. Nobody's data.</summary>
public sealed record Protection(RunReport? Last, RetentionHealth Health, int Used, int Cap, LedgerStatus Ledger)
{
    internal static async Task<Protection> ReadAsync(IServiceProvider services, CrmDbContext db, AgencyClock clock, IMemoryCache cache, CancellationToken cancel)
    {
        var last = await db.RetentionRuns.AsNoTracking().Where(r => r.Outcome != RunOutcome.Running && r.StartedAt <= clock.Now).OrderByDescending(r => r.StartedAt).FirstOrDefaultAsync(cancel);
        var health = await services.GetRequiredService<LatestCheck>().GetAsync(services, cancel);
        var (used, cap) = await new Brakes(db, clock).UseAsync("contact", Budget.Deleting, cancel);
        return new Protection(last, health, used, cap, await LedgerStatus.ReadAsync(cache, db, clock, cancel));
    }

    /// <summary>How many contacts met this fate in the last run.</summary>
    public int CountOf(string action) => Last?.Counts.Where(c => c.Category == "contact" && c.Action == action).Sum(c => c.Count) ?? 0;
}

/// <summary>An agent's own contact that enters the queue soon, and why.</summary>
public sealed record SoonDue(Guid Id, string Name, DateOnly FlagOn, string Why)
{
    internal static async Task<IReadOnlyList<SoonDue>> ReadAsync(CrmDbContext db, AgencyClock clock, PolicyHistory policies, Guid agent, int days, int most, CancellationToken cancel)
    {
        var (policy, until) = (policies.Current, clock.Today.AddDays(days));
        var (idleBefore, silentBefore) = (until.AddMonths(-policy.InactivityMonths).AddDays(RetentionPolicy.ClampDays), until.AddMonths(-policy.SilenceMonths).AddDays(RetentionPolicy.ClampDays));
        var mine = db.Contacts.Where(c => c.ResponsibleId == agent && c.Status == ContactStatus.Active && c.RunningUntil == null
            && (c.IdleSince <= idleBefore || c.SilentSince <= silentBefore) && !(policy.ProfessionalsExempt && c.Kind == ContactKind.Professional));
        var nearest = mine.OrderBy(c => c.IdleSince).Take(10 * most);
        var facts = await nearest.Facts(db, clock.Today).ToListAsync(cancel);
        var names = await nearest.Select(c => new { c.Id, c.FirstName, c.LastName, c.Organisation }).ToDictionaryAsync(c => c.Id, c => ContactName.Display(c.FirstName, c.LastName, c.Organisation), cancel);
        return [.. from row in facts
                   let fact = row.ToFacts()
                   let verdict = policies.Decide(fact, clock.Today)
                   where !fact.Running && verdict.Dates.FlagOn <= until && names.ContainsKey(fact.Id)
                   orderby verdict.Dates.FlagOn, names[fact.Id]
                   select new SoonDue(fact.Id, names[fact.Id], verdict.Dates.FlagOn!.Value, Components.Why.InQueue(fact, verdict.Dates, policy))];
    }
}
