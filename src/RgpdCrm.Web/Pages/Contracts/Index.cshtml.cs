using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;
using RgpdCrm.Web.Pages.Mandates;

namespace RgpdCrm.Web.Pages.Contracts;

/// <summary>The contracts, and the open leases that nobody has confirmed for a year.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>Only open leases to confirm.</summary>
    [BindProperty(SupportsGet = true, Name = "open")] public bool ToConfirm { get; set; }
    [BindProperty(SupportsGet = true)] public ContractKind? Kind { get; set; }
    [BindProperty(SupportsGet = true)] public ObligationState State { get; set; }
    [BindProperty(SupportsGet = true, Name = "q")] public string? Text { get; set; }
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public int Total { get; private set; }
    public int ToConfirmCount { get; private set; }
    public IReadOnlyList<Contract> Rows { get; private set; } = [];
    public ILookup<Guid, PartyName> Parties { get; private set; } = null!;
    public IReadOnlyDictionary<Guid, Property> Properties { get; private set; } = new Dictionary<Guid, Property>();
    public IReadOnlySet<Guid> Held { get; private set; } = new HashSet<Guid>();
    public DateOnly Today { get; } = clock.Today;

    public bool Filtered => Kind is not null || State != ObligationState.Any || !string.IsNullOrWhiteSpace(Text);

    public async Task OnGetAsync()
    {
        if (Kind is { } kind && !Enum.IsDefined(kind)) Kind = null;
        if (!Enum.IsDefined(State)) State = ObligationState.Any;
        ToConfirmCount = await db.Contracts.ToConfirm(Today).CountAsync();
        var found = Find();
        Total = await found.CountAsync();
        Number = Paging.Within(Number, Total, ObligationList.PageSize);
        var ordered = ToConfirm ? found.OrderBy(c => c.ConfirmedOn ?? c.StartsOn).ThenBy(c => c.Reference) : found.OrderByDescending(c => c.SignedOn).ThenBy(c => c.Reference);
        Rows = await ordered.Skip((Number - 1) * ObligationList.PageSize).Take(ObligationList.PageSize).ToListAsync();
        var ids = Rows.Select(r => r.Id).ToArray();
        Parties = await PartyName.LoadAsync(db, ids, User);
        Properties = await ObligationList.PropertiesAsync(db, Rows.Select(r => r.PropertyId));
        Held = (await db.Parties.Where(p => ids.Contains(p.ObligationId) && db.Holds.Any(h => h.ContactId == p.ContactId && h.LiftedAt == null)).Select(p => p.ObligationId).ToListAsync()).ToHashSet();
    }

    private IQueryable<Contract> Find()
    {
        var found = db.Contracts.AsNoTracking();
        if (ToConfirm) found = found.ToConfirm(Today);
        if (Kind is { } kind) found = found.Where(c => c.ContractKind == kind);
        found = found.InState(State, Today);
        if (string.IsNullOrWhiteSpace(Text)) return found;
        return SearchText.Read(Text) is { } text ? found.Where(c => EF.Functions.ILike(c.Reference, $"%{SearchText.Literal(text.Text)}%")) : found.Where(_ => false);
    }
}
