using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>The register of mandates: every number from 1 on, also those whose mandate was destroyed after its ten years.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)] public bool Older { get; set; }
    [BindProperty(SupportsGet = true)] public MandateKind? Kind { get; set; }
    [BindProperty(SupportsGet = true)] public ObligationState State { get; set; }
    [BindProperty(SupportsGet = true, Name = "q")] public string? Text { get; set; }
    [BindProperty(SupportsGet = true)] public string? Sort { get; set; }
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public IReadOnlyList<RegisterRow> Rows { get; private set; } = [];
    public int Total { get; private set; }

    /// <summary>Mandates taken over from an older register; they have no number here.</summary>
    public int OlderCount { get; private set; }

    public DateOnly Today { get; } = clock.Today;

    public bool Filtered => Kind is not null || State != ObligationState.Any || !string.IsNullOrWhiteSpace(Text);

    public async Task OnGetAsync()
    {
        if (Kind is { } kind && !Enum.IsDefined(kind)) Kind = null;
        if (!Enum.IsDefined(State)) State = ObligationState.Any;
        var text = SearchText.Read(Text);
        OlderCount = await db.Mandates.CountAsync(m => m.RegisterNumber == null);
        var nothing = text is null && !string.IsNullOrWhiteSpace(Text);
        if (Older) await ReadOlderAsync(RegisterQuery.Older(db, Kind, State, text, Today).Where(_ => !nothing));
        else await ReadAsync(RegisterQuery.Lines(db, Kind, State, text, Today).Where(_ => !nothing));
    }

    private async Task ReadAsync(IQueryable<RegisterLine> lines)
    {
        Total = await lines.CountAsync();
        Number = Paging.Within(Number, Total, ObligationList.PageSize);
        var ordered = Sort == "-number" ? lines.OrderByDescending(l => l.Number) : lines.OrderBy(l => l.Number);
        Rows = await RegisterRow.LoadAsync(db, await ordered.Skip((Number - 1) * ObligationList.PageSize).Take(ObligationList.PageSize).ToListAsync(), User);
    }

    private async Task ReadOlderAsync(IQueryable<Mandate> mandates)
    {
        Total = await mandates.CountAsync();
        Number = Paging.Within(Number, Total, ObligationList.PageSize);
        var page = await mandates.OrderBy(m => m.SignedOn).ThenBy(m => m.Reference).Skip((Number - 1) * ObligationList.PageSize).Take(ObligationList.PageSize).ToListAsync();
        Rows = await RegisterRow.LoadAsync(db, page, User);
    }
}
