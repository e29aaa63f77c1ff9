using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>Everyone who awaits deletion, the nearest first, with why; one of them open with everything a decision needs.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>People on one page.</summary>
    public const int PageSize = 20;

    [BindProperty(SupportsGet = true)] public string? Tab { get; set; }
    [BindProperty(SupportsGet = true, Name = "p")] public string? PageText { get; set; }
    [BindProperty(SupportsGet = true)] public string? Open { get; set; }

    public AgencyClock Clock => clock;
    public QueueTab Part { get; private set; }
    public int PageNumber { get; private set; }
    public int Pages => Paging.Pages(Counts.Of(Part), PageSize);
    public QueueCounts Counts { get; private set; } = new();
    public IReadOnlyList<QueueWeek> Weeks { get; private set; } = [];
    public IReadOnlyList<QueueRow> Rows { get; private set; } = [];
    public Panel? Panel { get; private set; }

    /// <summary>Deletions of several people that one admin proposed and another has to confirm.</summary>
    public IReadOnlyList<ProposedDeletion> Proposals { get; private set; } = [];

    /// <summary>Someone was asked for who is not pending any more.</summary>
    public bool OpenIsGone { get; private set; }

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var policies = await PolicyHistory.LoadAsync(db, cancel);
        var list = new PendingList(db, clock);
        Counts = await list.CountAsync(policies, cancel);
        Weeks = await list.WeeksAsync(policies, cancel);
        Proposals = await ProposedDeletion.ListAsync(db, cancel);
        Guid? open = Guid.TryParse(Open, out var id) ? id : null;
        var home = open is null ? null : await list.TabOfAsync(policies, open.Value, cancel);
        OpenIsGone = Open is not null && home is null;
        Part = Enum.TryParse<QueueTab>(Tab, ignoreCase: true, out var tab) && Enum.IsDefined(tab) ? tab : home ?? (Counts.Week > 0 ? QueueTab.Week : QueueTab.Upcoming);
        PageNumber = Paging.Within(int.TryParse(PageText, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1, Counts.Of(Part), PageSize);

        var ids = (await list.PageAsync(policies, Part, PageNumber, PageSize, cancel)).ToList();
        if (home is not null && !ids.Contains(open!.Value)) ids.Insert(0, open.Value);
        Rows = await QueueRows.LoadAsync(db, clock, policies, ids, cancel);
        if (home is not null && Rows.FirstOrDefault(r => r.Id == open) is { } row) Panel = await Panel.LoadAsync(db, row, Part, PageNumber, cancel);
    }
}

/// <summary>What the open row shows beyond its line.</summary>
/// <param name="Destroyed">Exactly what the erasure or archiving would destroy, per table.</param>
/// <param name="WithoutEffect">Entries of the history that moved no clock, by kind.</param>
/// <param name="IdleOnly">Entries that moved the idle clock only, since the person's last act.</param>
public sealed record Panel(QueueRow Row, QueueTab Tab, int Page, IReadOnlyList<(string Table, int Count)> Destroyed,
    IReadOnlyList<(ActivityKind Kind, int Count)> WithoutEffect, int IdleOnly, IReadOnlyList<Postponement> Reports)
{
    internal static async Task<Panel> LoadAsync(CrmDbContext db, QueueRow row, QueueTab tab, int page, CancellationToken cancel)
    {
        var destroyed = await ErasureInventory.CountAsync(db, row.Id, row.Outcome == Decision.Archive, cancel);
        var without = await db.Activities.Where(a => a.ContactId == row.Id && !a.MovesIdle && !a.MovesSilent)
            .GroupBy(a => a.Kind).Select(g => new { g.Key, Count = g.Count() }).OrderByDescending(g => g.Count).ToListAsync(cancel);
        var idleOnly = await db.Activities.CountAsync(a => a.ContactId == row.Id && a.MovesIdle && !a.MovesSilent, cancel);
        var reports = await db.Postponements.AsNoTracking().Where(p => p.ContactId == row.Id).OrderBy(p => p.At).ToListAsync(cancel);
        return new Panel(row, tab, page, destroyed, [.. without.Select(w => (w.Key, w.Count))], idleOnly, reports);
    }
}

/// <summary>A deletion of several people that waits for a second admin.</summary>
/// <param name="By">Name of who proposed it; empty when the account lost it.</param>
public sealed record ProposedDeletion(Guid Id, int Count, DateTimeOffset At, Guid? ById, string? By)
{
    internal static async Task<IReadOnlyList<ProposedDeletion>> ListAsync(CrmDbContext db, CancellationToken cancel)
    {
        var waiting = await db.DeletionOrders.Where(o => o.State == OrderState.Proposed && o.ProposalId != null).GroupBy(o => new { o.ProposalId, o.OrderedAt, o.ById })
            .Select(g => new { g.Key, Count = g.Count() }).OrderBy(g => g.Key.OrderedAt).ToListAsync(cancel);
        var ids = waiting.Select(w => w.Key.ById).OfType<Guid>().ToArray();
        var names = await db.Users.Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.FullName, cancel);
        return [.. waiting.Select(w => new ProposedDeletion(w.Key.ProposalId!.Value, w.Count, w.Key.OrderedAt, w.Key.ById, w.Key.ById is { } by ? names.GetValueOrDefault(by) : null))];
    }
}
