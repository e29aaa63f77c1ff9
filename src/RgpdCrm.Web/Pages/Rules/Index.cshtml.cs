using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Web.Pages.Rules;

/// <summary>The rules in force in words, and every version there was.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    public AgencyClock Clock => clock;
    public RetentionPolicy InForce { get; private set; } = null!;

    /// <summary>Rules that wait for their 72 hours or a second admin; none when there are none.</summary>
    public WaitingRules? Waiting { get; private set; }

    /// <summary>Latest first, each with what it changed.</summary>
    public IReadOnlyList<VersionRow> Versions { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var history = await PolicyHistory.LoadAsync(db, cancel);
        InForce = history.Current;
        Waiting = await WaitingRules.ReadAsync(db, cancel);
        Versions = await VersionRow.ListAsync(db, history, cancel);
    }
}

/// <summary>One version of the rules in the history.</summary>
/// <param name="Policy">Its values.</param>
/// <param name="Author">Who published it; none when the name is gone or it came with the product.</param>
/// <param name="Before">The version that it replaced.</param>
public sealed record VersionRow(RetentionPolicy Policy, string? Author, RetentionPolicy? Before)
{
    internal static async Task<IReadOnlyList<VersionRow>> ListAsync(CrmDbContext db, PolicyHistory history, CancellationToken cancel)
    {
        var ids = history.Versions.Select(v => v.PublishedById).OfType<Guid>().ToArray();
        var names = await db.Users.Where(u => ids.Contains(u.Id) && u.FullName != "").ToDictionaryAsync(u => u.Id, u => u.FullName, cancel);
        var ordered = history.Versions.OrderBy(v => v.Version).ToList();
        return [.. ordered.Select((v, i) => new VersionRow(v, v.PublishedById is { } by ? names.GetValueOrDefault(by) : null, i == 0 ? null : ordered[i - 1])).Reverse()];
    }
}

/// <summary>Rules that are proposed and not in force yet.</summary>
/// <param name="Author">Who proposed them; none when the name is gone.</param>
/// <param name="InForce">The version that they would replace.</param>
public sealed record WaitingRules(RuleProposal Proposal, string? Author, RetentionPolicy InForce)
{
    internal static async Task<WaitingRules?> ReadAsync(CrmDbContext db, CancellationToken cancel)
    {
        if (await new Publication(db).WaitingAsync(cancel) is not { } proposal) return null;
        var author = await db.Users.Where(u => u.Id == proposal.ProposedById).Select(u => u.FullName).SingleOrDefaultAsync(cancel);
        return new WaitingRules(proposal, author, (await PolicyHistory.LoadAsync(db, cancel)).Current);
    }
}
