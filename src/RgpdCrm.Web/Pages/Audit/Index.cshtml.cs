using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Pages.Audit;

/// <summary>Who did what to which object, when, touching which fields; the latest first.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>Entries on one page.</summary>
    public const int PageSize = 20;

    /// <summary>Entries one can leaf through; beyond, a filter is asked for, so that every page costs little.</summary>
    public const int MostEntries = 100_000;

    [BindProperty(SupportsGet = true, Name = "")] public AuditFilter Filter { get; set; } = new();
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public AgencyClock Clock => clock;
    public int Total { get; private set; }
    public IReadOnlyList<AuditEntry> Entries { get; private set; } = [];
    public IReadOnlyDictionary<Guid, string> Names { get; private set; } = new Dictionary<Guid, string>();
    public IReadOnlyList<SelectListItem> Colleagues { get; private set; } = [];

    private HashSet<Guid> Alive { get; set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var entries = Filter.Apply(db.AuditEntries.AsNoTracking(), clock);
        Total = await entries.Take(MostEntries).CountAsync(cancel);
        Number = Paging.Within(Number, Total, PageSize);
        Entries = await entries.OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Skip((Number - 1) * PageSize).Take(PageSize).ToListAsync(cancel);
        var staff = await db.Users.AsNoTracking().OrderBy(u => u.FullName).Select(u => new { u.Id, u.FullName }).ToListAsync(cancel);
        Names = staff.ToDictionary(u => u.Id, u => u.FullName);
        Colleagues = [.. staff.Where(u => u.FullName.Length > 0).Select(u => new SelectListItem(u.FullName, u.Id.ToString(), u.Id == Filter.Actor))];
        var subjects = Entries.Select(e => e.SubjectId).OfType<Guid>().Distinct().ToArray();
        Alive = [.. await db.Contacts.Where(c => subjects.Contains(c.Id)).Select(c => c.Id).ToListAsync(cancel)];
    }

    /// <summary>Who acted, in words.</summary>
    public string Who(AuditEntry entry) => WhoActed(entry, Names);

    /// <summary>Where the object can be seen, while it exists.</summary>
    public string? LinkTo(AuditEntry entry) => entry.SubjectId switch
    {
        { } id when Alive.Contains(id) => $"/contacts/{id}",
        { } id when entry.Subject == "account" && Names.ContainsKey(id) => "/users",
        _ when entry.Subject == "policy" => "/rules",
        _ when entry.Subject == "brake" => "/jobs",
        _ => null,
    };

    internal static string WhoActed(AuditEntry entry, IReadOnlyDictionary<Guid, string> names) =>
        entry.ActorId is not { } id ? T("Le logiciel") : names.TryGetValue(id, out var name) && name.Length > 0 ? name : T("Compte supprimé");
}
