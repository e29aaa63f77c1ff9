using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Properties;
using RgpdCrm.Web.Pages.Mandates;

namespace RgpdCrm.Web.Pages.Properties;

/// <summary>The properties, found by reference or address.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>One property of the list.</summary>
    public sealed record Row(Property Property, PartyName? Owner, int Running);

    [BindProperty(SupportsGet = true)] public PropertyKind? Kind { get; set; }
    [BindProperty(SupportsGet = true, Name = "q")] public string? Text { get; set; }
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public int Total { get; private set; }
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public bool Filtered => Kind is not null || !string.IsNullOrWhiteSpace(Text);

    public async Task OnGetAsync()
    {
        if (Kind is { } asked && !Enum.IsDefined(asked)) Kind = null;
        var found = db.Properties.AsNoTracking();
        if (Kind is { } kind) found = found.Where(p => p.Kind == kind);
        if (!string.IsNullOrWhiteSpace(Text)) found = SearchText.Read(Text) is { } text ? found.Matching(text) : found.Where(_ => false);
        Total = await found.CountAsync();
        Number = Paging.Within(Number, Total, ObligationList.PageSize);
        var today = clock.Today;
        var page = await found.OrderBy(p => p.Reference).Skip((Number - 1) * ObligationList.PageSize).Take(ObligationList.PageSize).ToListAsync();
        var (ids, owners) = (page.Select(p => p.Id).ToArray(), page.Select(p => p.OwnerId).OfType<Guid>().ToArray());
        var people = await db.Contacts.AsNoTracking().Where(c => owners.Contains(c.Id)).ToDictionaryAsync(c => c.Id);
        var running = await db.Obligations.Where(o => ids.Contains(o.PropertyId!.Value) && (o.EndsOn == null || o.EndsOn >= today))
            .GroupBy(o => o.PropertyId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count);
        Rows = [.. page.Select(p => new Row(p, p.OwnerId is { } owner ? PartyName.Of(people[owner], default, User) : null, running.GetValueOrDefault(p.Id)))];
    }
}
